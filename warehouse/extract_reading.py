"""A file of an extract, read through a line at a time: whether it has the form of its table, and what it holds.

Nothing is written to the database here.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from schemas.extract_tables import ExtractTable
from warehouse.assembly import Assembled
from warehouse.domain_files import DomainRows
from warehouse.errors import HEADINGS, ExtractError, raise_all
from warehouse.extract_files import ExtractFile
from warehouse.identifiers import Cells
from warehouse.text_files import TextFile, as_text, without_lines
from warehouse.text_rows import is_empty, rows_of

LINES_AT_ONCE = 500


@dataclass(frozen=True)
class LoadedFile:
    """A file of the extract and what came of it; ``empty_lines`` stand below the headings and are no rows."""

    file: ExtractFile
    encoding: str
    rows: int
    empty_lines: int = 0

    def described(self) -> dict[str, Any]:
        """As the manifest and the report name it."""
        source = self.file.source
        return {
            "file": source.file,
            "table": source.table,
            "sha256": self.file.sha256,
            "rows": self.rows,
            "empty_lines": self.empty_lines,
            "encoding": self.encoding,
        }


@dataclass(frozen=True)
class ReadFile:
    """A file that has the form of its table: its text, its rows, where empty lines stand, and what its cells hold.

    ``files`` are the files of the extract that it was read from, with the rows of each: itself, or several domains.
    """

    file: ExtractFile
    text: TextFile
    rows: int
    gaps: dict[int, int]
    cells: Cells
    files: tuple[LoadedFile, ...] = ()


def read_file(table: ExtractTable, file: ExtractFile, workspace: Path) -> ReadFile:
    """Reads ``file`` through, a line at a time, and writes nothing to the database.

    Raises:
        ExtractError: the file is not readable as a table, a mapped heading is missing or stands there twice, or it
            has no rows.
    """
    text = as_text(file, workspace)
    raise_all(list(_heading_faults(table, file, text)))
    cells = _no_cells(table, file)
    lines = _lines(table, file, text, cells)
    if lines.is_empty_one_a_row:
        text = without_lines(text, lines.empty, file, workspace)
    loaded = LoadedFile(file, text.encoding, lines.rows, len(lines.empty))
    return ReadFile(file, text, lines.rows, lines.gaps, cells, (loaded,))


def read_assembled(table: ExtractTable, made: Assembled, domains: Sequence[DomainRows]) -> ReadFile:
    """The same for a table that was put together from ``domains``."""
    raise_all(list(_heading_faults(table, made.file, made.text)))
    cells = _no_cells(table, made.file)
    lines = _lines(table, made.file, made.text, cells)
    files = {domain.file.source.file: domain for domain in domains}
    return ReadFile(
        made.file,
        made.text,
        lines.rows,
        lines.gaps,
        cells,
        tuple(
            LoadedFile(
                ExtractFile(replace(made.file.source, file=name), domain.file.path, domain.file.sha256),
                domain.encoding,
                made.rows_by_file[name],
                domain.empty_lines,
            )
            for name, domain in files.items()
        ),
    )


def _no_cells(table: ExtractTable, file: ExtractFile) -> Cells:
    hidden = {"record_id", *table.identifiers, *table.reduced_to_year}
    columns = list(file.source.columns)
    return Cells(
        columns,
        {column: set() for column in columns if column not in hidden},
        {column: set() for column in columns if column in hidden},
    )


@dataclass
class _Lines:
    """The lines below the headings.

    ``gaps``: after which row how many empty lines stand. ``is_empty_one_a_row``: DuckDB would take one of them for a
    row, because delimiters or blanks stand there.
    """

    rows: int = 0
    gaps: dict[int, int] = field(default_factory=dict)
    empty: set[int] = field(default_factory=set)
    is_empty_one_a_row: bool = False


def _lines(table: ExtractTable, file: ExtractFile, text: TextFile, cells: Cells) -> _Lines:
    """The lines of the file; each row has as many fields as there are headings.

    ``cells`` takes up what stands in the mapped columns.
    """
    lines = _Lines()
    taken: list[list[str]] = []
    places = [text.headings.index(heading) for heading in file.source.columns.values()]

    def take() -> None:
        by_place = list(zip(*taken, strict=True))
        taken.clear()
        for column, place in zip(cells.columns, places, strict=True) if by_place else ():
            cells.values.get(column, cells.identifiers.get(column, set())).update(by_place[place])
        if table.name == "patients" and by_place:
            cells.rows.extend(zip(*(by_place[place] for place in places), strict=True))

    for line, fields in rows_of(file, text):
        if is_empty(fields):
            lines.gaps[lines.rows] = lines.gaps.get(lines.rows, 0) + 1
            lines.empty.add(line)
            lines.is_empty_one_a_row |= bool(fields)
            continue
        lines.rows += 1
        taken.append(fields)
        if len(taken) == LINES_AT_ONCE:
            take()
    take()
    if lines.rows == 0 and not table.may_be_empty:
        raise ExtractError(
            table.name,
            file.source.file,
            "the file has headings and no row; an empty table cannot be told from a lost one.",
        )
    return lines


def _heading_faults(table: ExtractTable, file: ExtractFile, text: TextFile) -> Iterator[ExtractError]:
    """What is wrong with the headings, and with what the mapping says of them: a fault for each column."""

    def fault(column: str, sentence: str) -> ExtractError:
        return ExtractError(table.name, file.source.file, sentence, field=column)

    mapped = file.source.columns
    for column in table.required:
        by_record = column == "subject_id" and "record_id" in mapped
        if column not in mapped and column not in file.source.not_collected and not by_record:
            yield fault(
                column,
                f"mapping.toml names no heading for the required column {column}; "
                f"add tables.{table.name}.columns.{column}.",
            )
    alike = {
        column: [name for name in text.headings if _folded(name) == _folded(heading)]
        for column, heading in mapped.items()
    }
    if not any(alike.values()):
        yield fault(
            HEADINGS,
            f"none of the {len(mapped)} columns of table {table.name} stands in line 1, which must hold the headings; "
            "correct the export or mapping.toml.",
        )
        return
    for column, heading in mapped.items():
        found = alike[column]
        if column not in table.columns and column != "record_id":
            yield fault(
                column,
                f"mapping.toml maps {column}, which table {table.name} does not have; correct the name or remove it.",
            )
        elif found != [heading]:
            what = "is missing" if not found else f"is written {found[0]!r}"
            if len(found) > 1:
                what = f"stands there {len(found)} times (capitals and blanks aside)"
            yield fault(
                column,
                f"the column {heading!r} ({table.name}.{column}) {what} in line 1; correct the export or mapping.toml.",
            )


def _folded(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split())
