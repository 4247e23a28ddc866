"""Waivers at work: marks the findings that may stay as they are, and says of each waiver whether it is in force."""

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

Waiver = Mapping[str, str]
"""query_id, stamp, reason, who, date, expires; the days as year-month-day."""

COLUMNS = ("query_id", "stamp", "reason", "who", "date", "expires")
STATUSES = (
    "in force",
    "not yet begun",
    "expired",
    "value changed",
    "severity block cannot be waived",
    "not asked any more",
    "not looked at",
)


def waive(connection: duckdb.DuckDBPyConnection, waivers: Sequence[Waiver], day: str) -> None:
    """Marks the findings of quality.findings whose query and value a waiver in force on ``day`` names.

    A waived finding sets nothing aside and blocks nothing. What blocks the whole cut cannot be waived.
    """
    valid = [dict(waiver) for waiver in waivers if _is_valid(waiver, day)]
    connection.register("waivers", pl.DataFrame(valid, schema=dict.fromkeys(COLUMNS, pl.String)).to_arrow())
    connection.execute(
        """
        update quality.findings as finding
        set is_waived = true, waiver_reason = waivers.reason, waived_by = waivers.who, waiver_expires = waivers.expires
        from waivers
        where waivers.query_id = finding.query_id and waivers.stamp = finding.stamp and finding.severity <> 'block'
        """
    )
    connection.unregister("waivers")


def statuses(connection: duckdb.DuckDBPyConnection, waivers: Sequence[Waiver], day: str) -> pl.DataFrame:
    """Every waiver with its status (STATUSES) against the findings of this run: COLUMNS and ``status``."""
    found: dict[str, tuple[str, str]] = {
        query: (stamp, severity)
        for query, stamp, severity in connection.execute(
            "select distinct query_id, stamp, severity from quality.findings"
        ).fetchall()
    }
    was_checked = connection.execute("select count(*) from quality.checks").fetchall() != [(0,)]
    rows = [
        {**waiver, "status": _status(waiver, found.get(waiver["query_id"]), day) if was_checked else "not looked at"}
        for waiver in waivers
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys([*COLUMNS, "status"], pl.String))


def in_force(waivers: Sequence[Waiver], day: str) -> list[str]:
    """The queries that a waiver waives on ``day``, each with the value it is bound to."""
    return sorted(f"{waiver['query_id']} {waiver['stamp']}" for waiver in waivers if _is_valid(waiver, day))


def _status(waiver: Waiver, finding: tuple[str, str] | None, day: str) -> str:
    if finding is None:
        return "not asked any more"
    stamp, severity = finding
    if severity == "block":
        return "severity block cannot be waived"
    if stamp != waiver["stamp"]:
        return "value changed"
    if _is_valid(waiver, day):
        return "in force"
    return "expired" if day > waiver["expires"] else "not yet begun"


def _is_valid(waiver: Waiver, day: str) -> bool:
    return waiver["date"] <= day <= waiver["expires"]
