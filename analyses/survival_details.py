"""Each time-to-event endpoint by arm beyond the median: quartiles, rates at stated times, restricted means."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analyses.baseline import arms_compared
from analyses.conventions import LIMITS
from analyses.kaplan_meier import Curve, Estimate, fit_curve, quantile, rate
from analyses.restricted_mean import METHOD as DIFFERENCE
from analyses.restricted_mean import common_horizon, restricted_mean, restricted_mean_difference
from analyses.statistic import Statistic
from analyses.survival import times_of
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

QUARTILES = {"quartile_1": 0.25, "quartile_3": 0.75}
BEYOND = "not estimable: beyond follow-up"


def survival_details(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``survival``, by endpoint and arm, limits by the protocol's convention.

    ``quartile_1`` and ``quartile_3``: when a quarter and three quarters have had the event, with ``_lower`` and
    ``_upper``. ``rate_percent`` with limits: the percentage free of the event at each of the protocol's times (level
    ``52 weeks``). ``restricted_mean`` up to the horizon of the level, and between the arms
    ``restricted_mean_difference`` with limits and ``_p``, in the study's unit of time.
    """
    for endpoint in protocol.endpoints:
        if endpoint.kind != "time_to_event":
            continue
        times = times_of(adtte, adsl, endpoint.paramcd, protocol)
        curves = {}
        for arm in protocol.arms:
            of_arm = times[times["arm"] == arm.code]
            curves[arm.code] = fit_curve(of_arm["time"].to_numpy(float), of_arm["event"].to_numpy(bool))
        key = {"analysis": "survival", "endpoint": endpoint.paramcd}
        for code, curve in curves.items():
            yield from _quartiles(curve, protocol, group=code, **key)
            yield from _rates(curve, protocol, group=code, **key)
        yield from _restricted_means(curves, protocol, **key)


def _quartiles(curve: Curve, protocol: Protocol, **key: Any) -> Iterator[Statistic]:
    conventions = protocol.statistics
    for name, share in QUARTILES.items():
        made = quantile(curve, share, conventions.convention, conventions.median_rule, conventions.confidence_level)
        method = f"Kaplan-Meier, {LIMITS[conventions.convention]}"
        why = "not estimable" if conventions.convention == "spss" and made.value is not None else "not reached"
        yield from _three(name, made, curve, method, why, **key)


def _rates(curve: Curve, protocol: Protocol, **key: Any) -> Iterator[Statistic]:
    conventions = protocol.statistics
    for time in protocol.survival.rate_times:
        made = rate(curve, time, conventions.convention, conventions.confidence_level)
        percent = Estimate(*(None if part is None else 100 * part for part in (made.value, made.lower, made.upper)))
        limits = {"spss": "plain limits"}.get(conventions.convention, LIMITS[conventions.convention])
        why = BEYOND if made.value is None else "not estimable: nobody is left"
        level = f"{time:g} {protocol.study.time_unit}"
        yield from _three("rate_percent", percent, curve, f"Kaplan-Meier, {limits}", why, level=level, **key)


def _three(name: str, made: Estimate, curve: Curve, method: str, why_missing: str, **key: Any) -> Iterator[Statistic]:
    for part, value in (("", made.value), ("_lower", made.lower), ("_upper", made.upper)):
        note = "" if value is not None else why_missing if curve.n else "no patients"
        yield Statistic(**key, statistic=f"{name}{part}", value=value, method=method, denominator=curve.n, note=note)


def _restricted_means(curves: dict[str, Curve], protocol: Protocol, **key: Any) -> Iterator[Statistic]:
    horizon = protocol.survival.restricted_mean_horizon or common_horizon(list(curves.values()))
    if horizon is None:
        return  # an arm without patients: there is no time up to which both were observed
    level = f"{horizon:.6g} {protocol.study.time_unit}"
    for code, curve in curves.items():
        mean = restricted_mean(curve, horizon)
        method = "restricted mean survival time, area under the Kaplan-Meier estimate"
        yield Statistic(
            **key, group=code, level=level, statistic="restricted_mean", value=mean.value, method=method,
            denominator=curve.n, note=mean.note,
        )  # fmt: skip
    reference = protocol.reference_arm.code
    other = next(arm.code for arm in protocol.arms if arm.code != reference)
    made = restricted_mean_difference(curves[other], curves[reference], horizon, protocol.statistics.confidence_level)
    n = curves[other].n + curves[reference].n
    for part, value in (("", made.value), ("_lower", made.lower), ("_upper", made.upper), ("_p", made.p)):
        yield Statistic(
            **key, group=arms_compared(protocol), level=level, statistic=f"restricted_mean_difference{part}",
            value=value, method=f"{DIFFERENCE}, {other} less {reference}", denominator=n,
            note="" if value is not None else made.note,
        )  # fmt: skip
