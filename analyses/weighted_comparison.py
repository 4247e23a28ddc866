"""The arms compared by weight: medians, curve and hazard ratio, with variances that know of the weights.

Curve: Xie and Liu, Stat Med 2005;24:3089 (weighted Kaplan-Meier; its variance counts the effective number at risk).
Hazard ratio: Cox model with the sandwich variance of Lin and Wei (JASA 1989;84:1074), which is conservative where the
weights are estimated (Austin, Stat Med 2016;35:5642).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analyses.conventions import LIMITS, TIES
from analyses.cox_regression import fit_cox
from analyses.e_value import e_value
from analyses.kaplan_meier import Curve, median
from analyses.propensity import METHOD, Weights, compared_arms, effective_size
from analyses.statistic import Statistic, rounded
from analyses.survival import times_of
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

WEIGHTED, UNWEIGHTED = "weighted", "unweighted"
CURVE_COLUMNS = ["endpoint", "group", "time", "survival", "lower", "upper"]


def weighted_comparison(
    adtte: "pd.DataFrame", adsl: "pd.DataFrame", weights: Weights | None, protocol: Protocol
) -> Iterator[Statistic]:
    """Analysis ``iptw``; nothing where the protocol has no ``[weighting]``, and so ``weights`` is None.

    Of the weights, by arm: ``weighted_n``, ``effective_n``, ``weight_mean``, ``weight_max``. By endpoint and arm the
    weighted ``median`` with limits. By endpoint (level ``arm=A``), ``unweighted`` and ``weighted``, of the same
    patients: ``hr`` with limits and P, and its ``e_value`` and ``e_value_limit``.
    """
    if protocol.weighting is None or weights is None:
        return
    yield from _of_weights(weights, adsl, protocol)
    for paramcd in protocol.weighting.endpoints:
        times = times_of(adtte, adsl, paramcd, protocol)
        if weights.weight is not None:
            times = times[times["usubjid"].isin(weights.weight.index)].sort_values("usubjid")
            yield from _medians(times, weights.weight, paramcd, protocol)
        yield from _ratios(times, weights, paramcd, protocol)


def weighted_curves(
    adtte: "pd.DataFrame", adsl: "pd.DataFrame", weights: Weights | None, protocol: Protocol
) -> "pd.DataFrame":
    """The steps of each weighted curve, from time 0 on, with limits by the protocol's convention; CURVE_COLUMNS."""
    import pandas as pd

    from analyses.kaplan_meier import survival_limits

    rows: list[tuple[Any, ...]] = []
    weight = weights.weight if weights else None
    for paramcd in protocol.weighting.endpoints if protocol.weighting else []:
        if weight is None:
            break
        times = times_of(adtte, adsl, paramcd, protocol)
        for arm in compared_arms(protocol):
            curve = _curve(times[times["arm"] == arm], weight)
            lower, upper = survival_limits(curve, protocol.statistics.convention, protocol.statistics.confidence_level)
            rows.append((paramcd, arm, 0.0, 1.0, 1.0, 1.0))
            rows += [
                (paramcd, arm, *(rounded(float(value)) for value in step))
                for step in zip(curve.time, curve.survival, lower, upper, strict=True)
            ]
    return pd.DataFrame(rows, columns=CURVE_COLUMNS)


