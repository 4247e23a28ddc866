"""Queries: findings followed over runs. Holds the findings of one run against the ledger and says what happened."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import polars as pl

from schemas import Contract
from warehouse.free_text import LONG_NUMBER, holds_long_number
from warehouse.ledger import EVENT_COLUMNS, QUERY_FACTS, REPLY_FACTS, day_of
from warehouse.query_states import CLOSED, Seen, State, after_answer, after_run

QUERY_COLUMNS: dict[str, Any] = {
    "query_id": pl.String,
    "state": pl.String,
    **QUERY_FACTS,
    "source_file": pl.String,
    "source_row": pl.Int64,
    "previous_state": pl.String,
    "is_changed": pl.Boolean,
    "first_seen": pl.String,
    "last_seen": pl.String,
    "state_since": pl.String,
    "age_days": pl.Int64,
    "reopened_count": pl.Int64,
    **REPLY_FACTS,
}
"""Every query of the study as it stands after a run; ``previous_state`` is what it was after the run before."""

Record = dict[str, Any]


@dataclass(frozen=True)
class RunMark:
    """The run that looks, the run that looked before (empty at the first), and whether both saw the same extract."""

    run_id: str
    previous_run: str = ""
    is_same_extract: bool = False

    @property
    def day(self) -> str:
        return day_of(self.run_id)


def query_id(study_id: str, rule_id: str, table_name: str, record: str, column: str | None) -> str:
    """The id of a query: of study, rule, table, key and field, and of nothing that a correction changes."""
    facts = json.dumps([study_id, rule_id, table_name, json.loads(record), column or ""], sort_keys=True)
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def follow(
    connection: duckdb.DuckDBPyConnection, past: pl.DataFrame, run: RunMark, contracts: Sequence[type[Contract]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What this run changes (EVENT_COLUMNS, to be appended) and how every query stands now (QUERY_COLUMNS).

    ``past`` are the events of the ledger; the findings and what could be checked are read from the schema quality.
    """
    last = {event["query_id"]: event for event in past.iter_rows(named=True)}
    found = _found(connection)
    missing = [event for query, event in last.items() if query not in found]
    has_run, present = _has_run(connection), _present(connection, missing)
    asked = {(rule.id, contract.relation, rule.column) for contract in contracts for rule in contract.rules}
    newly_found_on = {
        (finding["table_name"], finding["record"], finding["column_name"])
        for query, finding in found.items()
        if finding["column_name"] and (query not in last or last[query]["state"] in CLOSED)
    }
    events = []
    for query in sorted(last.keys() | found.keys()):
        before, finding = last.get(query), found.get(query)
        facts = finding or before or {}
        field = (facts["rule_id"], facts["relation"], facts["column_name"])
        of_file = facts["relation"] == ""  # the extract as a file: every run looks at it, and it is no record
        state = after_run(
            State(before["state"]) if before else None,
            Seen(
                found=finding is not None,
                is_asked=of_file or field in asked,
                has_run=of_file or has_run.get(field, False),
                is_present=of_file or query in present,
                has_other_finding=_has_other(facts, before, newly_found_on, found.values()),
                is_same_extract=run.is_same_extract,
                is_same_value=bool(before and finding and before["stamp"] == finding["stamp"]),
                is_answered=bool(before and finding and before["answered_stamp"] == finding["stamp"]),
                is_waived=bool(finding and finding["is_waived"]),
            ),
        )
        event = _event(query, str(state), facts, before, finding, run)
        if _is_news(event, before):
            events.append(event)
    happened = pl.DataFrame(events, schema=EVENT_COLUMNS, orient="row")
    return happened, _standing(pl.concat([past, happened]), found, run)


def answered(past: pl.DataFrame, run_id: str, answers: Iterable[Record]) -> tuple[pl.DataFrame, dict[str, str]]:
    """The events that ``answers`` make, and by query id why an answer is refused.

    An answer has query_id, stamp, answer, answered_by, answered_on; ``stamp`` is the value that it was asked for. One
    that says again what the ledger has makes no event; one of the future, or with a long number, is refused.
    """
    last = {event["query_id"]: event for event in past.iter_rows(named=True)}
    events, refused = [], {}
    for reply in answers:
        before = last.get(reply["query_id"])
        state = after_answer(State(before["state"])) if before else None
        if reply["answered_on"] > day_of(run_id):
            refused[reply["query_id"]] = "The date lies in the future."
        elif holds_long_number(reply["answer"]) or holds_long_number(reply["answered_by"]):
            refused[reply["query_id"]] = f"The answer {LONG_NUMBER}"
        elif before is None:
            refused[reply["query_id"]] = "No query of this study has this id."
        elif state is None:
            refused[reply["query_id"]] = f"The query is {before['state']} and asks for no answer."
        elif reply["stamp"] != before["stamp"]:
            refused[reply["query_id"]] = (
                "The record has changed since this workbook was made; answer in the newest one."
            )
        elif state != before["state"] or any(before[name] != reply[name] for name in ANSWER_FACTS):
            given = {name: reply[name] for name in ANSWER_FACTS}
            now = {"run_id": run_id, "day": day_of(run_id), "state": str(state), "answered_stamp": reply["stamp"]}
            events.append({**before, **given, **now})
    return pl.DataFrame(events, schema=EVENT_COLUMNS, orient="row"), refused


def _event(
    query: str, state: str, facts: Record, before: Record | None, finding: Record | None, run: RunMark
) -> Record:
    reply = {name: (before or {}).get(name) for name in REPLY_FACTS}
    waiver = {name: (finding or {}).get(name) if state == State.WAIVED else None for name in WAIVER_FACTS}
    return {
        "query_id": query,
        "run_id": run.run_id,
        "day": run.day,
        "state": state,
        "last_seen": run.day if finding else _last_seen(before, run),
        **{name: facts[name] for name in QUERY_FACTS},
        **reply,
        **waiver,
    }


