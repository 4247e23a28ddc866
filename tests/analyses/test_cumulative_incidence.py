"""The Aalen-Johansen estimate: by hand, and as R's survfit with several kinds of events gives it."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analyses.cumulative_incidence import cumulative_incidence
from analyses.kaplan_meier import fit_curve

HERE = Path(__file__).parent / "reference"


def test_five_by_hand() -> None:
    """Causes 1, 2, censored, 1, 2 at 1 to 5: F1 is 1/5, then 3/5 x 1/2 more; F2 is 1/5, then 3/10 more."""
    made = cumulative_incidence(np.arange(1.0, 6.0), np.array([1, 2, 0, 1, 2]))
    assert made[1].share == pytest.approx([0.2, 0.2, 0.2, 0.5, 0.5])
    assert made[2].share == pytest.approx([0, 0.2, 0.2, 0.2, 0.5])


def test_with_one_cause_it_is_one_minus_kaplan_meier() -> None:
    time, event = np.array([1.0, 2, 2, 3, 4, 5, 5]), np.array([1, 1, 0, 1, 0, 1, 0])
    (made,) = cumulative_incidence(time, event).values()
    curve = fit_curve(time, event == 1)
    assert made.share == pytest.approx(1 - curve.survival)
    assert made.error == pytest.approx(curve.survival * np.sqrt(curve.greenwood))


def test_the_causes_and_who_is_left_make_one() -> None:
    random = np.random.default_rng(3)
    time, cause = random.integers(1, 9, 80).astype(float), random.integers(0, 3, 80)
    made = cumulative_incidence(time, cause)
    curve = fit_curve(time, cause > 0)
    assert made[1].share + made[2].share + curve.survival == pytest.approx(np.ones(len(curve.time)))


@pytest.mark.parametrize("expected", json.loads((HERE / "competing.json").read_text("utf-8")), ids=["1", "2"])
def test_shares_and_errors_as_in_r(expected: dict[str, list[float]]) -> None:
    rows = pl.read_csv(HERE / "pbc_causes.csv").filter(pl.col("trt") == expected["arm"])
    made = cumulative_incidence(rows["time"].to_numpy(), rows["status"].to_numpy())
    for cause, name in ((1, "transplant"), (2, "death")):
        place = np.searchsorted(made[cause].time, expected["times"], side="right") - 1
        assert made[cause].share[place] == pytest.approx(expected[name], rel=1e-6)
        assert made[cause].error[place] == pytest.approx(expected[f"se_{name}"], rel=1e-6, abs=1e-12)


def test_beyond_the_last_time_there_is_no_share() -> None:
    (made,) = cumulative_incidence(np.array([1.0, 2, 3]), np.array([1, 0, 1])).values()
    assert made.at(3.5, 0.95).value is None
    assert made.at(0.5, 0.95).value == 0
    at = made.at(2, 0.95)
    assert at.value == pytest.approx(1 / 3)
    assert at.lower is not None
    assert at.lower < 1 / 3
