"""An error sets aside a cell, a row or a subject, at the scope of its rule; nothing is deleted, every row counted."""

from collections.abc import Iterator, Sequence

import duckdb
import polars as pl
import pytest

import schemas
from warehouse.check import EXTRACT_TABLE_NAMES, blocking_reasons, note_structure
from warehouse.errors import ExtractError
from warehouse.quarantine import is_anything_set_aside, set_aside, subjects_set_aside

# Two subjects in every table: P1 in rows 1 and 2, row 3 an exact copy of row 1, P2 in row 4.
ROWS = [(1, "P1", False, 10), (2, "P1", False, 20), (3, "P1", True, 10), (4, "P2", False, 40)]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        for schema in ("raw", "typed"):
            opened.execute(f"create schema {schema}")
            for table in EXTRACT_TABLE_NAMES:
                opened.execute(
                    f"create table {schema}.{table}"
                    " (row_id bigint, subject_id varchar, is_duplicate boolean, grade integer)"
                )
                opened.executemany(f"insert into {schema}.{table} values (?, ?, ?, ?)", ROWS)
        opened.execute("create schema study")
        opened.execute("create table study.protocol as select 'STUDY' as study_id")
        note_structure(opened, [])
        yield opened


def find(connection: duckdb.DuckDBPyConnection, **finding: object) -> None:
    values = {"rule_id": "AE01", "title": "T", "severity": "error", "table_name": "adverse_events", **finding}
    row = pl.DataFrame([values], schema={name: schemas.FINDING_COLUMNS[name] for name in values})
    connection.register("found", row.to_arrow())
    connection.execute("insert into quality.findings by name select * from found")


def clean(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[int, int | None]]:
    return connection.execute(f"select row_id, grade from clean.{table} order by row_id").fetchall()


def test_without_findings_the_duplicates_alone_are_dropped(connection: duckdb.DuckDBPyConnection) -> None:
    assert set_aside(connection) == set()
    assert clean(connection, "adverse_events") == [(1, 10), (2, 20), (4, 40)]
    assert not is_anything_set_aside(connection)


def test_a_row_is_set_aside_alone(connection: duckdb.DuckDBPyConnection) -> None:
    find(connection, scope="row", row_id=2, subject_id="P1")
    assert set_aside(connection) == {"adverse_events"}
    assert clean(connection, "adverse_events") == [(1, 10), (4, 40)]
    assert clean(connection, "patients") == [(1, 10), (2, 20), (4, 40)]


def test_a_cell_becomes_null_and_its_row_stays(connection: duckdb.DuckDBPyConnection) -> None:
    find(connection, scope="cell", row_id=2, subject_id="P1", column_name="grade")
    set_aside(connection)
    assert clean(connection, "adverse_events") == [(1, 10), (2, None), (4, 40)]
    assert is_anything_set_aside(connection)


def test_a_subject_leaves_every_table(connection: duckdb.DuckDBPyConnection) -> None:
    find(connection, scope="subject", row_id=1, subject_id="P1", table_name="patients", rule_id="DM07")
    assert set_aside(connection) == set(EXTRACT_TABLE_NAMES)
    for table in EXTRACT_TABLE_NAMES:
        assert clean(connection, table) == [(4, 40)]


@pytest.mark.parametrize("severity", ["warning", "info"])
def test_a_warning_sets_nothing_aside(connection: duckdb.DuckDBPyConnection, severity: str) -> None:
    find(connection, scope="row", row_id=2, subject_id="P1", severity=severity)
    assert set_aside(connection) == set()


def test_rows_received_are_published_quarantined_or_duplicate(connection: duckdb.DuckDBPyConnection) -> None:
    find(connection, scope="row", row_id=2, subject_id="P1")
    find(connection, scope="row", row_id=2, subject_id="P1", rule_id="DT06")  # two rules, one row
    find(connection, scope="row", row_id=3, subject_id="P1", rule_id="DT06")  # a duplicate stays a duplicate
    set_aside(connection)
    counts = "received, duplicates, quarantined, published"
    rows = connection.execute(f"select {counts} from quality.rows where table_name = 'adverse_events'").fetchall()
    assert rows == [(4, 1, 1, 2)]


def test_what_is_set_aside_later_comes_on_top(connection: duckdb.DuckDBPyConnection) -> None:
    find(connection, scope="row", row_id=2, subject_id="P1")
    set_aside(connection)
    find(connection, scope="row", row_id=4, subject_id="P2", table_name="response_assessments", rule_id="TR07")
    assert set_aside(connection) == {"response_assessments"}
    assert clean(connection, "adverse_events") == [(1, 10), (4, 40)]


def test_only_structure_identity_and_our_own_tables_block(connection: duckdb.DuckDBPyConnection) -> None:
    find(connection, scope="row", row_id=2, subject_id="P1")
    assert blocking_reasons(connection) == []
    find(connection, scope="subject", row_id=4, severity="block", rule_id="DM02", title="Arm", table_name="patients")
    find(connection, scope="row", row_id=1, rule_id="TT01", title="Twice", table_name="adtte")
    note_structure(connection, [ExtractError("lesions", "lesions.csv", "the file is empty.")])
    assert blocking_reasons(connection) == [
        "lesions.csv: the file is empty.",
        "DM02 Arm: 1 in patients.",
        "TT01 Twice: 1 in adtte.",
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "2 in patients.csv."),
        ([5], "1 in patients.csv, line 5."),
        ([61, 5], "2 in patients.csv, lines 5 and 61."),  # one id twice: both places
        ([9, 2, 3, 4, 5], "5 in patients.csv, lines 2, 3, 4, 5 and 9."),
        (range(2, 42), "40 in patients.csv, lines 2, 3, 4, 5, 6 and 35 more."),
    ],
)
def test_of_records_that_are_compared_each_is_named(
    connection: duckdb.DuckDBPyConnection, lines: Sequence[int], said: str
) -> None:
    twice = {"severity": "block", "rule_id": "DM01", "title": "Id", "table_name": "patients"}
    for row, line in enumerate(lines or (None, None), start=1):
        find(connection, scope="row", row_id=row, source_file="patients.csv", source_row=line, **twice)
    assert blocking_reasons(connection) == [f"DM01 Id: {said}"]


def test_subjects_are_counted_once_however_much_of_them_is_set_aside(connection: duckdb.DuckDBPyConnection) -> None:
    find(connection, scope="row", row_id=2, subject_id="P1")
    find(connection, scope="cell", row_id=1, subject_id="P1", column_name="grade")
    set_aside(connection)
    assert subjects_set_aside(connection) == 1
    find(connection, scope="row", row_id=4, subject_id="P2", table_name="lab_results")
    set_aside(connection)
    assert subjects_set_aside(connection) == 2


def test_a_protocol_may_set_nothing_aside(connection: duckdb.DuckDBPyConnection) -> None:
    """Where everybody who was randomised counts, an error opens its query and the record stays."""
    find(connection, scope="row", row_id=2, subject_id="P1")
    find(connection, scope="subject", row_id=4, subject_id="P2")
    find(connection, scope="cell", row_id=1, subject_id="P1", column_name="grade")
    assert set_aside(connection, scopes=[]) == set()
    assert clean(connection, "adverse_events") == [(1, 10), (2, 20), (4, 40)]
    assert set_aside(connection, scopes=["cell"]) == {"adverse_events"}
    assert clean(connection, "adverse_events") == [(1, None), (2, 20), (4, 40)]
