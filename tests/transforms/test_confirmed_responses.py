"""Confirmed responses: the best (CBOR), whether there was one (CRSP), and by which assessment."""

from typing import Any

import duckdb
import pytest
from tiny_cohort import TinyCohort, day

Course = dict[int, str]
Best = tuple[str, int | None]
"""CBOR with the day of the assessment that gives it."""


def confirmed(courses: dict[str, Course], **protocol: Any) -> dict[str, tuple[Best, int | None]]:
    """CBOR, and the day of CRSP (None without a confirmed response), of subjects whose responses are ``courses``."""
    with duckdb.connect(":memory:") as connection:
        cohort = TinyCohort(connection)
        cohort.protocol(response_source="reported", **protocol)
        for subject, course in courses.items():
            cohort.subject(subject)
            cohort.report(course, subject=subject)
        facts = cohort.derive().facts()
    found = {}
    for subject in courses:
        by_paramcd = {paramcd: (value, on) for paramcd, value, on in facts[subject]}
        flag, on = by_paramcd["CRSP"]
        assert (flag == "Y") == (on is not None)
        found[subject] = (by_paramcd["CBOR"], on)
    return found


def assert_confirmed(cases: dict[str, tuple[Course, Best, int | None]], **protocol: Any) -> None:
    found = confirmed({name: course for name, (course, _, _) in cases.items()}, **protocol)
    assert found == {name: (best, on) for name, (_, best, on) in cases.items()}


def test_a_complete_response_needs_another_28_days_later_and_only_complete_or_one_ne_between() -> None:
    assert_confirmed({
        "confirmed by the next": ({42: "CR", 84: "CR"}, ("CR", 42), 42),
        "confirmed by the one after the next": ({42: "CR", 60: "CR", 70: "CR"}, ("CR", 42), 42),
        "one NE between": ({42: "CR", 60: "NE", 84: "CR"}, ("CR", 42), 42),
        "two NEs between": ({42: "CR", 60: "NE", 70: "NE", 84: "CR"}, ("SD", 42), None),
        "an SD between": ({42: "CR", 60: "SD", 84: "CR"}, ("SD", 42), None),
        "a PR between": ({42: "CR", 60: "PR", 84: "CR"}, ("SD", 42), None),
        "a PR between, itself confirmed": ({42: "CR", 60: "PR", 88: "CR"}, ("PR", 60), 60),
        "a NON-CR/NON-PD between": ({42: "CR", 60: "NON-CR/NON-PD", 84: "CR"}, ("SD", 42), None),
        "not confirmed by a PR": ({42: "CR", 84: "PR"}, ("SD", 42), None),
        "the last assessment": ({42: "CR"}, ("SD", 42), None),
        "the second is confirmed, the first is not": ({42: "CR", 50: "SD", 84: "CR", 126: "CR"}, ("CR", 84), 84),
    })  # fmt: skip


def test_a_partial_response_is_confirmed_by_partial_or_complete_and_no_partial_follows_a_complete() -> None:
    assert_confirmed({
        "confirmed by a PR": ({42: "PR", 84: "PR"}, ("PR", 42), 42),
        "confirmed by a CR": ({42: "PR", 84: "CR"}, ("PR", 42), 42),
        "PR and CR between": ({42: "PR", 50: "PR", 60: "CR", 84: "CR"}, ("PR", 42), 42),
        "one NE between": ({42: "PR", 60: "NE", 84: "PR"}, ("PR", 42), 42),
        "two NEs, not both between": ({42: "PR", 60: "NE", 84: "PR", 90: "NE"}, ("PR", 42), 42),
        "two NEs between": ({42: "PR", 60: "NE", 70: "NE", 84: "PR"}, ("SD", 42), None),
        "an SD between": ({42: "PR", 60: "SD", 84: "PR"}, ("SD", 42), None),
        "a PR after a CR between": ({42: "PR", 50: "CR", 60: "PR", 84: "CR"}, ("SD", 42), None),
        "a PR after a CR that would confirm": ({42: "PR", 50: "CR", 84: "PR"}, ("SD", 42), None),
        "confirmed before the relapse": ({42: "PR", 70: "CR", 84: "PR"}, ("PR", 42), 42),
        "partial first, complete confirmed": ({42: "PR", 84: "CR", 126: "CR"}, ("CR", 84), 42),
        "confirmation after progression": ({42: "PR", 60: "PD", 84: "PR"}, ("SD", 42), None),
    })  # fmt: skip


