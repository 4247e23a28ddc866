"""A progression lies between two assessments, and the date of the scan that showed it is only the later one.

Where one arm is scanned less often, this moves its curve to the right. The analysis takes the interval instead: the
nonparametric estimate (Turnbull, JRSS B 1976;38:290) by arm, and a Weibull model for interval-censored times
(lifelines, WeibullAFTFitter) between the arms, beside the same model with the dates as they were recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analyses.assessment_intervals import assessments
from analyses.propensity import compared_arms
from analyses.statistic import Statistic
from analyses.survival import times_of
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

PROGRESSION_FREE = ("CR", "PR", "SD", "NON-CR/NON-PD")
TURNBULL = "nonparametric estimate of interval-censored times (Turnbull)"
WEIBULL = "Weibull model (lifelines WeibullAFTFitter), hazard ratio with delta-method limits"
INTERVALS, RECORDED = "interval-censored", "as recorded"
MOST_CELLS = 20_000_000
PRECISION, MOST_STEPS = 1e-10, 20_000


@dataclass(frozen=True)
class Turnbull:
    """The estimate: mass on each innermost interval (left, right]; right is infinite for what was never seen."""

    left: Array
    right: Array
    mass: Array

    def median(self) -> tuple[float, float] | None:
        """The innermost interval in which the curve falls to a half; None where it never does, or never for sure."""
        place = int(np.searchsorted(np.cumsum(self.mass), 0.5 - 1e-9))
        if place >= len(self.mass) or not np.isfinite(self.right[place]):
            return None
        return float(self.left[place]), float(self.right[place])


def interval_censoring(
    adtte: "pd.DataFrame", adrs: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol
) -> Iterator[Statistic]:
    """Analysis ``interval_censored`` of the endpoints that the protocol names, times in its unit.

    By arm: ``median_from`` and ``median_to``, the interval in which Turnbull's curve falls to a half. Between the arms
    (level ``arm=A``): ``hr`` with limits and P of a Weibull model, groups ``interval-censored`` and ``as recorded``.
    """
    for paramcd in protocol.survival.interval_censored:
        bounds = event_bounds(adtte, adrs, adsl, paramcd, protocol)
        for arm in protocol.arms:
            yield from _median(bounds[bounds["arm"] == arm.code], arm.code, paramcd)
        yield from _models(bounds, paramcd, protocol)


def event_bounds(
    adtte: "pd.DataFrame", adrs: "pd.DataFrame", adsl: "pd.DataFrame", paramcd: str, protocol: Protocol
) -> "pd.DataFrame":
    """usubjid, arm, recorded time, event, and lower and upper between which the event lies, in the protocol's unit.

    A progression lies after the last assessment that showed none (0 where there is none) and up to the one that showed
    it. A death without progression is dated: lower = upper. Without an event upper is infinite.
    """
    times = times_of(adtte, adsl, paramcd, protocol)
    died = adtte.loc[(adtte["paramcd"] == paramcd) & (adtte["evntdesc"] == "Death"), "usubjid"]
    free = assessments(adrs, paramcd).merge(times[["usubjid", "days"]], on="usubjid", how="inner")
    free = free[free["avalc"].isin(PROGRESSION_FREE) & (free["ady"] < free["days"])]
    last_free = times["usubjid"].map(free.groupby("usubjid")["ady"].max()).fillna(0.0).astype(float)
    unit = protocol.study.days_per_unit
    is_dated = times["usubjid"].isin(died) | ~times["event"]
    lower = last_free.where(~is_dated, times["days"]) / unit
    upper = (times["days"] / unit).where(times["event"], np.inf)
    made = times[["usubjid", "arm", "time", "event"]].assign(lower=lower, upper=upper)
    return made.sort_values("usubjid").reset_index(drop=True)


def turnbull(lower: Array, upper: Array, counts: Array | None = None) -> Turnbull | None:
    """Turnbull's estimate by his self-consistency (EM) algorithm; None where there are too many intervals for it.

    An exact time is lower = upper. Equal observations are counted once.
    """
    weight = np.ones(len(lower)) if counts is None else np.asarray(counts, dtype=float)
    pairs, place = np.unique(np.column_stack([lower, upper]), axis=0, return_inverse=True)
    weight = np.bincount(place.ravel(), weight)
    left, right = _innermost(pairs[:, 0], pairs[:, 1])
    if len(left) * len(pairs) > MOST_CELLS:
        return None
    lower, upper = pairs[:, [0]], pairs[:, [1]]
    at_open_end = (lower < upper) & (left == right) & (left == lower)  # an exact time is not in (it, upper]
    inside = ((left >= lower) & (right <= upper) & ~at_open_end).astype(float)
    mass = np.full(len(left), 1 / len(left))
    for _ in range(MOST_STEPS):
        shares = inside * mass
        new = weight @ (shares / shares.sum(axis=1, keepdims=True)) / weight.sum()
        change = float(np.abs(new - mass).max())
        mass = new
        if change < PRECISION:
            break
    return Turnbull(left, right, mass)


def _innermost(lower: Array, upper: Array) -> tuple[Array, Array]:
    """The intervals that begin with a lower end, finish with an upper end, and have no other end between.

    An observation is (lower, upper], so at one place an upper end comes before the lower end of another; the lower end
    of an exact time, [t, t], comes before either.
    """
    exact = lower == upper
    ends = sorted(
        [
            *((value, 0, False) for value in lower[exact]),
            *((value, 1, True) for value in upper),
            *((value, 2, False) for value in lower[~exact]),
        ]
    )
    left, right = [], []
    for (start, _, is_upper), (stop, _, is_next_upper) in pairwise(ends):
        if not is_upper and is_next_upper:
            left.append(start)
            right.append(stop)
    return np.array(left), np.array(right)


def _median(bounds: "pd.DataFrame", arm: str, paramcd: str) -> Iterator[Statistic]:
    made = turnbull(bounds["lower"].to_numpy(), bounds["upper"].to_numpy()) if len(bounds) else None
    between = made.median() if made else None
    note = "no patients" if not len(bounds) else "not reached" if made else "not estimable: too many intervals"
    for place, statistic in enumerate(("median_from", "median_to")):
        yield Statistic(
            analysis="interval_censored",
            endpoint=paramcd,
            group=arm,
            statistic=statistic,
            value=between[place] if between else None,
            method=TURNBULL,
            denominator=len(bounds),
            note="" if between else note,
        )


def _models(bounds: "pd.DataFrame", paramcd: str, protocol: Protocol) -> Iterator[Statistic]:
    first, reference = compared_arms(protocol)
    rows = bounds[bounds["arm"].isin((first, reference))]
    exact = rows.assign(lower=rows["time"], upper=rows["time"].where(rows["event"], np.inf))
    for group, chosen in ((INTERVALS, rows), (RECORDED, exact)):
        ratio, note = _weibull(chosen, first, protocol.statistics.confidence_level)
        for statistic, value in zip(("hr", "hr_lower", "hr_upper", "p"), ratio, strict=True):
            key: dict[str, Any] = {"endpoint": paramcd, "level": f"arm={first}", "group": group}
            yield Statistic(
                analysis="interval_censored",
                **key,
                statistic=statistic,
                value=value,
                method=f"{WEIBULL}, {group}",
                denominator=len(rows),
                note=note,
            )


def _weibull(rows: "pd.DataFrame", first: str, level: float) -> tuple[tuple[float | None, ...], str]:
    """Hazard ratio of ``first``, limits, P; or four times nothing and why."""
    import warnings

    import pandas as pd
    from lifelines import WeibullAFTFitter
    from lifelines.exceptions import ConvergenceError
    from scipy import stats

    missing = (None, None, None, None)
    in_first = rows["arm"] == first
    if not len(rows) or in_first.all() or not in_first.any():
        return missing, "not estimable: only one arm has patients"
    has_event = np.isfinite(rows["upper"])
    if not has_event[in_first].any() or not has_event[~in_first].any():
        return missing, "not estimable: no events in one of the arms"
    frame = pd.DataFrame(
        {"lower": rows["lower"].to_numpy(), "upper": rows["upper"].to_numpy(), "arm": in_first.to_numpy(float)}
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = WeibullAFTFitter().fit_interval_censoring(frame, lower_bound_col="lower", upper_bound_col="upper")
    except (ConvergenceError, np.linalg.LinAlgError, ValueError):
        return missing, "not estimable: the Weibull model does not converge"
    slope, log_shape = fit.params_[("lambda_", "arm")], fit.params_[("rho_", "Intercept")]
    covariance = fit.variance_matrix_
    names = [("lambda_", "arm"), ("rho_", "Intercept")]
    part = covariance.loc[names, names].to_numpy(float)
    shape = float(np.exp(log_shape))
    estimate = -slope * shape  # a time ratio exp(slope) is a hazard ratio exp(-slope * shape)
    gradient = np.array([-shape, -slope * shape])
    error = float(np.sqrt(gradient @ part @ gradient))
    if not np.isfinite(error) or error <= 0:
        return missing, "not estimable: the Weibull model has no variance"
    reach = float(stats.norm.ppf(0.5 + level / 2)) * error
    with np.errstate(over="ignore"):
        ratio = tuple(float(value) for value in np.exp([estimate, estimate - reach, estimate + reach]))
    if not np.isfinite(ratio).all() or min(ratio) == 0:
        return missing, "not estimable: the likelihood rises without end (the groups are separated)"
    return (*ratio, float(2 * stats.norm.sf(abs(estimate / error)))), ""
