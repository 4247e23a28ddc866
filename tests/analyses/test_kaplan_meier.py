"""The product-limit curve, its median and limits: by hand, and as R 4.2.2 / survival 3.5-3 and lifelines give them."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.kaplan_meier import Curve, Estimate, fit_curve, median, survival_limits

TEN_TIMES = [5, 8, 12, 16, 23, 27, 30, 33, 43, 45]
TEN_EVENTS = [1, 1, 1, 1, 0, 1, 0, 1, 0, 1]


def curve_of(times: Sequence[float], events: Sequence[int]) -> Curve:
    return fit_curve(np.array(times, dtype=float), np.array(events, dtype=bool))


def median_of(curve: Curve, convention: str = "r", rule: str = "midpoint") -> Estimate:
    return median(curve, convention, rule, 0.95)


def test_a_curve_by_hand() -> None:
    """At 2, one of 4 dies: S = 3/4. At 3, one is censored. At 5, one of 2: S = 3/4 x 1/2. At 6, one is censored."""
    curve = curve_of([2, 3, 5, 6], [1, 0, 1, 0])
    assert curve.time.tolist() == [2, 3, 5, 6]
    assert curve.n_risk.tolist() == [4, 3, 2, 1]
    assert curve.n_event.tolist() == [1, 0, 1, 0]
    assert curve.n_censored.tolist() == [0, 1, 0, 1]
    assert curve.survival.tolist() == [0.75, 0.75, 0.375, 0.375]
    # Greenwood: 1/(4 x 3) = 1/12, then + 1/(2 x 1).
    assert curve.greenwood == pytest.approx([1 / 12, 1 / 12, 7 / 12, 7 / 12])
    assert (curve.n, curve.events) == (4, 2)


def test_who_is_censored_on_the_day_of_a_death_was_at_risk_of_it() -> None:
    curve = curve_of([3, 3, 7], [1, 0, 0])
    assert curve.n_risk.tolist() == [3, 1]
    assert curve.survival[0] == pytest.approx(2 / 3)


def test_a_death_at_time_zero_counts() -> None:
    curve = curve_of([0, 1, 2], [1, 0, 0])
    assert curve.time.tolist() == [0, 1, 2]
    assert (curve.n, curve.events) == (3, 1)
    assert curve.survival == pytest.approx([2 / 3] * 3)


@pytest.mark.parametrize(("time", "expected"), [(0, 4), (2, 4), (2.5, 3), (5, 2), (6, 1), (6.1, 0)])
def test_at_risk_is_who_is_still_observed_just_before(time: float, expected: int) -> None:
    assert curve_of([2, 3, 5, 6], [1, 0, 1, 0]).at_risk(time) == expected


def slow_product_limit(times: list[int], events: list[bool]) -> list[Fraction]:
    """S just after each distinct time, in exact fractions, straight from the definition."""
    survival, steps = Fraction(1), []
    for now in sorted(set(times)):
        at_risk = sum(1 for time in times if time >= now)
        dying = sum(1 for time, event in zip(times, events, strict=True) if time == now and event)
        survival *= 1 - Fraction(dying, at_risk)
        steps.append(survival)
    return steps


@settings(deadline=None, max_examples=150, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40))
def test_the_curve_is_the_product_limit(subjects: list[tuple[int, bool]]) -> None:
    times, events = [time for time, _ in subjects], [event for _, event in subjects]
    curve = fit_curve(np.array(times, dtype=float), np.array(events))
    assert curve.time.tolist() == sorted(set(times))
    assert curve.survival == pytest.approx([float(step) for step in slow_product_limit(times, events)])
    assert int((curve.n_event + curve.n_censored).sum()) == curve.n == len(subjects)


# The median


def test_a_flat_median_is_its_middle_or_its_start() -> None:
    """Of four deaths on 1, 2, 3, 4, S is exactly 1/2 from 2 to 3: R prints 2.5, SPSS and lifelines 2."""
    curve = curve_of([1, 2, 3, 4], [1, 1, 1, 1])
    assert median_of(curve, rule="midpoint").value == 2.5
    assert median_of(curve, rule="first").value == 2.0


def test_a_half_made_of_many_fractions_is_still_a_half() -> None:
    """Of 14 deaths, S after the seventh is 13/14 x 12/13 x ... = 1/2 but for the last bits."""
    curve = curve_of(list(range(1, 15)), [1] * 14)
    assert median_of(curve).value == 7.5
    assert median_of(curve, rule="first").value == 7.0


def test_a_half_that_never_falls_has_no_middle() -> None:
    """One of two dies, the other is censored: S stays at 1/2, and R prints the time of the death."""
    assert median_of(curve_of([3, 9], [1, 0])).value == 3


@pytest.mark.parametrize(
    ("convention", "lower", "upper"),
    [
        ("r", 12, None),  # R survfit, conf.type = "log": 12-NA
        ("sas", 5, None),  # R survfit, conf.type = "log-log": 5-NA (lifelines says 5-45, which is wrong)
    ],
)
def test_the_median_of_ten_with_its_limits(convention: str, lower: float, upper: float | None) -> None:
    curve = curve_of(TEN_TIMES, TEN_EVENTS)
    assert median_of(curve, convention) == Estimate(27, lower, upper)
    assert median_of(curve, convention, "first") == Estimate(27, lower, upper)


def test_spss_limits_are_symmetric_about_the_median() -> None:
    """By hand: S(27) = .48 with Greenwood sum 7/60, so SE(S) = .48 x sqrt(7/60) = .1640; S is .60 at 16, the last
    time with S >= .55, and .32 at 33, the first with S <= .45; SE = .1640 x (33 - 16) / (.60 - .32) = 9.954.
    """
    estimate = median_of(curve_of(TEN_TIMES, TEN_EVENTS), "spss")
    error = 0.48 * np.sqrt(7 / 60) * 17 / 0.28
    assert estimate.value == 27
    assert (estimate.lower, estimate.upper) == pytest.approx((27 - 1.959964 * error, 27 + 1.959964 * error))


def test_spss_has_no_limits_where_the_curve_stops_at_a_half() -> None:
    assert median_of(curve_of([3, 9], [1, 0]), "spss") == Estimate(3, None, None)


@pytest.mark.parametrize("convention", ["r", "sas", "spss"])
@pytest.mark.parametrize(("times", "events"), [([], []), ([4, 5, 6], [0, 0, 0]), ([1, 2, 3], [1, 0, 0])])
def test_no_median_where_half_never_die(convention: str, times: list[float], events: list[int]) -> None:
    """Nobody at all, nobody dies, and one of three dies: not reached, never zero."""
    estimate = median_of(curve_of(times, events), convention)
    assert (estimate.value, estimate.upper) == (None, None)


def test_a_limit_can_be_reached_where_the_median_is_not() -> None:
    """One of three dies at 1: S = 2/3, lower log limit 2/3 x exp(-1.96 x sqrt(1/6)) = .30 is below 1/2 from 1 on."""
    assert median_of(curve_of([1, 2, 3], [1, 0, 0]), "r") == Estimate(None, 1, None)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_a_time_that_cannot_be_is_an_error_not_a_guess(wrong: float) -> None:
    with pytest.raises(ValueError, match="negative or missing"):
        curve_of([1, wrong], [1, 1])


# The limits of S(t)


def test_log_log_limits_are_those_of_lifelines() -> None:
    from lifelines import KaplanMeierFitter

    lower, upper = survival_limits(curve_of(TEN_TIMES, TEN_EVENTS), "sas", 0.95)
    theirs = KaplanMeierFitter().fit(TEN_TIMES, TEN_EVENTS).confidence_interval_.loc[TEN_TIMES]
    # The last row is S = 0, where lifelines says 0 to 0 and R, as we do, says nothing.
    assert lower[:-1] == pytest.approx(theirs.iloc[:-1, 0].to_numpy())
    assert upper[:-1] == pytest.approx(theirs.iloc[:-1, 1].to_numpy())
    assert np.isnan([lower[-1], upper[-1]]).all()


@pytest.mark.parametrize(
    ("convention", "lower", "upper"),
    [
        ("r", 0.732, 1.0),  # .9 x exp(-+1.96 x sqrt(1/90)): .7320 and 1.1065, which is cut at 1
        ("sas", 0.473, 0.9853),  # .9 ^ exp(+-1.96 x sqrt(1/90) / -log .9)
        ("spss", 0.7141, 1.0),  # .9 -+ 1.96 x .9 x sqrt(1/90)
    ],
)
def test_the_limits_after_one_death_in_ten(convention: str, lower: float, upper: float) -> None:
    made = survival_limits(curve_of(TEN_TIMES, TEN_EVENTS), convention, 0.95)
    assert (made[0][0], made[1][0]) == pytest.approx((lower, upper), abs=5e-5)


@pytest.mark.parametrize("convention", ["r", "sas", "spss"])
def test_before_the_first_death_the_limits_are_one(convention: str) -> None:
    lower, upper = survival_limits(curve_of([1, 2], [0, 1]), convention, 0.95)
    assert (lower[0], upper[0]) == (1, 1)
