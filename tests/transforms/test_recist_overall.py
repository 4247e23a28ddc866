"""Non-target lesions, new lesions and the overall response (RECIST 1.1, sections 4.3.3 and 4.3.5, tables 1 and 2)."""

from itertools import product
from typing import Any

import pytest
from tiny_cohort import TinyCohort, day

PERITONEUM = "PERITONEUM"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("ABSENT", "ABSENT", "CR"),
        ("ABSENT", 0, "CR"),
        ("ABSENT", "PRESENT", "NON-CR/NON-PD"),
        ("ABSENT", 12, "NON-CR/NON-PD"),
        ("PRESENT", "NOT EVALUABLE", "NE"),
        ("PRESENT", None, "NE"),  # not read at all
        ("PROGRESSION", "ABSENT", "PD"),
        ("PROGRESSION", "NOT EVALUABLE", "PD"),
    ],
)
def test_nontarget_response(cohort: TinyCohort, first: Any, second: Any, expected: str) -> None:
    for lesion_id in ("L1", "L2"):
        cohort.lesion(lesion_id, "NON-TARGET")
    cohort.scan(-10, {"L1": "PRESENT", "L2": "PRESENT"})
    cohort.scan(42, {"L1": first, **({} if second is None else {"L2": second})})
    assert cohort.derive().responses("nontarget_responses") == [expected]


@pytest.mark.parametrize(("axis", "expected"), [(9, "CR"), (10, "NON-CR/NON-PD"), (15, "NON-CR/NON-PD")])
def test_a_nontarget_node_below_10_mm_is_normal(cohort: TinyCohort, axis: int, expected: str) -> None:
    cohort.lesion("N1", "NON-TARGET", organ="LYMPH NODE")
    cohort.scan(-10, {"N1": 14})
    cohort.add(
        "lesion_measurements", lesion_id="N1", scan_date=day(42), reader="R1", short_axis_mm=axis,
        lesion_status="PRESENT",
    )  # fmt: skip
    assert cohort.derive().responses("nontarget_responses") == [expected]


def test_without_nontarget_lesions_there_is_no_nontarget_response(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 20})
    cohort.scan(42, {"L1": 20})
    assert cohort.derive().responses("nontarget_responses") == []


