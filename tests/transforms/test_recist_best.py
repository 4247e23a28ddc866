"""Best overall response, unconfirmed, and what it is taken from."""

from typing import Any

import pytest
from tiny_cohort import TinyCohort, day


def best_response(cohort: TinyCohort, scope: str = "ALL") -> tuple[Any, ...]:
    """Response and day of S1's best overall response."""
    cohort.derive()
    return cohort.one(
        "select best_response, date_diff('day', date '2010-01-04', response_date) from recist.best_responses"
        f" where subject_id = 'S1' and kind = 'best' and scope = '{scope}' and reader = 'R1'"
    )


def scans(cohort: TinyCohort, *sizes: tuple[int, Any]) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 100})
    for on, size in sizes:
        cohort.scan(on, {"L1": size})


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([(42, 100), (84, 60), (126, 0)], ("CR", 126)),
        ([(42, 60), (84, 50)], ("PR", 42)),  # the first assessment with that response
        ([(42, 100), (84, 150), (126, 50)], ("SD", 42)),  # nothing after the first PD counts
        ([(30, 150)], ("PD", 30)),
        ([(30, "NOT EVALUABLE"), (60, "NOT EVALUABLE")], ("NE", 30)),
        ([(41, 100)], ("NE", 41)),  # stable disease of 41 days is too short
        ([(42, 100)], ("SD", 42)),
        ([(41, 100), (60, 150)], ("PD", 60)),
        ([(20, 100), (50, 100)], ("SD", 50)),
        ([(30, 60)], ("PR", 30)),  # response has no minimum
        ([], ("MISSING", None)),  # no post-baseline assessment
    ],
)
def test_best_overall_response(cohort: TinyCohort, sizes: list[tuple[int, Any]], expected: tuple[str, int]) -> None:
    scans(cohort, *sizes)
    assert best_response(cohort) == expected


@pytest.mark.parametrize(("on", "expected"), [(41, "NE"), (42, "NON-CR/NON-PD")])
def test_nontarget_only_disease_is_stable_from_day_42(cohort: TinyCohort, on: int, expected: str) -> None:
    cohort.lesion("L1", "NON-TARGET")
    cohort.scan(-10, {"L1": "PRESENT"})
    cohort.scan(on, {"L1": "PRESENT"})
    assert best_response(cohort) == (expected, on)


def test_missing_names_the_patient_row(cohort: TinyCohort) -> None:
    cohort.derive()
    assert cohort.rows(
        "select scope, best_response, source_table, source_row_id from recist.best_responses"
        " where kind = 'best' order by scope"
    ) == [("ALL", "MISSING", "patients", 1), ("ORGAN", "MISSING", "patients", 1)]


@pytest.mark.parametrize(
    ("therapy_day", "expected"),
    [
        (85, ("PR", 84)),  # the response came before
        (84, ("SD", 42)),  # strictly before: a response on its day does not count
    ],
)
def test_only_assessments_before_new_anticancer_therapy_count(
    cohort: TinyCohort, therapy_day: int, expected: tuple[str, int]
) -> None:
    scans(cohort, (42, 100), (84, 60))
    cohort.add("drug_courses", drug="OTHER", start_date=day(therapy_day))
    assert best_response(cohort) == expected


def test_progression_on_the_day_of_new_therapy_counts(cohort: TinyCohort) -> None:
    scans(cohort, (30, 150))
    cohort.add("drug_courses", drug="OTHER", start_date=day(30))
    assert best_response(cohort) == ("PD", 30)


def test_a_procedure_in_an_arm_without_procedures_is_new_therapy(cohort: TinyCohort) -> None:
    cohort.add("procedures", procedure_date=day(50))
    cohort.add("procedures", procedure_date=day(40))
    cohort.subject("S2", arm="TREATED")
    cohort.add("procedures", "S2", procedure_date=day(0))
    cohort.add("procedures", "S2", procedure_date=day(40))
    cohort.derive()
    assert cohort.rows("select subject_id, therapy_date from recist.new_therapies") == [("S1", day(40))]


def test_a_listed_drug_or_a_course_before_the_start_is_no_new_therapy(cohort: TinyCohort) -> None:
    cohort.add("drug_courses", drug="IMATINIB", start_date=day(10))
    cohort.add("drug_courses", drug="OTHER", start_date=day(-10))
    cohort.derive()
    assert cohort.rows("select * from recist.new_therapies") == []


def test_organ_and_all_lesions_have_their_own_best_response(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("P1", organ="PERITONEUM")
    cohort.scan(-10, {"L1": 50, "P1": 50})
    cohort.scan(42, {"L1": 30, "P1": 100})
    cohort.scan(84, {"L1": 20, "P1": 100})
    assert best_response(cohort) == ("PD", 42)
    assert best_response(cohort, scope="ORGAN") == ("PR", 42)
