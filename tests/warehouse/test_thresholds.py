"""A rule may find some and pass; more than its threshold lets through is too much, and may stop the cut."""

from typing import Any

import duckdb
import polars as pl
import pytest

import schemas
from warehouse.thresholds import BELOW, blocking_rules, blocking_shares, judge

ARMS = {"A": ["P1", "P2", "P3", "P4"], "B": ["P5", "P6"]}


def build(failing: list[str], severity: str = "error") -> duckdb.DuckDBPyConnection:
    """A table of one row a subject, and one rule that fails on the rows of ``failing``."""
    subjects = [(subject, arm) for arm, members in ARMS.items() for subject in members]
    connection = duckdb.connect()
    for schema in ("quality", "typed", "coverage"):
        connection.execute(f"create schema {schema}")
    connection.execute("create table typed.patients (subject_id varchar, arm varchar)")
    connection.executemany("insert into typed.patients values (?, ?)", subjects)
    rule = {"rule_id": "DM06", "title": "T", "severity": severity, "scope": "row", "table_name": "patients"}
    counted = {"status": "findings" if failing else "passed", "rows_checked": 6, "rows_failed": len(failing)}
    columns = {**schemas.RULE_COLUMNS, "threshold": pl.String, "blocks_beyond": pl.Boolean}
    connection.register("rules", pl.DataFrame([{**rule, **counted}], schema=columns).to_arrow())
    connection.execute("create table quality.rules as select * from rules")
    findings = [{**rule, "row_id": place, "subject_id": subject} for place, subject in enumerate(failing)]
    frame = pl.DataFrame(findings, schema={**schemas.FINDING_COLUMNS, "is_waived": pl.Boolean})
    connection.register("findings", frame.to_arrow())
    connection.execute("create table quality.findings as select * from findings")
    return connection


def threshold(**limits: Any) -> dict[str, Any]:
    return {"rule": "DM06", "most_count": None, "most_percent": None, "per_arm": False, "blocks": False, **limits}


def status(failing: list[str], *thresholds: dict[str, Any], severity: str = "error") -> tuple[str, bool]:
    connection = build(failing, severity)
    judge(connection, thresholds)
    ((word, blocks),) = connection.execute("select status, blocks_beyond from quality.rules").fetchall()
    assert bool(blocking_rules(connection)) == bool(blocks)
    return word, bool(blocks)


@pytest.mark.parametrize(
    ("failing", "limits", "expected"),
    [
        ([], {"most_count": 0}, "passed"),
        (["P1"], {"most_count": 1}, BELOW),
        (["P1", "P2"], {"most_count": 1}, "findings"),
        (["P1"], {"most_percent": 16.7}, BELOW),  # 1 of 6 is 16.67 %
        (["P1"], {"most_percent": 16.6}, "findings"),
        (["P1", "P2"], {"most_count": 1, "most_percent": 34}, BELOW),  # either lets it through
        (["P1", "P2"], {"most_count": 1, "most_percent": 33}, "findings"),
        (["P1", "P5"], {"most_percent": 50, "per_arm": True}, BELOW),  # 1 of 4 and 1 of 2
        (["P1", "P5"], {"most_percent": 49, "per_arm": True}, "findings"),
    ],
)
def test_a_rule_passes_within_its_threshold(failing: list[str], limits: dict[str, Any], expected: str) -> None:
    assert status(failing, threshold(**limits)) == (expected, False)


def test_beyond_a_threshold_that_blocks_nothing_is_published() -> None:
    assert status(["P1", "P2"], threshold(most_count=1, blocks=True)) == ("findings", True)
    assert status(["P1"], threshold(most_count=1, blocks=True)) == (BELOW, False)


def test_every_rule_of_errors_has_the_threshold_that_names_none_but_for_those_with_their_own() -> None:
    every = threshold(rule="", most_count=1, blocks=True)
    assert status(["P1", "P2"], every) == ("findings", True)
    assert status(["P1", "P2"], every, severity="warning") == ("findings", False)
    assert status(["P1", "P2"], every, threshold(most_count=2)) == (BELOW, False)


def test_without_a_threshold_a_finding_is_a_finding() -> None:
    assert status(["P1"]) == ("findings", None or False)


def test_a_waived_finding_does_not_count() -> None:
    connection = build(["P1", "P2"])
    connection.execute("update quality.findings set is_waived = true where subject_id = 'P1'")
    judge(connection, [threshold(most_count=1)])
    assert connection.execute("select status from quality.rules").fetchall() == [(BELOW,)]


def test_the_sentence_counts_and_names_no_subject() -> None:
    connection = build(["P1", "P2"])
    judge(connection, [threshold(most_count=1, most_percent=10, blocks=True)])
    assert blocking_rules(connection) == [
        "DM06 T: 2 of 6 rows of patients; the protocol lets through up to 1 rows or 10 %."
    ]


@pytest.mark.parametrize(
    ("lost", "most", "difference", "sentences"),
    [
        ({"A": 1, "B": 0}, 25, 25, 0),
        ({"A": 1, "B": 0}, 24, 25, 1),
        ({"A": 1, "B": 0}, 25, 24, 1),
        ({"A": 2, "B": 1}, 49, 0, 2),
        ({"A": 2, "B": 1}, 50, 0, 0),
    ],
)
def test_quarantine_may_take_so_much_of_an_arm(
    lost: dict[str, int], most: float, difference: float, sentences: int
) -> None:
    connection = build([])
    rows = [(arm, len(members), lost[arm], 100 * lost[arm] / len(members)) for arm, members in ARMS.items()]
    connection.execute(
        "create table coverage.quarantine_shares"
        " (arm varchar, subjects bigint, quarantined_subjects bigint, share_percent double)"
    )
    connection.executemany("insert into coverage.quarantine_shares values (?, ?, ?, ?)", rows)
    assert len(blocking_shares(connection, most, difference)) == sentences
