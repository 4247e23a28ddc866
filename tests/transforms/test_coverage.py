"""What a cut covers: visits owed and received, contacts, what quarantine costs, and what changed since the last cut."""

from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
import sqlglot
from covered_cohort import TABLES, CoveredCohort
from sqlglot import exp
from tiny_cohort import DATA_CUT, START, day

from transforms import models

MODELS = models("coverage")


@pytest.fixture
def covered(connection: duckdb.DuckDBPyConnection) -> CoveredCohort:
    """A protocol of two arms and no subject."""
    return CoveredCohort(connection).protocol()


def visits(covered: CoveredCohort, form: str, subject: str = "S1") -> list[tuple[int, bool]]:
    """Number of each visit after baseline at which the form is owed, and whether it came."""
    covered.cover()
    return covered.rows(
        f"select visit_order, is_received from coverage.visits where form = '{form}' and visit_order > 0"
        f" and subject_id = '{subject}' order by visit_order"
    )


def losses(covered: CoveredCohort) -> list[tuple[Any, ...]]:
    covered.cover()
    return covered.rows("select subject_id, paramcd, rule_ids, loss from coverage.endpoint_losses order by all")


ALL_TABLES = [
    "visits", "completeness", "follow_up_currency", "endpoint_losses", "endpoint_totals", "quarantine_shares",
    "since_last_cut", "endpoints_since_last_cut", "rows_since_last_cut", "arm_counts", "changed_subjects",
    "changed_endpoints", "subject_flow",
]  # fmt: skip


def test_these_are_the_models() -> None:
    assert sorted(model.name for model in MODELS) == sorted(ALL_TABLES)


