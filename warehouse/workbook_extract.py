"""A table that came as a workbook, written as the CSV that the loader reads.

One sheet with the headings in its first row. Cells are written as what they are, not as what they look like: a date in
the first date format of the study, a number without grouping, the last value that Excel computed for a formula. Row 7
of the sheet is line 7 of the text.
"""

import csv
import errno
import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from warehouse.errors import HEADINGS, ExtractError, raise_all
from warehouse.extract_files import ExtractFile

MOST_UNPACKED_BYTES = 500_000_000
MOST_COLUMNS = 1_000
MOST_ROWS = 1_048_576
"""That a sheet of Excel has."""
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PACKED = b"PK\3\4"

_ANEW = "save it anew in Excel, or save its sheet as CSV UTF-8, and send that."


def as_csv(file: ExtractFile, target: Path) -> None:
    """Writes the one visible sheet of the workbook ``file`` to ``target``.

    Raises:
        ExtractError: it is no workbook, is locked or damaged, has not one visible sheet, would unpack to more than is
            sensible, or a formula of a mapped column was never calculated.
    """
    from openpyxl import load_workbook

    _refuse_what_is_no_workbook(file)
    try:
        with (
            closing(load_workbook(file.path, read_only=True, data_only=True)) as values,
            closing(load_workbook(file.path, read_only=True, data_only=False)) as formulas,
            target.open("w", encoding="utf-8", newline="") as text,
        ):
            sheet = _the_sheet(file, values)
            read = _Sheet(file, sheet.title)
            rows = _rows(read, sheet, formulas[sheet.title])
            writer = csv.writer(text, lineterminator="\n")
            last = 0
            for number, texts in rows:
                text.write("\n" * (number - last - 1))
                writer.writerow(texts)
                last = number
    except (ExtractError, MemoryError):
        raise
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):  # the disk; a place that is not in the file is EINVAL
            raise
        raise _damaged(file) from None
    except Exception:
        # What openpyxl raises depends on where the damage is: an error of XML, of zlib, a key, an index, a value.
        raise _damaged(file) from None
    raise_all(list(read.never_calculated()))


def _refuse_what_is_no_workbook(file: ExtractFile) -> None:
    with file.path.open("rb") as content:
        start = content.read(len(OLD_OR_LOCKED))
    if not start:
        raise _error(file, "the file is empty; ask for it again.")
    if start == OLD_OR_LOCKED:
        raise _error(
            file,
            "the workbook has a password or is of the old kind (.xls); save it as .xlsx without a password "
            "and send it again.",
        )
    if not start.startswith(PACKED):
        name = Path(file.source.file).with_suffix(".csv").name
        raise _error(
            file, f"the file is called a workbook and is none; if it is CSV, rename it to {name}, else save it anew."
        )
    try:
        with zipfile.ZipFile(file.path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise _damaged(file) from None
    if unpacked > MOST_UNPACKED_BYTES:
        raise _error(
            file, f"the workbook would unpack to {unpacked:,} bytes; save its sheet as CSV UTF-8 and send that."
        )


def _the_sheet(file: ExtractFile, book: Any) -> Any:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise _error(file, "the workbook has no visible sheet; put the records on one and send it again.")
    if len(sheets) > 1:
        raise _error(file, f"the workbook has {len(sheets)} visible sheets; keep the one with the records.")
    return sheets[0]


@dataclass
class _Sheet:
    """What was seen of the sheet: its headings, and by place the cells of formulas that have no value."""

    file: ExtractFile
    title: str
    headings: list[str] = field(default_factory=list)
    unanswered: dict[int, list[str]] = field(default_factory=dict)

    def never_calculated(self) -> Iterator[ExtractError]:
        """A fault for each mapped column, and each heading, that has such a cell; what is not mapped is not read."""
        source = self.file.source
        columns = {heading: column for column, heading in source.columns.items()}
        for place, cells in sorted(self.unanswered.items()):
            heading = self.headings[place].strip() if place < len(self.headings) else ""
            column = columns.get(heading, "")
            if not column and not re.fullmatch(r"[A-Z]+1", cells[0]):
                continue
            what = f"of the column {heading!r} ({source.table}.{column})" if column else "of the headings"
            several = f"{len(cells)} formulas {what} were" if len(cells) > 1 else f"a formula {what} was"
            yield _error(
                self.file,
                f"{several} never calculated, first in cell {cells[0]} of the sheet {self.title!r}; "
                "open the workbook in Excel, save it and send it again.",
                column or HEADINGS,
            )


def _rows(read: _Sheet, values: Any, formulas: Any) -> Iterator[tuple[int, list[str]]]:
    """The number and the texts of each row that has any, each as wide as the headings."""
    for sheet in (values, formulas):
        sheet.reset_dimensions()  # a sheet may say that it is smaller than it is
    for number, (cells, asked) in enumerate(zip(values.iter_rows(), formulas.iter_rows(), strict=True), start=1):
        if number > MOST_ROWS:
            raise _error(read.file, f"the sheet has more than {MOST_ROWS:,} rows; {_ANEW}")
        texts = [_text(cell.value, read.file.source.date_format) for cell in cells]
        for place, (cell, question) in enumerate(zip(cells, asked, strict=True)):
            # A formula whose answer is an empty text says so by its kind.
            if question.data_type == "f" and cell.value is None and cell.data_type != "str":
                read.unanswered.setdefault(place, []).append(question.coordinate)
        while texts and not texts[-1]:
            texts.pop()
        if len(texts) > MOST_COLUMNS:
            raise _error(read.file, f"the sheet has more than {MOST_COLUMNS} columns; keep only those that are mapped.")
        if number == 1:
            read.headings = texts
        if texts:
            yield number, texts + [""] * (len(read.headings) - len(texts))


def _text(cell: Any, date_format: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime) and cell.time() != time():
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.strftime(date_format)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return re.sub(r"[\r\n]+", " ", str(cell))


def _damaged(file: ExtractFile) -> ExtractError:
    return _error(file, f"the workbook is damaged or was cut short; {_ANEW}")


def _error(file: ExtractFile, sentence: str, field: str | None = None) -> ExtractError:
    return ExtractError(file.source.table, file.source.file, sentence, field=field)
