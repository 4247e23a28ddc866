"""Restricted mean survival times by hand; against R in test_against_r."""

import numpy as np
import pytest

from analyses.kaplan_meier import Curve, fit_curve
from analyses.restricted_mean import common_horizon, restricted_mean, restricted_mean_difference


def curve_of(times: list[float], events: list[int]) -> Curve:
    return fit_curve(np.array(times, dtype=float), np.array(events, dtype=bool))


def test_the_area_under_a_curve_by_hand() -> None:
    """Four, of whom one dies at 2 and one at 5 (three at risk then two): S is 1 to 2, 3/4 to 5, 3/8 after.

    Up to 6: 2 + 3 x 3/4 + 3/8 = 37/8. Variance: (21/8)^2 / (4 x 3) + (3/8)^2 / (2 x 1).
    """
    mean = restricted_mean(curve_of([2, 3, 5, 6], [1, 0, 1, 0]), 6)
    assert mean.value == pytest.approx(37 / 8)
    assert mean.error == pytest.approx(((21 / 8) ** 2 / 12 + (3 / 8) ** 2 / 2) ** 0.5)


def test_without_censoring_it_is_the_mean_of_the_times_cut_at_the_horizon() -> None:
    assert restricted_mean(curve_of([1, 3, 5, 9], [1] * 4), 6).value == pytest.approx((1 + 3 + 5 + 6) / 4)


def test_beyond_follow_up_it_is_not_known_unless_nobody_is_left() -> None:
    assert restricted_mean(curve_of([1, 3], [1, 0]), 4).note == "not estimable: the horizon is beyond follow-up"
    assert restricted_mean(curve_of([1, 3], [1, 1]), 4).value == pytest.approx(2)
    assert restricted_mean(curve_of([], []), 4).note == "no patients"


def test_the_difference_of_two_groups() -> None:
    first, second = curve_of([2, 4, 6, 8], [1] * 4), curve_of([1, 2, 3, 4], [1] * 4)
    made = restricted_mean_difference(first, second, 8, 0.95)
    errors = [restricted_mean(curve, 8).error for curve in (first, second)]
    assert made.value == pytest.approx(5 - 2.5)
    assert made.upper == pytest.approx(2.5 + 1.959964 * float(np.hypot(*errors)), rel=1e-6)  # type: ignore[arg-type]
    assert made.p is not None
    turned = restricted_mean_difference(second, first, 8, 0.95)
    assert (turned.value, turned.p) == pytest.approx((-2.5, made.p))


def test_no_deaths_before_the_horizon_is_no_test() -> None:
    alive = curve_of([5, 6], [0, 0])
    assert restricted_mean_difference(alive, alive, 4, 0.95).note == "no test: nobody had the event before the horizon"


def test_the_common_horizon_is_the_shorter_follow_up() -> None:
    assert common_horizon([curve_of([2, 9], [1, 0]), curve_of([3, 7], [0, 1])]) == 7
    assert common_horizon([curve_of([2], [1]), curve_of([], [])]) is None