@pytest.mark.parametrize("name", ALL_TABLES)
def test_without_a_row_anywhere_every_model_is_empty(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    empty = CoveredCohort(connection).cover()
    assert empty.rows(f"select * from coverage.{name}") == []


def test_without_a_subject_the_arms_stand_there_without_a_share(covered: CoveredCohort) -> None:
    covered.cover()
    assert covered.rows("select * from coverage.quarantine_shares order by arm") == [
        ("CONTROL", 0, 0, None), ("TREATED", 0, 0, None),
    ]  # fmt: skip
    assert covered.rows("select distinct subjects, lost, touched, percent from coverage.endpoint_totals") == [
        (0, 0, 0, None)
    ]


# Visits. TREATED: visit k is due on day 42 k, its tolerance has passed on day 42 k + 7, and it takes the scans of the
# days from 42 k - 21 to 42 k + 20. CONTROL: 56 k, 56 k + 7, and 56 k - 28 to 56 k + 27.


def test_a_subject_owes_the_visits_that_follow_up_reaches(covered: CoveredCohort) -> None:
    # Last heard of on day 100: visits 1 (over on day 49) and 2 (day 91) are owed, visit 3 (day 133) is not.
    covered.subject(last_contact=100)
    covered.scans(40)
    assert visits(covered, "lesion_measurements") == [(1, True), (2, False)]


@pytest.mark.parametrize(("arm", "last_contact", "owed"), [
    ("TREATED", 48, 0), ("TREATED", 49, 1), ("TREATED", 90, 1), ("TREATED", 91, 2),
    ("CONTROL", 62, 0), ("CONTROL", 63, 1), ("CONTROL", 118, 1), ("CONTROL", 119, 2),
])  # fmt: skip
def test_a_visit_is_owed_once_its_tolerance_has_passed(
    covered: CoveredCohort, arm: str, last_contact: int, owed: int
) -> None:
    covered.subject(arm=arm, last_contact=last_contact)
    assert visits(covered, "lesion_measurements") == [(number, False) for number in range(1, owed + 1)]


@pytest.mark.parametrize(("arm", "on", "visit"), [
    ("TREATED", 21, 1), ("TREATED", 62, 1), ("TREATED", 63, 2), ("TREATED", 104, 2), ("TREATED", 105, 3),
    ("CONTROL", 28, 1), ("CONTROL", 83, 1), ("CONTROL", 84, 2),
])  # fmt: skip
def test_a_scan_belongs_to_the_nearest_visit(covered: CoveredCohort, arm: str, on: int, visit: int) -> None:
    covered.subject(arm=arm, last_contact=300)
    covered.scans(on)
    assert [number for number, came in visits(covered, "lesion_measurements") if came] == [visit]


def test_a_scan_too_early_for_the_first_visit_is_none(covered: CoveredCohort) -> None:
    covered.subject(last_contact=60)
    covered.scans(20, 0, -10)
    assert visits(covered, "lesion_measurements") == [(1, False)]


def test_two_scans_near_one_visit_do_not_stand_for_two(covered: CoveredCohort) -> None:
    covered.subject(last_contact=100)
    covered.scans(40, 55)
    assert visits(covered, "lesion_measurements") == [(1, True), (2, False)]


def test_one_late_scan_does_not_stand_for_two_visits(covered: CoveredCohort) -> None:
    covered.subject(last_contact=100)
    covered.scans(63)  # half-way between day 42 and day 84: the later visit
    assert visits(covered, "lesion_measurements") == [(1, False), (2, True)]


def test_a_drift_within_the_tolerance_misses_no_visit(covered: CoveredCohort) -> None:
    # Every 45 days: visits 1 to 6, and on day 315 already visit 8. Visit 7 was slipped past, not missed.
    covered.subject(last_contact=316)
    covered.scans(*range(45, 316, 45))
    assert visits(covered, "lesion_measurements") == [(number, True) for number in (1, 2, 3, 4, 5, 6, 8)]


@pytest.mark.parametrize(("second", "owed"), [(110, [(1, True), (3, True)]), (112, [(1, True), (2, False), (3, True)])])
def test_a_gap_beyond_interval_and_tolerance_is_a_missed_visit(
    covered: CoveredCohort, second: int, owed: list[tuple[int, bool]]
) -> None:
    # The first scan is of day 62, the last on which it is visit 1; 49 days later is day 111.
    covered.subject(last_contact=120)
    covered.scans(62, second)
    assert visits(covered, "lesion_measurements") == owed


def test_a_visit_that_came_counts_before_its_tolerance_has_passed(covered: CoveredCohort) -> None:
    covered.subject(last_contact=43)
    covered.scans(43)
    assert visits(covered, "lesion_measurements") == [(1, True)]


def test_scans_end_with_progression(covered: CoveredCohort) -> None:
    # Progression is seen on day 84, at visit 2; what is scanned on day 126 is not owed, and not counted.
    covered.subject(last_contact=400)
    covered.progresses(on=84)
    covered.scans(42, 84, 126)
    assert visits(covered, "lesion_measurements") == [(1, True), (2, True)]


def test_visits_end_with_death(covered: CoveredCohort) -> None:
    # Death on day 90: visit 2 could still have come on day 91. The contact of day 120 is after it.
    covered.subject(death=90, last_contact=120)
    assert visits(covered, "lesion_measurements") == [(1, False)]


def test_visits_end_at_the_data_cut(covered: CoveredCohort) -> None:
    # Day 878 is the cut: 20 visits (day 847) are over, visit 21 (day 889) is not, though a contact is younger.
    covered.subject(last_contact=1000)
    covered.scans(890)
    assert visits(covered, "lesion_measurements") == [(number, False) for number in range(1, 21)]


def test_who_was_never_heard_of_owes_no_visit(covered: CoveredCohort) -> None:
    covered.subject(last_contact=None)
    assert visits(covered, "lesion_measurements") == []


def test_an_arm_without_a_window_owes_no_scan_after_baseline(covered: CoveredCohort) -> None:
    covered.subject(arm="OTHER", last_contact=300)
    assert visits(covered, "lesion_measurements") == []


def test_copies_and_dates_that_cannot_be_read_bring_no_visit(covered: CoveredCohort) -> None:
    covered.subject(last_contact=60)
    covered.add("typed.lesion_measurements", is_duplicate=True, subject_id="S1", scan_date=day(42))
    covered.add("typed.lesion_measurements", is_duplicate=False, subject_id="S1", scan_date=None)
    assert visits(covered, "lesion_measurements") == [(1, False)]


@pytest.mark.parametrize(("reader", "response", "owed"), [
    ("R1", "PD", [1]),  # the evaluator saw progression on day 50: visit 2 is not owed
    ("R2", "PD", [1, 2]),
    ("R1", "SD", [1, 2]),
])  # fmt: skip
def test_of_a_subject_set_aside_the_reported_progression_counts(
    covered: CoveredCohort, reader: str, response: str, owed: list[int]
) -> None:
    covered.subject(last_contact=100, analysed=False)
    covered.add(
        "typed.response_assessments", is_duplicate=False, subject_id="S1", scan_date=day(50), reader=reader,
        overall_response=response,
    )  # fmt: skip
    assert [number for number, _ in visits(covered, "lesion_measurements")] == owed
    assert visits(covered, "response_assessments") == [(number, number == 1) for number in owed]


# Contacts: contact k is owed in the days 90 (k - 1) + 1 to 90 k.


@pytest.mark.parametrize(("on", "expected"), [
    ([90, 180], [(1, True), (2, True)]),
    ([66, 132, 198], [(1, True), (2, True)]),  # day 198 is in the third span, which is not over on day 200
    ([91], [(1, False), (2, True)]),
    ([1, 89, 90], [(1, True), (2, False)]),
    ([0], [(1, False), (2, False)]),  # the day of the start is no follow-up
])  # fmt: skip
def test_one_contact_is_owed_in_every_90_days(
    covered: CoveredCohort, on: list[int], expected: list[tuple[int, bool]]
) -> None:
    covered.subject(last_contact=200)
    covered.contacts(*on)
    assert visits(covered, "follow_up")[:2] == expected


def test_contacts_go_on_after_progression(covered: CoveredCohort) -> None:
    covered.subject(last_contact=200)
    covered.progresses(on=42)
    assert [number for number, _ in visits(covered, "follow_up")] == [1, 2]


# Baseline.


@pytest.mark.parametrize(("form", "totals", "received"), [
    ("lesions", {}, [True]),
    ("lesions", {"baseline_lesion_count": 0}, [False]),
    ("procedures", {}, [True]),
    ("procedures", {"procedure_count": 0}, [False]),
    ("procedures", {"procedures_expected": False}, []),
    ("lesion_measurements", {"days_scan_to_start": 28}, [True]),
    ("lesion_measurements", {"days_scan_to_start": 29}, [False]),
    ("lesion_measurements", {"days_scan_to_start": None}, [False]),
    ("lesion_measurements", {"startdt": None}, []),
    ("lab_results", {"days_sample_to_start": 14}, [True]),
    ("lab_results", {"days_sample_to_start": 15}, [False]),
    ("lab_results", {"days_sample_to_start": None}, [False]),
    ("lab_results", {"startdt": None}, []),
    ("response_assessments", {}, []),
    ("adverse_events", {}, []),
])  # fmt: skip
def test_what_is_owed_at_baseline(
    covered: CoveredCohort, form: str, totals: dict[str, Any], received: list[bool]
) -> None:
    covered.subject(**totals)
    covered.cover()
    found = covered.rows(f"select is_received from coverage.visits where form = '{form}' and visit = 'baseline'")
    assert [came for (came,) in found] == received


def test_completeness_counts_subjects_by_site_and_visit(covered: CoveredCohort) -> None:
    # Site A: three subjects owe visit 1, two had it. Site B: one, who had it. No one reached visit 2.
    for subject, site, scans in (("S1", "A", [42, 43]), ("S2", "A", [40]), ("S3", "A", []), ("S4", "B", [45])):
        covered.subject(subject, site=site, last_contact=60)
        covered.scans(*scans, subject=subject)
    covered.cover()
    assert covered.rows(
        "select site, visit, visit_order, expected, received, round(percent, 1) from coverage.completeness"
        " where form = 'lesion_measurements' order by site, visit_order"
    ) == [
        ("A", "baseline", 0, 3, 3, 100.0),
        ("A", "visit 1", 1, 3, 2, 66.7),
        ("B", "baseline", 0, 1, 1, 100.0),
        ("B", "visit 1", 1, 1, 1, 100.0),
    ]


def test_the_contacts_are_named_apart_from_the_visits(covered: CoveredCohort) -> None:
    covered.subject(last_contact=90)
    covered.cover()
    assert covered.rows("select form, visit, due_day from coverage.visits where visit_order = 1 order by form") == [
        ("follow_up", "contact 1", 90),
        ("lesion_measurements", "visit 1", 42),
        ("response_assessments", "visit 1", 42),
    ]


def test_visits_have_one_row_a_key(covered: CoveredCohort) -> None:
    covered.subject(last_contact=800)
    covered.scans(*range(0, 800, 10))
    covered.contacts(*range(0, 800, 10))
    covered.cover()
    assert (
        covered.rows("select subject_id, form, visit_order from coverage.visits group by all having count(*) > 1") == []
    )


# Last contact.


@pytest.mark.parametrize(("before_cut", "is_overdue"), [(0, False), (90, False), (91, True), (-10, False)])
def test_a_contact_is_overdue_after_90_days(covered: CoveredCohort, before_cut: int, is_overdue: bool) -> None:
    last = DATA_CUT - timedelta(days=before_cut)
    covered.subject(last_contact=(last - START).days)
    covered.cover()
    assert covered.rows("select * from coverage.follow_up_currency") == [
        ("S1", "A", "TREATED", last, before_cut, 90, is_overdue)
    ]


def test_who_was_never_heard_of_is_overdue(covered: CoveredCohort) -> None:
    covered.subject(last_contact=None)
    covered.cover()
    assert covered.rows("select days_since_contact, is_overdue from coverage.follow_up_currency") == [(None, True)]


def test_of_the_dead_no_contact_is_due(covered: CoveredCohort) -> None:
    covered.subject(death=10)
    covered.cover()
    assert covered.rows("select * from coverage.follow_up_currency") == []


# What was set aside. S1 is in every endpoint, unless it leaves.


@pytest.mark.parametrize("scope", ["subject", "row"])
def test_without_its_row_of_patients_a_subject_leaves_every_endpoint(covered: CoveredCohort, scope: str) -> None:
    covered.subject()
    covered.find("DM06", "patients", scope=scope)
    covered.leaves()
    assert losses(covered) == [("S1", name, "DM06", "left") for name in ("BOR", "OS", "PFS")]


def test_a_record_set_aside_touches_the_endpoints_that_its_rule_names(covered: CoveredCohort) -> None:
    covered.subject()
    covered.find("TR01", "lesion_measurements", scope="cell", column="diameter_mm", endpoints="PFS,LPFS")
    assert losses(covered) == [("S1", "PFS", "TR01", "touched")]


def test_an_endpoint_is_named_as_a_whole_word(covered: CoveredCohort) -> None:
    covered.subject()
    covered.find("TR01", "lesion_measurements", endpoints="LPFS, LBOR")
    assert losses(covered) == []


@pytest.mark.parametrize(("table", "endpoints"), [("response_assessments", "PFS,BOR"), ("lab_results", "PFS,BOR")])
def test_a_table_that_the_endpoint_is_not_derived_from_does_not_touch_it(
    covered: CoveredCohort, table: str, endpoints: str
) -> None:
    covered.subject()
    covered.find("TR07", table, endpoints=endpoints)
    assert losses(covered) == []


def test_a_rule_that_names_no_endpoint_touches_none(covered: CoveredCohort) -> None:
    covered.subject()
    covered.find("AE01", "adverse_events", scope="cell", column="grade")
    assert losses(covered) == []


def test_who_left_one_endpoint_is_touched_in_the_other(covered: CoveredCohort) -> None:
    covered.subject()
    covered.find("DT03", "follow_up", endpoints="OS,PFS")
    covered.leaves("OS")
    assert losses(covered) == [("S1", "OS", "DT03", "left"), ("S1", "PFS", "DT03", "touched")]


@pytest.mark.parametrize(("arm", "table", "lost"), [
    ("TREATED", "procedures", True), ("CONTROL", "procedures", False), ("CONTROL", "patients", True),
])  # fmt: skip
def test_who_has_no_start_any_more_leaves_every_endpoint(
    covered: CoveredCohort, arm: str, table: str, lost: bool
) -> None:
    # The rule names no endpoint. Without the first session, or the index date, there is no start, so no endpoint.
    covered.subject(arm=arm)
    covered.find("DT01", table, scope="cell", column="a_date", endpoints="")
    covered.leaves()
    assert losses(covered) == ([("S1", name, "DT01", "left") for name in ("BOR", "OS", "PFS")] if lost else [])


def test_who_is_missing_for_another_reason_is_not_lost(covered: CoveredCohort) -> None:
    covered.subject()
    covered.leaves()
    assert losses(covered) == []


def test_what_concerns_no_received_subject_is_not_counted(covered: CoveredCohort) -> None:
    covered.find("TU12", "lesions", subject="S99", endpoints="PFS")
    assert losses(covered) == []


def test_rules_are_named_once_and_in_order(covered: CoveredCohort) -> None:
    covered.subject()
    for rule_id, row_id in (("TU13", 1), ("DT03", 2), ("DT03", 3)):
        covered.find(rule_id, "lesion_measurements", row_id=row_id, endpoints="PFS")
    assert losses(covered) == [("S1", "PFS", "DT03, TU13", "touched")]


def test_the_totals_name_who_was_lost(covered: CoveredCohort) -> None:
    # TREATED received four: S7 and S1 left everything, S2 left OS alone and is touched in PFS. CONTROL lost none.
    for subject in ("S7", "S1", "S2", "S3"):
        covered.subject(subject)
    covered.subject("S4", arm="CONTROL")
    covered.find("DM06", "patients", "S7", scope="subject")
    covered.find("EX02", "patients", "S1", scope="subject")
    covered.find("DM06", "patients", "S1", scope="subject", row_id=2)
    covered.find("DT03", "follow_up", "S2", endpoints="OS,PFS")
    covered.leaves(subject="S7")
    covered.leaves(subject="S1")
    covered.leaves("OS", subject="S2")
    covered.cover()
    assert covered.rows("select * from coverage.endpoint_totals order by arm desc, paramcd") == [
        ("TREATED", "BOR", 4, 2, 0, 50.0, "S1 (DM06, EX02); S7 (DM06)"),
        ("TREATED", "OS", 4, 3, 0, 75.0, "S1 (DM06, EX02); S2 (DT03); S7 (DM06)"),
        ("TREATED", "PFS", 4, 2, 1, 50.0, "S1 (DM06, EX02); S7 (DM06)"),
        ("CONTROL", "BOR", 1, 0, 0, 0.0, None),
        ("CONTROL", "OS", 1, 0, 0, 0.0, None),
        ("CONTROL", "PFS", 1, 0, 0, 0.0, None),
    ]
    assert covered.rows("select * from coverage.quarantine_shares order by arm desc") == [
        ("TREATED", 4, 3, 75.0), ("CONTROL", 1, 0, 0.0),
    ]  # fmt: skip


def test_who_lost_only_a_response_is_not_lost_to_the_arm(covered: CoveredCohort) -> None:
    covered.subject()
    covered.find("TR01", "lesion_measurements", endpoints="BOR")
    covered.leaves("BOR")
    covered.cover()
    assert covered.rows("select lost from coverage.endpoint_totals where paramcd = 'BOR' and arm = 'TREATED'") == [(1,)]
    assert covered.rows("select quarantined_subjects from coverage.quarantine_shares where arm = 'TREATED'") == [(0,)]


# Since the last cut.


def before(covered: CoveredCohort, subject: str, died: date | None = None, **values: Any) -> None:
    """A subject of the cut before, as ``CoveredCohort.subject`` makes one now."""
    covered.add(
        "previous.patients", **{"subject_id": subject, "sex": "F", "birth_year": 1950, "arm": "TREATED", **values}
    )
    covered.add(
        "previous.adsl", usubjid=f"STUDY-{subject}", subjid=subject, trtsdt=START, dthfl="Y" if died else None,
        dthdt=died,
    )  # fmt: skip


def test_each_subject_stands_beside_itself_in_the_cut_before(covered: CoveredCohort) -> None:
    # S1: another sex and year of birth, and alive again. S2 is gone, S3 is new and set aside.
    before(covered, "S1", died=day(50), sex="M", birth_year=1951)
    before(covered, "S2")
    covered.subject("S1")
    covered.subject("S3", arm="CONTROL", analysed=False)
    covered.cover()
    assert covered.rows("select * from coverage.since_last_cut order by subject_id") == [
        ("S1", True, True, "M", "F", 1951, 1950, "TREATED", "TREATED", START, START, True, False, day(50), None),
        ("S2", True, False, "F", None, 1950, None, "TREATED", None, START, None, False, None, None, None),
        ("S3", False, True, None, "F", None, 1950, None, "CONTROL", None, None, None, None, None, None),
    ]


def test_of_a_subject_with_two_rows_the_first_that_is_no_copy_counts(covered: CoveredCohort) -> None:
    covered.add("typed.patients", row_id=9, is_duplicate=True, subject_id="S1", sex="M")
    for row_id, sex in ((11, "M"), (10, "F")):
        covered.add("typed.patients", row_id=row_id, is_duplicate=False, subject_id="S1", sex=sex)
    covered.cover()
    assert covered.rows("select subject_id, sex from coverage.since_last_cut") == [("S1", "F")]


def test_endpoints_that_both_cuts_have_are_compared(covered: CoveredCohort) -> None:
    covered.subject("S1")
    covered.subject("S2")
    covered.progresses(on=42)
    covered.add("previous.adtte", subject_id="S1", paramcd="PFS", aval=100, cnsr=1)
    covered.add("previous.adtte", subject_id="S1", paramcd="TTP", aval=100, cnsr=1)
    covered.add("previous.adtte", subject_id="S9", paramcd="PFS", aval=100, cnsr=1)
    covered.cover()
    assert covered.rows("select * from coverage.endpoints_since_last_cut") == [("S1", "PFS", 100, 43, 1, 0)]


def test_rows_are_compared_table_by_table(covered: CoveredCohort) -> None:
    covered.add("quality.rows", table_name="patients", received=60)
    covered.add("quality.rows", table_name="lesions", received=7)
    covered.add("previous.rows", table_name="patients", received=58)
    covered.add("previous.rows", table_name="scans", received=9)
    covered.cover()
    assert covered.rows("select * from coverage.rows_since_last_cut order by table_name") == [
        ("lesions", 7, None), ("patients", 60, 58), ("scans", None, 9),
    ]  # fmt: skip


def test_the_cohort_has_every_table_that_the_models_read() -> None:
    read = {table for model in MODELS for table in model.reads}
    kept = {table for table in read if table.split(".")[0] not in ("coverage", "previous")}
    assert kept == TABLES.keys()


@pytest.mark.parametrize("table", [table for table in TABLES if table.split(".")[0] in ("typed", "checks", "analysis")])
def test_the_cohort_has_columns_that_the_real_tables_have(table: str) -> None:
    schema, name = table.split(".")
    (model,) = (model for model in models(schema) if model.name == name)
    query = sqlglot.parse_one(model.sql, read="duckdb")
    assert isinstance(query, exp.Query)
    assert {column.split()[0] for column in TABLES[table].split(", ")} <= set(query.named_selects)
