"""The cumulative incidence of an event with which death competes, by arm, with Gray's test of the arms."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analyses.baseline import arms_compared
from analyses.cumulative_incidence import METHOD, CumulativeIncidence, cumulative_incidence
from analyses.gray_test import METHOD as GRAY
from analyses.gray_test import gray_test
from analyses.kaplan_meier import FLAT
from analyses.statistic import Statistic, rounded
from analyses.survival import round_ticks, times_of, with_levels
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

WANTED, COMPETING = 1, 2
CAUSES = {"event": WANTED, "competing": COMPETING}
BEYOND = "not estimable: beyond follow-up"


def causes_of(adtte: "pd.DataFrame", adsl: "pd.DataFrame", paramcd: str, protocol: Protocol) -> "pd.DataFrame":
    """times_of with ``cause``: 1 the event, 2 the one that competes (cmpevfl), 0 censored."""
    times = times_of(adtte, adsl, paramcd, protocol)
    competing = set(adtte.loc[(adtte["paramcd"] == paramcd) & (adtte["cmpevfl"] == "Y"), "usubjid"])
    cause = times["event"].astype(int)
    return times.assign(cause=cause.mask(times["usubjid"].isin(competing), COMPETING))


def incidence(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``cumulative_incidence``, of each figure of that kind.

    By arm: ``n``, ``events``, ``competing`` and ``censored``, and at each of the protocol's times (level ``52 weeks``)
    ``incidence_percent`` with ``_lower`` and ``_upper``. Between the arms: ``gray_chi2``, ``gray_df``, ``gray_p``.
    """
    for figure in protocol.figures_of("cumulative_incidence"):
        if not (adtte["paramcd"] == figure.endpoint).any():
            continue
        times = with_levels(causes_of(adtte, adsl, figure.endpoint, protocol), ["arm"], protocol)
        key = {"analysis": "cumulative_incidence", "endpoint": figure.endpoint}
        for arm in protocol.arms:
            of_arm = times[times["arm"] == arm.code]
            yield from _of_arm(of_arm, protocol, group=arm.code, **key)
        test = gray_test(times["time"].to_numpy(float), times["cause"].to_numpy(int), times["arm"].to_numpy(str))
        for statistic, value in (("gray_chi2", test.chi2), ("gray_df", test.df), ("gray_p", test.p)):
            yield Statistic(
                **key, group=arms_compared(protocol), statistic=statistic, value=value, method=GRAY,
                denominator=len(times), note=test.note,
            )  # fmt: skip


def _of_arm(times: "pd.DataFrame", protocol: Protocol, **key: Any) -> Iterator[Statistic]:
    n = len(times)
    counts = {
        name: int((times["cause"] == cause).sum()) for name, cause in (("events", WANTED), ("competing", COMPETING))
    }
    for statistic, value in {"n": n, **counts, "censored": n - sum(counts.values())}.items():
        yield Statistic(**key, statistic=statistic, value=value, denominator=n)
    (made,) = cumulative_incidence(times["time"].to_numpy(float), times["cause"].to_numpy(int), [WANTED]).values()
    for time in protocol.survival.rate_times:
        at = made.at(time, protocol.statistics.confidence_level)
        why = "no patients" if not n else BEYOND if at.value is None else "not estimable: no event until then"
        for part, share in (("", at.value), ("_lower", at.lower), ("_upper", at.upper)):
            yield Statistic(
                **key, level=f"{time:g} {protocol.study.time_unit}", statistic=f"incidence_percent{part}",
                value=None if share is None else 100 * share, method=METHOD, denominator=n,
                note="" if share is not None else why,
            )  # fmt: skip


def incidence_curves(
    adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol
) -> tuple["pd.DataFrame", "pd.DataFrame"]:
    """What the figures draw: the steps of each curve from time 0 on, and the numbers at the ticks.

    Columns: endpoint, group, cause (``event`` or ``competing``), time (the study's unit), share, lower, upper; and
    endpoint, group, time, n_risk, n_event and n_competing (before that time).
    """
    import pandas as pd

    steps: list[dict[str, Any]] = []
    at_risk: list[dict[str, Any]] = []
    for figure in protocol.figures_of("cumulative_incidence"):
        if not (adtte["paramcd"] == figure.endpoint).any():
            continue
        times = causes_of(adtte, adsl, figure.endpoint, protocol)
        ticks = round_ticks(float(times["time"].max()) if len(times) else 0.0)
        for arm in protocol.arms:
            of_arm = times[times["arm"] == arm.code]
            time, cause = of_arm["time"].to_numpy(float), of_arm["cause"].to_numpy(int)
            if not len(time):
                continue
            key = {"endpoint": figure.endpoint, "group": arm.code}
            made = cumulative_incidence(time, cause, list(CAUSES.values()))
            for name, each in CAUSES.items():
                steps += [{**key, "cause": name, **step} for step in _steps(made[each], protocol)]
            for tick in ticks:
                before = time < tick - FLAT
                counts = {
                    "n_risk": int((~before).sum()),
                    "n_event": int((before & (cause == WANTED)).sum()),
                    "n_competing": int((before & (cause == COMPETING)).sum()),
                }
                at_risk.append({**key, "time": tick, **counts})
    columns = ["endpoint", "group", "cause", "time", "share", "lower", "upper"]
    counted = ["endpoint", "group", "time", "n_risk", "n_event", "n_competing"]
    return pd.DataFrame(steps, columns=columns), pd.DataFrame(at_risk, columns=counted)


def _steps(made: CumulativeIncidence, protocol: Protocol) -> Iterator[dict[str, Any]]:
    yield {"time": 0.0, "share": 0.0, "lower": None, "upper": None}
    for place, time in enumerate(made.time):
        at = made.estimate(place, protocol.statistics.confidence_level)
        limits = {"lower": rounded(at.lower), "upper": rounded(at.upper)}
        yield {"time": rounded(float(time)), "share": rounded(at.value), **limits}
