"""A table that came as a workbook, written as the CSV that the loader reads.

One sheet with the headings in its first row. Cells are written as what they are, not as what they look like: a date in
the first date format of the study, a number without grouping, the last value that Excel computed for a formula.
"""

import csv
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from warehouse.errors import ExtractError

MOST_UNPACKED_BYTES = 500_000_000
MOST_COLUMNS = 1_000


def as_csv(table: str, workbook: Path, target: Path, date_format: str) -> None:
    """Writes the one sheet of ``workbook`` to ``target``.

    Raises:
        ExtractError: it is no workbook, holds several sheets, or would unpack to more than is sensible.
    """

    def error(sentence: str) -> ExtractError:
        return ExtractError(table, workbook.name, sentence)

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(workbook) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise error("the file is no workbook of Excel (.xlsx); save it as one, or as CSV UTF-8.") from None
    if unpacked > MOST_UNPACKED_BYTES:
        raise error(f"the workbook would unpack to {unpacked:,} bytes; save its sheet as CSV UTF-8 and send that.")
    try:
        book = load_workbook(workbook, read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, zipfile.BadZipFile):
        raise error("the workbook is damaged; save it anew, or save its sheet as CSV UTF-8.") from None
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(sheets) != 1:
            raise error(f"the workbook has {len(sheets)} visible sheets; keep the one with the records.")
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            for row in sheets[0].iter_rows(values_only=True):
                if len(row) > MOST_COLUMNS:
                    raise error(f"the sheet has more than {MOST_COLUMNS} columns; keep only those that are mapped.")
                if any(cell is not None for cell in row):
                    writer.writerow([_text(cell, date_format) for cell in row])
    finally:
        book.close()


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
    return " ".join(str(cell).split("\n"))
