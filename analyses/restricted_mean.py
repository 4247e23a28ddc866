"""Mean survival restricted to a horizon, and its difference between two groups (Royston and Parmar, BMC Med Res
Methodol 2013;13:152): what a hazard ratio does not say where hazards are not proportional.
"""

from dataclasses import dataclass

import numpy as np

from analyses.kaplan_meier import Curve

METHOD = "difference of restricted mean survival times, variance by Greenwood"


@dataclass(frozen=True)
class RestrictedMean:
    """The area under S(t) up to the horizon with its standard error; None with a note where S is not known so far."""

    value: float | None
    error: float | None
    note: str = ""


@dataclass(frozen=True)
class Difference:
    """First less second, with limits and a two-sided P of the difference being zero."""

    value: float | None
    lower: float | None
    upper: float | None
    p: float | None
    note: str = ""


def restricted_mean(curve: Curve, horizon: float) -> RestrictedMean:
    """The mean time without event within ``horizon``.

    The variance is the sum over event times of (area from there to the horizon)^2 d / (n (n - d)) (Klein and
    Moeschberger 2003, section 4.5; R's survmean).
    """
    if not curve.n:
        return RestrictedMean(None, None, "no patients")
    if horizon > curve.time[-1] and curve.survival[-1] > 0:
        return RestrictedMean(None, None, "not estimable: the horizon is beyond follow-up")
    within = curve.time < horizon
    time = np.concatenate(([0.0], curve.time[within], [horizon]))
    height = np.concatenate(([1.0], curve.survival[within]))
    areas = np.diff(time) * height
    area_after = areas[1:][::-1].cumsum()[::-1]  # from each event time to the horizon
    n, d = curve.n_risk[within], curve.n_event[within]
    spread = np.divide(d, n * (n - d), out=np.zeros_like(d), where=n > d)
    return RestrictedMean(float(areas.sum()), float(np.sqrt(area_after**2 @ spread)))


def restricted_mean_difference(first: Curve, second: Curve, horizon: float, level: float) -> Difference:
    """The difference of the means of two independent groups within the same horizon."""
    from scipy import stats

    means = [restricted_mean(curve, horizon) for curve in (first, second)]
    for mean in means:
        if mean.value is None:
            return Difference(None, None, None, None, mean.note)
    value = float(means[0].value or 0.0) - float(means[1].value or 0.0)
    error = float(np.hypot(means[0].error or 0.0, means[1].error or 0.0))
    if error == 0:
        return Difference(value, None, None, None, "no test: nobody had the event before the horizon")
    reach = float(stats.norm.ppf(0.5 + level / 2)) * error
    return Difference(value, value - reach, value + reach, float(2 * stats.norm.sf(abs(value / error))))


def common_horizon(curves: list[Curve]) -> float | None:
    """The latest time up to which every curve is known: the least of their last times, whichever way it ended."""
    return min((float(curve.time[-1]) for curve in curves), default=None) if all(curve.n for curve in curves) else None
