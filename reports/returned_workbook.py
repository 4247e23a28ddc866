"""Reads the answers out of a workbook that came back: by query id alone, row by row, trusting nothing in the file."""

import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from reports.query_sheet import ANSWER_COLUMNS, LOCKED_COLUMNS, SEAL, cell_text, seal
from reports.workbook_cells import day_of

LONGEST_ANSWER = 2000
LONGEST_NAME = 200
LARGEST_FILE = 50 * 1024 * 1024
LARGEST_INFLATED = 200 * 1024 * 1024
MOST_PARTS = 10_000
"""Files inside the zip; a workbook of ours has twenty."""
MOST_COLUMNS = 100
MOST_ROWS = 1_048_576
"""The last row of Excel; a spoilt file can name rows beyond, and openpyxl would count up to them."""
ROWS_BEFORE_HEADINGS = 20
QUERY_ID = re.compile(r"[0-9a-f]{16}")
SERIAL_DAYS = range(36_526, 73_051)
"""Days of 2000 to 2099 as Excel counts them: what is left of a date where a program dropped its format."""

HEADINGS = tuple(column.heading for column in (*LOCKED_COLUMNS, *ANSWER_COLUMNS, SEAL))
Row = tuple[Any, ...]


class ReturnedWorkbookError(Exception):
    """A workbook that cannot be read; one sentence that names the file and says what to do."""


@dataclass(frozen=True)
class ReturnedRow:
    """One answered row. ``refusal`` is empty, or the sentence that says why the answer is not taken.

    ``stamp`` is the value that it was asked for.
    ``row`` is the line in the sheet as it came back; ``answered_on`` is year-month-day, empty where there is no day.
    """

    row: int
    query_id: str
    answer: str
    answered_by: str
    answered_on: str
    refusal: str
    stamp: str = field(default="", compare=False)


def read_answers(path: Path) -> list[ReturnedRow]:
    """The rows with an answer, in the order of the sheet; rows without one are passed over.

    Columns are found by their headings, and rows may have been sorted or hidden. Formulas are never evaluated.

    Raises:
        ReturnedWorkbookError: the file is no workbook of queries, or not safe to open.
    """
    _refuse_unsafe(path)
    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # openpyxl's warnings quote cells
            return _read(path, file)
    except ReturnedWorkbookError:
        raise
    except Exception:  # openpyxl fails in many ways on a spoilt file, and its messages may quote a cell
        raise _spoilt(path) from None


def _read(path: Path, file: Any) -> list[ReturnedRow]:
    from openpyxl import load_workbook
    from openpyxl.cell.read_only import EmptyCell

    book = load_workbook(file, read_only=True, keep_links=False)
    try:
        name = next((name for name in book.sheetnames if name.strip().lower() == "queries"), None)
        if name is None:
            raise ReturnedWorkbookError(f"{path.name}: there is no sheet “queries”; send back the workbook as it came.")
        sheet: Any = book[name]
        sheet.reset_dimensions()  # the file may declare a size that it does not have
        rows = enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1)
        places = _places(path, rows)
        found = []
        for row, cells in rows:
            if row > MOST_ROWS:
                raise _spoilt(path)
            if set(map(type, cells)) != {EmptyCell} and (reply := _row(row, cells, places, book)):
                found.append(reply)
        return _with_duplicates_refused(found)
    finally:
        book.close()


def _places(path: Path, rows: Iterator[tuple[int, Row]]) -> dict[str, int]:
    """Where each heading stands; takes the rows up to the headings."""
    for row, cells in rows:
        words = [cell_text(cell.value).lower() for cell in cells]
        if "query" in words and "answer" in words:
            for heading in HEADINGS:
                if words.count(heading) != 1:
                    fault = "is missing" if heading not in words else "is there more than once"
                    raise ReturnedWorkbookError(
                        f"{path.name}: the column “{heading}” {fault}; copy the answers into the workbook as it came."
                    )
            return {heading: words.index(heading) for heading in HEADINGS}
        if row >= ROWS_BEFORE_HEADINGS:
            break
    raise ReturnedWorkbookError(
        f"{path.name}: the sheet “queries” has no headings “query” and “answer”; "
        "copy the answers into the workbook as it came."
    )


def _row(row: int, cells: Row, places: dict[str, int], book: Any) -> ReturnedRow | None:
    """What one row says, or none where nobody has written anything and there is nothing to compare it with."""
    at = {heading: cells[place] if place < len(cells) else None for heading, place in places.items()}
    replies = [at[column.heading] for column in ANSWER_COLUMNS]
    query = _text(at["query"])
    found = ReturnedRow(row, query if QUERY_ID.fullmatch(query) else "", "", "", "", "")
    if not any(_text(cell) for cell in replies):
        return found if found.query_id else None
    if any(_is_formula(cell) for cell in replies):
        return replace(found, refusal="An answer cell holds a formula or an error; write the answer as plain text.")
    answer, answered_by, answered_on = _text(replies[0]), _text(replies[1]), _day(replies[2], book)
    found = replace(found, answer=answer, answered_by=answered_by, answered_on=answered_on, stamp=_text(at["stamp"]))
    locked = [at[column.heading] for column in LOCKED_COLUMNS]
    return replace(found, refusal=_refusal(found, query, locked, _text(at["seal"]), bool(_text(replies[2]))))


