"""Laboratory results: patients by the worst grade that their values have, beside the grade that was reported."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyses.statistic import Statistic
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

ANY_GRADE = "any grade"
NOT_TESTED = "no graded value after the start"


def laboratory(
    adlb: "pd.DataFrame", adae: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol
) -> Iterator[Statistic]:
    """Analysis ``laboratory``: n and percent by test, worst grade and arm, of all treated patients of the arm.

    Counted is the worst grade of a patient and test after the start (``anl01fl``). ``tested``: patients with a graded
    value. Analysis ``laboratory_agreement``: where an adverse event reports the grade, how many of the tested patients
    were reported at just this grade, without an event at grade 0.
    """
    worst = adlb[adlb["anl01fl"] == "Y"]
    reported = adae[(adae["trtemfl"] == "Y") & (adae["aoccpifl"] == "Y")]
    severe = protocol.tables.severe_grades
    grades = {ANY_GRADE: range(1, 6), f"grade {min(severe)}-{max(severe)}": severe}
    for test in protocol.laboratory_tests:
        of_test = worst[worst["paramcd"] == test.test]
        if of_test.empty:
            continue
        of_term = reported[reported["aedecod"] == test.term]
        for arm in protocol.arms:
            patients = adsl.loc[adsl["arm"] == arm.code, "usubjid"]
            of_arm = of_test.loc[of_test["usubjid"].isin(patients)].set_index("usubjid")["atoxgr"]
            key = {"analysis": "laboratory", "variable": test.test, "group": arm.code}
            of, tested = len(patients), len(of_arm)
            yield Statistic(**key, statistic="tested", value=tested, denominator=of)
            for level, included in grades.items():
                n = int(of_arm.isin(list(included)).sum())
                yield from _share(n, of, level=level, **key)
            if test.term:
                of_patient = of_term.set_index("usubjid")["aetoxgr"].reindex(of_arm.index).fillna(0)
                n = int((of_patient == of_arm).sum())
                key["analysis"] = "laboratory_agreement"
                yield from _share(n, tested, population="patients with a graded value", **key)


def _share(
    n: int, of: int, level: str = "", population: str = "all treated patients", **key: str
) -> Iterator[Statistic]:
    share = 100 * n / of if of else None
    for statistic, value in (("n", n), ("percent", share)):
        yield Statistic(
            analysis=key["analysis"],
            variable=key["variable"],
            group=key["group"],
            level=level,
            statistic=statistic,
            value=value,
            population=population,
            denominator=of,
            note=NOT_TESTED if not of else "",
        )
