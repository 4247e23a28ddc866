"""A table in any one file, CSV or Parquet, for an analysis on the spot: columns by name, nothing kept.

CSV is read as text and nothing is guessed of single cells: a column is numbers if all that it holds are numbers, or it
is text. Empty cells and the words for nothing that R, SAS, Python and databases write are missing.
"""

import codecs
import csv
import difflib
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.errors import WrongUseError

if TYPE_CHECKING:
    import polars as pl

MISSING = ("", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL", "<NA>", ".")
DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8-sig", "gb18030", "cp1252")
NOT_TABLES = {
    b"PK\3\4": "is an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "is an Excel workbook of the old kind",
}
MOST_NAMED = 30
PARQUET = b"PAR1"


def read_columns(path: Path, names: Sequence[str]) -> "pl.DataFrame":
    """The columns ``names`` of a file: numbers (Float64), truth values (Boolean) or text (String); nulls are missing.

    Raises:
        WrongUseError: the file is missing, unreadable or no table, or a column is not there or there twice.
    """
    names = list(dict.fromkeys(names))
    with _in_one_sentence(path):
        start = _start(path)
        if start == PARQUET:
            return _parquet(path, names)
        if path.suffix.lower() in (".parquet", ".pq"):
            raise WrongUseError(f"{path}: is called Parquet and is none; write it again, or name a CSV.")
        return _csv(path, names)


def place_of_row(path: Path, row: int) -> str:
    """Where a person finds row ``row`` (the first is 1) of a file: ``line 3`` of a CSV, ``row 2`` of a Parquet file."""
    content = path.read_bytes()
    return f"row {row}" if content.startswith(PARQUET) else f"line {_line_of(content, row + 1)}"


def _line_of(content: bytes, place: int) -> int:
    """The line of the file, the first being 1, that is at ``place`` when the blank lines are left out."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # Of the ends of lines any encoding that extends ASCII says the same.
    text = content.decode("utf-16" if is_wide else "latin-1").removeprefix("\xef\xbb\xbf")
    filled = (line for line, cells in enumerate(_unified(text).split("\n"), start=1) if cells.strip(" \t"))
    return next(itertools.islice(filled, place - 1, None))


@contextmanager
def _in_one_sentence(path: Path) -> Iterator[None]:
    import polars as pl

    try:
        yield
    except OSError as error:
        raise WrongUseError(f"{path}: {(error.strerror or 'cannot be read').lower()}.") from None
    except pl.exceptions.PolarsError:
        raise WrongUseError(f"{path}: cannot be read as a table; write it again as CSV or Parquet.") from None


def _start(path: Path) -> bytes:
    if path.is_dir():
        raise WrongUseError(f"{path}: is a folder; name a CSV or Parquet file.")
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise WrongUseError(f"{path}: is empty.")
    for signature, what in NOT_TABLES.items():
        if start.startswith(signature):
            raise WrongUseError(f"{path}: {what}; save the sheet as CSV.")
    return start


def _parquet(path: Path, names: list[str]) -> "pl.DataFrame":
    import polars as pl

    _find(path, names, list(pl.read_parquet_schema(path)))
    frame = pl.read_parquet(path, columns=names, use_pyarrow=False)
    return pl.DataFrame([_plain(path, frame[name]) for name in names])


def _plain(path: Path, column: "pl.Series") -> "pl.Series":
    """A typed column as numbers, truth values or text."""
    import polars as pl

    kind = column.dtype
    if kind == pl.Boolean:
        return column
    if kind.is_numeric():
        return column.cast(pl.Float64).fill_nan(None)
    if kind == pl.Null:
        return column.cast(pl.Float64)
    if kind in (pl.String, pl.Categorical, pl.Enum):
        return _as_meant(column.cast(pl.String), decimal_comma=False)
    if kind.is_temporal():
        return column.cast(pl.String)
    raise WrongUseError(f"{path}: column {column.name!r} holds neither numbers nor text.")


def _csv(path: Path, names: list[str]) -> "pl.DataFrame":
    import polars as pl

    text, headings, delimiter = _text(path, names)
    places = _find(path, names, headings)
    lines = text.count("\n") + (0 if text.endswith("\n") else 1)
    _, _, below = text.partition("\n")
    numbered = [f"column {place}" for place in range(len(headings))]
    try:
        frame = pl.read_csv(
            io.BytesIO(f"{delimiter.join(numbered)}\n{below}".encode()),
            separator=delimiter,
            columns=[numbered[place] for place in places],
            infer_schema=False,
            null_values=list(MISSING),
        )
    except pl.exceptions.PolarsError:
        raise WrongUseError(
            f"{path}: a line has more cells than there are headings, or a quote is not closed"
            f"{_broken(path, text, delimiter, len(headings))}; a text that holds a {delimiter!r} needs quotes."
        ) from None
    if frame.height != lines - 1:
        raise WrongUseError(
            f"{path}: has {lines - 1} lines below the headings and {frame.height} rows; a quote is not closed, or a "
            f"text runs over several lines{_broken(path, text, delimiter, len(headings))}."
        )
    columns = (frame[numbered[place]].alias(name) for place, name in zip(places, names, strict=True))
    return pl.DataFrame([_as_meant(column, decimal_comma=delimiter != ",") for column in columns])


def _broken(path: Path, text: str, delimiter: str, headings: int) -> str:
    """`` (see line 3)``: where the first row begins that has too many cells or does not end with its line."""
    rows, ended = csv.reader(io.StringIO(text), delimiter=delimiter), 0
    try:
        while len(next(rows)) <= headings and rows.line_num == ended + 1:
            ended += 1
    except StopIteration:
        return ""
    except csv.Error:  # an open quote that swallows more than a cell may hold
        pass
    return f" (see line {_line_of(path.read_bytes(), ended + 1)})"


def _text(path: Path, names: list[str]) -> tuple[str, list[str], str]:
    """The file as text without blank lines, its headings and its delimiter, in the first encoding that has them."""
    content = path.read_bytes()
    found: tuple[str, list[str], str] | None = None
    encodings = ("utf-16",) if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = re.sub(r"\n(?:[ \t]*\n)+", "\n", _unified(text)).lstrip("\n")
        first, _, _ = text.partition("\n")
        delimiter = _delimiter(first)
        headings = [heading.strip() for heading in next(csv.reader([first], delimiter=delimiter), [])]
        if found is None or set(names) <= set(headings):
            found = (text, headings, delimiter)
        if encoding == "utf-8-sig" or set(names) <= set(headings):
            break
    if found is None or "\0" in found[0]:
        raise WrongUseError(f"{path}: is not text; save it as UTF-8 CSV.")
    return found


def _unified(text: str) -> str:
    """The text with every line ended in one way."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _delimiter(line: str) -> str:
    """The one that parts the first line into most headings, quotes heeded."""
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([line], delimiter=mark), [])))


