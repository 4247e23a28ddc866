"""Who is in the cut, when the clock starts, which lesions a scope holds, death and the last date known alive."""

from datetime import date

import pytest
from tiny_cohort import DATA_CUT, START, TinyCohort, day


def test_the_arm_says_which_event_starts_the_clock(cohort: TinyCohort) -> None:
    cohort.subject("S2", arm="TREATED", index_date=day(-5))
    for on in (20, 3):
        cohort.add("procedures", "S2", procedure_date=day(on))
    cohort.add("procedures", "S1", procedure_date=day(3))
    cohort.derive()
    assert cohort.rows("select subject_id, usubjid, startdt from recist.subjects order by subject_id") == [
        ("S1", "STUDY-S1", START),
        ("S2", "STUDY-S2", day(3)),
    ]


def test_a_subject_without_a_start_or_with_one_after_the_cut_is_not_in_it(cohort: TinyCohort) -> None:
    cohort.subject("S2", index_date=None)
    cohort.subject("S3", arm="TREATED")  # no procedure
    cohort.subject("S4", index_date=date(2012, 6, 1))
    cohort.subject("S5", index_date=DATA_CUT)
    cohort.subject("S6", arm=None)
    cohort.derive()
    assert cohort.rows("select subjid from analysis.adsl order by subjid") == [("S1",), ("S5",)]


def test_a_scope_holds_all_lesions_or_those_of_the_organ(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("N1", "NON-TARGET", organ="LYMPH NODE")
    cohort.derive()
    assert cohort.rows("select scope, lesion_id, is_node from recist.lesion_scopes order by all") == [
        ("ALL", "L1", False),
        ("ALL", "N1", True),
        ("ORGAN", "L1", False),
    ]


def test_assessments_start_with_the_baseline(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    for on in (-40, -10, 42):
        cohort.scan(on, {"L1": 20})
    cohort.scan(50, {"L1": 20}, reader="R2")
    cohort.derive()
    assert cohort.rows("select reader, scan_date, is_baseline from recist.assessments order by all") == [
        ("R1", day(-10), True),
        ("R1", day(42), False),
        ("R2", day(50), False),
    ]


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("follow_up", "contact_date", {"vital_status": "ALIVE"}),
        ("lesion_measurements", "scan_date", {"reader": "R1", "lesion_id": "L1"}),
        ("procedures", "procedure_date", {}),
        ("lab_results", "sample_date", {}),
        ("adverse_events", "start_date", {}),
        ("drug_courses", "start_date", {"drug": "IMATINIB"}),
        ("response_assessments", "scan_date", {"reader": "R1"}),
        ("lesions", "first_seen_date", {"lesion_id": "X1", "lesion_class": "NEW"}),
    ],
)
def test_the_last_date_known_alive_is_the_latest_of_every_record(
    cohort: TinyCohort, table: str, column: str, values: dict[str, str]
) -> None:
    cohort.add("follow_up", vital_status="ALIVE", contact_date=day(20))
    row_id = cohort.add(table, **{column: day(30)}, **values)
    cohort.add("follow_up", vital_status=None, contact_date=day(40))  # proves nothing
    cohort.derive()
    assert cohort.one("select alive_date, source_table, source_column, source_row_id from recist.last_known_alive") == (
        day(30),
        table,
        column,
        row_id,
    )


def test_a_record_after_the_cut_shows_the_subject_alive_at_it(cohort: TinyCohort) -> None:
    cohort.add("follow_up", vital_status="ALIVE", contact_date=date(2012, 8, 1))
    cohort.derive()
    assert cohort.one("select alive_date, source_row_id from recist.last_known_alive") == (DATA_CUT, 1)


@pytest.mark.parametrize(
    ("known_alive", "expected"),
    [(date(2011, 2, 20), date(2011, 3, 1)), (date(2011, 3, 9), date(2011, 3, 9))],
)
def test_a_death_without_a_day_is_the_first_of_the_month_or_the_last_date_known_alive(
    cohort: TinyCohort, known_alive: date, expected: date
) -> None:
    cohort.add("follow_up", vital_status="ALIVE", contact_date=known_alive)
    cohort.add("follow_up", vital_status="DEAD", death_date=date(2011, 3, 1), death_date_precision="D")
    cohort.derive()
    assert cohort.one("select death_date, imputation_flag, source_row_id from recist.deaths") == (expected, "D", 2)


def test_the_earliest_full_date_of_death_counts(cohort: TinyCohort) -> None:
    for death, precision in ((date(2011, 3, 1), "D"), (date(2011, 3, 20), None), (date(2011, 3, 12), None)):
        cohort.add("follow_up", vital_status="DEAD", death_date=death, death_date_precision=precision)
    cohort.derive()
    assert cohort.one("select death_date, imputation_flag, source_row_id from recist.deaths") == (
        date(2011, 3, 12), None, 3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (date(2010, 1, 1), START),  # the subject lived on the day of the start
        (date(2009, 12, 1), date(2009, 12, 1)),  # contradicts the start: a finding (DS02), not moved
    ],
)
def test_a_death_without_a_day_is_not_before_the_start_of_its_month(
    cohort: TinyCohort, month: date, expected: date
) -> None:
    cohort.add("follow_up", vital_status="DEAD", death_date=month, death_date_precision="D")
    cohort.derive()
    assert cohort.one("select death_date, imputation_flag from recist.deaths") == (expected, "D")