def test_a_new_lesion_counts_from_the_day_it_was_seen_on(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("X1", "NEW", seen=84)
    for on in (-10, 42, 84, 126):
        cohort.scan(on, {"L1": 20})
    assert cohort.derive().responses("new_lesions") == ["N", "Y", "Y"]
    assert cohort.responses() == ["SD", "PD", "PD"]


def test_a_new_lesion_outside_the_organ_leaves_the_organ_response(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("X1", "NEW", organ=PERITONEUM, seen=42)
    cohort.scan(-10, {"L1": 20})
    cohort.scan(42, {"L1": 20})
    assert cohort.derive().responses() == ["PD"]
    assert cohort.responses(scope="ORGAN") == ["SD"]


def test_the_day_of_a_new_lesion_is_an_assessment_even_without_a_measurement(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    new = cohort.lesion("X1", "NEW", seen=50)
    cohort.scan(-10, {"L1": 20})
    cohort.scan(42, {"L1": 20})
    cohort.derive()
    assert cohort.rows(
        "select scan_date, target_response, response, source_table, source_row_id from recist.overall_responses"
        " where scope = 'ALL' order by scan_date"
    )[1] == (day(50), "NE", "PD", "lesions", new)


@pytest.mark.parametrize(("seen", "expected"), [(0, "N"), (-10, "N"), (1, "Y"), (None, "Y")])
def test_a_lesion_seen_up_to_the_start_is_not_new(cohort: TinyCohort, seen: int | None, expected: str) -> None:
    # Without a recorded day it is new from its first reading on, here on day 42.
    cohort.lesion("L1")
    cohort.lesion("X1", "NEW", seen=seen)
    cohort.scan(-10, {"L1": 20})
    cohort.scan(42, {"L1": 20, "X1": "PRESENT"})
    assert cohort.derive().responses("new_lesions")[-1] == expected


TARGET_AT_42: dict[str, Any] = {"CR": 0, "PR": 50, "SD": 100, "NE": "NOT EVALUABLE", "PD": 150}
NONTARGET_AT_42 = {"CR": "ABSENT", "NON-CR/NON-PD": "PRESENT", "NE": "NOT EVALUABLE", "PD": "PROGRESSION"}
NO_PD = ("CR", "NON-CR/NON-PD", "NE", None)
OVERALL: list[tuple[tuple[str | None, ...], tuple[str | None, ...], tuple[str, ...], str]] = [
    # target, non-target, new lesion: overall response
    (("CR",), ("CR", None), ("N",), "CR"),
    (("CR",), ("NON-CR/NON-PD", "NE"), ("N",), "PR"),
    (("PR",), NO_PD, ("N",), "PR"),
    (("SD",), NO_PD, ("N",), "SD"),
    (("NE",), NO_PD, ("N",), "NE"),
    (("PD",), (*NO_PD, "PD"), ("N", "Y"), "PD"),
    (("CR", "PR", "SD", "NE", None), ("PD",), ("N", "Y"), "PD"),
    (("CR", "PR", "SD", "NE", None), NO_PD, ("Y",), "PD"),
    ((None,), ("CR",), ("N",), "CR"),
    ((None,), ("NON-CR/NON-PD",), ("N",), "NON-CR/NON-PD"),
    ((None,), ("NE",), ("N",), "NE"),
    ((None,), (None,), ("N",), "NE"),  # no lesion at all: nothing to respond
]


def test_overall_response_of_every_combination(cohort: TinyCohort) -> None:
    expected = {}
    for targets, nontargets, news, overall in OVERALL:
        for target, nontarget, new in product(targets, nontargets, news):
            subject = f"{target} + {nontarget} + {new}"
            assert subject not in expected
            expected[subject] = overall
            cohort.subject(subject)
            # A measurement of a lesion outside the tables makes the day an assessment where there is no other.
            baseline: dict[str, Any] = {"B1": "PRESENT"}
            later: dict[str, Any] = {"B1": "PRESENT"}
            if target:
                cohort.lesion("L1", subject=subject)
                baseline["L1"], later["L1"] = 100, TARGET_AT_42[target]
            if nontarget:
                cohort.lesion("L2", "NON-TARGET", subject=subject)
                baseline["L2"], later["L2"] = "PRESENT", NONTARGET_AT_42[nontarget]
            if new == "Y":
                cohort.lesion("X1", "NEW", seen=42, subject=subject)
            cohort.scan(-10, baseline, subject=subject)
            cohort.scan(42, later, subject=subject)
    cohort.derive()
    assert len(expected) == 6 * 5 * 2
    for scope in ("ALL", "ORGAN"):
        found = cohort.rows(f"select subject_id, response from recist.overall_responses where scope = '{scope}'")
        assert dict(found) == expected


@pytest.mark.parametrize(
    ("readings", "seen", "decided_by", "source"),
    [
        ({"L1": 50, "L2": "PRESENT"}, None, "target", ("lesion_measurements", "diameter_mm", "L1")),
        ({"L1": 20, "L2": "PROGRESSION"}, None, "nontarget", ("lesion_measurements", "lesion_status", "L2")),
        ({"L1": 20, "L2": "PRESENT"}, 42, "new lesion", ("lesions", "first_seen_date", "X1")),
        ({"L1": 50, "L2": "PROGRESSION"}, 42, "target", ("lesion_measurements", "diameter_mm", "L1")),
        ({"L1": 20, "L2": "PRESENT"}, None, "target", ("lesion_measurements", "diameter_mm", "L1")),
    ],
)
def test_the_response_names_the_record_that_decided_it(
    cohort: TinyCohort, readings: dict[str, Any], seen: int | None, decided_by: str, source: tuple[str, str, str]
) -> None:
    cohort.lesion("L1")
    cohort.lesion("L2", "NON-TARGET")
    row_ids = {}
    if seen:
        row_ids["X1"] = cohort.lesion("X1", "NEW", seen=seen)
    cohort.scan(-10, {"L1": 20, "L2": "PRESENT"})
    row_ids |= cohort.scan(42, readings)
    cohort.derive()
    table, column, lesion_id = source
    assert cohort.one(
        "select decided_by, source_table, source_column, source_row_id, source_file, source_row"
        " from recist.overall_responses where scope = 'ALL'"
    ) == (decided_by, table, column, row_ids[lesion_id], f"{table}.csv", row_ids[lesion_id] + 1)
