"""A progression between two assessments: Turnbull's estimate and a Weibull model, both as R makes them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from six_patients import frames

from analyses import Statistic
from analyses.interval_censoring import _weibull, event_bounds, interval_censoring, turnbull
from analyses.kaplan_meier import fit_curve
from studies import DEFAULT_STUDY, Protocol, load_study

# Fourteen intervals; R 4.2.2, survival 3.5-3: survfit and survreg with Surv(lower, upper, type = "interval2").
LOWER = np.array([0, 6, 6, 12, 12, 18, 24, 10, 0, 6, 12, 18, 5, 9], dtype=float)
UPPER = np.array([6, 12, 18, 18, 24, 24, np.inf, 10, 12, 18, np.inf, np.inf, 9, 15])
ARM = np.array([0, 0, 0, 0, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0])
SURVIVAL = {6: 0.848778482404, 9: 0.811405592275, 10: 0.521040145918, 15: 0.282144911789}
LAST = {24: 0.117144249944, np.inf: 0.0}
RATIO = (0.0682964407, 0.0089606777, 0.5205414121, 0.0095972893)


def likelihood(left: np.ndarray, right: np.ndarray, mass: np.ndarray) -> float:
    """The log likelihood of the fourteen, an observation at a time."""
    inside = [
        sum(
            float(weight)
            for start, stop, weight in zip(left, right, mass, strict=True)
            if start >= low and stop <= high and (start < stop or low == high or start > low)
        )
        for low, high in zip(LOWER, UPPER, strict=True)
    ]
    return float(np.log(inside).sum())


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_study(DEFAULT_STUDY).protocol


def test_turnbulls_curve_is_that_of_r() -> None:
    made = turnbull(LOWER, UPPER)
    assert made is not None
    survival = 1 - np.cumsum(made.mass)
    found = {right: value for right, value in zip(made.right, survival, strict=True) if right in SURVIVAL}
    assert found == pytest.approx(SURVIVAL, abs=1e-3)
    # R stops earlier: no curve is likelier than this one, R's neither.
    theirs = np.diff([0.0, *(1 - SURVIVAL[right] if right in SURVIVAL else 1 - LAST[right] for right in made.right)])
    assert likelihood(made.left, made.right, made.mass) >= likelihood(made.left, made.right, theirs)
    assert made.median() == (12, 15)


def test_exact_and_right_censored_times_give_the_kaplan_meier_curve() -> None:
    time = np.array([3.0, 5, 5, 8, 9, 9, 12])
    event = np.array([True, True, False, True, False, True, False])
    made = turnbull(time, np.where(event, time, np.inf))
    curve = fit_curve(time, event)
    assert made is not None
    found = {right: float(value) for right, value in zip(made.right, 1 - np.cumsum(made.mass), strict=True)}
    for at, survival in zip(curve.time[curve.n_event > 0], curve.survival[curve.n_event > 0], strict=True):
        assert found[at] == pytest.approx(survival, abs=1e-6)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from([0, 1, 3, 6, None])), min_size=1, max_size=15))
def test_the_mass_is_one_and_every_observation_holds_some(rows: list[tuple[int, int | None]]) -> None:
    lower = np.array([start for start, _ in rows], dtype=float)
    upper = np.array([np.inf if length is None else start + length for start, length in rows])
    made = turnbull(lower, upper)
    assert made is not None
    assert made.mass.sum() == pytest.approx(1)
    assert (made.mass >= 0).all()


def test_the_weibull_model_is_that_of_r() -> None:
    rows = pd.DataFrame({"lower": LOWER, "upper": UPPER, "arm": np.where(ARM == 1, "TACE", "CONTROL")})
    ratio, note = _weibull(rows, "TACE", 0.95)
    assert not note
    assert ratio == pytest.approx(RATIO, rel=2e-3)


def test_a_progression_lies_after_the_last_scan_without_one(protocol: Protocol) -> None:
    """P1: free on days 43 and 85, progression on 350. P2: never seen free. P6: censored on day 84."""
    cohort = frames()
    bounds = event_bounds(cohort["adtte"], cohort["adrs"], cohort["adsl"], "PFS", protocol).set_index("usubjid")
    assert bounds.loc["P1", ["lower", "upper"]].tolist() == pytest.approx([85 / 7, 350 / 7])
    assert bounds.loc["P2", ["lower", "upper"]].tolist() == pytest.approx([0, 42 / 7])
    assert bounds.loc["P6", ["lower", "upper"]].tolist() == [84 / 7, np.inf]


def test_a_death_without_progression_is_dated(protocol: Protocol) -> None:
    cohort = frames()
    adtte = cohort["adtte"].assign(evntdesc=lambda rows: rows["evntdesc"].where(rows["usubjid"] != "P1", "Death"))
    bounds = event_bounds(adtte, cohort["adrs"], cohort["adsl"], "PFS", protocol).set_index("usubjid")
    assert bounds.loc["P1", ["lower", "upper"]].tolist() == [50, 50]


def of(protocol: Protocol, **changed: pd.DataFrame) -> dict[str, Statistic]:
    cohort = {**frames(), **changed}
    rows = interval_censoring(cohort["adtte"], cohort["adrs"], cohort["adsl"], protocol)
    return {row.result_id: row for row in rows}


def test_both_models_stand_side_by_side(protocol: Protocol) -> None:
    rows = of(protocol)
    for group in ("interval-censored", "as recorded"):
        assert rows[f"interval_censored.PFS.arm=TACE.{group}.hr"].method.endswith(group)
    assert rows["interval_censored.PFS.all.CONTROL.median_to"].value == pytest.approx(6)


@pytest.mark.parametrize("arms", [(), ("TACE",), ("CONTROL",)])
def test_without_two_arms_there_is_a_sentence(protocol: Protocol, arms: tuple[str, ...]) -> None:
    rows = of(protocol, **frames(arms))
    ratio = rows["interval_censored.PFS.arm=TACE.interval-censored.hr"]
    assert (ratio.value, ratio.note) == (None, "not estimable: only one arm has patients")


def test_without_events_there_is_a_sentence(protocol: Protocol) -> None:
    rows = of(protocol, adtte=frames()["adtte"].assign(cnsr=1))
    assert rows["interval_censored.PFS.arm=TACE.as recorded.hr"].note == "not estimable: no events in one of the arms"
    assert rows["interval_censored.PFS.all.TACE.median_from"].note == "not reached"
