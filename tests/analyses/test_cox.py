"""Hazard ratios against R 4.2.2 / survival 3.5-3, and the columns that have none."""

import math
import warnings

import pandas as pd
import pytest

from analyses.cox import HazardRatio, hazard_ratios

TIMES = [1, 2, 2, 3, 3, 3, 4, 5, 6, 7, 8, 9]
EVENTS = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]
TREATED = [1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0]


def ratios(
    times: list[int], events: list[int], ties: str = "efron", level: float = 0.95, **columns: list[int]
) -> dict[str, HazardRatio]:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        return hazard_ratios(
            pd.Series(times, dtype=float),
            pd.Series(events) == 1,
            pd.DataFrame(columns, dtype=float),
            ties,
            level,
        )


@pytest.mark.parametrize(("ties", "expected"), [("efron", 4.2079), ("breslow", 3.8325)])
def test_twelve_patients_with_ties_as_in_r(ties: str, expected: float) -> None:
    """R's coxph gives exp(coef) 4.2079 with Efron's handling and 3.8325 with Breslow's."""
    ratio = ratios(TIMES, EVENTS, ties, x=TREATED)["x"]
    assert ratio.hr == pytest.approx(expected, abs=5e-5)
    assert ratio.note == ""


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_two_against_two_by_hand(ties: str) -> None:
    """x dies at 1, o at 2, x at 3, o at 4; h is the hazard ratio of x.

    Partial likelihood h/(2h + 2) x 1/(h + 2) x h/(h + 1): its logarithm is greatest where
    2/h = 2/(h + 1) + 1/(h + 2), that is h^2 - h - 4 = 0: h = (1 + sqrt 17) / 2.
    """
    ratio = ratios([1, 2, 3, 4], [1, 1, 1, 1], ties, x=[1, 0, 1, 0])["x"]
    assert ratio.hr == pytest.approx((1 + math.sqrt(17)) / 2, rel=1e-5)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_wald_limits_are_symmetric_about_the_logarithm_and_agree_with_p(ties: str) -> None:
    ratio = ratios(TIMES, EVENTS, ties, x=TREATED)["x"]
    assert ratio.hr is not None
    assert ratio.lower is not None
    assert ratio.upper is not None
    assert ratio.lower * ratio.upper == pytest.approx(ratio.hr**2)
    z = math.log(ratio.hr) / (math.log(ratio.upper / ratio.lower) / 2 / 1.959964)
    assert ratio.p == pytest.approx(math.erfc(z / math.sqrt(2)), rel=1e-5)


def test_turning_the_groups_round_inverts_the_ratio() -> None:
    there, back = ratios(TIMES, EVENTS, x=TREATED)["x"], ratios(TIMES, EVENTS, x=[1 - x for x in TREATED])["x"]
    assert there.hr is not None
    assert back.hr == pytest.approx(1 / there.hr)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize(
    ("events", "column", "note"),
    [
        ([0] * 12, TREATED, "not estimable: no events"),
        (EVENTS, [1] * 12, "not estimable: all patients have the same level"),
        (EVENTS, [0] * 10 + [1, 1], "not estimable: no events in one of the groups"),
        ([1] * 12, [1] * 6 + [0] * 6, "not estimable: the groups are separated"),  # all of one die before any other
        ([1] * 12, [0] * 6 + [1] * 6, "not estimable: the groups are separated"),
    ],
)
def test_what_cannot_be_estimated_has_a_note_and_no_number(
    ties: str, events: list[int], column: list[int], note: str
) -> None:
    """lifelines gives a hazard ratio of 7e7 for a separated column without an error."""
    assert ratios(list(range(1, 13)), events, ties, x=column)["x"] == HazardRatio(None, None, None, None, note)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_a_column_that_says_nothing_leaves_the_others_as_they_were(ties: str) -> None:
    made = ratios(TIMES, EVENTS, ties, constant=[1] * 12, x=TREATED)
    assert list(made) == ["constant", "x"]
    assert made["constant"].hr is None
    assert made["x"] == ratios(TIMES, EVENTS, ties, x=TREATED)["x"]


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_two_columns_that_say_the_same_cannot_be_told_apart(ties: str) -> None:
    made = ratios(TIMES, EVENTS, ties, x=TREATED, untreated=[1 - x for x in TREATED])
    nothing = HazardRatio(None, None, None, None, "not estimable: the factors cannot be told apart")
    assert made == {"x": nothing, "untreated": nothing}


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_a_wider_confidence_level_gives_wider_limits(ties: str) -> None:
    narrow, wide = (ratios(TIMES, EVENTS, ties, level, x=TREATED)["x"] for level in (0.9, 0.99))
    assert wide.lower is not None
    assert narrow.lower is not None
    assert wide.lower < narrow.lower
    assert wide.hr == narrow.hr
