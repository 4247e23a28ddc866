"""Every number has one name, one shape, and a reason where it is missing."""

import math

import pandas as pd
import pytest

from analyses.statistic import Statistic, rounded, statistics_frame


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"variable": "sex", "level": "M", "group": "A"}, "table1.sex.M.A.n"),
        ({"endpoint": "OS", "group": "A"}, "table1.OS.all.A.n"),
        ({"endpoint": "OS", "variable": "sex", "level": "M"}, "table1.OS.sex.M.all.n"),
        ({}, "table1.all.all.n"),
    ],
)
def test_the_name_says_what_of_whom(parts: dict[str, str], expected: str) -> None:
    assert Statistic(analysis="table1", statistic="n", value=1, **parts).result_id == expected  # type: ignore[arg-type]


def test_one_name_cannot_stand_for_two_numbers() -> None:
    twice = [Statistic(analysis="a", statistic="n", value=value) for value in (1, 2)]
    with pytest.raises(ValueError, match=r"a\.all\.all\.n stands for two statistics"):
        statistics_frame(twice, "spss")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (math.nan, None),
        (0.1 + 0.2, 0.3),  # 0.30000000000000004: the last bits differ between machines
        (1 / 3, 0.333333333333),
        (123456789012345, 123456789012000),
        (7e-8, 7e-8),
        (0, 0),
    ],
)
def test_twelve_significant_digits(value: float | None, expected: float | None) -> None:
    assert rounded(value) == expected


def test_a_frame_row_states_its_convention_and_keeps_the_order() -> None:
    frame = statistics_frame(
        [
            Statistic(analysis="b", statistic="n", value=1, denominator=3),
            Statistic(analysis="a", statistic="n", value=2, convention="r"),
        ],
        "spss",
    )
    assert frame["result_id"].tolist() == ["b.all.all.n", "a.all.all.n"]
    assert frame["convention"].tolist() == ["spss", "r"]
    assert frame["denominator"].tolist() == [3, pd.NA]


@pytest.mark.parametrize(
    ("value", "denominator", "note", "expected"),
    [
        (1.0, 2, "", ""),
        (None, 2, "not reached", "not reached"),
        (None, 0, "", "no patients"),
        (math.nan, 1, "", "not estimable"),  # the standard deviation of one patient
    ],
)
def test_a_missing_number_says_why(value: float | None, denominator: int, note: str, expected: str) -> None:
    row = Statistic(analysis="a", statistic="x", value=value, denominator=denominator, note=note)
    assert statistics_frame([row], "r")["note"].tolist() == [expected]


def test_no_statistics_still_have_their_columns() -> None:
    assert {"result_id", "value", "note"} <= set(statistics_frame([], "r").columns)
