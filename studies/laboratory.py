"""How laboratory results are graded: the tests of a protocol, and the limits and units that are data of the study."""

import csv
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from studies.entry import Entry
from studies.errors import StudyError

LIMITS_FILE, UNITS_FILE = "grading_limits.csv", "laboratory_units.csv"


class LaboratoryTest(Entry):
    """A test that is analysed. ``unit`` is that of the analysis; ``term`` the adverse event that reports its grade."""

    test: str
    label: str
    unit: str
    term: str | None = None


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Line = TypeVar("Line", bound=_Line)


class GradingLimit(_Line):
    """One grade of one test: it begins where a value is beyond ``limit``, above a high one and below a low one.

    ``basis`` says what the limit is: so many times the upper (ULN) or lower (LLN) limit of normal, or absolute, in
    ``unit``.
    """

    ctcae_version: str = Field(min_length=1)
    test: str = Field(min_length=1)
    direction: Literal["high", "low"]
    grade: int = Field(ge=1, le=4)
    basis: Literal["ULN", "LLN", "absolute"]
    limit: Decimal = Field(gt=0, max_digits=9, decimal_places=3)
    unit: str
    source: str = Field(min_length=3)

    @model_validator(mode="after")
    def _has_its_unit(self) -> Self:
        if (self.basis == "absolute") != bool(self.unit):
            raise ValueError("an absolute limit has a unit, and a multiple of a limit of normal has none")
        return self


class LaboratoryUnit(_Line):
    """A unit in which a test comes: a value times ``factor`` is in the unit of the analysis, exact to six decimals."""

    test: str = Field(min_length=1)
    unit: str = Field(min_length=1)
    factor: Decimal = Field(gt=0, lt=1000, decimal_places=3)


def laboratory_tables(
    directory: Path, tests: Sequence[LaboratoryTest], ctcae_version: str | None
) -> dict[str, list[dict[str, Any]]]:
    """The tables ``laboratory_tests``, ``grading_limits`` and ``laboratory_units`` of the schema ``study``.

    Limits are those of ``ctcae_version``; units are in lower case, as the SQL compares them; numbers are text, so that
    the SQL reads them as decimals and not as floating point. A file that is not there has no rows.

    Raises:
        StudyError: a file lacks a column, or a line is not as it must be, is there twice or in another unit.
    """
    limits = _read(directory / LIMITS_FILE, GradingLimit, ("ctcae_version", "test", "direction", "grade"))
    units = _read(directory / UNITS_FILE, LaboratoryUnit, ("test", "unit"))
    unit_of = {entry.test: entry.unit for entry in tests}
    for limit in limits:
        if limit.unit and limit.unit != unit_of.get(limit.test, limit.unit):
            raise StudyError(
                f"{directory / LIMITS_FILE}: the limits of {limit.test} are in {limit.unit}, and laboratory_tests of "
                f"protocol.toml has it in {unit_of[limit.test]}."
            )
    return {
        "laboratory_tests": [{**entry.model_dump(), "test_order": order} for order, entry in enumerate(tests, start=1)],
        "grading_limits": [
            {
                "test": limit.test,
                "direction": limit.direction,
                "grade": limit.grade,
                "basis": limit.basis,
                "limit_value": str(limit.limit),
            }
            for limit in limits
            if limit.ctcae_version == ctcae_version
        ],
        "laboratory_units": [
            {"test": unit.test, "unit": unit.unit.lower(), "factor": str(unit.factor)} for unit in units
        ],
    }


def _read(file: Path, kind: type[Line], key: tuple[str, ...]) -> list[Line]:
    if not file.is_file():
        return []
    columns = list(kind.model_fields)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        if missing := [name for name in columns if name not in (reader.fieldnames or [])]:
            raise StudyError(f"{file}: the column {missing[0]} is missing; expected are {', '.join(columns)}.")
        lines = [_line(f"{file}, line {number}", row, kind) for number, row in enumerate(reader, start=2)]
    keys = [tuple(str(getattr(line, name)).lower() for name in key) for line in lines]
    for number, of_line in enumerate(keys, start=2):
        if keys.index(of_line) + 2 < number:
            raise StudyError(f"{file}, line {number}: {', '.join(of_line)} stands in an earlier line already.")
    return lines


def _line(where: str, row: dict[str, str], kind: type[Line]) -> Line:
    try:
        return kind.model_validate({name: row[name] or "" for name in kind.model_fields})
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(str(part) for part in first["loc"]) or "the line"
        raise StudyError(f"{where}: {column} is not as it must be ({first['msg'].lower()}).") from None
