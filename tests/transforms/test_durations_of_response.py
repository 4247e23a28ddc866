"""Duration of response (RSD, confirmed CRSD), time to response (TTR), of all lesions and of the organ's (prefix L)."""

import pytest
from tiny_cohort import START, TinyCohort, day

Course = dict[int, str]


def durations(cohort: TinyCohort, paramcd: str) -> list[tuple[int, int, int, str]]:
    """S1's row: day it starts, days it lasts, CNSR, what happened; empty where there is none."""
    return cohort.rows(
        f"select date_diff('day', date '{START}', startdt), aval, cnsr, evntdesc from analysis.adtte"
        f" where usubjid = 'STUDY-S1' and paramcd = '{paramcd}'"
    )


@pytest.fixture
def reported(cohort: TinyCohort) -> TinyCohort:
    cohort.protocol(response_source="reported")
    return cohort


def test_duration_runs_from_the_first_response_to_progression(reported: TinyCohort) -> None:
    reported.report({42: "SD", 84: "PR", 126: "CR", 168: "PD"})
    reported.derive()
    assert durations(reported, "RSD") == [(84, 85, 0, "Disease progression")]  # day 84 to day 168, both counted
    assert durations(reported, "CRSD") == [(84, 85, 0, "Disease progression")]
    assert durations(reported, "TTR") == [(0, 85, 0, "Response")]


def test_a_confirmed_duration_starts_with_the_first_confirmed_response(reported: TinyCohort) -> None:
    # The PR of day 42 is followed by stable disease; that of day 126 is confirmed.
    reported.report({42: "PR", 84: "SD", 126: "PR", 168: "PR", 210: "PD"})
    reported.derive()
    assert durations(reported, "RSD") == [(42, 169, 0, "Disease progression")]
    assert durations(reported, "CRSD") == [(126, 85, 0, "Disease progression")]


def test_death_ends_a_response_too(reported: TinyCohort) -> None:
    reported.report({42: "PR", 84: "PR"})
    reported.dies(100)
    reported.derive()
    for paramcd in ("RSD", "CRSD"):
        assert durations(reported, paramcd) == [(42, 59, 0, "Death")]
    assert durations(reported, "TTR") == [(0, 43, 0, "Response")]


def test_a_response_that_lasts_is_censored_at_the_last_adequate_assessment(reported: TinyCohort) -> None:
    reported.report({42: "PR", 84: "PR", 126: "NE"})
    reported.derive()
    assert durations(reported, "RSD") == [(42, 43, 1, "Ongoing at data cut")]
    columns = "cnsdtdsc, srcdom, srcvar, srcseq"
    assert reported.one(f"select {columns} from analysis.adtte where paramcd = 'RSD'") == (
        "Last adequate assessment", "response_assessments", "overall_response", 2,
    )  # fmt: skip


def test_a_response_seen_once_lasts_a_day_by_what_is_known(reported: TinyCohort) -> None:
    reported.report({42: "PR"})
    reported.derive()
    assert durations(reported, "RSD") == [(42, 1, 1, "Ongoing at data cut")]
    assert durations(reported, "CRSD") == []  # nothing confirms it


@pytest.mark.parametrize("course", [{42: "SD", 84: "PD", 126: "PR"}, {42: "NE"}, {}], ids=str)
def test_only_responders_have_a_duration(reported: TinyCohort, course: Course) -> None:
    reported.report(course)
    reported.derive()
    assert durations(reported, "RSD") == durations(reported, "CRSD") == []


def test_a_response_after_new_therapy_is_none_of_the_regimens(reported: TinyCohort) -> None:
    reported.report({42: "SD", 84: "PR", 126: "PR"})
    reported.new_therapy(60)
    reported.derive()
    assert durations(reported, "RSD") == []
    assert durations(reported, "TTR") == [(0, 127, 1, "Ongoing at data cut")]


def test_who_never_responded_is_censored_at_the_last_assessment_up_to_progression(reported: TinyCohort) -> None:
    courses: dict[str, Course] = {
        "stable": {42: "SD", 84: "SD"},
        "last not evaluable": {42: "SD", 84: "NE"},  # an assessment all the same: there was no response
        "progressed": {42: "SD", 84: "PD", 126: "SD"},
        "never assessed": {},
    }
    for subject, course in courses.items():
        reported.subject(subject)
        reported.report(course, subject=subject)
    facts = reported.derive().facts()
    assert {subject: {fact for fact in facts[subject] if fact[0] == "TTR"} for subject in courses} == {
        "stable": {("TTR", 1, 84)},
        "last not evaluable": {("TTR", 1, 84)},
        "progressed": {("TTR", 1, 84)},
        "never assessed": {("TTR", 2, 0)},
    }


def test_death_is_no_response(reported: TinyCohort) -> None:
    reported.report({42: "SD"})
    reported.dies(60)
    reported.derive()
    assert durations(reported, "TTR") == [(0, 43, 1, "Ongoing at data cut")]


def test_the_organ_responds_and_progresses_by_itself(reported: TinyCohort) -> None:
    reported.report({42: "SD", 84: "PD"}, {42: "PR", 84: "PR", 126: "PD"})
    reported.derive()
    assert durations(reported, "RSD") == []
    assert durations(reported, "LRSD") == durations(reported, "LCRSD") == [(42, 85, 0, "Disease progression (liver)")]
    assert durations(reported, "LTTR") == [(0, 43, 0, "Response")]


def test_the_response_of_another_reader_starts_nothing(reported: TinyCohort) -> None:
    reported.report({42: "SD", 84: "SD"})
    reported.report({42: "PR", 84: "PR"}, reader="R2")
    reported.derive()
    assert durations(reported, "RSD") == []


def test_a_response_of_the_lesions_names_the_measurement_that_began_it(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 100})
    first = cohort.scan(42, {"L1": 60})["L1"]
    cohort.scan(84, {"L1": 60})
    last = cohort.scan(126, {"L1": 90})["L1"]
    cohort.derive()
    assert cohort.one("select srcdom, srcvar, srcseq, adt from analysis.adtte where paramcd = 'TTR'") == (
        "lesion_measurements", "diameter_mm", first, day(42),
    )  # fmt: skip
    assert cohort.one("select srcdom, srcvar, srcseq, adt from analysis.adtte where paramcd = 'RSD'") == (
        "lesion_measurements", "diameter_mm", last, day(126),
    )  # fmt: skip
