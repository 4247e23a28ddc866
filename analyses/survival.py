"""Time to event by groups: curves, medians and the log-rank test, for arms, prognostic factors and subgroups."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from analyses.baseline import arms_compared
from analyses.conventions import LIMITS
from analyses.kaplan_meier import Curve, fit_curve, median
from analyses.logrank import METHOD as LOG_RANK
from analyses.logrank import log_rank
from analyses.statistic import Statistic
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

TICKS = 6
NAIVE = "naive: immortal time, the factor is known only after start"


def times_of(adtte: "pd.DataFrame", adsl: "pd.DataFrame", paramcd: str, protocol: Protocol) -> "pd.DataFrame":
    """One row a subject: adsl beside ``time`` (in the protocol's unit), ``days`` and ``event`` of one endpoint."""
    times = adtte.loc[adtte["paramcd"] == paramcd, ["usubjid", "aval", "cnsr"]]
    joined = adsl.merge(times, on="usubjid", how="inner", validate="one_to_one")
    days = joined["aval"].astype(float)
    return joined.assign(days=days, time=days / protocol.study.days_per_unit, event=joined["cnsr"] == 0)


def with_levels(times: "pd.DataFrame", names: Sequence[str], protocol: Protocol) -> "pd.DataFrame":
    """The rows that have one of the protocol's levels of every factor in ``names``.

    A value that is no level must not slip into a test as one more group, nor into a model as the reference.
    """
    for name in names:
        times = times[times[name].isin([level.value for level in protocol.covariate(name).levels])]
    return times


def survival(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``survival``: each time-to-event endpoint by arm, its follow-up, and the log-rank test of the arms."""
    for endpoint in protocol.endpoints:
        if endpoint.kind != "time_to_event":
            continue
        times = times_of(adtte, adsl, endpoint.paramcd, protocol)
        for arm in protocol.arms:
            key = {"analysis": "survival", "endpoint": endpoint.paramcd, "group": arm.code}
            of_arm = times[times["arm"] == arm.code]
            yield from summary(of_arm, protocol, **key)
            yield from follow_up(of_arm, protocol, **key)
        key = {"analysis": "survival", "endpoint": endpoint.paramcd, "group": arms_compared(protocol)}
        yield from comparison(with_levels(times, ["arm"], protocol), "arm", **key)


def prognostic(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``table2``: one endpoint by each factor in the whole cohort; naive as in ``subgroups``."""
    table = protocol.tables.prognostic
    if table is None:
        return
    times = times_of(adtte, adsl, table.endpoint, protocol)
    for name in table.covariates:
        yield from _by_factor(times, name, protocol, analysis="table2", endpoint=table.endpoint)


def subgroups(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``subgroup``: within one arm, by one factor each; naive where the factor is known only after start."""
    for entry in protocol.subgroups:
        times = times_of(adtte, adsl, entry.endpoint, protocol)
        yield from _by_factor(
            times[times["arm"] == entry.arm],
            entry.factor,
            protocol,
            analysis="subgroup",
            endpoint=entry.endpoint,
            group=entry.arm,
            population=f"treated patients of arm {entry.arm}",
        )


def _by_factor(times: "pd.DataFrame", name: str, protocol: Protocol, **key: str) -> Iterator[Statistic]:
    late = protocol.covariate(name).known != "baseline"
    for level in protocol.covariate(name).levels:
        of_level = times[times[name] == level.value]
        yield from summary(of_level, protocol, variable=name, level=level.value, **key)
    known = with_levels(times, [name], protocol)
    yield from comparison(known, name, method_note=f" ({NAIVE})" if late else "", variable=name, **key)


def summary(times: "pd.DataFrame", protocol: Protocol, **key: Any) -> Iterator[Statistic]:
    """n, events, censored and the median with its limits, of the rows of ``times``."""
    curve = fit_curve(times["time"].to_numpy(float), times["event"].to_numpy(bool))
    n = len(times)
    counts = {"n": n, "events": curve.events, "censored": n - curve.events}
    for statistic, count in counts.items():
        yield Statistic(**key, statistic=statistic, value=count, denominator=n)
    yield Statistic(**key, statistic="events_percent", value=100 * curve.events / n if n else None, denominator=n)
    yield from _median(curve, "median", "Kaplan-Meier", "not reached", protocol, **key)


def follow_up(times: "pd.DataFrame", protocol: Protocol, **key: Any) -> Iterator[Statistic]:
    """Median follow-up with its limits, of the rows of ``times``: the time for which the endpoint could be observed.

    The reverse Kaplan-Meier estimate, with censoring as the event (Schemper and Smith, Control Clin Trials
    1996;17:343).
    """
    curve = fit_curve(times["time"].to_numpy(float), ~times["event"].to_numpy(bool))
    missing = "not reached" if curve.events else "not estimable: nobody is censored"
    yield from _median(curve, "follow_up", "reverse Kaplan-Meier", missing, protocol, **key)


def _median(
    curve: Curve, name: str, estimator: str, missing: str, protocol: Protocol, **key: Any
) -> Iterator[Statistic]:
    """The median of ``curve`` as statistic ``name`` with ``<name>_lower`` and ``<name>_upper``."""
    conventions = protocol.statistics
    estimate = median(curve, conventions.convention, conventions.median_rule, conventions.confidence_level)
    limits = LIMITS[conventions.convention]
    method = f"{estimator}, {conventions.median_rule} rule for a flat median, {limits}"
    # A symmetric limit is never "not reached": either there is a standard error, or there is no limit to reach.
    beyond = missing if conventions.convention != "spss" or estimate.value is None else "not estimable"
    for statistic, value, why in (
        (name, estimate.value, missing),
        (f"{name}_lower", estimate.lower, "not estimable"),
        (f"{name}_upper", estimate.upper, beyond),
    ):
        note = "" if value is not None else why if curve.n else "no patients"
        yield Statistic(**key, statistic=statistic, value=value, method=method, denominator=curve.n, note=note)


def comparison(times: "pd.DataFrame", by: str, method_note: str = "", **key: Any) -> Iterator[Statistic]:
    """The log-rank test of the groups of column ``by``; every row has a group."""
    test = log_rank(times["time"], times["event"], times[by])
    for statistic, value in (("log_rank_chi2", test.chi2), ("log_rank_df", test.df), ("log_rank_p", test.p)):
        yield Statistic(
            **key,
            statistic=statistic,
            value=value,
            method=LOG_RANK + method_note,
            denominator=len(times),
            note=test.note,
        )


def curves(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> tuple["pd.DataFrame", "pd.DataFrame"]:
    """What the figures draw: the steps of each curve, from time 0 on, and the numbers at risk at the ticks.

    Columns: endpoint, group, time (protocol unit), time_days, survival, n_risk, n_event, n_censored, lower, upper;
    and endpoint, group, time, n_risk, n_event (those before that time).
    """
    import pandas as pd

    from analyses.kaplan_meier import survival_limits

    steps: list[dict[str, Any]] = []
    at_risk: list[dict[str, Any]] = []
    conventions = protocol.statistics
    for figure in protocol.figures_of("survival"):
        times = times_of(adtte, adsl, figure.endpoint, protocol)
        ticks = round_ticks(float(times["time"].max()) if len(times) else 0.0)
        for arm in protocol.arms:
            of_arm = times[times["arm"] == arm.code]
            curve = fit_curve(of_arm["time"].to_numpy(float), of_arm["event"].to_numpy(bool))
            lower, upper = survival_limits(curve, conventions.convention, conventions.confidence_level)
            key = {"endpoint": figure.endpoint, "group": arm.code}
            start = {"time": 0.0, "time_days": 0.0, "survival": 1.0, "n_risk": curve.n, "n_event": 0, "n_censored": 0}
            steps.append({**key, **start, "lower": 1.0, "upper": 1.0})
            steps += [{**key, **step} for step in _steps(curve, lower, upper, protocol.study.days_per_unit)]
            at_risk += [
                {**key, "time": tick, "n_risk": curve.at_risk(tick), "n_event": curve.events_before(tick)}
                for tick in ticks
            ]
    return pd.DataFrame(steps), pd.DataFrame(at_risk)


def _steps(curve: Curve, lower: Any, upper: Any, days_per_unit: float) -> Iterator[dict[str, Any]]:
    from analyses.statistic import rounded

    for place in range(len(curve.time)):
        yield {
            "time": rounded(float(curve.time[place])),
            "time_days": round(float(curve.time[place]) * days_per_unit, 6),
            "survival": rounded(float(curve.survival[place])),
            "n_risk": int(curve.n_risk[place]),
            "n_event": int(curve.n_event[place]),
            "n_censored": int(curve.n_censored[place]),
            "lower": rounded(float(lower[place])),
            "upper": rounded(float(upper[place])),
        }


def round_ticks(longest: float) -> list[float]:
    """Round times from 0 to about the longest follow-up, for the numbers at risk."""
    if longest <= 0:
        return [0.0]
    raw = longest / TICKS
    magnitude = 10 ** len(str(int(raw))[1:])
    step = next(size * magnitude for size in (1, 2, 2.5, 4, 5, 10) if size * magnitude >= raw)
    return [place * step for place in range(int(longest // step) + 1)]
