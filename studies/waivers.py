"""Waivers: findings that may stay as they are, for a reason, until a day, and only while the record says the same."""

import csv
from collections.abc import Mapping
from datetime import date as Day
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from studies.errors import StudyError
from studies.formula_text import plain_text, safe_text

COLUMNS = ("query_id", "stamp", "reason", "who", "date", "expires")
WRITTEN_BY_PEOPLE = ("reason", "who")
HOW = {
    "query_id": "is no id of a query; copy it from the column “query” of the workbook (16 letters and digits)",
    "stamp": "is no stamp of a query; copy it from the workbook (12 letters and digits, as text: a spreadsheet "
    "may make a number of them)",
    "reason": "is missing or too short; say why the record may stay as it is",
    "who": "is missing; say who decided it",
    "date": "is no day; write the day of the decision as year-month-day, such as 2026-01-31",
    "expires": "is no day; write the last day on which the waiver holds as year-month-day, such as 2026-01-31",
}
"""By column: what is wrong with an entry that is refused, and what to write."""
ENDS_TOO_EARLY = "lies before the day on which the waiver begins; name a later day"


class Waiver(BaseModel):
    """One line of waivers.csv. ``query_id`` and ``stamp`` are those of the query workbook."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    query_id: str = Field(pattern="^[0-9a-f]{16}$")
    stamp: str = Field(pattern="^[0-9a-f]{12}$")
    reason: str = Field(min_length=3)
    who: str = Field(min_length=1)
    date: Day
    expires: Day

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.expires < self.date:
            raise ValueError(ENDS_TOO_EARLY)
        return self


def read_waivers(file: Path) -> list[dict[str, str]]:
    """The lines of ``file`` in order, days as year-month-day; none where there is no such file.

    Raises:
        StudyError: the file is no such table, or a line is not complete.
    """
    return _read(file)[1]


def append_waiver(file: Path, waiver: Mapping[str, str]) -> Path:
    """Adds one line to ``file``, which is made if need be, and gives it.

    Raises:
        StudyError: the line is not complete (its columns are named as options), or the file is no such table.
    """
    headings, _ = _read(file)
    kept = _waiver(waiver, "--")
    ends_in_a_line = not headings or file.read_bytes().endswith((b"\n", b"\r"))
    with file.open("a", encoding="utf-8", newline="") as opened:
        if not ends_in_a_line:
            opened.write("\n")
        writer = csv.DictWriter(opened, headings or COLUMNS, lineterminator="\n", restval="")
        if not headings:
            writer.writeheader()
        writer.writerow({name: safe_text(text) if name in WRITTEN_BY_PEOPLE else text for name, text in kept.items()})
    return file


def _read(file: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The headings of ``file`` and its waivers; nothing where there is no such file, or nothing in it."""
    if file.is_dir():
        raise StudyError(f"{file}: is a folder; give it another name, waivers are written into a file of this name.")
    if not file.is_file():
        return [], []
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            headings = list(reader.fieldnames or [])
            if missing := [name for name in COLUMNS if headings and name not in headings]:
                raise StudyError(
                    f"{file}: the column {missing[0]} is missing; the first line must be {','.join(COLUMNS)}, "
                    "with commas between."
                )
            return headings, [_line(f"{file}, line {reader.line_num}", row) for row in reader]
    except (UnicodeDecodeError, csv.Error):
        raise StudyError(f"{file}: cannot be read as CSV; save it from the spreadsheet as “CSV UTF-8”.") from None


def _line(where: str, row: Mapping[str | None, Any]) -> dict[str, str]:
    if None in row:
        raise StudyError(
            f"{where}: has more cells than there are columns; put quotes around a text with a comma in it."
        )
    cells = {str(name): plain_text((text or "").strip()) for name, text in row.items()}
    return _waiver(cells, f"{where}: ")


def _waiver(cells: Mapping[str, str], before: str) -> dict[str, str]:
    """``before`` stands before the name of the column that is wrong."""
    try:
        return Waiver.model_validate({name: cells[name] for name in COLUMNS}).model_dump(mode="json")
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors() if fault["loc"]}
    column = next((name for name in COLUMNS if name in wrong), "")
    raise StudyError(f"{before}{column} {HOW[column]}." if column else f"{before}expires {ENDS_TOO_EARLY}.")