def _of_weights(weights: Weights, adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    arm_of = dict(zip(adsl["usubjid"], adsl["arm"], strict=True))
    for arm in compared_arms(protocol):
        key: dict[str, Any] = {"analysis": "iptw", "group": arm, "method": METHOD}
        treated = int((adsl["arm"] == arm).sum())
        if weights.weight is None:
            yield Statistic(**key, statistic="effective_n", value=None, denominator=treated, note=weights.note)
            continue
        of_arm = weights.weight[[arm_of[name] == arm for name in weights.weight.index]]
        values = {
            "weighted_n": len(of_arm),
            "effective_n": effective_size(of_arm),
            "weight_mean": float(of_arm.mean()),
            "weight_max": float(of_arm.max()),
        }
        for statistic, value in values.items():
            yield Statistic(**key, statistic=statistic, value=value, denominator=treated)


def _curve(times: "pd.DataFrame", weight: "pd.Series[float]") -> Curve:
    """The weighted product-limit estimate; ``n_risk`` and ``n_event`` are sums of weights."""
    rows = times[times["usubjid"].isin(weight.index)]
    w = weight.loc[rows["usubjid"]].to_numpy(float)
    time, place = np.unique(rows["time"].to_numpy(float), return_inverse=True)
    event = rows["event"].to_numpy(float)

    def summed(values: Array) -> Array:
        return np.bincount(place, values, len(time))

    def at_risk(values: Array) -> Array:
        return np.cumsum(summed(values)[::-1])[::-1]

    n_event, n_risk = summed(w * event), at_risk(w)
    effective = n_risk**2 / at_risk(w**2)
    all_of_them = summed(event) == at_risk(np.ones(len(w)))  # a sum of weights is equal but for the last bits
    hazard = np.where(all_of_them, 1.0, n_event / n_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(hazard < 1, hazard / (effective * (1 - hazard)), np.inf)
    return Curve(time, n_risk, n_event, summed(w) - n_event, np.cumprod(1 - hazard), np.cumsum(spread))


def _medians(
    times: "pd.DataFrame", weight: "pd.Series[float]", paramcd: str, protocol: Protocol
) -> Iterator[Statistic]:
    conventions = protocol.statistics
    for arm in compared_arms(protocol):
        of_arm = times[times["arm"] == arm]
        made = median(
            _curve(of_arm, weight), conventions.convention, conventions.median_rule, conventions.confidence_level
        )
        for part, value in (("", made.value), ("_lower", made.lower), ("_upper", made.upper)):
            yield Statistic(
                analysis="iptw",
                endpoint=paramcd,
                group=arm,
                statistic=f"median{part}",
                value=value,
                method=f"weighted Kaplan-Meier, variance by Xie and Liu, {LIMITS[conventions.convention]}",
                denominator=len(of_arm),
                note="" if value is not None else "not reached" if made.value is None else "not estimable",
            )


def _ratios(times: "pd.DataFrame", weights: Weights, paramcd: str, protocol: Protocol) -> Iterator[Statistic]:
    first, _ = compared_arms(protocol)
    times = times[times["arm"].isin(compared_arms(protocol))]
    ties = TIES[protocol.statistics.convention]
    events = int(times["event"].sum())
    for group in (UNWEIGHTED, WEIGHTED):
        key: dict[str, Any] = {"analysis": "iptw", "endpoint": paramcd, "level": f"arm={first}", "group": group}
        method = f"Cox regression, {ties.capitalize()} ties"
        method += f", weighted by {METHOD}, robust variance" if group == WEIGHTED else ", Wald limits"
        row, note = None, weights.note if group == WEIGHTED else ""
        if not note:
            weight = weights.weight.loc[times["usubjid"]].to_numpy() if weights.weight is not None else None
            fit = fit_cox(
                times["time"].to_numpy(float),
                times["event"].to_numpy(bool),
                (times["arm"] == first).to_numpy(float)[:, None],
                [first],
                ties=ties,
                weights=weight if group == WEIGHTED else None,
                robust=group == WEIGHTED,
            )
            row = fit.table(protocol.statistics.confidence_level)[0]
            note = row.note
        for statistic, name in (("hr", "hr"), ("hr_lower", "lower"), ("hr_upper", "upper"), ("p", "p")):
            value = getattr(row, name) if row else None
            yield Statistic(**key, statistic=statistic, value=value, method=method, denominator=len(times), note=note)
        made = None
        if row and row.hr is not None and row.lower is not None and row.upper is not None:
            made = e_value(row.hr, row.lower, row.upper, events / len(times))
        of_ratio = {"e_value": made.estimate if made else None, "e_value_limit": made.limit if made else None}
        for statistic, value in of_ratio.items():
            words = made.method if made else "E-value (VanderWeele and Ding 2017)"
            yield Statistic(**key, statistic=statistic, value=value, method=words, denominator=len(times), note=note)
