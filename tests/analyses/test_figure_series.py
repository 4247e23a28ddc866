"""What waterfall, spider and swimmer draw, of hand-written patients."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from analyses.course import course
from analyses.figure_series import figure_series
from analyses.tumour_change import tumour_change
from studies import DEFAULT_STUDY, Protocol, load_study

START = date(2010, 1, 4)


def day(number: int) -> date:
    return START + timedelta(days=number)


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_study(DEFAULT_STUDY).protocol


ADSL = pd.DataFrame({"usubjid": ["P1", "P2", "P3"], "arm": ["TACE", "TACE", "CONTROL"], "trtsdt": [START] * 3})

# Patient, day after the start (ady), change in percent, counts for the best response
SUMS = [
    ("P1", 42, -20.0, "Y"), ("P1", 84, -40.0, "Y"), ("P1", 126, -40.0, "Y"), ("P1", 168, -60.0, None),
    ("P2", 42, 10.0, "Y"), ("P2", 84, 35.0, "Y"),
    ("P3", 42, -50.0, None),
]  # fmt: skip


def adtr() -> pd.DataFrame:
    rows = [(subject, "SUMDIAM", ady, change, "Y", counts) for subject, ady, change, counts in SUMS]
    rows += [("P1", "SUMDIAM", -7, None, "Y", None), ("P2", "LSUMDIAM", 42, 5.0, "Y", "Y")]
    return pd.DataFrame(rows, columns=["usubjid", "paramcd", "ady", "pchg", "anl01fl", "anl02fl"])


def adrs() -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        ("P1", "BOR", "PR", day(84)), ("P2", "BOR", "PD", day(84)), ("P2", "LBOR", "SD", day(42)),
        ("P1", "RSP", "Y", day(84)), ("P1", "PD", "Y", day(150)), ("P2", "RSP", "N", None), ("P2", "PD", "Y", day(84)),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["usubjid", "paramcd", "avalc", "adt"]).assign(anl01fl="Y")


def test_the_best_change_is_the_lowest_that_counts_and_the_first_of_equal_ones(protocol: Protocol) -> None:
    made = tumour_change(adtr(), adrs(), ADSL, protocol)
    best = made[(made["lesions"] == "all") & (made["is_best"] == 1)]
    assert best[["usubjid", "change_percent", "time", "response", "place"]].values.tolist() == [
        ["P1", -40.0, 12.0, "PR", 2],  # not the -60 after the progression
        ["P2", 10.0, 6.0, "PD", 1],
    ]


def test_a_patient_whose_measurements_do_not_count_is_in_the_course_and_not_among_the_best(protocol: Protocol) -> None:
    made = tumour_change(adtr(), adrs(), ADSL, protocol)
    (row,) = made[made["usubjid"] == "P3"].to_dict("records")
    assert (row["counts"], row["is_best"], row["response"]) == (0, 0, "MISSING")


def test_the_organ_has_its_own_sums_and_best_response(protocol: Protocol) -> None:
    made = tumour_change(adtr(), adrs(), ADSL, protocol)
    organ = made[made["lesions"] == "organ"]
    assert organ[["usubjid", "change_percent", "response"]].values.tolist() == [["P2", 5.0, "SD"]]


ADTTE = pd.DataFrame(
    {"usubjid": ["P1", "P2", "P3"], "paramcd": "OS", "aval": [210, 140, 70], "cnsr": [1, 0, 5], "arm": "of ADTTE"}
)
ADEX = pd.DataFrame(
    [
        ("P1", "PROCEDURE", "PROCEDURE", START, START),
        ("P1", "DRUG", "IMATINIB", day(-100), day(-10)),  # over before the start
        ("P1", "DRUG", "SUNITINIB", day(-7), day(62)),  # shown from the start on
        ("P2", "DRUG", "IMATINIB", day(70), None),  # no end: to the end of observation
        ("P2", "DRUG", None, day(14), day(27)),
    ],
    columns=["usubjid", "excat", "extrt", "astdt", "aendt"],
)


def test_a_course_in_weeks_from_the_start(protocol: Protocol) -> None:
    made = course(ADSL, ADTTE, adrs(), ADEX, protocol)
    rows = made[["usubjid", "place", "element", "detail", "start", "end"]].values.tolist()
    assert rows == [
        ["P3", 1, "observation", "lost to follow-up", 0.0, 10.0],
        ["P1", 1, "drug", "SUNITINIB", 0.0, 9.0],
        ["P1", 1, "observation", "ongoing", 0.0, 30.0],
        ["P1", 1, "procedure", "", pytest.approx(1 / 7), pytest.approx(1 / 7)],
        ["P1", 1, "progression", "", pytest.approx(151 / 7), pytest.approx(151 / 7)],
        ["P1", 1, "response", "PR", pytest.approx(85 / 7), pytest.approx(85 / 7)],
        ["P2", 2, "drug", "", 2.0, 4.0],
        ["P2", 2, "drug", "IMATINIB", 10.0, 20.0],
        ["P2", 2, "observation", "death", 0.0, 20.0],
        ["P2", 2, "progression", "", pytest.approx(85 / 7), pytest.approx(85 / 7)],
    ]


def test_a_study_without_such_figures_makes_no_series(protocol: Protocol) -> None:
    without = protocol.model_copy(update={"figures": protocol.figures_of("survival")})
    assert figure_series(ADSL, ADTTE, adrs(), adtr(), ADEX, without) == {}


def test_without_patients_there_are_columns_and_no_rows(protocol: Protocol) -> None:
    made = figure_series(ADSL[:0], ADTTE[:0], adrs()[:0], adtr()[:0], ADEX[:0], protocol)
    assert not any(len(frame) for frame in made.values())
    assert all(len(frame.columns) for frame in made.values())
