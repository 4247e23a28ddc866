"""The sheets of a query workbook that are one table each: resolved, waived, completeness and rules."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from reports.query_sheet import ASKED, CLOSED, STAMP, ordered_queries, previous_answer
from reports.run_folder import Record
from reports.workbook_cells import Column, write_table

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

RESOLVED_COLUMNS: tuple[Column, ...] = (
    Column("query", "query_id", 18, "code"),
    Column("state", "state", 12),
    Column("since", "state_since", 11, "date"),
    *ASKED,
    Column("first found", "first_seen", 11, "date"),
    Column("last found", "last_seen", 11, "date"),
    Column("times reopened", "reopened_count", 10, "whole"),
    Column("last answer", "previous_answer", 24, "code"),
)
WAIVED_COLUMNS: tuple[Column, ...] = (
    Column("query", "query_id", 18, "code"),
    Column("waiver", "status", 14),
    Column("state of the query", "state", 13),
    Column("reason", "reason", 28),
    Column("who", "who", 14),
    Column("waived on", "date", 11, "date"),
    Column("expires", "expires", 11, "date"),
    *ASKED,
    STAMP,
)
RULE_COLUMNS: tuple[Column, ...] = (
    Column("rule", "rule_id", 8, "code"),
    Column("title", "title", 30),
    Column("severity", "severity", 9),
    Column("scope", "scope", 9),
    Column("table", "table_name", 20),
    Column("category", "category", 16),
    Column("status", "status", 14),
    Column("numerator", "rows_failed", 11, "whole"),
    Column("denominator", "rows_checked", 12.5, "whole"),
    Column("percent", "percent", 8.5, "percent"),
    Column("threshold", "threshold", 12),
    Column("since", "since", 9, "code"),
    Column("reason", "reason", 24),
    Column("endpoints", "endpoints", 13),
    Column("why", "why", 36),
    Column("what to do", "fix", 32),
)


def write_resolved(sheet: "Worksheet", queries: Iterable[Record], most: int) -> None:
    """The closed queries, the last closed first."""
    closed = sorted(ordered_queries(queries, CLOSED), key=lambda query: query["state_since"] or "", reverse=True)
    records = [query | {"previous_answer": previous_answer(query)} for query in closed[:most]]
    write_table(sheet, RESOLVED_COLUMNS, records)


def write_waived(sheet: "Worksheet", queries: Sequence[Record], waivers: Iterable[Record], site: str | None) -> None:
    """Every query that is waived, then every line of waivers.csv that is not in force, with what it is about.

    A line about a query that is not known stands only where all sites are.
    """
    by_id = {query["query_id"]: query for query in queries}
    lines = {(line["query_id"], line["status"]): line for line in waivers}
    records = []
    for query in ordered_queries(queries, ["waived"]):
        line = lines.pop((query["query_id"], "in force"), {})
        stated = {"reason": query["waiver_reason"], "who": query["waived_by"], "expires": query["waiver_expires"]}
        records.append({**query, **line, **stated, "status": "in force"})
    for line in lines.values():
        if line["query_id"] in by_id or site is None:
            records.append({**by_id.get(line["query_id"], {}), **line})
    write_table(sheet, WAIVED_COLUMNS, records)


def write_completeness(sheet: "Worksheet", completeness: Sequence[Record]) -> None:
    """A row a site and form, a column a visit: received of expected, and percent; bold where something is missing."""
    visits = _visits(completeness)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for cell in completeness:
        row = rows.setdefault((cell["site"] or "", cell["form"]), {"site": cell["site"], "form": cell["form"]})
        row[f"visit {cell['visit']}"] = _share(cell)
    for row in rows.values():
        row.update({f"visit {visit}": row.get(f"visit {visit}", "–") for visit in visits})
    columns = [
        Column("site", "site", 12, "code"),
        Column("form", "form", 22),
        *(Column(visit, f"visit {visit}", 9, "code") for visit in visits),
    ]
    write_table(sheet, columns, [row for _, row in sorted(rows.items())])
    sheet.freeze_panes = "C2"
    for line in sheet.iter_rows(min_row=2, min_col=3):
        for shown in line:
            if isinstance(shown.value, str) and shown.value.endswith("%") and not shown.value.endswith(" 100%"):
                shown.style = "cell code bold"


def _share(cell: Record) -> str:
    """``15 of 18, 83.3%``; without percent where none was expected."""
    counted = f"{int(cell['received'] or 0)} of {int(cell['expected'] or 0)}"
    return counted if cell["percent"] is None else f"{counted}, {cell['percent']:g}%"


def _visits(completeness: Iterable[Record]) -> list[str]:
    """The visits in order; those of one kind (“contact 1”, “contact 2”) stay together."""
    order: dict[str, float] = {}
    for cell in completeness:
        order[cell["visit"]] = min(order.get(cell["visit"], cell["visit_order"] or 0), cell["visit_order"] or 0)

    def kind(visit: str) -> str:
        return re.sub(r"\s*\d+$", "", visit)

    first = {kind(visit): min(order[other] for other in order if kind(other) == kind(visit)) for visit in order}
    return sorted(order, key=lambda visit: (first[kind(visit)], kind(visit), order[visit], visit))


def write_rules(sheet: "Worksheet", rules: Iterable[Record]) -> None:
    """Every rule on every table, with what came of it."""
    ordered = sorted(rules, key=lambda rule: (rule["rule_id"], rule["table_name"] or "", rule.get("scope") or ""))
    write_table(sheet, RULE_COLUMNS, ordered)
