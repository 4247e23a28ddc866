"""The Cox routine: weights, entry times, strata, robust variance as in R; collapsed rows as single ones; no estimate.

Values of R 4.2.2 / survival 3.5-3 are in reference/weighted.json (make_reference.R); lifelines and statsmodels stand in
as second implementations where they are right.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analyses.cox_regression import CoxFit, fit_cox
from analyses.proportional_hazards import proportional_hazards
from warehouse.table_file import read_columns

HERE = Path(__file__).parent / "reference"
WEIGHTED: list[dict[str, Any]] = json.loads((HERE / "weighted.json").read_text("utf-8"))
CLOSE = {"rel": 1e-6, "abs": 1e-10}

SEPARATING = np.array([1.0] * 6 + [0.0] * 6)
MIXED = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0], dtype=float)
TWELVE = np.arange(1.0, 13.0)
ALL = np.ones(12, dtype=bool)


def lung() -> pl.DataFrame:
    rows = read_columns(HERE / "lung.csv", ["time", "event", "age", "sex", "ph.ecog", "inst"]).drop_nulls()
    months = (pl.col("time") / 30).ceil()
    weight = 0.5 + pl.col("age") % 7 / 4
    rows = rows.with_columns(months.alias("months"), weight.alias("weight"))
    return rows.with_columns((pl.col("months") * (pl.col("age") % 5) / 6).floor().alias("entry"))


@pytest.mark.parametrize("expected", WEIGHTED, ids=[f"{entry['name']} {entry['ties']}" for entry in WEIGHTED])
def test_weights_entry_strata_and_robust_variance_as_in_r(expected: dict[str, Any]) -> None:
    rows, name = lung(), expected["name"]
    names = ["age", "ph.ecog"] if name == "all" else ["age", "sex", "ph.ecog"]
    time, event = rows["months"].to_numpy(), rows["event"].to_numpy() == 1
    entry = rows["entry"].to_numpy() if name in ("entry", "all") else None
    fit = fit_cox(
        time,
        event,
        rows.select(names).to_numpy(),
        names,
        ties=expected["ties"],
        weights=rows["weight"].to_numpy() if name != "entry" else None,
        entry=entry,
        strata=rows["sex"].to_numpy().astype(np.intp) if name == "all" else None,
        subject=rows["inst"].to_numpy().astype(np.intp),
        robust=name != "entry",
    )
    assert fit.coefficients == pytest.approx(expected["coef"], **CLOSE)
    assert np.sqrt(np.diag(fit.variance)) == pytest.approx(expected["se"], **CLOSE)
    assert [fit.loglik_null, fit.loglik] == pytest.approx(expected["loglik"], **CLOSE)
    tests = proportional_hazards(fit, time, event, entry=entry)
    assert [test.chi2 for test in tests] == pytest.approx(expected["zph"], **CLOSE)


def test_a_subject_cut_into_intervals_is_the_same_subject() -> None:
    """(0, 12] as (0, 5] and (5, 12] changes neither the estimate nor, summed by subject, the robust variance."""
    whole = fit_cox(TWELVE, ALL, MIXED[:, None], ["x"], robust=True)
    late = TWELVE > 5
    cut = fit_cox(
        np.concatenate((np.minimum(TWELVE, 5), TWELVE[late])),
        np.concatenate((~late, ALL[late])),
        np.concatenate((MIXED, MIXED[late]))[:, None],
        ["x"],
        entry=np.concatenate((np.zeros(12), np.full(int(late.sum()), 5.0))),
        subject=np.concatenate((np.arange(12), np.flatnonzero(late))),
        robust=True,
    )
    assert cut.coefficients == pytest.approx(whole.coefficients)
    assert cut.variance == pytest.approx(whole.variance)
    assert cut.loglik == pytest.approx(whole.loglik)


subjects = st.lists(
    st.tuples(st.integers(1, 6), st.booleans(), st.integers(0, 2), st.integers(-2, 2)), min_size=8, max_size=60
)


def fit_of(rows: list[tuple[int, bool, int, int]], **options: Any) -> CoxFit:
    time, event, x, z = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return fit_cox(time, event == 1, np.column_stack([x, z]), ["x", "z"], **options)


@settings(deadline=None, max_examples=60, derandomize=True)
@given(subjects, st.sampled_from(["efron", "breslow"]))
def test_collapsed_rows_are_the_rows(rows: list[tuple[int, bool, int, int]], ties: str) -> None:
    """A GROUP BY over time, event and covariates gives what the single rows give, the test of the hazards included."""
    assume(any(event for _, event, _, _ in rows))
    counts: dict[tuple[int, bool, int, int], int] = {}
    for row in rows:
        counts[row] = counts.get(row, 0) + 1
    single = fit_of(rows, ties=ties)
    collapsed = fit_of(list(counts), ties=ties, counts=np.array(list(counts.values()), dtype=float))
    assert (collapsed.n, collapsed.events) == (single.n, single.events)
    assert (collapsed.aliased, collapsed.infinite) == (single.aliased, single.infinite)
    if single.infinite or single.aliased or not single.has_converged:
        return
    assert collapsed.coefficients == pytest.approx(single.coefficients, rel=1e-7, abs=1e-9)
    assert collapsed.variance == pytest.approx(single.variance, rel=1e-6)
    table = np.array(list(counts), dtype=float)
    each = np.array(rows, dtype=float)
    ours = proportional_hazards(collapsed, table[:, 0], table[:, 1] == 1, counts=np.array(list(counts.values())))
    theirs = proportional_hazards(single, each[:, 0], each[:, 1] == 1)
    for one, other in zip(ours, theirs, strict=True):
        assert (one.chi2 is None) == (other.chi2 is None)
        if one.chi2 is not None and other.chi2 is not None:
            assert one.chi2 == pytest.approx(other.chi2, rel=1e-5, abs=1e-8)


@settings(deadline=None, max_examples=15, derandomize=True)
@given(subjects)
def test_breslow_is_that_of_statsmodels(rows: list[tuple[int, bool, int, int]]) -> None:
    from statsmodels.duration.hazard_regression import PHReg

    assume(any(event for _, event, _, _ in rows))
    fit = fit_of(rows, ties="breslow")
    assume(not fit.infinite and not fit.aliased and fit.has_converged)
    time, event, x, z = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    theirs = PHReg(time, np.column_stack([x, z]), status=event, ties="breslow").fit(disp=0)
    assert fit.coefficients == pytest.approx(theirs.params, rel=1e-4, abs=1e-5)
    assert np.sqrt(np.diag(fit.variance)) == pytest.approx(theirs.bse, rel=1e-4)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_a_likelihood_that_rises_without_end_is_called_infinite(ties: str) -> None:
    """All of one group die before any of the other. R warns: Loglik converged before variable 1; the mixed covariate
    beside it has its estimate all the same, the limit (R: 0.47302648).
    """
    fit = fit_cox(TWELVE, ALL, np.column_stack([SEPARATING, MIXED]), ["separating", "mixed"], ties=ties)
    assert fit.infinite == ("separating",)
    separating, mixed = fit.table()
    assert separating.coef is separating.hr is separating.p is None
    assert "rises without end" in separating.note
    assert mixed.coef == pytest.approx(0.4730264845, rel=1e-6)
    assert [test.chi2 for test in proportional_hazards(fit, TWELVE, ALL)] == [None] * 3


def test_a_covariate_in_the_order_of_the_times_does_not_converge() -> None:
    fit = fit_cox(TWELVE, ALL, TWELVE[:, None], ["t"])
    assert (fit.infinite, fit.has_converged) == (("t",), False)


@pytest.mark.parametrize(
    ("columns", "aliased"),
    [
        ([np.full(12, 3.0), MIXED], ("a",)),  # constant
        ([MIXED, 1 - MIXED], ("b",)),  # told by the one before it, as R has it
        ([MIXED, 1e9 * MIXED], ("b",)),
    ],
)
def test_an_aliased_covariate_is_named_and_the_other_is_as_alone(columns: list[Any], aliased: tuple[str]) -> None:
    fit = fit_cox(TWELVE, ALL, np.column_stack(columns), ["a", "b"])
    alone = fit_cox(TWELVE, ALL, MIXED[:, None], ["x"])
    assert fit.aliased == aliased
    assert fit.coefficients[fit.estimated] == pytest.approx(alone.coefficients)


def test_the_unit_of_a_covariate_does_not_matter() -> None:
    """R: 6.678538468e-11 and 7.070488321e+05, standard errors 6.438871858e-10 and 5.071573537e+05."""
    design = np.column_stack([MIXED * 1e9, np.sin(TWELVE) * 1e-6])
    fit = fit_cox(TWELVE, ALL, design, ["large", "small"])
    assert fit.coefficients == pytest.approx([6.678538468e-11, 7.070488321e05], rel=1e-6)
    assert np.sqrt(np.diag(fit.variance)) == pytest.approx([6.438871858e-10, 5.071573537e05], rel=1e-6)


@pytest.mark.parametrize(
    ("time", "event", "note"),
    [
        (TWELVE, ~ALL, "no events"),
        (np.full(12, 3.0), ALL, "all have the event at the same time"),
        (TWELVE, TWELVE == 12, "nobody else is at risk when the event happens"),
    ],
)
def test_no_estimate_says_why(time: Any, event: Any, note: str) -> None:
    (row,) = fit_cox(time, event, MIXED[:, None], ["x"]).table()
    assert row.coef is None
    assert note in row.note


def test_a_stratum_without_events_and_rows_before_the_first_event_change_nothing() -> None:
    plain = fit_cox(TWELVE, ALL, MIXED[:, None], ["x"])
    more = fit_cox(
        np.concatenate((TWELVE, [0.5, 0.5, 5.0, 6.0])),
        np.concatenate((ALL, [False] * 4)),
        np.concatenate((MIXED, [1.0, 0.0, 1.0, 0.0]))[:, None],
        ["x"],
        strata=np.array([1] * 14 + [0] * 2),
    )
    assert more.coefficients == pytest.approx(plain.coefficients)
    assert more.loglik == pytest.approx(plain.loglik)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"weights": np.zeros(12)}, "weight is missing or not above zero"),
        ({"entry": TWELVE}, "does not end after its start"),
        ({"counts": np.ones(12), "robust": True}, "needs one row a subject"),
    ],
)
def test_nonsense_is_refused(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        fit_cox(TWELVE, ALL, MIXED[:, None], ["x"], **changed)
