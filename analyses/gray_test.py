"""Gray's test: do groups differ in the cumulative incidence of one cause (Ann Stat 1988;16:1141).

A log-rank test of the subdistribution: who had the competing event stays at risk, in the share in which they would not
have been censored. The variance is that of the paper (weight 1, rho = 0), so the numbers are those of R's
cmprsk::cuminc.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

METHOD = "Gray's test"
FULL = 1e12
"""Condition beyond which the variance cannot be inverted."""


@dataclass(frozen=True)
class GrayTest:
    """``note`` says why there is no test."""

    chi2: float | None
    df: int | None
    p: float | None
    note: str = ""


def gray_test(time: Array, cause: NDArray[np.intp], group: NDArray[np.intp], of: int = 1) -> GrayTest:
    """Compares the incidence of cause ``of`` between groups; ``cause`` 0 is censored, any other competes.

    Raises:
        ValueError: a time is negative or not a number.
    """
    from scipy import stats

    time = np.asarray(time, dtype=float)
    if not np.isfinite(time).all() or (time < 0).any():
        raise ValueError("a survival time is negative or missing")
    names, place = np.unique(group, return_inverse=True)
    if len(names) < 2:
        return GrayTest(None, None, None, "no test: fewer than two groups")
    if not (cause == of).any():
        return GrayTest(None, None, None, "no test: no events")
    score, variance = _score(time, cause, place, len(names), of)
    kept = slice(0, len(names) - 1)
    matrix = variance[kept, kept]
    if (np.diag(matrix) <= 0).any() or np.linalg.cond(matrix) > FULL:
        return GrayTest(None, None, None, "no test: too few events to compare")
    chi2 = float(score[kept] @ np.linalg.solve(matrix, score[kept]))
    return GrayTest(chi2, len(names) - 1, float(stats.chi2.sf(chi2, len(names) - 1)))


def _score(time: Array, cause: NDArray[np.intp], place: NDArray[np.intp], groups: int, of: int) -> tuple[Array, Array]:
    """Observed less expected of each group, and the variance of it, summed over the times of events."""
    distinct, at = np.unique(time, return_inverse=True)

    def counted(rows: NDArray[np.bool_]) -> Array:
        cells = np.bincount((at * groups + place)[rows], minlength=len(distinct) * groups)
        return cells.reshape(-1, groups).astype(float)

    leaving, wanted, competing = (
        counted(np.ones(len(time), bool)),
        counted(cause == of),
        counted((cause > 0) & (cause != of)),
    )
    at_risk = np.cumsum(leaving[::-1], axis=0)[::-1]
    sums = _Sums(groups)
    for row in np.flatnonzero((wanted + competing).any(axis=1)):
        sums.add(at_risk[row], wanted[row], competing[row])
    return sums.score, sums.whole_variance()


class _Sums:
    """What is carried from one time to the next: survival and incidence of each group, pooled incidence, the sums.

    Names as in the appendix of the paper: with h the Kaplan-Meier estimate of a group just before the time and Y its
    number at risk, Y/h is the number who would be at risk without censoring.
    """

    def __init__(self, groups: int) -> None:
        self.survival, self.incidence = np.ones(groups), np.zeros(groups)
        self.pooled = 0.0
        self.score, self.variance = np.zeros(groups), np.zeros((groups, groups))
        self.carried = np.zeros((groups, groups))
        self.cross, self.own = np.zeros((groups, groups)), np.zeros(groups)

    def add(self, at_risk: Array, wanted: Array, competing: Array) -> None:
        """One time: numbers at risk, events of the wanted cause and of the others, by group."""
        present = at_risk > 0
        before = self.survival
        with np.errstate(divide="ignore", invalid="ignore"):
            survival = np.where(present, before * (at_risk - wanted - competing) / at_risk, before)
            incidence = np.where(present, self.incidence + before * wanted / at_risk, self.incidence)
            uncensored = np.where(present & (before > 0), at_risk / before, 0.0)
        total, events = float(uncensored.sum()), float(wanted.sum())
        subdistribution = uncensored * (1 - self.incidence)
        self.score = self.score + wanted - events * subdistribution / float(subdistribution.sum())
        weights = np.diag(uncensored) - np.outer(uncensored, uncensored) / total
        self.carried = self.carried + weights * events / (total * (1 - self.pooled))
        pooled = self.pooled + events / total
        if events:
            for k in np.flatnonzero(present).tolist():
                share = 1 - (1 - pooled) / survival[k] if survival[k] > 0 else 1.0
                tied = 1 - (events - 1) / (total * before[k] - 1) if events > 1 else 1.0
                size = tied * before[k] * events / (total * at_risk[k])
                self._spread(k, weights[:, k] - share * self.carried[:, k], share, size)
        for k in np.flatnonzero((competing > 0) & (survival > 0)).tolist():
            share = (1 - pooled) / survival[k]
            tied = 1 - (competing[k] - 1) / (at_risk[k] - 1) if competing[k] > 1 else 1.0
            size = tied * before[k] ** 2 * competing[k] / at_risk[k] ** 2
            self._spread(k, share * self.carried[:, k], -share, size)
        self.survival, self.incidence, self.pooled = survival, incidence, pooled

    def _spread(self, k: int, step: Array, share: float, size: float) -> None:
        self.variance += size * np.outer(step, step)
        self.cross[:, k] += size * share * step
        self.own[k] += size * share**2

    def whole_variance(self) -> Array:
        crossed = self.carried @ self.cross.T
        whole: Array = self.variance + (self.carried * self.own) @ self.carried.T + crossed + crossed.T
        return whole
