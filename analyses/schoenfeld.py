"""Scaled Schoenfeld residuals and their smooth: how a coefficient of a Cox model changes in time.

Grambsch and Therneau, Biometrika 1994;81:515, as R's cox.zph and plot.cox.zph have them: residual r of an event scaled
to d V r + beta, d the number of events and V the variance of the coefficients; smoothed by a natural spline with four
degrees of freedom on the Kaplan-Meier scale of time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analyses.conventions import TIES
from analyses.cox_regression import CoxFit, fit_cox
from analyses.kaplan_meier import fit_curve
from analyses.models import design_of
from analyses.proportional_hazards import METHOD as SCORE_TEST
from analyses.proportional_hazards import proportional_hazards
from analyses.statistic import Statistic, rounded
from analyses.survival import times_of, with_levels
from studies import Protocol
from studies.protocol import Figure

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

DEGREES = 4
GRID = 40
"""plot.cox.zph places its knots by the event times and this many points between them."""


@dataclass(frozen=True)
class Residuals:
    """One row an event, in order of time; ``scale`` is 1 - S(t-), S the Kaplan-Meier estimate of all."""

    time: Array
    scale: Array
    scaled: Array


def scaled_residuals(fit: CoxFit, time: Array, event: NDArray[np.bool_]) -> Residuals:
    """Of a model whose coefficients all have an estimate; ``time`` and ``event`` are the rows that it was fitted to."""
    sets, moments = fit.sets, fit.moments
    place = sets.last[sets.of_event]
    mean = moments.expected() / (sets.mean_weight * sets.deaths)[:, None]
    residual = sets.event_design - mean[place]
    curve = fit_curve(np.asarray(time, dtype=float), np.asarray(event, dtype=bool))
    before = np.concatenate(([1.0], curve.survival[:-1]))
    at = sets.event_time[place]
    scale = 1 - before[np.searchsorted(curve.time, at)]
    return Residuals(at, scale, len(residual) * residual @ fit.variance + fit.coefficients)


def natural_spline(x: Array, knots: Array) -> Array:
    """The natural cubic splines with these knots, the outer ones being the boundary (Hastie, section 5.2.1)."""
    last, before = knots[-1], knots[-2]

    def bend(knot: float) -> Array:
        bent: Array = (np.maximum(x - knot, 0) ** 3 - np.maximum(x - last, 0) ** 3) / (last - knot)
        return bent

    return np.column_stack([np.ones_like(x), x, *(bend(float(knot)) - bend(float(before)) for knot in knots[:-2])])


def smooth(scale: Array, values: Array, variance: float, level: float) -> tuple[Array, Array, Array, Array] | None:
    """At each distinct ``scale``: the smooth of ``values`` with pointwise limits; None where there are too few points.

    ``variance``: of one value, d V as the residuals are scaled.
    """
    from scipy import stats

    at = np.unique(scale)
    if len(at) < DEGREES + 1:
        return None
    every = np.concatenate((np.linspace(at[0], at[-1], GRID), scale))
    knots = np.quantile(every, np.linspace(0, 1, DEGREES))
    basis, wanted = natural_spline(scale, knots), natural_spline(at, knots)
    if np.linalg.matrix_rank(basis) < DEGREES:
        return None
    inverse = np.linalg.inv(basis.T @ basis)
    estimate = wanted @ (inverse @ (basis.T @ values))
    reach = stats.norm.ppf(0.5 + level / 2) * np.sqrt(variance * np.einsum("ij,jk,ik->i", wanted, inverse, wanted))
    return at, estimate, estimate - reach, estimate + reach


def _fitted(
    figure: Figure, adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol
) -> tuple[CoxFit, Array, NDArray[np.bool_]] | None:
    """The model of the covariates of a figure, of the multivariate model, or of the arms; None without an estimate."""
    names = figure.covariates or (protocol.cox.multivariate if protocol.cox else ["arm"])
    times = times_of(adtte, adsl, figure.endpoint, protocol)
    if not len(times):
        return None
    times = with_levels(times, names, protocol)
    design = design_of(times, names, protocol)
    design = design.loc[:, design.nunique() > 1]
    if not len(times) or design.shape[1] == 0 or not times["event"].any():
        return None
    time, event = times["time"].to_numpy(float), times["event"].to_numpy(bool)
    ties = TIES[protocol.statistics.convention]
    fit = fit_cox(time, event, design.to_numpy(float), [str(name) for name in design], ties=ties)
    if fit.infinite or fit.aliased or not fit.has_converged or fit.sets.is_one_moment:
        return None
    return fit, time, event


def schoenfeld(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``schoenfeld``, of each figure of that kind (group ``figure <number>``): by column of its model (level
    ``factor=level``) ``coefficient``, and the test of proportional hazards ``ph_p``. Nothing where there is no model.
    """
    for figure in protocol.figures_of("schoenfeld"):
        made = _fitted(figure, adtte, adsl, protocol)
        if made is None:
            continue
        fit, time, event = made
        tests = {test.covariate: test for test in proportional_hazards(fit, time, event)}
        ties = f"{fit.ties.capitalize()} ties"
        for name, coefficient in zip(fit.names, fit.coefficients, strict=True):
            key: dict[str, Any] = {
                "analysis": "schoenfeld", "endpoint": figure.endpoint, "level": name,
                "group": f"figure {figure.number}", "denominator": fit.n,
            }  # fmt: skip
            yield Statistic(**key, statistic="coefficient", value=float(coefficient), method=f"Cox regression, {ties}")
            yield Statistic(
                **key, statistic="ph_p", value=tests[name].p, method=f"{SCORE_TEST}, {ties}", note=tests[name].note
            )


def residual_series(
    adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol
) -> tuple["pd.DataFrame", "pd.DataFrame"]:
    """What the figures draw, by figure (its number) and term (``factor=level``), times in the study's unit.

    ``residual``, one row an event; and the smooth at each time of an event: ``estimate``, ``lower``, ``upper``.
    """
    import pandas as pd

    points: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    for figure in protocol.figures_of("schoenfeld"):
        made = _fitted(figure, adtte, adsl, protocol)
        if made is None:
            continue
        fit, time, event = made
        residuals = scaled_residuals(fit, time, event)
        for place, term in enumerate(fit.names):
            key = {"figure": figure.number, "term": term}
            values = residuals.scaled[:, place]
            points += [
                {**key, "time": rounded(float(at)), "residual": rounded(float(value))}
                for at, value in zip(residuals.time, values, strict=True)
            ]
            variance = len(values) * float(fit.variance[place, place])
            curve = smooth(residuals.scale, values, variance, protocol.statistics.confidence_level)
            if curve is not None:
                by_scale = dict(zip(residuals.scale.tolist(), residuals.time.tolist(), strict=True))
                lines += [
                    {
                        **key, "time": rounded(by_scale[at]), "estimate": rounded(middle), "lower": rounded(low),
                        "upper": rounded(high),
                    }
                    for at, middle, low, high in zip(*(part.tolist() for part in curve), strict=True)
                ]  # fmt: skip
    return (
        pd.DataFrame(points, columns=["figure", "term", "time", "residual"]),
        pd.DataFrame(lines, columns=["figure", "term", "time", "estimate", "lower", "upper"]),
    )
