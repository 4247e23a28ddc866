"""The flow of the subjects: everybody received is found again in one place."""

import duckdb
import pytest
from covered_cohort import CoveredCohort


@pytest.fixture
def covered(connection: duckdb.DuckDBPyConnection) -> CoveredCohort:
    """A protocol of two arms and no subject."""
    return CoveredCohort(connection).protocol()


def flow(covered: CoveredCohort, *steps: str) -> list[tuple[object, ...]]:
    covered.cover()
    listed = ", ".join(f"'{step}'" for step in steps)
    return covered.rows(
        "select step, arm, rule_id, reason, subjects from coverage.subject_flow"
        f" where step in ({listed}) order by step_order, rule_id, arm desc"
    )


def test_all_who_were_received_are_treated(covered: CoveredCohort) -> None:
    covered.subject("S1")
    covered.subject("S2", arm="CONTROL")
    covered.subject("S3", arm="CONTROL")
    assert flow(covered, "received", "duplicate", "ineligible", "set aside", "not started", "analysed") == [
        ("received", None, None, None, 3),
        ("duplicate", None, None, None, 0),
        ("not started", None, None, None, 0),
        ("analysed", "TREATED", None, None, 1),
        ("analysed", "CONTROL", None, None, 2),
    ]


def test_who_breaks_a_rule_of_eligibility_is_told_from_who_is_set_aside(covered: CoveredCohort) -> None:
    for number, rule_id in ((1, "DM07"), (2, "DT01"), (3, "DT01")):
        covered.subject(f"S{number}", analysed=False)
        covered.find(rule_id, "patients", f"S{number}", scope="subject", row_id=number)
    covered.subject("S4")
    assert flow(covered, "received", "ineligible", "set aside", "not started") == [
        ("received", None, None, None, 4),
        ("ineligible", None, "DM07", "title of DM07", 1),
        ("set aside", None, "DT01", "title of DT01", 2),
        ("not started", None, None, None, 0),
    ]


def test_a_subject_with_two_reasons_is_counted_once_by_the_first(covered: CoveredCohort) -> None:
    covered.subject(analysed=False)
    for rule_id in ("DT01", "DM06"):
        covered.find(rule_id, "patients", scope="subject")
    assert flow(covered, "ineligible", "set aside") == [("ineligible", None, "DM06", "title of DM06", 1)]


def test_a_screen_failure_is_screened_out_whatever_its_record_says(covered: CoveredCohort) -> None:
    covered.add("study.not_in_cohort", arm="SCREEN FAILURE")
    covered.subject(arm="SCREEN FAILURE", analysed=False)
    covered.find("DM06", "patients", scope="subject")
    assert flow(covered, "screened out", "ineligible", "not started") == [
        ("screened out", None, None, None, 1),
        ("not started", None, None, None, 0),
    ]


def test_who_has_not_started_is_neither_treated_nor_set_aside(covered: CoveredCohort) -> None:
    covered.subject(analysed=False)
    assert flow(covered, "not started", "set aside") == [("not started", None, None, None, 1)]


def test_each_endpoint_counts_who_has_a_record_and_whose_records_are_in_doubt(covered: CoveredCohort) -> None:
    for subject in ("S1", "S2", "S3"):
        covered.subject(subject)
    covered.connection.execute("update analysis.adrs set avalc = 'MISSING' where usubjid = 'STUDY-S3'")
    covered.find("DT03", "follow_up", "S2", row_id=1, endpoints="OS")
    covered.cover()
    assert covered.rows(
        "select paramcd, subjects, with_doubts from coverage.subject_flow"
        " where step = 'endpoint' and arm = 'TREATED' order by paramcd"
    ) == [("BOR", 2, 0), ("OS", 3, 1), ("PFS", 3, 0)]