def _find(path: Path, names: list[str], headings: list[str]) -> list[int]:
    for name in names:
        if headings.count(name) > 1:
            raise WrongUseError(f"{path}: has {headings.count(name)} columns called {name!r}; give each its own name.")
        if name not in headings:
            like = difflib.get_close_matches(name.lower(), [heading.lower() for heading in headings], n=1)
            meant = next((heading for heading in headings if like and heading.lower() == like[0]), "")
            hint = f"; is {meant!r} meant?" if meant else f" (it has: {', '.join(headings[:MOST_NAMED])})."
            raise WrongUseError(f"{path}: has no column {name!r}{hint}")
    return [headings.index(name) for name in names]


def _as_meant(column: "pl.Series", decimal_comma: bool) -> "pl.Series":
    """Text as truth values or numbers where every cell that is not missing is one."""
    import polars as pl

    text = column.str.strip_chars()
    text = pl.select(pl.when(text.is_in(list(MISSING))).then(None).otherwise(text).alias(column.name)).to_series()
    given = text.drop_nulls()
    if len(given) and given.str.to_lowercase().is_in(["true", "false"]).all():
        return text.str.to_lowercase() == "true"
    plain = text.str.replace(",", ".", literal=True) if decimal_comma else text
    numbers = plain.cast(pl.Float64, strict=False)
    return numbers.fill_nan(None) if numbers.null_count() == text.null_count() else text
