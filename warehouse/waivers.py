"""Waivers at work: which query may be waived, which findings may stay, and whether each waiver is in force."""

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from warehouse.errors import WrongUseError
from warehouse.free_text import LONG_NUMBER, holds_long_number
from warehouse.query_states import CLOSED

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


def waivable(
    events: pl.DataFrame, query_id: str, words: Mapping[str, str], waivers: Sequence[Waiver], today: str
) -> dict[str, Any]:
    """The last event of the query, which a new waiver may name; ``words`` are what people write into it, by option.

    Raises:
        WrongUseError: no such query, it is closed, waived already, it blocks the whole cut, or a word is a long number.
    """
    for option, text in words.items():
        if holds_long_number(text):
            raise WrongUseError(f"{option}: {LONG_NUMBER}")
    query = next((event for event in events.reverse().iter_rows(named=True) if event["query_id"] == query_id), None)
    if query is None:
        raise WrongUseError(
            f"{query_id}: no query of this study has this id; it stands in the column “query” of the workbook."
        )
    if query["severity"] == "block":
        raise WrongUseError(f"{query_id}: what blocks the whole cut cannot be waived; have it corrected at its source.")
    if query["state"] in CLOSED:
        raise WrongUseError(f"{query_id}: the query is {query['state']}; there is nothing to waive.")
    for waiver in waivers:
        if (waiver["query_id"], waiver["stamp"]) == (query_id, query["stamp"]) and waiver["expires"] >= today:
            raise WrongUseError(
                f"{query_id}: the query is waived already, until {waiver['expires']} by {waiver['who']}; to waive it "
                "otherwise, first delete its line in waivers.csv of the study."
            )
    return query


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
