"""The log-rank test (Mantel, Cancer Chemother Rep 1966;50:163; Peto and Peto, JRSS A 1972;135:185), also weighted.

Weights at each event time: ``log-rank`` 1; ``gehan`` the number at risk (Gehan-Breslow, SPSS "Breslow", SAS
"Wilcoxon"); ``tarone-ware`` its square root; ``peto`` S(t-), the pooled Kaplan-Meier estimate just before it (R's
survdiff with rho = 1); ``fleming-harrington`` S(t-)^rho (1 - S(t-))^gamma.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

METHOD = "log-rank test"
WEIGHTS = ("log-rank", "gehan", "tarone-ware", "peto", "fleming-harrington")


@dataclass(frozen=True)
class LogRank:
    """``note`` says why there is no test."""

    chi2: float | None
    df: int | None
    p: float | None
    note: str = ""


@dataclass(frozen=True)
class GroupCounts:
    """Events, and all who leave (with or without one), at distinct ascending times (rows) in each group (columns)."""

    n_event: Array
    n_leaving: Array


def log_rank(
    time: "pd.Series[float]",
    event: "pd.Series[bool]",
    group: "pd.Series[str]",
    *,
    weights: str = "log-rank",
    rho: float = 0.0,
    gamma: float = 0.0,
    strata: "pd.Series[str] | None" = None,
) -> LogRank:
    """Compares the groups over the whole of follow-up; within ``strata`` where they are given.

    A group that nobody is left of at the first event expects no events: it is left out and costs no degree of
    freedom (as in R's survdiff). The plain test is that of lifelines, which is right; it has none by strata.
    """
    if weights == "log-rank" and strata is None:
        return _plain(time, event, group)
    names, place = np.unique(group.to_numpy(), return_inverse=True)
    layer = np.zeros(len(time), dtype=np.intp)
    if strata is not None:
        layer = np.unique(strata.to_numpy(), return_inverse=True)[1]
    times, events = time.to_numpy(float), event.to_numpy(bool)
    counts = [
        counts_by_time(times[layer == each], events[layer == each], place[layer == each], len(names))
        for each in np.unique(layer)
    ]
    return log_rank_of_counts(counts, weights=weights, rho=rho, gamma=gamma)


def _plain(time: "pd.Series[float]", event: "pd.Series[bool]", group: "pd.Series[str]") -> LogRank:
    from lifelines.statistics import multivariate_logrank_test

    groups = group.nunique()
    if groups < 2:
        return LogRank(None, None, None, "no test: fewer than two groups")
    if not event.any():
        return LogRank(None, None, None, "no test: no events")
    first = time[event].min()
    at_risk = time >= first
    groups = group[at_risk].nunique()
    if groups < 2:
        return LogRank(None, None, None, "no test: fewer than two groups at risk at the first event")
    if (event[at_risk] & (time[at_risk] == first)).all():
        return LogRank(None, None, None, "no test: all have the event at the same time")
    result = multivariate_logrank_test(
        time[at_risk].to_numpy(float), group[at_risk].to_numpy(), event[at_risk].to_numpy(bool)
    )
    return LogRank(float(result.test_statistic), groups - 1, float(result.p_value))


def counts_by_time(time: Array, event: NDArray[np.bool_], place: NDArray[np.intp], groups: int) -> GroupCounts:
    """Rows collapsed to counts; ``place`` is the number of a row's group."""
    distinct, at = np.unique(time, return_inverse=True)
    cell = at * groups + place
    n_leaving = np.bincount(cell, minlength=len(distinct) * groups).reshape(-1, groups).astype(float)
    n_event = np.bincount(cell[event], minlength=len(distinct) * groups).reshape(-1, groups).astype(float)
    return GroupCounts(n_event, n_leaving)


def log_rank_of_counts(
    strata: Sequence[GroupCounts], *, weights: str = "log-rank", rho: float = 0.0, gamma: float = 0.0
) -> LogRank:
    """The test from counts at each time, as a GROUP BY gives them; one element a stratum.

    Raises:
        ValueError: the weights are none of WEIGHTS.
    """
    from scipy import stats

    if weights not in WEIGHTS:
        raise ValueError(f"{weights!r} are no weights (known: {', '.join(WEIGHTS)})")
    groups = strata[0].n_event.shape[1] if strata else 0
    present = sum((part.n_leaving.sum(axis=0) for part in strata), np.zeros(groups)) > 0
    if present.sum() < 2:
        return LogRank(None, None, None, "no test: fewer than two groups")
    if not any(part.n_event.any() for part in strata):
        return LogRank(None, None, None, "no test: no events")
    difference, expected, variance = np.zeros(groups), np.zeros(groups), np.zeros((groups, groups))
    for part in strata:
        sums = _of_stratum(part, weights, rho, gamma)
        difference, expected, variance = difference + sums[0], expected + sums[1], variance + sums[2]
    compared = np.flatnonzero(expected > 0)
    if len(compared) < 2:
        return LogRank(None, None, None, "no test: fewer than two groups at risk at the first event")
    kept = compared[1:]
    matrix = variance[np.ix_(kept, kept)]
    if (np.diag(matrix) <= 0).any() or np.linalg.cond(matrix) > 1e12:
        return LogRank(None, None, None, "no test: all have the event at the same time")
    chi2 = float(difference[kept] @ np.linalg.solve(matrix, difference[kept]))
    return LogRank(chi2, len(kept), float(stats.chi2.sf(chi2, len(kept))))


def _of_stratum(counts: GroupCounts, weights: str, rho: float, gamma: float) -> tuple[Array, Array, Array]:
    """Weighted observed less expected, expected, and the hypergeometric variance of the difference."""
    at_risk = np.cumsum(counts.n_leaving[::-1], axis=0)[::-1]
    has_event = counts.n_event.any(axis=1)
    at_risk, observed = at_risk[has_event], counts.n_event[has_event]
    n, d = at_risk.sum(axis=1), observed.sum(axis=1)
    survival = np.cumprod(1 - d / n)
    before = np.concatenate(([1.0], survival[:-1])) if len(survival) else survival
    weight = {
        "log-rank": np.ones_like(n),
        "gehan": n,
        "tarone-ware": np.sqrt(n),
        "peto": before,
        "fleming-harrington": before**rho * (1 - before) ** gamma,
    }[weights]
    share = at_risk / n[:, None]
    expected = share * d[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.where(n > 1, weight**2 * d * (n - d) / (n - 1), 0.0)
    variance = np.diag(spread @ share) - share.T @ (share * spread[:, None])
    return weight @ (observed - expected), expected.sum(axis=0), variance
