"""Waivers: findings that may stay as they are, for a reason, until a day, and only while the record says the same."""

import csv
from datetime import date as Day
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from studies.errors import StudyError

COLUMNS = ("query_id", "stamp", "reason", "who", "date", "expires")


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
            raise ValueError("expires is before date")
        return self


def read_waivers(file: Path) -> list[dict[str, str]]:
    """The lines of ``file`` in order, days as year-month-day; none where there is no such file.

    Raises:
        StudyError: a column is missing, or a line is not complete.
    """
    if not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        if missing := [name for name in COLUMNS if name not in (reader.fieldnames or [])]:
            raise StudyError(f"{file}: the column {missing[0]} is missing; expected are {', '.join(COLUMNS)}.")
        return [_waiver(f"{file}, line {number}", row) for number, row in enumerate(reader, start=2)]


def append_waiver(file: Path, waiver: dict[str, str]) -> Path:
    """Adds one line to ``file``, which is made if need be, and gives it.

    Raises:
        StudyError: the line is not complete, or the file has other columns.
    """
    read_waivers(file)
    kept = _waiver("the waiver", waiver)
    is_new = not file.is_file()
    with file.open("a", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, COLUMNS, lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(kept)
    return file


def _waiver(where: str, row: dict[str, str]) -> dict[str, str]:
    try:
        return Waiver.model_validate({name: row[name] for name in COLUMNS}).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(str(part) for part in first["loc"]) or "the line"
        raise StudyError(f"{where}: {column} is not as it must be ({first['msg'].lower()}).") from None
