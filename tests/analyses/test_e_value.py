"""The E-value against the examples of VanderWeele and Ding and against its definition."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.e_value import e_value


def test_the_example_of_the_article() -> None:
    """Risk ratio 3.9 (1.8 to 8.7): 7.26 for the estimate and 3.0 for the limit."""
    made = e_value(3.9, 1.8, 8.7, share_with_event=0.05)
    assert round(made.estimate, 2) == 7.26
    assert round(made.limit, 1) == 3.0
    assert made.method == "E-value (VanderWeele and Ding 2017), rare outcome, RR = HR"


def test_a_hazard_ratio_of_a_common_outcome_is_turned_into_a_risk_ratio_first() -> None:
    """HR 0.25: 0.5^0.5 = 0.7071 and 0.5^2 = 0.25, so RR = 0.2929 / 0.75 = 0.3905, turned over 2.5607."""
    ratio = 0.75 / (1 - math.sqrt(0.5))
    made = e_value(0.25, 0.1, 0.6, share_with_event=0.9)
    assert made.estimate == pytest.approx(ratio + math.sqrt(ratio * (ratio - 1)))
    assert "common outcome, RR = (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR))" in made.method


def test_nothing_is_needed_to_explain_an_interval_that_holds_one() -> None:
    made = e_value(0.8, 0.5, 1.3, share_with_event=0.9)
    assert made.limit == 1
    assert made.estimate > 1


@given(st.floats(0.01, 0.99), st.sampled_from([0.05, 0.9]))
def test_a_ratio_and_its_inverse_are_as_strong(hr: float, share: float) -> None:
    down = e_value(hr, hr * 0.9, hr * 1.005, share)
    up = e_value(1 / hr, 1 / (hr * 1.005), 1 / (hr * 0.9), share)
    assert down.estimate == pytest.approx(up.estimate)
    assert down.limit == pytest.approx(up.limit)
