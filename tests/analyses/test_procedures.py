"""Procedures on a few rows that can be counted on the fingers."""

from typing import Any

import pandas as pd
import pytest

from analyses.procedures import procedures
from analyses.statistic import statistics_frame
from studies import DEFAULT_STUDY, load_study

# P1 had three procedures and died within 30 days of the last two; P2 one, and was not followed for 30 days; P3 one.
ADPR = pd.DataFrame(
    [
        ("P1", "TACE", None, 10.0, 50.0, "N"),
        ("P1", "TACE", 40, 12.0, 60.0, "Y"),
        ("P1", "TACE", 10, 14.0, None, "Y"),
        ("P2", "TACE", None, 16.0, 40.0, None),
        ("P3", "TACE", None, 18.0, 40.0, "N"),
    ],
    columns=["usubjid", "arm", "prevdays", "iodised_oil_ml", "doxorubicin_mg", "dth30fl"],
)
# The syndrome after P1's first and second procedure, of grade 3 after the second; P2 was not followed long enough.
ADSYN = pd.DataFrame(
    [
        ("P1", "TACE", "PES", "Y", 1, "Y"),
        ("P1", "TACE", "PES", "Y", 3, "Y"),
        ("P1", "TACE", "PES", "N", None, "Y"),
        ("P2", "TACE", "PES", "N", None, "N"),
        ("P3", "TACE", "PES", "N", 4, "Y"),  # too few terms for the syndrome, however grave
    ],
    columns=["usubjid", "arm", "syncd", "avalc", "aetoxgr", "followfl"],
)


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    protocol = load_study(DEFAULT_STUDY).protocol
    frame = statistics_frame(procedures(ADPR, ADSYN, protocol), "spss")
    return {row["result_id"]: row for row in frame.to_dict("records")}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("result_id", "value", "denominator"),
    [
        ("procedures.patients.TACE.n", 3, None),
        ("procedures.procedures.TACE.n", 5, None),
        ("procedures.prevdays.all.TACE.median", 25, 2),  # between 40 and 10
        ("procedures.iodised_oil_ml.all.TACE.median", 14, 5),
        ("procedures.iodised_oil_ml.all.TACE.q1", 12, 5),
        ("procedures.doxorubicin_mg.all.TACE.median", 45, 4),  # of those that have a dose
        ("procedure_mortality.patients.TACE.n", 1, 3),  # one death, whatever the number of procedures
        ("procedure_mortality.procedures.TACE.n", 2, 5),
        ("procedure_mortality.procedures.TACE.percent", 40, 5),
        ("procedure_mortality.patients.TACE.unknown", 1, 3),  # stays in the denominator
        ("syndrome.PES.patients.TACE.n", 1, 3),
        ("syndrome.PES.procedures.TACE.n", 2, 5),
        ("syndrome.PES.procedures.TACE.unknown", 1, 5),
        ("syndrome.PES severe.procedures.TACE.n", 1, 5),
    ],
)
def test_counts_are_of_patients_and_of_procedures(
    rows: dict[str, dict[str, Any]], result_id: str, value: float, denominator: int | None
) -> None:
    assert rows[result_id]["value"] == value
    if denominator is not None:
        assert rows[result_id]["denominator"] == denominator


def test_no_death_among_n_has_an_upper_limit_all_the_same() -> None:
    alive = ADPR.assign(dth30fl="N")
    frame = statistics_frame(procedures(alive, ADSYN, load_study(DEFAULT_STUDY).protocol), "spss")
    found = frame.set_index("result_id")["value"]
    assert found["procedure_mortality.procedures.TACE.lower"] == 0
    # Clopper-Pearson of 0 of n: 1 - (alpha / 2) ** (1 / n)
    assert found["procedure_mortality.procedures.TACE.upper"] == pytest.approx(100 * (1 - 0.025 ** (1 / 5)))


def test_an_arm_without_procedures_has_no_rates(rows: dict[str, dict[str, Any]]) -> None:
    assert not [result_id for result_id in rows if "CONTROL" in result_id]
