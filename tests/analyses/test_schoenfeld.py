"""Scaled Schoenfeld residuals and their smooth as R's cox.zph and plot.cox.zph have them; log-log curves by hand."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from analyses.cox_regression import CoxFit, fit_cox
from analyses.log_log import log_log_curves
from analyses.schoenfeld import Residuals, residual_series, scaled_residuals, schoenfeld, smooth
from studies import DEFAULT_STUDY, load_study

HERE = Path(__file__).parent / "reference"
COLUMNS = ["age", "sex", "ph.ecog"]


@pytest.fixture(scope="module", params=["efron", "breslow"])
def fitted(request: pytest.FixtureRequest) -> tuple[CoxFit, Residuals, dict[str, list[list[float]]]]:
    """The lung data in months, so that many events are tied."""
    rows = pl.read_csv(HERE / "lung.csv").drop_nulls(["time", "event", *COLUMNS])
    time = np.ceil(rows["time"].to_numpy() / 30)
    event = rows["event"].to_numpy() == 1
    fit = fit_cox(time, event, rows.select(COLUMNS).to_numpy().astype(float), COLUMNS, ties=request.param)
    expected = json.loads((HERE / "schoenfeld.json").read_text("utf-8"))[request.param]
    return fit, scaled_residuals(fit, time, event), expected


def test_scaled_residuals_as_in_r(fitted: tuple[CoxFit, Residuals, dict[str, list[list[float]]]]) -> None:
    _, residuals, expected = fitted
    for place in range(len(COLUMNS)):
        ours = sorted(zip(residuals.time, np.round(residuals.scaled[:, place], 9), strict=True))
        assert [value for _, value in ours] == pytest.approx(expected["residuals"][place], rel=1e-6, abs=1e-8)


def test_the_smooth_and_its_limits_as_in_r(fitted: tuple[CoxFit, Residuals, dict[str, list[list[float]]]]) -> None:
    fit, residuals, expected = fitted
    for place in range(len(COLUMNS)):
        values = residuals.scaled[:, place]
        made = smooth(residuals.scale, values, len(values) * float(fit.variance[place, place]), 0.95)
        assert made is not None
        assert made[1] == pytest.approx(expected["smooth"][place], rel=1e-6, abs=1e-8)
        reach = (made[3] - made[1]) / 1.959963984540054
        assert reach == pytest.approx(expected["error"][place], rel=1e-6)


def test_residuals_of_a_coefficient_that_is_none_in_time_average_to_it(
    fitted: tuple[CoxFit, Residuals, dict[str, list[list[float]]]],
) -> None:
    fit, residuals, _ = fitted
    assert residuals.scaled.mean(axis=0) == pytest.approx(fit.coefficients, rel=1e-6)  # the score is zero


def test_too_few_times_have_no_smooth() -> None:
    assert smooth(np.array([0.0, 0.1, 0.2, 0.2]), np.ones(4), 1.0, 0.95) is None


def test_a_model_without_estimate_has_neither_residuals_nor_a_test() -> None:
    """Everybody of one arm dies before anybody of the other: the coefficient runs away."""
    protocol = load_study(DEFAULT_STUDY).protocol
    figure = protocol.figures_of("schoenfeld")[0].model_copy(update={"covariates": ["arm"]})
    protocol = protocol.model_copy(update={"figures": [figure]})
    subjects = [f"P{number}" for number in range(8)]
    adsl = pd.DataFrame({"usubjid": subjects, "arm": ["TACE"] * 4 + ["CONTROL"] * 4})
    adtte = pd.DataFrame({"usubjid": subjects, "paramcd": "OS", "aval": range(1, 9), "cnsr": 0})
    assert list(schoenfeld(adtte, adsl, protocol)) == []
    assert all(frame.empty for frame in residual_series(adtte, adsl, protocol))


def test_log_log_by_hand() -> None:
    """Of four, events at 7, 14 and 28 weeks and one censored at 21: S is 3/4, 1/2, 0; the last is no point."""
    protocol = load_study(DEFAULT_STUDY).protocol
    adsl = pd.DataFrame({"usubjid": list("abcd"), "arm": "TACE"})
    adtte = pd.DataFrame({"usubjid": list("abcd"), "paramcd": "OS", "aval": [49, 98, 147, 196], "cnsr": [0, 0, 1, 0]})
    made = log_log_curves(adtte, adsl, protocol)
    assert made["time"].tolist() == [7, 14]
    assert made["log_minus_log"].tolist() == pytest.approx([math.log(-math.log(3 / 4)), math.log(-math.log(1 / 2))])
