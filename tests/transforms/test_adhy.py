"""ADHY: ALT or AST above three times and bilirubin above twice the upper limit, in the window of the protocol."""

from decimal import Decimal
from typing import Any

import pytest
from tiny_cohort import TinyCohort, day

UPPER = {"ALT": 40, "AST": 35, "BILI": 20, "ALP": 120}
UNIT = {"ALT": "U/L", "AST": "U/L", "BILI": "umol/L", "ALP": "U/L"}


@pytest.fixture
def tested(cohort: TinyCohort) -> TinyCohort:
    cohort.laboratory()
    return cohort


def result(cohort: TinyCohort, on: int, test: str, value: object, upper: object = None) -> None:
    cohort.add(
        "lab_results", sample_date=day(on), test=test, value=value, unit=UNIT[test], lower_limit=0,
        upper_limit=UPPER[test] if upper is None else upper,
    )  # fmt: skip


def one(cohort: TinyCohort, columns: str) -> tuple[Any, ...]:
    cohort.derive()
    return cohort.one(f"select {columns} from analysis.adhy")


@pytest.mark.parametrize(
    ("test", "value", "bilirubin", "expected"),
    [
        ("ALT", "120.001", "40.001", ("Y", "Y", "Y")),
        ("ALT", "120", "40.001", ("N", "Y", "N")),  # just three times is not above three times
        ("ALT", "120.001", "40", ("Y", "N", "N")),
        ("AST", "105.001", "40.001", ("Y", "Y", "Y")),
        ("AST", "105", "40.001", ("N", "Y", "N")),
    ],
)
def test_both_are_above_their_multiple_of_the_upper_limit(
    tested: TinyCohort, test: str, value: str, bilirubin: str, expected: tuple[str, ...]
) -> None:
    result(tested, 10, test, Decimal(value))
    result(tested, 10, "BILI", Decimal(bilirubin))
    assert one(tested, "transfl, bilifl, hyfl") == expected


@pytest.mark.parametrize(("days_after", "expected"), [(-1, "N"), (0, "Y"), (30, "Y"), (31, "N")])
def test_the_bilirubin_is_of_the_same_day_or_up_to_thirty_days_later(
    tested: TinyCohort, days_after: int, expected: str
) -> None:
    result(tested, 40, "ALT", 200)
    result(tested, 40 + days_after, "BILI", 100)
    assert one(tested, "hyfl") == (expected,)


@pytest.mark.parametrize(("on", "expected"), [(0, []), (-5, []), (1, [("Y",)])])
def test_only_values_after_the_start_count(tested: TinyCohort, on: int, expected: list[tuple[str]]) -> None:
    result(tested, on, "ALT", 200)
    result(tested, on, "BILI", 100)
    tested.derive()
    assert tested.rows("select hyfl from analysis.adhy") == expected


def test_the_first_pair_is_shown_with_the_baseline_and_the_highest_values(tested: TinyCohort) -> None:
    result(tested, -3, "ALT", 60)
    result(tested, -3, "BILI", 10)
    result(tested, 20, "ALT", 200)
    result(tested, 20, "AST", 350)
    result(tested, 25, "BILI", 50)
    result(tested, 27, "BILI", 90)
    result(tested, 60, "ALT", 800)
    columns = "hytest, hydt, hyx, bilidt, bilix, btrans, bbili, maxtrans, maxbili"
    assert one(tested, columns) == ("AST", day(20), 10, day(25), 2.5, 1.5, 0.5, 20, 4.5)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([(10, "239.999")], "Y"),
        ([(10, "240")], "N"),  # twice the upper limit of 120
        ([(10, "100"), (40, "500")], "N"),  # the highest in the window decides
        ([(9, "500"), (10, "100"), (41, "500")], "Y"),
        ([(41, "100")], None),
        ([], None),
    ],
)
def test_alkaline_phosphatase_below_twice_its_limit_supports_it(
    tested: TinyCohort, values: list[tuple[int, str]], expected: str | None
) -> None:
    result(tested, 10, "ALT", 200)
    result(tested, 10, "BILI", 100)
    for on, value in values:
        result(tested, on, "ALP", Decimal(value))
    assert one(tested, "hyfl, alpfl") == ("Y", expected)


def test_a_value_without_an_upper_limit_takes_no_part(tested: TinyCohort) -> None:
    result(tested, 10, "ALT", 200, upper=0)
    result(tested, 10, "BILI", 100)
    assert one(tested, "transfl, hyfl, maxtrans") == ("N", "N", None)
