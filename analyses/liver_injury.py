"""Who may have a drug-induced liver injury (Hy's law): counts by arm, and the listing."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyses.statistic import Statistic, rounded
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

LISTED = [
    "usubjid", "siteid", "arm", "hytest", "hydt", "hyx", "bilidt", "bilix", "alpx", "alpfl", "btrans", "bbili",
    "maxtrans", "maxbili",
]  # fmt: skip
MULTIPLES = ["hyx", "bilix", "alpx", "btrans", "bbili", "maxtrans", "maxbili"]
TESTED = "patients with a transaminase or bilirubin after the start"


def liver_injury(adhy: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``liver_injury`` by arm: n and percent of the tested patients for each level.

    Levels: ``transaminase`` and ``bilirubin`` above their limits, ``both`` (Hy's law in the protocol's window), and of
    these ``both, no cholestasis`` with an alkaline phosphatase below its limit, ``both, not measured`` without any.
    Nothing of a study without laboratory tests.
    """
    if not protocol.laboratory_tests:
        return
    for arm in protocol.arms:
        of_arm = adhy[adhy["arm"] == arm.code]
        both = of_arm["hyfl"] == "Y"
        counts = {
            "transaminase": of_arm["transfl"] == "Y",
            "bilirubin": of_arm["bilifl"] == "Y",
            "both": both,
            "both, no cholestasis": both & (of_arm["alpfl"] == "Y"),
            "both, not measured": both & of_arm["alpfl"].isna(),
        }
        of = len(of_arm)
        yield Statistic(
            analysis="liver_injury", group=arm.code, level="tested", statistic="n", value=of, population=TESTED
        )
        for level, which in counts.items():
            n = int(which.sum())
            for statistic, value in (("n", n), ("percent", 100 * n / of if of else None)):
                yield Statistic(
                    analysis="liver_injury",
                    group=arm.code,
                    level=level,
                    statistic=statistic,
                    value=value,
                    population=TESTED,
                    denominator=of,
                )


def liver_injury_listing(adhy: "pd.DataFrame") -> "pd.DataFrame":
    """One row a patient of Hy's law, in order of subject: columns LISTED, days as year-month-day."""
    listed = adhy.loc[adhy["hyfl"] == "Y", LISTED].sort_values("usubjid").astype(object)
    for name in MULTIPLES:
        listed[name] = [rounded(value) for value in listed[name]]
    for name in ("hydt", "bilidt"):
        listed[name] = [str(value)[:10] for value in listed[name]]
    return listed.reset_index(drop=True)
