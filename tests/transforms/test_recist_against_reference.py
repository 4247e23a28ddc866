"""The SQL and the slow reference agree, record by record, on thousands of subjects near the borders of the rules.

Compared are all of ADTR, ADRS and ADTTE, of two readers, and the dates of ADSL.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pytest
from reference_endpoints import Course, Rules, course_of, response_parameters, times
from reference_readers import SCOPES, adjudicated_days, evaluated_responses, own_responses
from reference_recist import Subject, assessments
from reference_tumour_results import tumour_results
from tiny_cohort import START, TinyCohort, day
from written_cohort import CUT, WrittenCohort, drawn_report, drawn_subject

SUBJECTS = 2000
SINCE_START = f"date_diff('day', date '{START}', "
EVENTS = {"Death": "D", "Death (competing)": "D", "Response": "R", "Disease progression": "P",
          "Disease progression (liver)": "P"}  # fmt: skip
AVAL = {"CR": 1, "PR": 2, "SD": 3, "NON-CR/NON-PD": 4, "PD": 5, "NE": 6, "MISSING": 7, "Y": 1, "N": 0}
DAY_OF_RECORD = {
    "lesion_measurements": "scan_date",
    "response_assessments": "scan_date",
    "lesions": "coalesce(first_seen_date, adt)",
    "follow_up": "case when death_date_precision is not null then adt else coalesce(death_date, contact_date) end",
    "drug_courses": "start_date",
    "procedures": "procedure_date",
    "patients": "startdt",
}
"""The day that the record behind a time shows; that of an imputed death, or of a lesion without one, is not there."""

Row = tuple[Any, ...]
Subjects = dict[str, Subject]


@contextmanager
def derived(subjects: Subjects, rules: Rules) -> Iterator[TinyCohort]:
    with duckdb.connect(":memory:") as connection:
        cohort, written = TinyCohort(connection), WrittenCohort()
        cohort.protocol(
            data_cut=day(CUT), response_source="reported" if rules.is_reported else "derived",
            responses_adjudicated=rules.adjudicates, confirmation_accepts_stable=rules.accepts_stable,
            most_not_evaluable_between=rules.most_not_evaluable, clinical_benefit_days=rules.benefit_days,
        )  # fmt: skip
        connection.execute("update study.visit_windows set interval_high_days = 42 where arm = 'TREATED'")
        for name, subject in subjects.items():
            written.subject(name, subject)
        written.write(cohort)
        yield cohort.derive()


def assert_same(found: list[Row], expected: list[Row]) -> None:
    """The same rows, none of them twice."""
    assert len(set(found)) == len(found)
    assert set(found) == set(expected)


def exact(number: Fraction | None) -> Decimal | None:
    return None if number is None else Decimal(number.numerator) / Decimal(number.denominator)


def study_day(number: int) -> int:
    """The day of the start is 1, the day before it -1."""
    return number + 1 if number >= 0 else number


def assert_tumour_results(cohort: TinyCohort, subjects: Subjects) -> None:
    """ADTR."""
    found = cohort.rows(
        f"select substr(usubjid, 7), paramcd, trlnkid, trloc, treval, {SINCE_START} adt), ady, aval, base, nadir,"
        " chg, chgnadir, pchg, pchgnad, ablfl, anl01fl from analysis.adtr"
    )
    expected = [
        (
            name, of.paramcd, of.lesion_id, of.organ, of.reader, of.day, study_day(of.day),
            exact(of.value), exact(of.base), exact(of.nadir),
            None if of.is_baseline else exact(of.change(of.base)), exact(of.change(of.nadir)),
            None if of.is_baseline else of.percent(of.base), of.percent(of.nadir),
            "Y" if of.is_baseline else None, "Y" if of.reader == "R1" else None,
        )
        for name, subject in subjects.items()
        for of in tumour_results(subject)
    ]  # fmt: skip
    assert_same(found, expected)


def assert_responses(cohort: TinyCohort, subjects: Subjects, courses: dict[str, Course], rules: Rules) -> None:
    """ADRS: what is known of each assessment by each reader, and what is known once of a subject."""
    found = cohort.rows(
        f"select substr(usubjid, 7), paramcd, treval, {SINCE_START} adt), ady, avalc, aval, anl01fl from analysis.adrs"
    )
    expected = []
    for name, subject in subjects.items():
        said = [
            *_of_assessments(subject, rules),
            *(
                (paramcd, "R1", on, value)
                for organ in (False, True)
                for paramcd, (value, on) in response_parameters(courses[name], organ, rules).items()
            ),
        ]
        for paramcd, reader, on, value in said:
            flag = "Y" if reader == "R1" else None
            number = None if value is None else AVAL[value]
            expected.append((name, paramcd, reader, on, None if on is None else on + 1, value, number, flag))
    assert_same(found, expected)


def _of_assessments(subject: Subject, rules: Rules) -> Iterator[tuple[str, str, int, str]]:
    """paramcd, reader, day and value."""
    own = own_responses(subject, rules.is_reported)
    evaluated = evaluated_responses(subject, rules.is_reported, rules.adjudicates)
    for (reader, scope), responses in evaluated.items():
        prefix = "" if scope == "ALL" else "L"
        for on, response in responses.items():
            yield ("OVRLRESP" if scope == "ALL" else "LVRRESP"), reader, on, response
        for on, of in assessments(subject, SCOPES[scope], reader).items():
            if of.target is not None:
                yield f"{prefix}TRGRESP", reader, on, of.target
            if of.nontarget is not None:
                yield f"{prefix}NTRGRESP", reader, on, of.nontarget
            yield f"{prefix}NEWLES", reader, on, "Y" if of.has_new_lesion else "N"
    for on in adjudicated_days(subject, own) if rules.adjudicates else ():
        yield "RDRRESP", "R1", on, own["R1", "ALL"][on]


def assert_times(cohort: TinyCohort, courses: dict[str, Course], rules: Rules) -> None:
    """ADTTE, with the reasons and the day of the record that each row names."""
    found = cohort.rows(
        f"select substr(usubjid, 7), paramcd, {SINCE_START} startdt), {SINCE_START} adt), aval, cnsr, evntdesc,"
        " cmpevfl from analysis.adtte"
    )
    expected = [
        (name, paramcd, of.start, of.end, of.end - of.start + 1, of.cnsr, of.event, "Y" if of.competes else None)
        for name, course in courses.items()
        for paramcd, of in times(course, rules).items()
    ]
    assert_same([(*row[:6], EVENTS.get(row[6], ""), row[7]) for row in found], expected)
    unsaid = "evntdesc is null or (cnsdtdsc is null) <> (cnsr = 0) or srcvar is null"
    assert not cohort.rows(f"select * from analysis.adtte where {unsaid}")
    for (domain,) in cohort.rows("select distinct srcdom from analysis.adtte"):
        assert not cohort.rows(
            f"""
            select * from analysis.adtte as adtte
            left join clean.{domain} as record
                on record.row_id = srcseq and record.source_file = srcfile and record.source_row = srcrow
                and adtte.usubjid = 'STUDY-' || record.subject_id
            where srcdom = '{domain}'
                and coalesce(adt <> least({DAY_OF_RECORD[domain]}, date '{day(CUT)}'), true)
            """
        )


def assert_dates(cohort: TinyCohort, subjects: Subjects, courses: dict[str, Course]) -> None:
    """ADSL."""
    found = cohort.rows(
        f"select subjid, {SINCE_START} trtsdt), dthfl, {SINCE_START} dthdt), dthdtf, {SINCE_START} lstalvdt), nproc"
        " from analysis.adsl"
    )
    expected = []
    for name, subject in subjects.items():
        course = courses[name]
        death = course.death if course.death is not None and course.death <= CUT else None
        is_alive_at_cut = course.death is not None and course.death > CUT
        alive = CUT if is_alive_at_cut else None if course.last_alive is None else min(course.last_alive, CUT)
        precision = "D" if death is not None and not subject.is_day_of_death_known else None
        procedures = sum(on <= CUT for on in subject.procedures)
        expected.append((name, 0, None if death is None else "Y", death, precision, alive, procedures))
    assert_same(found, expected)


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


OTHER_CHOICES = {"accepts_stable": True, "most_not_evaluable": 2, "benefit_days": 84, "adjudicates": True}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("drawn", "rules"),
    [
        (drawn_subject, Rules()),
        (drawn_subject, Rules(**OTHER_CHOICES)),
        (drawn_report, Rules(is_reported=True)),
        (drawn_report, Rules(is_reported=True, **OTHER_CHOICES)),
    ],
    ids=["derived", "derived and adjudicated", "reported", "reported and adjudicated"],
)
def test_every_record_is_that_of_the_reference(drawn: Callable[[random.Random], Subject], rules: Rules) -> None:
    draw = random.Random(20100104)
    subjects = {f"S{number}": drawn(draw) for number in range(SUBJECTS)}
    courses = {name: course_of(subject, rules) for name, subject in subjects.items()}
    with derived(subjects, rules) as cohort:
        assert_tumour_results(cohort, subjects)
        assert_responses(cohort, subjects, courses, rules)
        assert_times(cohort, courses, rules)
        assert_dates(cohort, subjects, courses)
        assert_sound(cohort)
