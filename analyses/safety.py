"""Table 3: patients with an adverse event of any grade and of severe grade, at the worst grade a patient and term."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyses.baseline import arms_compared
from analyses.contingency import table_test
from analyses.statistic import Statistic
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

ANY_TERM = "ANY"
NO_EVENT = "no event in either arm"


def safety(adae: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``table3``: n and percent by term (and ``ANY`` term), grade and arm, of all treated patients of the arm.

    Counts treatment-emergent events at the worst grade (``aoccpifl``).
    """
    if protocol.tables.safety is None:
        return
    worst = adae[(adae["trtemfl"] == "Y") & (adae["aoccpifl"] == "Y")]
    severe = protocol.tables.safety.severe_grades
    grades = {"any grade": range(1, 6), f"grade {min(severe)}-{max(severe)}": severe}
    for term in [*(entry.term for entry in protocol.ae_terms), ANY_TERM]:
        of_term = worst if term == ANY_TERM else worst[worst["aedecod"] == term]
        for label, included in grades.items():
            having = set(of_term.loc[of_term["aetoxgr"].isin(list(included)), "usubjid"])
            yield from _row(adsl, having, term, label, protocol)


def _row(adsl: "pd.DataFrame", having: set[str], term: str, grade: str, protocol: Protocol) -> Iterator[Statistic]:
    counts = []
    key = {"analysis": "table3", "variable": term, "level": grade}
    for arm in protocol.arms:
        patients = adsl.loc[adsl["arm"] == arm.code, "usubjid"]
        n, of = int(patients.isin(having).sum()), len(patients)
        counts.append([n, of - n])
        yield Statistic(**key, group=arm.code, statistic="n", value=n, denominator=of)
        yield Statistic(**key, group=arm.code, statistic="percent", value=100 * n / of if of else None, denominator=of)
    test = table_test(counts, protocol.statistics.fisher_below_expected_count)
    none = not any(n for n, _ in counts)
    yield Statistic(
        **key,
        group=arms_compared(protocol),
        statistic="p",
        value=test.p,
        method=test.method,
        denominator=len(adsl),
        note=NO_EVENT if none else test.note,
    )