def _refusal(found: ReturnedRow, query: str, locked: Sequence[Any], sealed: str, has_date: bool) -> str:
    if not query:
        return "The row has no query id; copy the answer into the row of its query."
    is_formula = any(cell is not None and cell.data_type == "f" for cell in locked)
    if not found.query_id or is_formula or sealed != seal([cell.value if cell else None for cell in locked]):
        return "A locked cell of this row was changed; copy the answer into the workbook as it came."
    if not found.answer:
        return "The answer is missing; write it into the column “answer”."
    if len(found.answer) > LONGEST_ANSWER:
        return f"The answer is longer than {LONGEST_ANSWER} characters; shorten it."
    if not found.answered_by:
        return "“answered by” is missing; write who has answered."
    if len(found.answered_by) > LONGEST_NAME:
        return f"“answered by” is longer than {LONGEST_NAME} characters; write a name only."
    if not has_date:
        return "The date is missing; write it as year-month-day."
    if not found.answered_on:
        return "The date is not a date; write it as year-month-day, for example 2026-01-31."
    return ""


def _with_duplicates_refused(rows: list[ReturnedRow]) -> list[ReturnedRow]:
    """The answered rows; all rows of an id that stands there twice, if one of them is answered, are refused."""
    often = {query for query, times in Counter(row.query_id for row in rows).items() if query and times > 1}
    answered = {row.query_id for row in rows if _is_answered(row)}
    kept = []
    for row in rows:
        if row.query_id in often & answered:
            sentence = "This query stands in the workbook more than once; keep one row of it."
            kept.append(replace(row, refusal=sentence))
        elif _is_answered(row):
            kept.append(row)
    return kept


def _is_answered(row: ReturnedRow) -> bool:
    return bool(row.answer or row.answered_by or row.answered_on or row.refusal)


def _text(cell: Any) -> str:
    return "" if cell is None else cell_text(cell.value)


def _is_formula(cell: Any) -> bool:
    return cell is not None and (cell.data_type in ("f", "e") or _text(cell).startswith("="))


def _day(cell: Any, book: Any) -> str:
    """The day of a cell as year-month-day; empty where it is none."""
    from openpyxl.utils.datetime import from_excel

    value = None if cell is None else cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and int(value) in SERIAL_DAYS:
        value = from_excel(int(value), book.epoch)
    if isinstance(value, datetime):
        value = value.date()
    if not isinstance(value, date):
        value = day_of(cell_text(value))
    return value.isoformat() if value else ""


def _refuse_unsafe(path: Path) -> None:
    """Looks at the file from outside: size, kind, what the zip says of itself; before a byte is inflated."""
    name = path.name
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(8)
    except OSError:
        raise ReturnedWorkbookError(f"{name}: the file cannot be read; check its place and its permissions.") from None
    if size > LARGEST_FILE:
        raise ReturnedWorkbookError(f"{name}: the file is larger than 50 MB; send back the workbook as it came.")
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise ReturnedWorkbookError(
            f"{name}: the workbook has a password or is of the old kind (.xls); save it as .xlsx without a password."
        )
    if not start.startswith(b"PK"):
        raise ReturnedWorkbookError(f"{name}: this is no Excel workbook; send back the file as .xlsx.")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_INFLATED:
                raise ReturnedWorkbookError(
                    f"{name}: unpacked, the file is larger than 200 MB; send back the workbook as it came."
                )
            if any(part.flag_bits & 1 for part in parts):
                raise ReturnedWorkbookError(f"{name}: the file has a password; save it as .xlsx without one.")
            _refuse_kind(name, archive)
    except ReturnedWorkbookError:
        raise
    except Exception:  # zipfile and zlib fail in many ways on a spoilt file
        raise _spoilt(path) from None


def _refuse_kind(name: str, archive: zipfile.ZipFile) -> None:
    names = {part.lower() for part in archive.namelist()}
    if "[content_types].xml" not in names:
        raise ReturnedWorkbookError(f"{name}: this is no Excel workbook; send back the file as .xlsx.")
    kinds = archive.read(next(part for part in archive.namelist() if part.lower() == "[content_types].xml")).lower()
    if any(part.endswith("vbaproject.bin") for part in names) or b"macroenabled" in kinds or b"vbaproject" in kinds:
        raise ReturnedWorkbookError(f"{name}: the workbook has macros; save it as .xlsx without macros.")
    for part in archive.namelist():
        if part.lower().endswith((".xml", ".rels")):
            with archive.open(part) as content:
                head = content.read(4096).replace(b"\0", b"")
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise ReturnedWorkbookError(f"{name}: the file was not written by Excel; save it as .xlsx once more.")


def _spoilt(path: Path) -> ReturnedWorkbookError:
    return ReturnedWorkbookError(
        f"{path.name}: the file is cut short or spoilt; open it in Excel, save it as .xlsx and send it once more."
    )
