"""Hazard ratios of the factors of a study, with the reason where there is none."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analyses.cox_regression import Coefficient, CoxFit, fit_cox
from analyses.firth import firth_table
from analyses.proportional_hazards import ProportionalHazards, proportional_hazards

if TYPE_CHECKING:
    import pandas as pd

SEPARATED = "not estimable: the groups are separated"
NO_EVENTS_IN_A_GROUP = "not estimable: no events in one of the groups"


@dataclass(frozen=True)
class HazardRatio:
    """The hazard ratio of one column with limits and P; ``note`` says why there is none."""

    hr: float | None
    lower: float | None
    upper: float | None
    p: float | None
    note: str = ""


@dataclass(frozen=True)
class CoxModel:
    """The model of one design, by column.

    ``penalised`` are Firth's estimates, of the columns alone that have no estimate because the likelihood rises without
    end. ``proportional_hazards``: the test of each column and, where there are several, of all (GLOBAL).
    """

    ratios: dict[str, HazardRatio]
    penalised: dict[str, HazardRatio]
    proportional_hazards: dict[str, ProportionalHazards]


def hazard_ratios(
    time: "pd.Series[float]", event: "pd.Series[bool]", design: "pd.DataFrame", ties: str, level: float
) -> dict[str, HazardRatio]:
    """One hazard ratio a column of ``design`` (indicator columns, one a level against the reference); see cox_model."""
    return cox_model(time, event, design, ties, level).ratios


def cox_model(
    time: "pd.Series[float]", event: "pd.Series[bool]", design: "pd.DataFrame", ties: str, level: float
) -> CoxModel:
    """Hazard ratios with Wald limits, and what a reader asks of them.

    ``ties``: ``breslow`` (SPSS, SAS) or ``efron`` (R). A column that cannot be estimated has a note and no numbers; a
    constant one is left out. A level without events stays in the model, so that its subjects are not taken for the
    reference.
    """
    names = [str(name) for name in design]
    notes = {name: _obstacle(event.to_numpy(bool), design[name].to_numpy(float)) for name in names}
    fitted = [name for name in names if not notes[name] or notes[name] == NO_EVENTS_IN_A_GROUP]
    columns = design[fitted]
    if len(fitted) and np.linalg.matrix_rank(columns.assign(_constant=1.0).to_numpy(float)) <= len(fitted):
        notes |= dict.fromkeys(fitted, "not estimable: the factors cannot be told apart")
        fitted = []
    if not fitted:
        nothing = {name: _missing(notes[name]) for name in names}
        return CoxModel(nothing, {}, {})
    times, events = time.to_numpy(float), event.to_numpy(bool)
    fit = fit_cox(times, events, columns.to_numpy(float), fitted, ties=ties)
    found = {row.name: _ratio(row, notes[row.name] or _note(fit, row)) for row in fit.table(level)}
    penalised = firth_table(fit, level) if fit.infinite else []
    tests = proportional_hazards(fit, times, events)
    return CoxModel(
        ratios={name: found.get(name) or _missing(notes[name]) for name in names},
        penalised={row.name: _ratio(row, "") for row in penalised if row.name in fit.infinite},
        proportional_hazards={test.covariate: test for test in (tests if len(fitted) > 1 else tests[:1])},
    )


def _obstacle(event: NDArray[np.bool_], column: NDArray[np.float64]) -> str:
    if not event.any():
        return "not estimable: no events"
    if column.min() == column.max():
        return "not estimable: all patients have the same level"
    if not event[column == column.max()].any() or not event[column == column.min()].any():
        return NO_EVENTS_IN_A_GROUP
    return ""


def _note(fit: CoxFit, row: Coefficient) -> str:
    return SEPARATED if row.name in fit.infinite else row.note


def _ratio(row: Coefficient, note: str) -> HazardRatio:
    return _missing(note) if note else HazardRatio(row.hr, row.lower, row.upper, row.p)


def _missing(note: str) -> HazardRatio:
    return HazardRatio(None, None, None, None, note)
