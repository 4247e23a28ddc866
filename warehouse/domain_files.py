"""The domains of an extract, each one file: SAS transport (.xpt), Parquet or CSV, read as text with file and row.

A number becomes the text it would have in a CSV (63, not 63.0), a date its ISO 8601 form; nothing else is changed.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.errors import ExtractError, raise_all
from warehouse.extract_files import ExtractFile, Source, find
from warehouse.text_files import as_text
from warehouse.text_rows import is_empty, rows_of

if TYPE_CHECKING:
    import polars as pl

ENDINGS = (".xpt", ".parquet", ".csv")
ROW = "#row"
"""The column of a domain that says where a row stands: the line of a CSV, the number of the record of other files."""
XPT_ENCODINGS = ("utf-8", "windows-1252")


@dataclass(frozen=True)
class Domain:
    """A domain by its name here; ``files`` are names without ending, the preferred one first."""

    name: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class DomainRows:
    """A domain that was read: the file, and its rows as text, headings in capitals, with ROW.

    ``empty_lines`` of a CSV are no rows.
    """

    file: ExtractFile
    encoding: str
    rows: "pl.DataFrame"
    empty_lines: int = 0


def find_domain(directory: Path, domain: Domain) -> ExtractFile:
    """The file of ``domain`` in ``directory``, whatever its case and whichever of ENDINGS it has.

    Raises:
        ExtractError: there is none, or two of the same name (dm.xpt and dm.csv).
        UnreachableError: it is there and cannot be read.
    """
    for name in domain.files:
        here = sorted(path.name for path in directory.iterdir() if _is_called(path, name))
        if len(here) > 1:
            raise ExtractError(
                domain.name, here[0], f"{' and '.join(here)} both hold the domain {domain.name}; leave one of them."
            )
        if here:
            return find(directory, Source(domain.name, here[0], {}))
    names = " or ".join(f"{name}{'|'.join(ENDINGS)}" for name in domain.files)
    raise ExtractError(
        domain.name, domain.files[0], f"no file of the domain {domain.name} ({names}) is in {directory}; ask for it."
    )


def _is_called(path: Path, name: str) -> bool:
    return path.suffix.lower() in ENDINGS and path.stem.lower() == name.lower()


def read_domain(file: ExtractFile, headings: Collection[str], workspace: Path) -> DomainRows:
    """The rows of ``file`` as text. ``headings`` are those that are needed: a CSV is recognised by them.

    Raises:
        ExtractError: the file is not of the kind that its ending says, has no row, or lacks one of ``headings``.
    """
    ending, empty_lines = file.path.suffix.lower(), 0
    if ending == ".csv":
        encoding, columns, empty_lines = _csv(file, headings, workspace)
    elif ending == ".xpt":
        encoding, columns = _transport(file)
    else:
        encoding, columns = _parquet(file)
    return DomainRows(file, encoding, _rows(file, columns, headings), empty_lines)


def _rows(file: ExtractFile, columns: "dict[str, pl.Series]", headings: Collection[str]) -> "pl.DataFrame":
    import polars as pl

    names = [name.strip().upper() for name in columns]
    raise_all(list(_heading_faults(file, names, headings)))
    wanted = {heading.upper() for heading in headings} | {ROW.upper()}
    kept = {
        name.strip().upper(): values for name, values in columns.items() if name.strip().upper() in wanted
    }  # what is not mapped is not looked at: it may hold anything
    frame = pl.DataFrame({name: _as_text(file, name, values) for name, values in kept.items() if name != ROW.upper()})
    if frame.height == 0:
        raise _error(file, "the file has headings and no row; an empty domain cannot be told from a lost one.")
    numbers = kept.get(ROW.upper())
    rows = numbers.cast(pl.Int64) if numbers is not None else pl.int_range(1, frame.height + 1, eager=True)
    return frame.with_columns(rows.alias(ROW))


def _heading_faults(file: ExtractFile, names: list[str], headings: Collection[str]) -> Iterator[ExtractError]:
    for heading in sorted({heading.upper() for heading in headings}):
        if names.count(heading) != 1:
            what = "is missing" if heading not in names else f"stands there {names.count(heading)} times"
            yield _error(file, f"the column {heading!r} {what}; correct the export or mapping.toml.", heading)


def _as_text(file: ExtractFile, name: str, values: "pl.Series") -> "pl.Series":
    import polars as pl

    kind = values.dtype
    if kind.is_float():
        whole = values.is_finite() & (values == values.round(0)) & (values.abs() < 1e15)
        text = pl.select(
            pl.when(whole).then(values.fill_nan(None).cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(values.fill_nan(None).cast(pl.String))
        ).to_series()  # fmt: skip
    elif kind == pl.Datetime:
        text = values.dt.strftime("%Y-%m-%dT%H:%M:%S")
    elif kind in (pl.Null, pl.Boolean, pl.String, pl.Categorical, pl.Enum, pl.Date, pl.Time) or kind.is_numeric():
        text = values.cast(pl.String)
    else:
        raise _error(file, f"the column {name!r} holds neither text, numbers nor dates; export it as text.")
    return text.str.replace_all(r"[\r\n]+", " ").alias(name)


def _csv(file: ExtractFile, headings: Collection[str], workspace: Path) -> "tuple[str, dict[str, pl.Series], int]":
    import polars as pl

    named = Source(file.source.table, file.source.file, {heading: heading for heading in headings})
    text = as_text(ExtractFile(named, file.path, file.sha256), workspace)
    every_line = list(rows_of(file, text))
    lines = [(line, fields) for line, fields in every_line if not is_empty(fields)]
    columns = list(zip(*(fields for _, fields in lines), strict=True)) or [()] * len(text.headings)
    named_columns: dict[str, pl.Series] = {}
    for place, heading in enumerate(text.headings):
        # Twice the same heading must stay two, so that it is noticed.
        key = heading if heading not in named_columns else f"{heading}{' ' * place}"
        named_columns[key] = pl.Series([value or None for value in columns[place]], dtype=pl.String)
    named_columns[ROW] = pl.Series([line for line, _ in lines], dtype=pl.Int64)
    return text.encoding, named_columns, len(every_line) - len(lines)


def _transport(file: ExtractFile) -> "tuple[str, dict[str, pl.Series]]":
    import polars as pl
    import pyreadstat

    for encoding in XPT_ENCODINGS:
        try:
            frame, _ = pyreadstat.read_xport(str(file.path), encoding=encoding)
        except UnicodeDecodeError:
            continue
        except Exception as error:
            if "encod" in str(error).lower() or "convert" in str(error).lower():
                continue
            break
        columns: dict[str, Any] = {str(name): _plain(frame[name].tolist()) for name in frame.columns}
        return encoding, {name: pl.Series(values, strict=False) for name, values in columns.items()}
    raise _error(file, "the file is no SAS transport file (version 5 or 8) that can be read; export it again.")


def _plain(values: list[Any]) -> list[Any]:
    """Blank text and missing numbers as None: a transport file knows no difference."""
    return [None if value is None or value != value or value == "" else value for value in values]


def _parquet(file: ExtractFile) -> "tuple[str, dict[str, pl.Series]]":
    import polars as pl

    try:
        frame = pl.read_parquet(file.path)
    except (pl.exceptions.PolarsError, OSError):
        raise _error(file, "the file is no Parquet file that can be read; export it again.") from None
    return "parquet", {name: frame[name] for name in frame.columns}


def _error(file: ExtractFile, sentence: str, field: str | None = None) -> ExtractError:
    return ExtractError(file.source.table, file.source.file, sentence, field=field)
