"""Twenty data sets against R 4.2.2 / survival 3.5-3: reference/make_reference.R made the values, and names the data.

Public data sets that come with R (small, committed beside) and with lifelines, and small ones made by hand: ties, flat
medians, late censoring, separation, a group without events, ties broken in the last bits, times of zero.
"""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from analyses.ad_hoc import Roles, survival_of_table
from analyses.conventions import MEDIAN_RULE
from analyses.cox_regression import fit_cox
from analyses.kaplan_meier import Curve, Estimate, fit_curve, median, quantile, survival_limits
from analyses.logrank import LogRank, log_rank
from analyses.restricted_mean import restricted_mean
from analyses.table_columns import Places, design_in, groups_in
from analyses.tied_times import settle_ties
from warehouse.table_file import read_columns

HERE = Path(__file__).parent / "reference"
REFERENCE = {entry["name"]: entry for entry in json.loads((HERE / "reference.json").read_text("utf-8"))}
with (HERE / "datasets.csv").open(encoding="utf-8") as file:
    SETS = {row["name"]: row for row in csv.DictReader(file)}
KINDS = {"r": "log", "sas": "loglog", "spss": "plain"}
CLOSE = {"rel": 1e-6, "abs": 1e-9}

by_name = pytest.mark.parametrize("name", SETS)


def path_of(name: str) -> Path:
    import lifelines.datasets

    folder = HERE if SETS[name]["folder"] == "here" else Path(lifelines.datasets.__file__).parent
    return folder / SETS[name]["file"]


def roles_of(name: str) -> Roles:
    entry = SETS[name]
    return Roles(entry["time"], entry["event"], entry["group"], tuple(entry["covariates"].split()))


def rows_of(name: str) -> pl.DataFrame:
    """The complete rows, as R took them: those of the strata too."""
    strata = [SETS[name]["strata"]] if SETS[name]["strata"] else []
    names = list(dict.fromkeys([*roles_of(name).names, *strata]))
    return read_columns(path_of(name), names).drop_nulls()


def curves_of(name: str) -> list[Curve]:
    rows, roles = rows_of(name), roles_of(name)
    time, event = settle_ties(rows[roles.time].to_numpy()), rows[roles.event].to_numpy() == 1
    names, place = groups_in(rows, roles.group)
    assert names == [str(group) for group in REFERENCE[name]["groups"]]
    return [fit_curve(time[place == at], event[place == at]) for at in range(len(names))]


def numbers(estimate: Estimate) -> list[float | None]:
    return [estimate.value, estimate.lower, estimate.upper]


def close(made: list[float | None], expected: list[float | None]) -> None:
    assert [value is None for value in made] == [value is None for value in expected]
    assert [value for value in made if value is not None] == pytest.approx(
        [v for v in expected if v is not None], **CLOSE
    )


@by_name
@pytest.mark.parametrize("convention", ["r", "sas"])
def test_medians_and_quartiles_with_their_limits(name: str, convention: str) -> None:
    """The median is that which R prints. Its quantile() gives another where the curve stays at a half to the end."""
    for curve, expected in zip(curves_of(name), REFERENCE[name]["km"], strict=True):
        assert (curve.n, curve.events) == (expected["n"], expected["events"])
        theirs = expected[KINDS[convention]]
        close(numbers(median(curve, convention, "midpoint", 0.95)), theirs["median"])
        for share, quartile in ((0.25, theirs["quartiles"][0]), (0.75, theirs["quartiles"][2])):
            close(numbers(quantile(curve, share, convention, "midpoint", 0.95)), quartile)


@by_name
@pytest.mark.parametrize("convention", ["r", "sas", "spss"])
def test_limits_of_the_curve(name: str, convention: str) -> None:
    """Where S(t) is 0 or 1 R gives none or another trivial limit; elsewhere all three kinds are equal."""
    for curve, expected in zip(curves_of(name), REFERENCE[name]["km"], strict=True):
        theirs = expected[KINDS[convention]]
        place = np.searchsorted(curve.time, np.array(theirs["times"]) + 1e-7, side="right") - 1
        assert curve.survival[place] == pytest.approx(theirs["surv"], **CLOSE)
        lower, upper = (limit[place] for limit in survival_limits(curve, convention, 0.95))
        for at, survival in enumerate(theirs["surv"]):
            if 0 < survival < 1:
                assert (lower[at], upper[at]) == pytest.approx((theirs["lower"][at], theirs["upper"][at]), **CLOSE)


