"""Procedures: how many and of what dose, deaths in the window after one, and the syndromes that followed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyses.contingency import exact_interval
from analyses.statistic import OF_PROCEDURES, Statistic
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

INTERVAL = "Clopper-Pearson limits"
PATIENTS, PROCEDURES = "patients", "procedures"
UNITS = {PATIENTS: "patients with a procedure", PROCEDURES: OF_PROCEDURES}
DAYS_BETWEEN = "prevdays"


def procedures(adpr: "pd.DataFrame", adsyn: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """By arm, of the arms that have procedures; every rate once of the patients and once of the procedures.

    Analysis ``procedures``: how many (``n``), and median and quartiles of the days between two and of what the protocol
    sums up. ``procedure_mortality``: deaths in the window. ``syndrome``: a ``variable`` a syndrome, and under
    ``<syndrome> severe`` those with an event of the severe grades. Rates have exact limits; ``unknown`` counts those
    that were not followed to the end of the window, which stay in the denominator.
    """
    severe_grades = protocol.tables.safety.severe_grades if protocol.tables.safety else []
    for arm in protocol.arms:
        of_arm = adpr[adpr["arm"] == arm.code]
        if of_arm.empty:
            continue
        yield from _numbers(of_arm, protocol, arm.code)
        died = of_arm.assign(occurred=of_arm["dth30fl"] == "Y", known=of_arm["dth30fl"].notna())
        yield from _rates(died, protocol, analysis="procedure_mortality", group=arm.code)
        of_arm = adsyn[adsyn["arm"] == arm.code]
        for syndrome in protocol.syndromes:
            rows = of_arm[of_arm["syncd"] == syndrome.code]
            occurred = rows.assign(occurred=rows["avalc"] == "Y", known=rows["followfl"] == "Y")
            severe = occurred["occurred"] & occurred["aetoxgr"].isin(severe_grades)
            key = {"analysis": "syndrome", "group": arm.code}
            yield from _rates(occurred, protocol, variable=syndrome.code, **key)
            yield from _rates(occurred.assign(occurred=severe), protocol, variable=f"{syndrome.code} severe", **key)


def _numbers(adpr: "pd.DataFrame", protocol: Protocol, arm: str) -> Iterator[Statistic]:
    for level, count in ((PATIENTS, adpr["usubjid"].nunique()), (PROCEDURES, len(adpr))):
        yield Statistic(
            analysis="procedures", group=arm, level=level, statistic="n", value=int(count), population=UNITS[level]
        )
    for name in (DAYS_BETWEEN, *(continuous.name for continuous in protocol.tables.procedures.continuous)):
        values: pd.Series[float] = adpr[name].dropna().astype(float)
        made: dict[str, float] = {
            "n": len(values),
            "median": float(values.median()),
            "q1": float(values.quantile(0.25)),
            "q3": float(values.quantile(0.75)),
        }
        for statistic, value in made.items():
            yield Statistic(
                analysis="procedures",
                group=arm,
                variable=name,
                statistic=statistic,
                value=value,
                population=OF_PROCEDURES,
                denominator=len(values),
            )


def _rates(rows: "pd.DataFrame", protocol: Protocol, **key: str) -> Iterator[Statistic]:
    """``rows`` have a procedure each, with ``occurred``, and ``known`` where it is known to the end of the window."""
    of_patients = rows.groupby("usubjid").agg(occurred=("occurred", "any"), known=("known", "all"))
    for level, units in ((PATIENTS, of_patients), (PROCEDURES, rows)):
        n, of = int(units["occurred"].sum()), len(units)
        lower, upper = exact_interval(n, of, protocol.statistics.confidence_level)
        made = {
            "n": (n, ""),
            "percent": (100 * n / of if of else None, ""),
            "lower": (lower, INTERVAL),
            "upper": (upper, INTERVAL),
            "unknown": (int((~units["occurred"] & ~units["known"]).sum()), ""),
        }
        for statistic, (value, method) in made.items():
            yield Statistic(
                **key,
                level=level,
                statistic=statistic,
                value=value,
                method=method,
                population=UNITS[level],
                denominator=of,
            )
