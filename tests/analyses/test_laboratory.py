"""Worst laboratory grades on three patients an arm, beside what was reported of them."""

from typing import Any

import pandas as pd
import pytest
from six_patients import frames

from analyses.laboratory import laboratory
from analyses.statistic import statistics_frame
from studies import DEFAULT_STUDY, load_study

# Worst haemoglobin of each patient after the start (anl01fl), and an earlier value of P1 that does not count.
ADLB = pd.DataFrame(
    [
        ("P1", "HGB", 2, None),
        ("P1", "HGB", 1, "Y"),
        ("P2", "HGB", 4, "Y"),  # six_patients: P2 was reported with anaemia of grade 4
        ("P4", "HGB", 0, "Y"),
        ("P5", "HGB", 3, "Y"),
    ],
    columns=["usubjid", "paramcd", "atoxgr", "anl01fl"],
)


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    of = frames()
    frame = statistics_frame(laboratory(ADLB, of["adae"], of["adsl"], load_study(DEFAULT_STUDY).protocol), "spss")
    return {row["result_id"]: row for row in frame.to_dict("records")}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("result_id", "value", "denominator"),
    [
        ("laboratory.HGB.all.TACE.tested", 2, 3),
        ("laboratory.HGB.all.CONTROL.tested", 2, 3),
        ("laboratory.HGB.any grade.TACE.n", 2, 3),  # of all treated patients, as the reported events
        ("laboratory.HGB.any grade.TACE.percent", 200 / 3, 3),
        ("laboratory.HGB.any grade.CONTROL.n", 1, 3),  # grade 0 is no grade
        ("laboratory.HGB.grade 3-4.TACE.n", 1, 3),
        ("laboratory.HGB.grade 3-4.CONTROL.n", 1, 3),
        ("laboratory_agreement.HGB.all.TACE.n", 1, 2),  # P2; P1's grade 1 was not reported
        ("laboratory_agreement.HGB.all.CONTROL.n", 1, 2),  # P4, normal and without an event
        ("laboratory_agreement.HGB.all.CONTROL.percent", 50, 2),
    ],
)
def test_a_patient_counts_once_a_test_at_the_worst_grade(
    rows: dict[str, dict[str, Any]], result_id: str, value: float, denominator: int
) -> None:
    assert rows[result_id]["value"] == pytest.approx(value)
    assert rows[result_id]["denominator"] == denominator


def test_a_test_without_a_graded_value_has_no_line(rows: dict[str, dict[str, Any]]) -> None:
    assert not [result_id for result_id in rows if ".ALT." in result_id]
