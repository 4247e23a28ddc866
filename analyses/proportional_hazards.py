"""Whether hazards are proportional: the score test of a covariate times a function of time, as R's cox.zph does it.

Grambsch and Therneau, Biometrika 1994;81:515, in the exact form of survival 3: the score test of adding x g(t) to the
model, with the whole information matrix of both, not the approximation of constant variance that lifelines takes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyses.cox_regression import CoxFit

Array = NDArray[Any]

GLOBAL = "GLOBAL"
METHOD = "score test of proportional hazards, Kaplan-Meier time scale"


@dataclass(frozen=True)
class ProportionalHazards:
    """The test of one covariate, or of all together (``GLOBAL``). None where there is none; ``note`` says why."""

    covariate: str
    chi2: float | None
    df: int | None
    p: float | None
    note: str = ""


def proportional_hazards(
    fit: CoxFit,
    time: Array,
    event: NDArray[np.bool_],
    *,
    counts: Array | None = None,
    entry: Array | None = None,
) -> list[ProportionalHazards]:
    """One row a covariate and one for all, with g(t) = 1 - S(t-), S the Kaplan-Meier estimate of all rows.

    ``time``, ``event``, ``counts`` and ``entry`` are the rows that the model was fitted to, in any order. Case weights
    of the model count in the sums and not in g, as in R. An aliased covariate is left out; where a coefficient is
    infinite there is no estimate to test at, and so no test.
    """
    reasons = {name: fit.note_of(name) for name in fit.names}
    unusable = bool(fit.infinite) or not fit.events or not fit.has_converged or fit.sets.is_one_moment
    place = fit.estimated
    if unusable or not len(place):
        why = "no test: no events" if not fit.events else "no test: the model has no estimate"
        return [ProportionalHazards(name, None, None, None, why) for name in (*fit.names, GLOBAL)]
    moments = fit.moments
    g = _centred_time_scale(fit, time, event, counts, entry)
    differences = moments.observed() - moments.expected()
    slope = (g @ differences)[place]
    corner = np.ix_(place, place)
    information = [moments.information(scale)[corner] for scale in (None, g, g**2)]
    size = len(place)
    every = np.block([[information[0], information[1]], [information[1], information[2]]])
    rows: dict[str, ProportionalHazards] = {}
    for position, column in enumerate(place):
        name = fit.names[column]
        rows[name] = _test(name, every, slope, size, np.array([position]))
    whole = _test(GLOBAL, every, slope, size, np.arange(size))
    missing = {
        name: ProportionalHazards(name, None, None, None, f"no test: {why.removeprefix('not estimable: ')}")
        for name, why in reasons.items()
    }
    return [*(rows.get(name, missing[name]) for name in fit.names), whole]


def _centred_time_scale(
    fit: CoxFit, time: Array, event: NDArray[np.bool_], counts: Array | None, entry: Array | None
) -> Array:
    """g at each event time of the model, less its mean over the events."""
    time = np.asarray(time, dtype=float)
    distinct, place = np.unique(time, return_inverse=True)
    count = np.ones(len(time)) if counts is None else np.asarray(counts, dtype=float)
    leaving = np.bincount(place, count)
    events = np.bincount(place, count * event)
    at_risk = np.cumsum(leaving[::-1])[::-1]
    if entry is not None:
        yet_to_enter = np.bincount(np.searchsorted(distinct, entry, side="right"), count, len(distinct) + 1)
        at_risk = at_risk - np.cumsum(yet_to_enter[::-1])[::-1][1:]
    survival = np.cumprod(1 - events / at_risk)
    before = np.concatenate(([1.0], survival[:-1]))
    g = 1 - before[np.searchsorted(distinct, fit.sets.event_time)]
    deaths = fit.sets.deaths
    centred: Array = g - float(g @ deaths) / float(deaths.sum())
    return centred


def _test(name: str, information: Array, slope: Array, size: int, columns: NDArray[np.intp]) -> ProportionalHazards:
    """The score test of these columns times g, beside all columns as they are."""
    from scipy import stats

    kept = np.concatenate((np.arange(size), columns + size))
    score = np.concatenate((np.zeros(size), slope[columns]))
    matrix = information[np.ix_(kept, kept)]
    diagonal = np.sqrt(np.diag(matrix))
    with np.errstate(all="ignore"):
        scaled = matrix / np.outer(diagonal, diagonal)
    if not np.isfinite(scaled).all() or np.linalg.cond(scaled) > 1e12:
        return ProportionalHazards(name, None, None, None, "no test: too few distinct event times")
    chi2 = float(score @ (np.linalg.solve(scaled, score / diagonal) / diagonal))
    return ProportionalHazards(name, chi2, len(columns), float(stats.chi2.sf(chi2, len(columns))))
