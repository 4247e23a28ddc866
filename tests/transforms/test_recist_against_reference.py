"""The SQL and the slow reference agree, record by record, on thousands of subjects near the borders of the rules."""

import random
from typing import Any

import duckdb
import pytest
import reference_recist as reference
from reference_endpoints import Course, Rules, response_parameters, times
from tiny_cohort import START, TinyCohort, day
from written_cohort import CUT, WrittenCohort, course_of, drawn_report, drawn_subject

SUBJECTS = 2000
SINCE_START = f"date_diff('day', date '{START}', "
ONCE = """
    paramcd in ('BOR', 'CBOR', 'DCR', 'RSP', 'CRSP', 'CB', 'PD', 'DCDAY',
        'LBOR', 'LCBOR', 'LDCR', 'LRSP', 'LCRSP', 'LCB', 'LPD', 'LDCDAY')
"""
EVENTS = {"Death": "D", "Death (competing)": "D", "Response": "R", "Disease progression": "P",
          "Disease progression (liver)": "P"}  # fmt: skip


def found_parameters(cohort: TinyCohort) -> set[tuple[Any, ...]]:
    return set(
        cohort.rows(f"select substr(usubjid, 7), paramcd, avalc, {SINCE_START} adt) from analysis.adrs where {ONCE}")
    )


def found_times(cohort: TinyCohort) -> set[tuple[Any, ...]]:
    rows = cohort.rows(
        f"select substr(usubjid, 7), paramcd, {SINCE_START} startdt), {SINCE_START} adt), cnsr, evntdesc,"
        " coalesce(cmpevfl = 'Y', false), aval from analysis.adtte"
    )
    assert all(aval == end - start + 1 for _, _, start, end, _, _, _, aval in rows)
    return {
        (subject, paramcd, start, end, cnsr, EVENTS[words] if cnsr in (0, 6) else "", competes)
        for subject, paramcd, start, end, cnsr, words, competes, _ in rows
    }


def expected(courses: dict[str, Course], rules: Rules) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """The rows of ADRS that a subject has once, and the rows of ADTTE."""
    parameters = {
        (name, paramcd, value, on)
        for name, course in courses.items()
        for organ in (False, True)
        for paramcd, (value, on) in response_parameters(course, organ, rules).items()
    }
    rows = {
        (name, paramcd, time.start, time.end, time.cnsr, time.event, time.competes)
        for name, course in courses.items()
        for paramcd, time in times(course, rules).items()
    }
    return parameters, rows


def assert_sound(cohort: TinyCohort) -> None:
    """Keys are unique, and every row names its record."""
    for table, key in (
        ("adtte", "usubjid, paramcd"),
        ("adrs", "usubjid, paramcd, treval, adt"),
        ("adtr", "usubjid, paramcd, trlnkid, treval, adt"),
    ):
        assert not cohort.rows(f"select {key} from analysis.{table} group by all having count(*) > 1")
        sources = "srcdom is null or srcseq is null or srcfile is null or srcrow is null"
        assert not cohort.rows(f"select * from analysis.{table} where {sources}")


@pytest.mark.slow
def test_derived_responses_and_endpoints_are_those_of_the_reference() -> None:
    draw = random.Random(20100104)
    subjects = {f"S{number}": drawn_subject(draw) for number in range(SUBJECTS)}
    with duckdb.connect(":memory:") as connection:
        cohort, written = TinyCohort(connection), WrittenCohort()
        cohort.protocol(data_cut=day(CUT))
        for name, subject in subjects.items():
            written.subject(name, subject)
        written.write(cohort)
        cohort.derive()
        responses = {
            (name, scope, on, response)
            for name, subject in subjects.items()
            for scope, organ in (("ALL", None), ("ORGAN", "LIVER"))
            for on, response in reference.overall_responses(subject, organ).items()
        }
        assert responses == set(
            cohort.rows(f"select subject_id, scope, {SINCE_START} scan_date), response from recist.evaluated_responses")
        )
        parameters, rows = expected({name: course_of(subject) for name, subject in subjects.items()}, Rules())
        assert found_parameters(cohort) == parameters
        assert found_times(cohort) == rows
        assert_sound(cohort)


@pytest.mark.slow
@pytest.mark.parametrize("rules", [Rules(), Rules(accepts_stable=True, most_not_evaluable=2, benefit_days=84)])
def test_endpoints_of_reported_responses_are_those_of_the_reference(rules: Rules) -> None:
    draw = random.Random(20120531)
    reports = {f"S{number}": drawn_report(draw) for number in range(SUBJECTS)}
    with duckdb.connect(":memory:") as connection:
        cohort, written = TinyCohort(connection), WrittenCohort()
        cohort.protocol(
            data_cut=day(CUT), response_source="reported", confirmation_accepts_stable=rules.accepts_stable,
            most_not_evaluable_between=rules.most_not_evaluable, clinical_benefit_days=rules.benefit_days,
        )  # fmt: skip
        for name, (subject, overall, organ) in reports.items():
            written.subject(name, subject)
            written.report(name, overall, organ)
        written.write(cohort)
        cohort.derive()
        parameters, rows = expected({name: course_of(*report) for name, report in reports.items()}, rules)
        assert found_parameters(cohort) == parameters
        assert found_times(cohort) == rows
        assert_sound(cohort)
