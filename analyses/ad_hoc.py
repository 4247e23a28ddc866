"""The survival analyses of any table: Kaplan-Meier, log-rank, Cox and the test of proportional hazards.

A row is a subject. What cannot be estimated is None with a note beside it, never a number that means nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analyses.conventions import MEDIAN_RULE, TIES
from analyses.cox_regression import CoxFit, fit_cox
from analyses.firth import firth_table
from analyses.kaplan_meier import curve_of_counts, median
from analyses.logrank import GroupCounts, log_rank_of_counts
from analyses.models import EVENTS_PER_VARIABLE
from analyses.proportional_hazards import proportional_hazards
from analyses.table_columns import Places, UnusableDataError, design_in, events_in, groups_in, times_in
from analyses.tied_times import settle_ties

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]

LEVEL = 0.95


@dataclass(frozen=True)
class Roles:
    """Which column is what."""

    time: str
    event: str
    group: str | None = None
    covariates: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        return [self.time, self.event, *([self.group] if self.group else []), *self.covariates]


def survival_of_table(
    table: "pl.DataFrame",
    roles: Roles,
    convention: str = "r",
    ties: str | None = None,
    place_of_row: Callable[[int], str] = "row {}".format,
) -> dict[str, Any]:
    """Everything that the columns allow, as plain values ready for JSON.

    ``n`` rows are complete and analysed, ``dropped`` have a missing value in a used column. ``km``: a row a group in
    sorted order, or one row with group None; median limits as the convention has them, None where not reached.
    ``logrank`` is None without a group, ``cox`` and ``ph`` without covariates. ``cox.loglik`` is at the maximum,
    ``loglik_null`` with all coefficients zero. A covariate of text is a row a level against the first in sorted order,
    called ``name=level``. ``notes`` are sentences about the whole. ``place_of_row`` says where in its file a row of
    ``table`` stands (the first is 1), for a sentence about a value that cannot be.

    Raises:
        UnusableDataError: a column cannot be what it is asked to be, or no row is complete.
    """
    _refuse_twice_named(roles)
    complete = table.select(list(dict.fromkeys(roles.names))).drop_nulls()
    if not complete.height:
        raise UnusableDataError("no row has a value in every column that is used.")
    places = Places(table, place_of_row)
    time, event = settle_ties(times_in(complete, roles.time, places)), events_in(complete, roles.event, places)
    ties = ties or TIES[convention]
    notes = _why_dropped(table, list(complete.columns), complete.height)
    notes += [] if event.any() else ["no events: nothing is reached and nothing can be compared"]
    names, place = groups_in(complete, roles.group)
    counts, distinct = _collapsed(time, event, place, len(names))
    result: dict[str, Any] = {
        "n": complete.height,
        "events": int(event.sum()),
        "dropped": table.height - complete.height,
        "convention": convention,
        "km": [_median_row(name, distinct, counts, column, convention) for column, name in enumerate(names)],
        "logrank": _log_rank(counts) if roles.group else None,
        "cox": None,
        "ph": None,
    }
    if roles.covariates:
        covariates, design, categories = design_in(complete, roles.covariates, places)
        fit = fit_cox(time, event, design, covariates, ties=ties)
        result["cox"] = _cox(fit)
        result["ph"] = [
            _with_note({"covariate": test.covariate, "chisq": test.chi2, "df": test.df, "p": test.p}, test.note)
            for test in proportional_hazards(fit, time, event)
        ]
        notes += [*categories, *_warnings(fit)]
    return {**result, "notes": notes}


def _why_dropped(table: "pl.DataFrame", used: list[str], n: int) -> list[str]:
    """A sentence on the columns that cost rows, where any did: every analysis is of the rows that are complete."""
    blanks = {name: table[name].null_count() for name in used}
    told = ", ".join(f"{name} in {count}" for name, count in blanks.items() if count)
    return (
        [f"missing values: {told} of {table.height} rows; every analysis is of the {n} complete ones"] if told else []
    )


def _refuse_twice_named(roles: Roles) -> None:
    for name in (roles.event, roles.group, *roles.covariates):
        if name == roles.time:
            raise UnusableDataError(f"column {name!r} is the time and cannot be something else as well.")
    if roles.event in (roles.group, *roles.covariates):
        raise UnusableDataError(f"column {roles.event!r} is the event and cannot be something else as well.")
    if len(set(roles.covariates)) < len(roles.covariates):
        raise UnusableDataError("a covariate is named twice.")


def _collapsed(
    time: Array, event: NDArray[np.bool_], place: NDArray[np.intp], groups: int
) -> tuple[GroupCounts, Array]:
    distinct, at = np.unique(time, return_inverse=True)
    cell = at * groups + place
    size = len(distinct) * groups
    n_event = np.bincount(cell[event], minlength=size).reshape(-1, groups).astype(float)
    n_leaving = np.bincount(cell, minlength=size).reshape(-1, groups).astype(float)
    return GroupCounts(n_event, n_leaving), distinct


def _median_row(name: str | None, distinct: Array, counts: GroupCounts, column: int, convention: str) -> dict[str, Any]:
    n_event, n_leaving = counts.n_event[:, column], counts.n_leaving[:, column]
    kept = n_leaving > 0
    curve = curve_of_counts(distinct[kept], n_event[kept], (n_leaving - n_event)[kept])
    estimate = median(curve, convention, MEDIAN_RULE[convention], LEVEL)
    row = {
        "group": name,
        "n": curve.n,
        "events": curve.events,
        "median": estimate.value,
        "lower": estimate.lower,
        "upper": estimate.upper,
    }
    return _with_note(row, _why_no_limits(estimate.value, estimate.lower, estimate.upper, convention))


def _why_no_limits(value: float | None, lower: float | None, upper: float | None, convention: str) -> str:
    if value is None:
        return "median not reached"
    if convention == "spss" and lower is None:
        return "limits not estimable: the curve does not fall far enough below the median"
    return "upper limit not reached" if upper is None else ""


def _log_rank(counts: GroupCounts) -> dict[str, Any]:
    test = log_rank_of_counts([counts])
    return _with_note({"chisq": test.chi2, "df": test.df, "p": test.p}, test.note)


def _cox(fit: CoxFit) -> dict[str, Any]:
    penalised = {row.name: row for row in firth_table(fit, LEVEL)} if fit.infinite else {}
    rows = []
    for row in fit.table(LEVEL):
        values: dict[str, Any] = {"covariate": row.name}
        values |= {key: _finite(getattr(row, key)) for key in ("coef", "se", "hr", "lower", "upper", "z", "p")}
        values = _with_note(values, row.note)
        if (other := penalised.get(row.name)) is not None:
            keys = ("coef", "se", "hr", "lower", "upper", "z", "p")
            values["penalised"] = {"method": other.note, **{key: _finite(getattr(other, key)) for key in keys}}
        rows.append(values)
    is_fitted = bool(fit.events)
    return {
        "ties": fit.ties,
        "loglik": fit.loglik if is_fitted else None,
        "loglik_null": fit.loglik_null if is_fitted else None,
        "covariates": rows,
    }


def _warnings(fit: CoxFit) -> list[str]:
    variables = len(fit.names) - len(fit.aliased)
    notes = []
    if fit.infinite:
        notes.append(
            f"separation: the likelihood of the Cox model rises without end in {', '.join(fit.infinite)}; no hazard "
            "ratio of it is an estimate. Firth's penalised estimate stands beside it."
        )
    if variables and fit.events < EVENTS_PER_VARIABLE * variables:
        notes.append(
            f"{fit.events} events for {variables} covariate{'s' if variables > 1 else ''}: fewer than "
            f"{EVENTS_PER_VARIABLE} each, so hazard ratios and limits are unsure (Peduzzi 1995)"
        )
    return notes


def _finite(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else value


def _with_note(row: dict[str, Any], note: str) -> dict[str, Any]:
    return {**row, "note": note} if note else row
