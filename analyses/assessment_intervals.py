"""How often each arm was really assessed. An arm that is scanned more often is seen to progress earlier."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyses.baseline import arms_compared
from analyses.statistic import Statistic
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

OVERALL = {"PFS": "OVRLRESP", "LPFS": "LVRRESP"}
"""The response at an assessment from which each endpoint is made."""

METHOD = "days between assessments, from the start to the first one on"
PLANNED = "visit window of the protocol"
TEST = "Mann-Whitney U test of the patients' median intervals, normal approximation"


def assessment_intervals(adrs: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``assessments``, by arm, in days: ``intervals`` of ``patients``, their ``median``, ``q1``, ``q3``.

    ``planned_low`` and ``planned_high`` are the visit window of the protocol.

    The protocol's evaluator alone; two scans of one day are one assessment. Between the arms ``p`` of the patients'
    own median intervals, for the intervals of one patient are no independent observations.
    """
    from scipy import stats

    found = assessments(adrs, "PFS").merge(adsl[["usubjid", "arm"]], on="usubjid", how="inner")
    before = found.groupby("usubjid")["ady"].shift().fillna(1)
    found = found.assign(days=found["ady"] - before)
    own = []
    for arm in protocol.arms:
        of_arm = found[found["arm"] == arm.code]
        own.append(of_arm.groupby("usubjid")["days"].median())
        key = {"analysis": "assessments", "group": arm.code, "method": METHOD}
        n = of_arm["usubjid"].nunique()
        yield Statistic(**key, statistic="patients", value=n, denominator=int((adsl["arm"] == arm.code).sum()))
        yield Statistic(**key, statistic="intervals", value=len(of_arm), denominator=n)
        for window in (window for window in protocol.visit_windows if window.arm == arm.code):
            for name, days in (("planned_low", window.interval_days.low), ("planned_high", window.interval_days.high)):
                yield Statistic(**{**key, "method": PLANNED}, statistic=name, value=days, denominator=n)
        for name, share in (("median", 0.5), ("q1", 0.25), ("q3", 0.75)):
            value = float(of_arm["days"].quantile(share)) if n else None
            yield Statistic(**key, statistic=name, value=value, denominator=n, note="" if n else "no assessments")
    comparable = len(own) == 2 and all(len(values) for values in own) and own[0].nunique() + own[1].nunique() > 2
    p = float(stats.mannwhitneyu(*own, use_continuity=False, method="asymptotic").pvalue) if comparable else None
    yield Statistic(
        analysis="assessments",
        group=arms_compared(protocol),
        statistic="p",
        value=p,
        method=TEST,
        denominator=sum(map(len, own)),
        note="" if comparable else _why_no_test(own),
    )


def _why_no_test(own: "list[pd.Series[float]]") -> str:
    if len(own) != 2:
        return "no test: more than two arms"
    return "no test: an arm has no assessments, or all intervals are the same"


def assessments(adrs: "pd.DataFrame", paramcd: str) -> "pd.DataFrame":
    """The evaluator's assessments after the start for ``paramcd``: usubjid, ady, avalc, one a day, in order."""
    rows = adrs[(adrs["paramcd"] == OVERALL[paramcd]) & (adrs["anl01fl"] == "Y")]
    rows = rows[rows["ady"] > 1].sort_values(["usubjid", "ady", "avalc"])
    return rows.drop_duplicates(["usubjid", "ady"], keep="last")[["usubjid", "ady", "avalc"]]
