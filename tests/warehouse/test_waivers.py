"""A waiver holds for one query and one value, from a day to a day, and never for what blocks the cut."""

import duckdb
import polars as pl
import pytest

from warehouse.waivers import statuses, waive

WAIVER = {
    "query_id": "a" * 16,
    "stamp": "1" * 12,
    "reason": "measured twice",
    "who": "R. Roe",
    "date": "2026-01-10",
    "expires": "2026-02-10",
}


def build(**finding: str) -> duckdb.DuckDBPyConnection:
    row = {"query_id": "a" * 16, "stamp": "1" * 12, "severity": "error", **finding}
    connection = duckdb.connect()
    connection.execute("create schema quality")
    connection.register("rows", pl.DataFrame([row]).to_arrow())
    connection.execute("create table quality.checks as select 'AE01' as rule_id")
    connection.execute(
        "create table quality.findings as select *, false as is_waived, cast(null as varchar) as waiver_reason,"
        " cast(null as varchar) as waived_by, cast(null as varchar) as waiver_expires from rows"
    )
    return connection


def is_waived(connection: duckdb.DuckDBPyConnection, day: str, **changed: str) -> bool:
    waive(connection, [{**WAIVER, **changed}], day)
    ((waived,),) = connection.execute("select is_waived from quality.findings").fetchall()
    return bool(waived)


@pytest.mark.parametrize(
    ("day", "changed", "waived", "status"),
    [
        ("2026-01-10", {}, True, "in force"),
        ("2026-02-10", {}, True, "in force"),
        ("2026-01-09", {}, False, "not yet begun"),
        ("2026-02-11", {}, False, "expired"),
        ("2026-01-20", {"stamp": "2" * 12}, False, "value changed"),
        ("2026-01-20", {"query_id": "b" * 16}, False, "not asked any more"),
    ],
)
def test_it_holds_for_its_value_and_its_days(day: str, changed: dict[str, str], waived: bool, status: str) -> None:
    connection = build()
    assert is_waived(connection, day, **changed) is waived
    assert statuses(connection, [{**WAIVER, **changed}], day)["status"].to_list() == [status]


def test_it_says_who_and_why() -> None:
    connection = build()
    waive(connection, [WAIVER], "2026-01-20")
    facts = connection.execute("select waiver_reason, waived_by, waiver_expires from quality.findings").fetchall()
    assert facts == [("measured twice", "R. Roe", "2026-02-10")]


def test_what_blocks_cannot_be_waived() -> None:
    connection = build(severity="block")
    assert not is_waived(connection, "2026-01-20")
    assert statuses(connection, [WAIVER], "2026-01-20")["status"].to_list() == ["severity block cannot be waived"]


def test_no_waiver_waives_nothing() -> None:
    connection = build()
    waive(connection, [], "2026-01-20")
    assert connection.execute("select is_waived from quality.findings").fetchall() == [(False,)]
    assert statuses(connection, [], "2026-01-20").is_empty()


def test_where_no_rule_was_run_no_waiver_was_looked_at() -> None:
    connection = build()
    connection.execute("delete from quality.checks")
    assert statuses(connection, [WAIVER], "2026-01-20")["status"].to_list() == ["not looked at"]
