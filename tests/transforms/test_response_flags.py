"""What is known once of a subject: response (RSP), clinical benefit (CB), progression (PD), control (DCDAY)."""

from typing import Any

import pytest
from tiny_cohort import Fact, TinyCohort

Course = dict[int, str]


def flags(cohort: TinyCohort, courses: dict[str, Course], paramcd: str) -> dict[str, tuple[Any, Any]]:
    """Value and day of ``paramcd`` of subjects whose reported responses are ``courses``."""
    for subject, course in courses.items():
        cohort.subject(subject)
        cohort.report(course, subject=subject)
    facts = cohort.derive().facts()
    return {subject: _of(facts[subject], paramcd) for subject in courses}


def _of(facts: set[Fact], paramcd: str) -> tuple[Any, Any]:
    ((_, value, on),) = (fact for fact in facts if fact[0] == paramcd)
    return value, on


def test_a_response_is_a_cr_or_pr_up_to_progression(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cases: dict[str, tuple[Course, tuple[str, int | None]]] = {
        "partial": ({10: "PR"}, ("Y", 10)),  # a response has no window
        "complete later": ({42: "SD", 84: "CR"}, ("Y", 84)),
        "after progression": ({42: "PD", 84: "CR"}, ("N", None)),
        "stable": ({42: "SD"}, ("N", None)),
        "never assessed": ({}, ("N", None)),
    }
    found = flags(cohort, {name: course for name, (course, _) in cases.items()}, "RSP")
    assert found == {name: expected for name, (_, expected) in cases.items()}


def test_clinical_benefit_is_a_response_or_disease_stable_for_long_enough(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported", stable_disease_days=42, clinical_benefit_days=84)
    cases: dict[str, tuple[Course, tuple[str, int | None]]] = {
        "a response at any time": ({10: "PR"}, ("Y", 10)),
        "stable on day 83": ({83: "SD"}, ("N", None)),
        "stable on day 84": ({42: "SD", 84: "SD"}, ("Y", 84)),
        "NON-CR/NON-PD on day 83": ({83: "NON-CR/NON-PD"}, ("N", None)),
        "NON-CR/NON-PD on day 84": ({84: "NON-CR/NON-PD"}, ("Y", 84)),
        "progression on day 84": ({42: "SD", 84: "PD"}, ("N", None)),
        "not evaluable on day 84": ({42: "SD", 84: "NE"}, ("N", None)),
        "stable after progression": ({42: "PD", 84: "SD"}, ("N", None)),
        "never assessed": ({}, ("N", None)),
    }
    found = flags(cohort, {name: course for name, (course, _) in cases.items()}, "CB")
    assert found == {name: expected for name, (_, expected) in cases.items()}


def test_progression_counts_whenever_it_came_and_only_the_first(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cohort.new_therapy(50, subject="after new therapy")
    cases: dict[str, tuple[Course, tuple[str, int | None]]] = {
        "once": ({42: "SD", 84: "PD"}, ("Y", 84)),
        "twice": ({42: "PD", 84: "SD", 126: "PD"}, ("Y", 42)),
        "after new therapy": ({42: "SD", 84: "PD"}, ("Y", 84)),
        "never": ({42: "SD"}, ("N", None)),
    }
    found = flags(cohort, {name: course for name, (course, _) in cases.items()}, "PD")
    assert found == {name: expected for name, (_, expected) in cases.items()}


@pytest.mark.parametrize("paramcd", ["DCDAY", "LDCDAY"])
def test_control_at_a_day_is_unknown_to_who_was_not_followed_so_long(cohort: TinyCohort, paramcd: str) -> None:
    # Study day 91 is 90 days after the start: the first day is 1.
    cohort.protocol(response_source="reported", disease_control_day=91)
    courses: dict[str, Course] = {
        "progressed on day 91": {42: "SD", 90: "PD"},
        "progressed after it": {42: "SD", 91: "PD"},
        "followed to day 91": {90: "SD"},
        "followed beyond it": {91: "SD"},
        "died": {42: "SD"},
        "never assessed": {},
    }
    cohort.dies(60, subject="died")
    for subject, course in courses.items():
        cohort.subject(subject)
        cohort.report(course, course, subject=subject)
    facts = cohort.derive().facts()
    assert {subject: _of(facts[subject], paramcd) for subject in courses} == {
        "progressed on day 91": ("N", 90),
        "progressed after it": ("Y", 91),
        "followed to day 91": (None, 90),
        "followed beyond it": ("Y", 91),
        "died": ("N", 60),
        "never assessed": (None, 0),
    }


def test_a_flag_names_the_record_that_shows_it_or_the_patient(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    row_ids = cohort.report({42: "SD", 84: "PD"})
    cohort.derive()
    assert cohort.rows(
        "select paramcd, avalc, srcdom, srcseq from analysis.adrs where paramcd in ('RSP', 'CB', 'PD') order by paramcd"
    ) == [
        ("CB", "Y", "response_assessments", row_ids[42]),
        ("PD", "Y", "response_assessments", row_ids[84]),
        ("RSP", "N", "patients", 1),
    ]
