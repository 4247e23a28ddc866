"""Cumulative incidence with competing risks: the Aalen-Johansen estimate (Scand J Stat 1978;5:141).

One minus Kaplan-Meier with the other causes censored would count events in those who can no longer have them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.kaplan_meier import Estimate

Array = NDArray[np.float64]

METHOD = "Aalen-Johansen estimate, log limits"


@dataclass(frozen=True)
class CumulativeIncidence:
    """The share that has had the event of this cause by each distinct time, with its standard error."""

    cause: int
    time: Array
    n_risk: Array
    n_event: Array
    share: Array
    error: Array

    def at(self, time: float, level: float) -> Estimate:
        """The share by ``time`` with log limits (as R); not estimable beyond the last time observed."""
        if not len(self.time) or time > self.time[-1]:
            return Estimate(None, None, None)
        place = int(np.searchsorted(self.time, time, side="right")) - 1
        return self.estimate(place, level) if place >= 0 else Estimate(0.0, None, None)

    def estimate(self, place: int, level: float) -> Estimate:
        """The share just after the time at ``place`` with log limits; a share of 0 has none."""
        from scipy import stats

        share = float(self.share[place])
        if share == 0:
            return Estimate(0.0, None, None)
        reach = float(stats.norm.ppf(0.5 + level / 2)) * float(self.error[place]) / share
        return Estimate(share, share * float(np.exp(-reach)), min(1.0, share * float(np.exp(reach))))


def cumulative_incidence(
    time: Array, cause: NDArray[np.intp], causes: Sequence[int] | None = None
) -> dict[int, CumulativeIncidence]:
    """One estimate a cause; ``cause`` 0 is censored. ``causes``: those to give, every one that occurs if left out.

    The variance is that of the multinomial steps (Marubini and Valsecchi 1995, section 10.2), which R's infinitesimal
    jackknife comes to when nobody is weighted.

    Raises:
        ValueError: a time is negative or not a number.
    """
    time = np.asarray(time, dtype=float)
    if not np.isfinite(time).all() or (time < 0).any():
        raise ValueError("a survival time is negative or missing")
    distinct, place = np.unique(time, return_inverse=True)
    n_risk = np.cumsum(np.bincount(place, minlength=len(distinct))[::-1])[::-1].astype(float)
    d = np.bincount(place[cause > 0], minlength=len(distinct)).astype(float)
    survival = np.cumprod(1 - d / n_risk)
    before = np.concatenate(([1.0], survival[:-1])) if len(survival) else survival
    wanted = sorted({int(each) for each in cause if each > 0}) if causes is None else list(causes)
    made = {}
    for each in wanted:
        d_cause = np.bincount(place[cause == each], minlength=len(distinct)).astype(float)
        share = np.cumsum(before * d_cause / n_risk)
        made[each] = CumulativeIncidence(
            each, distinct, n_risk, d_cause, share, _error(share, before, n_risk, d, d_cause)
        )
    return made


def _error(share: Array, before: Array, n: Array, d: Array, d_cause: Array) -> Array:
    """With F(t) - F(u) = F(t) - f(u) multiplied out, every sum over the times up to t is one running total."""
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = np.where(n > d, d / (n * (n - d)), 0.0)  # the last step to zero is followed by none
    caused = before**2 * d_cause * (n - d_cause) / n**3
    crossed = before * d_cause / n**2
    square = share**2 * np.cumsum(lost) - 2 * share * np.cumsum(lost * share) + np.cumsum(lost * share**2)
    cross = share * np.cumsum(crossed) - np.cumsum(crossed * share)
    variance = square + np.cumsum(caused) - 2 * cross
    error: Array = np.sqrt(np.maximum(variance, 0.0))
    return error