@by_name
def test_restricted_means_and_follow_up(name: str) -> None:
    rows, roles = rows_of(name), roles_of(name)
    _, place = groups_in(rows, roles.group)
    time, event = settle_ties(rows[roles.time].to_numpy()), rows[roles.event].to_numpy() == 1
    for at, (curve, expected) in enumerate(zip(curves_of(name), REFERENCE[name]["km"], strict=True)):
        horizon, mean, error = expected["rmst"]
        made = restricted_mean(curve, horizon)
        assert (made.value, made.error) == pytest.approx((mean, error), **CLOSE)
        reverse = fit_curve(time[place == at], ~event[place == at])
        close(numbers(median(reverse, "r", "midpoint", 0.95)), expected["reverse"])


@by_name
def test_log_rank_plain_weighted_and_stratified(name: str) -> None:
    rows, roles = rows_of(name), roles_of(name)
    time = rows[roles.time].to_pandas().to_numpy()
    frame = rows.to_pandas().assign(_time=settle_ties(time), _event=rows[roles.event].to_numpy() == 1)
    given = (frame["_time"], frame["_event"], frame[roles.group])
    tests = {"logrank": log_rank(*given), "peto": log_rank(*given, weights="peto")}
    tests["fleming"] = log_rank(*given, weights="fleming-harrington", rho=1)
    if SETS[name]["strata"]:
        tests["stratified"] = log_rank(*given, strata=frame[SETS[name]["strata"]])
    for kind, test in tests.items():
        expected = REFERENCE[name]["peto" if kind == "fleming" else kind]
        assert isinstance(test, LogRank)
        close([test.chi2, test.df, test.p], expected)


def assert_cox(rows: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    if expected["warning"]:
        return
    close([row["coef"] for row in rows], expected["coef"])
    close([row["se"] for row in rows], expected["se"])
    close([row["hr"] for row in rows], [float(np.exp(coef)) for coef in expected["coef"]])


@by_name
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_cox_model_and_proportional_hazards_as_the_command_gives_them(name: str, ties: str) -> None:
    roles, expected = roles_of(name), REFERENCE[name][ties]
    table = rows_of(name)
    result = survival_of_table(table, roles, "r", ties)
    assert result["n"] == REFERENCE[name]["n"]
    close([result["logrank"][key] for key in ("chisq", "df", "p")], REFERENCE[name]["logrank"])
    assert_cox(result["cox"]["covariates"], expected)
    assert [result["cox"]["loglik_null"], result["cox"]["loglik"]] == pytest.approx(expected["loglik"], **CLOSE)
    if not expected["warning"]:
        close([test["chisq"] for test in result["ph"]], [row[0] for row in expected["zph"]])
        close([test["df"] for test in result["ph"]], [row[1] for row in expected["zph"]])
        close([test["p"] for test in result["ph"]], [row[2] for row in expected["zph"]])


@pytest.mark.parametrize("name", [name for name, entry in SETS.items() if entry["strata"]])
def test_stratified_cox_model(name: str) -> None:
    rows, roles, expected = rows_of(name), roles_of(name), REFERENCE[name]["efron_stratified"]
    names, design, _ = design_in(rows, roles.covariates, Places(rows))
    layer = np.unique(rows[SETS[name]["strata"]].to_numpy(), return_inverse=True)[1]
    time, event = settle_ties(rows[roles.time].to_numpy()), rows[roles.event].to_numpy() == 1
    fit = fit_cox(time, event, design, names, strata=layer)
    close([row.coef for row in fit.table()], expected["coef"])
    close([row.se for row in fit.table() if row.se is not None], [se for se in expected["se"] if se])
    assert [fit.loglik_null, fit.loglik] == pytest.approx(expected["loglik"], **CLOSE)
    assert (fit.score_test().chi2, fit.wald_test().chi2) == pytest.approx(
        (expected["score"], expected["wald"]), **CLOSE
    )


def test_separation_is_found_where_r_warns_of_it() -> None:
    """R prints a coefficient near 20 with a warning; here there is none, and a penalised one stands beside it."""
    warned = {name for name, entry in REFERENCE.items() if entry["efron"]["warning"]}
    assert warned == {"separated"}
    for name in SETS:
        result = survival_of_table(rows_of(name), roles_of(name))
        without = [row["covariate"] for row in result["cox"]["covariates"] if row["coef"] is None]
        assert without == (["x"] if name == "separated" else [])
    row = survival_of_table(rows_of("separated"), roles_of("separated"))["cox"]["covariates"][0]
    assert "separated" in row["note"]
    assert 0 < row["penalised"]["coef"] < 20


@by_name
@pytest.mark.parametrize("convention", ["r", "sas", "spss"])
def test_the_command_takes_medians_by_its_convention(name: str, convention: str) -> None:
    result = survival_of_table(rows_of(name), roles_of(name), convention)
    made = [(row["median"], row["lower"], row["upper"]) for row in result["km"]]
    rule = MEDIAN_RULE[convention]
    expected = [median(curve, convention, rule, 0.95) for curve in curves_of(name)]
    assert made == [(each.value, each.lower, each.upper) for each in expected]
