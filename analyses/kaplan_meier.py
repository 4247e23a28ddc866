"""The Kaplan-Meier estimate of one group: the curve, its quantiles and rates, with limits under three conventions.

Times are in the unit given. Limits of S(t) and of the median, by convention:
``r`` log, ``sas`` log-log (Brookmeyer and Crowley, Biometrics 1982;38:29), ``spss`` symmetric about the median.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
FLAT = float(np.finfo(float).eps) ** 0.5  # S(t) is a product of fractions: a half but for the last bits (as in R)
SPSS_EPSILON = 0.05


@dataclass(frozen=True)
class Curve:
    """S(t) just after each distinct time; ``n_risk`` just before it. ``greenwood`` is the sum of d / (n (n - d))."""

    time: Array
    n_risk: Array
    n_event: Array
    n_censored: Array
    survival: Array
    greenwood: Array

    @property
    def n(self) -> int:
        return int(self.n_risk[0]) if len(self.n_risk) else 0

    @property
    def events(self) -> int:
        return int(self.n_event.sum())

    def at_risk(self, time: float) -> int:
        """Subjects under observation just before ``time``."""
        later = self.time >= time - FLAT
        return int(self.n_risk[later][0]) if later.any() else 0

    def events_before(self, time: float) -> int:
        """Events until just before ``time``."""
        return int(self.n_event[self.time < time - FLAT].sum())


@dataclass(frozen=True)
class Estimate:
    """A number with its limits; None is not reached or not estimable."""

    value: float | None
    lower: float | None
    upper: float | None


def fit_curve(time: Array, event: NDArray[np.bool_]) -> Curve:
    """The product-limit estimate (Kaplan and Meier, JASA 1958;53:457) with Greenwood's variance.

    One step a distinct time, time 0 included; who is censored at the time of a death was at risk of it.

    Raises:
        ValueError: a time is negative or not a number.
    """
    distinct, place = np.unique(np.asarray(time, dtype=float), return_inverse=True)
    n_leaving = np.bincount(place, minlength=len(distinct)).astype(float)
    n_event = np.bincount(place, weights=event, minlength=len(distinct)).astype(float)
    return curve_of_counts(distinct, n_event, n_leaving - n_event)


def curve_of_counts(time: Array, n_event: Array, n_censored: Array) -> Curve:
    """The same from counts at distinct times in ascending order, as a GROUP BY gives them.

    Raises:
        ValueError: a time is negative or not a number.
    """
    time, n_event, n_censored = (np.asarray(values, dtype=float) for values in (time, n_event, n_censored))
    if not np.isfinite(time).all() or (time < 0).any():
        raise ValueError("a survival time is negative or missing")
    n_risk = np.cumsum((n_event + n_censored)[::-1])[::-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(n_risk > n_event, n_event / (n_risk * (n_risk - n_event)), np.where(n_event > 0, np.inf, 0.0))
    return Curve(
        time=time,
        n_risk=n_risk,
        n_event=n_event,
        n_censored=n_censored,
        survival=np.cumprod(1 - n_event / n_risk),
        greenwood=np.cumsum(hazard),
    )


def median(curve: Curve, convention: str, rule: str, level: float) -> Estimate:
    """The median with its confidence limits; see quantile."""
    return quantile(curve, 0.5, convention, rule, level)


def quantile(curve: Curve, share: float, convention: str, rule: str, level: float) -> Estimate:
    """The time by which ``share`` of the subjects have had the event (0.5: the median), with its confidence limits.

    ``rule``: ``first`` time with S(t) <= 1 - share (SPSS, lifelines), or the ``midpoint`` of the stretch on which S(t)
    is exactly that (R, SAS). Under ``spss`` the limits are the quantile +/- z SE; under ``r`` and ``sas`` they are the
    ends of {t: the band of S(t) holds 1 - share}, by the same rule on each limit of the band.
    """
    height = 1 - share
    value = _crossing(curve.time, curve.survival, rule, height)
    if convention == "spss":
        error = None if value is None else _spss_standard_error(curve, height)
        if value is None or error is None:
            return Estimate(value, None, None)
        reach = _z(level) * error
        return Estimate(value, value - reach, value + reach)
    lower, upper = survival_limits(curve, convention, level)
    ends = _crossing(curve.time, lower, rule, height), _crossing(curve.time, upper, rule, height)
    return Estimate(value, ends[0], None if value is None else ends[1])


def rate(curve: Curve, time: float, convention: str, level: float) -> Estimate:
    """S(time) with its limits; not estimable beyond the last time observed, unless nobody was left.

    Where S(time) is 0 it has no limits, as in R.
    """
    if not curve.n or (time > curve.time[-1] and curve.survival[-1] > 0):
        return Estimate(None, None, None)
    place = int(np.searchsorted(curve.time, time, side="right")) - 1
    if place < 0:
        return Estimate(1.0, 1.0, 1.0)
    if curve.survival[place] <= FLAT:
        return Estimate(0.0, None, None)  # nobody is left: the variance is not defined
    lower, upper = (float(limit[place]) for limit in survival_limits(curve, convention, level))
    return Estimate(
        float(curve.survival[place]), None if np.isnan(lower) else lower, None if np.isnan(upper) else upper
    )


def survival_limits(curve: Curve, convention: str, level: float) -> tuple[Array, Array]:
    """Pointwise limits of S(t): log for ``r``, log-log for ``sas``, plain for ``spss``, within [0, 1]."""
    s, z = curve.survival, _z(level)
    error = np.sqrt(curve.greenwood)
    with np.errstate(all="ignore"):
        if convention == "r":
            lower, upper = s * np.exp(-z * error), s * np.exp(z * error)
        elif convention == "sas":
            reach = z * error / np.abs(np.log(s))
            lower, upper = s ** np.exp(reach), s ** np.exp(-reach)
        else:
            lower, upper = s - z * s * error, s + z * s * error
    flat = (s >= 1) | (s <= 0)
    lower, upper = np.where(flat, s, np.clip(lower, 0, 1)), np.where(flat, s, np.clip(upper, 0, 1))
    if convention in ("r", "sas"):
        # At S(t) = 0 the variance is infinite: the band is not defined there, and no limit is reached.
        upper = np.where(s <= 0, np.nan, upper)
        lower = np.where(s <= 0, np.nan, lower)
    return lower, upper


def _crossing(time: Array, survival: Array, rule: str, height: float) -> float | None:
    """The time at which a step function falls to ``height``, by ``rule``; None where it never does."""
    with np.errstate(invalid="ignore"):
        reached = np.flatnonzero(survival <= height + FLAT)
    if not len(reached):
        return None
    first = reached[0]
    if rule == "midpoint" and abs(survival[first] - height) <= FLAT:
        below = np.flatnonzero(survival < survival[first])
        if len(below):
            return float((time[first] + time[below[0]]) / 2)
    return float(time[first])


def _spss_standard_error(curve: Curve, height: float) -> float | None:
    """SE of a quantile as SPSS KM gives it (IBM SPSS Statistics Algorithms, KM; Collett 2003, section 2.4).

    sqrt(var S(t)) / f, with f = (S(u) - S(l)) / (l - u), u the last event time with S >= height + 0.05 (0, where S is
    1, if there is none) and l the first with S <= height - 0.05. None where the curve does not fall that far.
    """
    events = curve.n_event > 0
    time, survival = curve.time[events], curve.survival[events]
    reached = np.flatnonzero(survival <= height + FLAT)
    above = np.flatnonzero(survival >= height + SPSS_EPSILON - FLAT)
    below = np.flatnonzero(survival <= height - SPSS_EPSILON + FLAT)
    if not len(reached) or not len(below):
        return None
    u, s_u = (float(time[above[-1]]), float(survival[above[-1]])) if len(above) else (0.0, 1.0)
    l, s_l = float(time[below[0]]), float(survival[below[0]])  # noqa: E741
    first = reached[0]
    deviation = float(survival[first] * np.sqrt(curve.greenwood[events][first])) if survival[first] > 0 else None
    return None if deviation is None else deviation * (l - u) / (s_u - s_l)


def _z(level: float) -> float:
    from scipy import stats

    return float(stats.norm.ppf(0.5 + level / 2))