def test_where_the_protocol_accepts_it_one_sd_may_stand_between_two_partial_responses() -> None:
    assert_confirmed(
        {
            "one SD": ({42: "PR", 60: "SD", 84: "PR"}, ("PR", 42), 42),
            "one SD, confirmed by a CR": ({42: "PR", 60: "SD", 84: "CR"}, ("PR", 42), 42),
            "one SD and one NE": ({42: "PR", 55: "SD", 65: "NE", 84: "PR"}, ("PR", 42), 42),
            "two SDs": ({42: "PR", 55: "SD", 65: "SD", 84: "PR"}, ("SD", 42), None),
            "an SD between two CRs": ({42: "CR", 60: "SD", 84: "CR"}, ("SD", 42), None),
        },
        confirmation_accepts_stable=True,
    )  # fmt: skip


def test_the_protocol_says_how_many_ne_and_how_many_days() -> None:
    cases: dict[str, tuple[Course, Best, int | None]] = {
        "two NEs": ({42: "PR", 60: "NE", 70: "NE", 84: "PR"}, ("PR", 42), 42),
        "three NEs": ({42: "PR", 60: "NE", 70: "NE", 75: "NE", 84: "PR"}, ("SD", 42), None),
        "41 days": ({42: "PR", 83: "PR"}, ("SD", 42), None),
        "42 days": ({42: "PR", 84: "PR"}, ("PR", 42), 42),
    }
    assert_confirmed(cases, most_not_evaluable_between=2, confirmation_days=42)


def test_what_is_not_confirmed_counts_as_what_it_is_at_least() -> None:
    assert_confirmed({
        "a response from day 42 on is stable disease": ({41: "PR", 42: "CR"}, ("SD", 42), None),
        "a response before day 42 leaves NE": ({30: "CR", 41: "PR"}, ("NE", 30), None),
        "stable disease comes before NON-CR/NON-PD": ({42: "NON-CR/NON-PD", 84: "PR"}, ("SD", 84), None),
        "NON-CR/NON-PD from day 42 on": ({30: "PR", 42: "NON-CR/NON-PD"}, ("NON-CR/NON-PD", 42), None),
        "NON-CR/NON-PD comes before PD": ({42: "NON-CR/NON-PD", 84: "PD"}, ("NON-CR/NON-PD", 42), None),
        "PD has no window": ({10: "PR", 20: "PD"}, ("PD", 20), None),
        "only NE": ({42: "NE", 84: "NE"}, ("NE", 42), None),
        "no assessment": ({}, ("MISSING", None), None),
        "an assessment on the day of the start counts": ({0: "PR", 28: "PR"}, ("PR", 0), 0),
    })  # fmt: skip


NINE: dict[str, Course] = {
    # After the example that the test suite of admiralonco describes (derive_param_confirmed_bor): one subject for each
    # way in which a response is or is not confirmed. Days, and the window of stable disease, are our own.
    "complete after partial": {3: "PR", 45: "CR", 59: "NE", 73: "CR", 101: "SD"},
    "an SD before the CR": {20: "SD", 50: "PR", 80: "SD", 92: "CR"},
    "too close together": {2: "CR", 22: "CR", 55: "SD"},
    "two SDs between": {4: "PR", 60: "SD", 90: "SD", 120: "PR", 134: "NON-CR/NON-PD"},
    "all early but the last": {1: "PR", 12: "SD", 25: "PR", 140: "NON-CR/NON-PD"},
    "partial after complete": {5: "PR", 15: "CR", 58: "PR"},
    "complete, then not evaluable": {5: "PR", 15: "CR", 60: "NE"},
    "never assessed": {},
    "progressed at once": {15: "PD", 36: "SD"},
}


