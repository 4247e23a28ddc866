"""Progression-free survival told in two other ways: before new anticancer therapy, and without missed assessments."""

from typing import Any

import pytest
from tiny_cohort import START, Fact, TinyCohort, day

LIMIT = 2 * 56 + 2 * 7
"""The control arm of the tiny cohort is scanned every 42 to 56 days, give or take 7: 126 days."""


def written(cohort: TinyCohort, cases: dict[str, tuple[dict[int, str], int | None, int | None, Any]]) -> None:
    """Subjects with reported responses, a new therapy and a death; what is expected is not looked at."""
    cohort.protocol(response_source="reported")
    for subject, (course, therapy, death, _) in cases.items():
        cohort.subject(subject)
        cohort.report(course, subject=subject)
        if therapy is not None:
            cohort.new_therapy(therapy, subject)
        if death is not None:
            cohort.dies(death, subject)


def of(facts: dict[str, set[Fact]], paramcd: str) -> dict[str, tuple[Any, Any]]:
    return {
        subject: (cnsr, on)
        for subject, found in facts.items()
        for name, cnsr, on in found
        if name == paramcd and subject != "S1"
    }  # fmt: skip


def test_before_new_therapy(cohort: TinyCohort) -> None:
    cases: dict[str, tuple[dict[int, str], int | None, int | None, tuple[int, int]]] = {
        # responses, therapy, death: CNSR, day
        "no therapy, progressed": ({42: "SD", 84: "PD"}, None, None, (0, 84)),
        "no therapy, ongoing": ({42: "SD", 84: "SD"}, None, None, (1, 84)),
        "progressed before": ({42: "SD", 84: "PD"}, 85, None, (0, 84)),
        "progressed on its day": ({42: "SD", 84: "PD"}, 84, None, (0, 84)),
        "progressed after": ({42: "SD", 84: "PD"}, 83, None, (3, 42)),
        "died before": ({42: "SD"}, 85, 84, (0, 84)),
        "died on its day": ({42: "SD"}, 84, 84, (3, 42)),  # strictly before; only progression counts on the day
        "died after": ({42: "SD"}, 60, 84, (3, 42)),
        "ongoing": ({42: "SD", 84: "SD", 126: "SD"}, 100, None, (3, 84)),
        "assessed on its day": ({42: "SD", 84: "SD"}, 84, None, (3, 42)),
        "last not evaluable": ({42: "SD", 84: "NE"}, 100, None, (3, 42)),
        "never assessed before": ({84: "SD"}, 60, None, (2, 0)),
        "not evaluable before": ({42: "NE"}, 60, 90, (2, 0)),
        "therapy on the day of the start": ({42: "SD"}, 0, None, (2, 0)),
        "therapy before the start": ({42: "SD", 84: "PD"}, -5, None, (0, 84)),
    }
    written(cohort, cases)
    assert of(cohort.derive().facts(), "PFSNACT") == {name: expected for name, (_, _, _, expected) in cases.items()}


def test_a_procedure_in_an_arm_that_has_none_is_new_therapy(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cohort.report({42: "SD", 126: "PD"})
    cohort.add("procedures", procedure_date=day(84))
    assert {("PFSNACT", 3, 42), ("PFS", 0, 126)} <= cohort.derive().facts()["S1"]


def test_a_therapy_after_the_cut_is_not_known_of(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported", data_cut=day(90))
    cohort.report({42: "SD", 84: "SD"})
    cohort.new_therapy(91)
    assert ("PFSNACT", 1, 84) in cohort.derive().facts()["S1"]


def test_without_missed_assessments(cohort: TinyCohort) -> None:
    cases: dict[str, tuple[dict[int, str], int | None, int | None, tuple[int, int]]] = {
        # responses, therapy, death: CNSR, day
        "progressed within the limit": ({42: "SD", 42 + LIMIT: "PD"}, None, None, (0, 42 + LIMIT)),
        "progressed a day beyond it": ({42: "SD", 43 + LIMIT: "PD"}, None, None, (4, 42)),
        "died within the limit": ({42: "SD"}, None, 42 + LIMIT, (0, 42 + LIMIT)),
        "died a day beyond it": ({42: "SD"}, None, 43 + LIMIT, (4, 42)),
        "not evaluable does not end the gap": ({42: "SD", 100: "NE", 43 + LIMIT: "PD"}, None, None, (4, 42)),
        "a gap that was closed": ({42: "SD", 300: "SD", 342: "PD"}, None, None, (0, 342)),
        "a gap without an event": ({42: "SD", 300: "SD"}, None, None, (1, 300)),
        "progressed within the limit of the start": ({LIMIT: "PD"}, None, None, (0, LIMIT)),
        "progressed a day beyond the limit of the start": ({LIMIT + 1: "PD"}, None, None, (2, 0)),
        "died unassessed within the limit": ({}, None, LIMIT, (0, LIMIT)),
        "died unassessed a day beyond it": ({}, None, LIMIT + 1, (2, 0)),
        "ongoing": ({42: "SD"}, None, None, (1, 42)),
        "never assessed": ({}, None, None, (2, 0)),
    }
    written(cohort, cases)
    assert of(cohort.derive().facts(), "PFSFDA") == {name: expected for name, (_, _, _, expected) in cases.items()}


@pytest.mark.parametrize(
    ("paramcd", "therapy", "cnsr", "reason", "where"),
    [
        ("PFSNACT", 60, 3, "New anticancer therapy", "Last adequate assessment before the new therapy"),
        ("PFSFDA", None, 4, "Two or more missed assessments", "Last adequate assessment before the gap"),
    ],
)
def test_a_censoring_says_why_and_names_the_assessment(
    cohort: TinyCohort, paramcd: str, therapy: int | None, cnsr: int, reason: str, where: str
) -> None:
    cohort.protocol(response_source="reported")
    row_ids = cohort.report({42: "SD", 300: "PD"})
    if therapy is not None:
        cohort.new_therapy(therapy)
    cohort.derive()
    columns = "startdt, adt, aval, cnsr, evntdesc, cnsdtdsc, srcdom, srcvar, srcseq"
    assert cohort.one(f"select {columns} from analysis.adtte where paramcd = '{paramcd}'") == (
        START, day(42), 43, cnsr, reason, where, "response_assessments", "overall_response", row_ids[42],
    )  # fmt: skip


def test_an_arm_without_a_visit_window_has_no_limit(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cohort.connection.execute("delete from study.visit_windows where arm = 'CONTROL'")
    cohort.report({42: "SD", 400: "PD"})
    assert ("PFSFDA", 0, 400) in cohort.derive().facts()["S1"]