ANSWER_FACTS = ("answer", "answered_by", "answered_on")
WAIVER_FACTS = ("waiver_reason", "waived_by", "waiver_expires")


def _is_news(event: Record, before: Record | None) -> bool:
    if before is None:
        return True
    return any(event[name] != before[name] for name in ("state", "stamp", *WAIVER_FACTS))


def _last_seen(before: Record | None, run: RunMark) -> str | None:
    """A query that had been found until the run before was last seen then."""
    if before is None:
        return None
    was_found = before["state"] not in (*CLOSED, State.MISCORRECTED, State.UNDETERMINED)
    return day_of(run.previous_run) if was_found and run.previous_run else before["last_seen"]


def _has_other(
    facts: Record, before: Record | None, newly_found_on: set[tuple[Any, ...]], findings: Iterable[Record]
) -> bool:
    """Another rule objects to the field: newly, or, of a query that is miscorrected already, still."""
    field = (facts["table_name"], facts["record"], facts["column_name"])
    if field in newly_found_on:
        return True
    still = before is not None and before["state"] == State.MISCORRECTED and facts["column_name"] is not None
    return still and any((other["table_name"], other["record"], other["column_name"]) == field for other in findings)


def _found(connection: duckdb.DuckDBPyConnection) -> dict[str, Record]:
    """The findings that are asked about, one a query: a rule that fails twice on one field is asked once.

    A rule that fails so often that it stops the cut asks nothing: the export is to be mended and not its records.
    """
    columns = ", ".join(name for name in QUERY_FACTS if name != "sentence")
    rows = (
        connection.sql(
            f"""
        select query_id, {columns}, sentence, source_file, source_row, is_waived, waiver_reason, waived_by,
            waiver_expires
        from quality.findings
        where list_contains(['block', 'error', 'warning'], severity)
            and (rule_id, table_name) not in (select (rule_id, table_name) from quality.rules where blocks_beyond)
        order by query_id, source_row, sentence
        """
        )
        .pl()
        .iter_rows(named=True)
    )
    found: dict[str, Record] = {}
    for row in rows:
        first = found.setdefault(row["query_id"], row)
        if row["sentence"] not in first["sentence"]:
            first["sentence"] += " " + row["sentence"]
    return found


def _has_run(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str | None], bool]:
    rows = connection.execute(
        """
        select checks.rule_id, checks.relation, checks.column_name,
            bool_and(checks.has_run and (checks.rule_id, checks.relation) not in
                (select (rule_id, relation) from quality.rules where blocks_beyond))
        from quality.checks as checks
        group by all
        """
    ).fetchall()
    return {(rule_id, relation, column): has_run for rule_id, relation, column, has_run in rows}


def _present(connection: duckdb.DuckDBPyConnection, queries: Iterable[Record]) -> set[str]:
    """The ids of the queries whose record is in the relation that the rule is asked of."""
    by_key: dict[tuple[str, tuple[str, ...]], list[Record]] = {}
    for query in queries:
        record = {name: value for name, value in json.loads(query["record"]).items() if value is not None}
        by_key.setdefault((query["relation"], tuple(sorted(record))), []).append(
            {"query_id": query["query_id"], **record}
        )
    present: set[str] = set()
    for (relation, names), records in by_key.items():
        if not _has_columns(connection, relation, names):
            continue
        connection.register("asked", pl.DataFrame(records, schema=dict.fromkeys(["query_id", *names], pl.String)))
        is_same = " and ".join(f"cast(relation.{name} as varchar) = asked.{name}" for name in names) or "true"
        rows = connection.execute(
            f"select distinct asked.query_id from asked inner join {relation} as relation on {is_same}"
        ).fetchall()
        connection.unregister("asked")
        present |= {query for (query,) in rows}
    return present


def _has_columns(connection: duckdb.DuckDBPyConnection, relation: str, names: Sequence[str]) -> bool:
    schema, _, table = relation.partition(".")
    rows = connection.execute(
        "select column_name from information_schema.columns where table_schema = ? and table_name = ?", [schema, table]
    ).fetchall()
    return bool(rows) and set(names) <= {name for (name,) in rows}


def _standing(events: pl.DataFrame, found: dict[str, Record], run: RunMark) -> pl.DataFrame:
    history: dict[str, list[Record]] = {}
    for event in events.iter_rows(named=True):
        history.setdefault(event["query_id"], []).append(event)
    rows = []
    for query, happened in sorted(history.items()):
        now, finding = happened[-1], found.get(query)
        previous = next((event for event in reversed(happened) if event["run_id"] <= run.previous_run), None)
        since = now["day"]
        for event in reversed(happened):
            if event["state"] != now["state"]:
                break
            since = event["day"]
        first = happened[0]["day"]
        rows.append(
            {
                **{name: value for name, value in now.items() if name in QUERY_COLUMNS},
                "sentence": finding["sentence"] if finding else now["sentence"],
                "source_file": finding and finding["source_file"],
                "source_row": finding and finding["source_row"],
                "previous_state": previous and previous["state"],
                "is_changed": previous is None or previous["state"] != now["state"],
                "first_seen": first,
                "last_seen": run.day if finding else now["last_seen"],
                "state_since": since,
                "age_days": (date.fromisoformat(run.day) - date.fromisoformat(first)).days,
                "reopened_count": sum(
                    event["state"] == State.REOPENED and (place == 0 or happened[place - 1]["state"] != State.REOPENED)
                    for place, event in enumerate(happened)
                ),
            }
        )
    return pl.DataFrame(rows, schema=QUERY_COLUMNS, orient="row")
