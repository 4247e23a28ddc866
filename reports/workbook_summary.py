"""The sheet "summary": how many queries there are, by state and severity, by rule and by site, and the oldest."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from reports.query_sheet import SEVERITY_ORDER, STATES, WORKED_ON, sheet_of
from reports.run_folder import Record
from reports.workbook_cells import Column, set_height, set_widths, value_of, write, write_header, write_title
from reports.workbook_read_me import SEVERITIES

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WIDTHS = (44, 12, 14, 11, 10, 12, 12, 60)
OLDEST = 10
"""Queries listed at the end."""


def write_summary(sheet: "Worksheet", queries: Sequence[Record], site: str | None) -> None:
    """Counts of all queries, by state and severity, by site and by rule, and the oldest that are to be worked on."""
    set_widths(sheet, WIDTHS)
    write_title(sheet, 1, f"Summary of the queries of {f'site {site}' if site else 'all sites'}", "sheet title")
    row = _write_counts(sheet, 3, queries)
    row = _write_oldest(sheet, row, queries)
    if site is None:
        row = _write_groups(sheet, row, "By site", "site", queries, lambda query: query["site"] or "no site named")
    _write_groups(sheet, row, "By rule", "rule", queries, lambda query: f"{query['rule_id']} {query['title']}")


def _write_oldest(sheet: "Worksheet", row: int, queries: Iterable[Record]) -> int:
    oldest = sorted(
        (query for query in queries if query["state"] in WORKED_ON),
        key=lambda query: (query["first_seen"] or "", query["rule_id"], query["query_id"]),
    )[:OLDEST]
    columns = [
        Column("query", "query_id", 12, "code"),
        Column("days open", "age_days", 12, "whole"),
        Column("state", "state", 12),
        Column("severity", "severity", 12),
        Column("rule", "rule_id", 12, "code"),
        Column("site", "site", 12, "code"),
        Column("subject", "subject_id", 12, "code"),
        Column("sentence", "sentence", 12),
    ]
    return _write_block(sheet, row, f"Oldest, at most {OLDEST}", columns, oldest)


def _write_counts(sheet: "Worksheet", row: int, queries: Sequence[Record]) -> int:
    severities = [
        word for word in SEVERITY_ORDER if word in SEVERITIES or any(query["severity"] == word for query in queries)
    ]
    counts = Counter((query["state"], query["severity"]) for query in queries)

    def line(label: str, states: Sequence[str], where: str = "") -> dict[str, Any]:
        by_severity = {word: sum(counts[state, word] for state in states) for word in severities}
        total = sum(query["state"] in states for query in queries)
        return {"state": label, **by_severity, "all": total, "sheet": where, "total": not where}

    records = [line(state, [state], sheet_of(state)) for state in STATES]
    records.insert(len(WORKED_ON), line("to be worked on", WORKED_ON))
    records.append(line("all queries ever asked", list(STATES)))
    columns = [
        Column("state", "state", 12),
        *(Column(word, word, 12, "whole") for word in severities),
        Column("all", "all", 12, "whole"),
        Column("on the sheet", "sheet", 12),
    ]
    return _write_block(sheet, row, "By state and severity", columns, records)


def _write_groups(
    sheet: "Worksheet", row: int, title: str, heading: str, queries: Sequence[Record], group_of: Callable[[Record], str]
) -> int:
    counts: dict[str, Counter[str]] = {}
    for query in queries:
        counts.setdefault(group_of(query), Counter())[sheet_of(query["state"])] += 1
    columns = [
        Column(heading, "group", 12, "code"),
        Column("to be worked on", "queries", 12, "whole"),
        Column("waived", "waived", 12, "whole"),
        Column("closed", "resolved", 12, "whole"),
        Column("all", "all", 12, "whole"),
    ]
    records = [
        {"group": group, **{where: found[where] for where in ("queries", "waived", "resolved")}, "all": found.total()}
        for group, found in sorted(counts.items(), key=lambda item: (-item[1]["queries"], item[0]))
    ]
    return _write_block(sheet, row, title, columns, records)


def _write_block(
    sheet: "Worksheet", row: int, title: str, columns: Sequence[Column], records: Iterable[dict[str, Any]]
) -> int:
    """A small table under its title; returns the row where the next may begin."""
    write_title(sheet, row, title, "section")
    row += 1
    write_header(sheet, columns, row)
    for record in records:
        row += 1
        weight = " bold" if record.get("total") else ""
        values = [value_of(record, column) for column in columns]
        for place, (value, column) in enumerate(zip(values, columns, strict=True), start=1):
            write(sheet, row, place, value, f"cell {column.kind}{weight}")
        set_height(sheet, row, zip(values, WIDTHS, strict=False))
    return row + 2