@pytest.mark.parametrize(
    ("protocol", "expected"),
    [
        (
            {},
            {
                "complete after partial": (("CR", 45), 3),  # CR 28 days later, one NE between; the PR is confirmed too
                "an SD before the CR": (("SD", 50), None),  # no SD between is accepted
                "too close together": (("SD", 55), None),  # 20 days
                "two SDs between": (("SD", 60), None),
                "all early but the last": (
                    ("NON-CR/NON-PD", 140),
                    None,
                ),  # 24 days, an SD between; no SD from day 42 on
                "partial after complete": (("SD", 58), None),  # PR after CR confirms nothing
                "complete, then not evaluable": (("NE", 5), None),
                "never assessed": (("MISSING", None), None),
                "progressed at once": (("PD", 15), None),  # nothing after the progression counts
            },
        ),
        (
            {"confirmation_days": 20, "confirmation_accepts_stable": True, "most_not_evaluable_between": 0},
            {
                "complete after partial": (("PR", 3), 3),  # no NE between is accepted now
                "an SD before the CR": (("PR", 50), 50),
                "too close together": (("CR", 2), 2),
                "two SDs between": (("SD", 60), None),  # one is accepted
                "all early but the last": (("PR", 1), 1),
                "partial after complete": (("SD", 58), None),
                "complete, then not evaluable": (("NE", 5), None),
                "never assessed": (("MISSING", None), None),
                "progressed at once": (("PD", 15), None),
            },
        ),
    ],
    ids=["28 days, one NE, no SD", "20 days, no NE, one SD"],
)
def test_nine_subjects(protocol: dict[str, Any], expected: dict[str, tuple[Best, int | None]]) -> None:
    assert confirmed(NINE, **protocol) == expected


def test_responses_up_to_the_new_therapy_count_and_what_would_confirm_them_too(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cohort.subject("S2")
    for subject, therapy in (("S1", 84), ("S2", 85)):
        cohort.report({42: "PR", 84: "PR"}, subject=subject)
        cohort.new_therapy(therapy, subject)
    facts = cohort.derive().facts()
    assert ("CBOR", "SD", 42) in facts["S1"]  # the second assessment is not before the therapy: nothing confirms
    assert ("CBOR", "PR", 42) in facts["S2"]


def test_the_row_of_a_confirmed_response_is_that_of_the_response_not_of_what_confirms_it(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    row_ids = cohort.report({42: "PR", 60: "NE", 84: "PR", 126: "PR"})
    cohort.derive()
    assert cohort.rows(
        "select scan_date, confirmation_date, source_row_id from recist.confirmed_responses order by scan_date"
    ) == [(day(42), day(84), row_ids[42]), (day(84), day(126), row_ids[84])]
    assert cohort.rows(
        "select paramcd, adt, srcdom, srcseq from analysis.adrs where paramcd in ('CBOR', 'CRSP') order by paramcd"
    ) == [(paramcd, day(42), "response_assessments", row_ids[42]) for paramcd in ("CBOR", "CRSP")]


def test_the_organ_has_its_own_confirmed_response(cohort: TinyCohort) -> None:
    cohort.protocol(response_source="reported")
    cohort.report({42: "SD", 84: "SD"}, {42: "PR", 84: "PR"})
    facts = cohort.derive().facts()["S1"]
    assert {("CBOR", "SD", 42), ("CRSP", "N", None), ("LCBOR", "PR", 42), ("LCRSP", "Y", 42)} <= facts
