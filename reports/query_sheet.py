"""The sheet "queries": one row a query that is to be worked on, its answer cells, and the seal of what is locked."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from reports.run_folder import Record
from reports.workbook_cells import Column, Value, one_line, set_height, set_widths, value_of, write, write_header

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

STATES: dict[str, tuple[str, str]] = {
    "new": ("Found for the first time in this extract.", "Answer it."),
    "reopened": ("Was closed or waived, and is found again.", "Answer it again; the earlier answer is shown."),
    "open": ("Found before, and found again; nobody has answered.", "Answer it."),
    "miscorrected": (
        "The value was changed, but the new one breaks another rule.",
        "Look for the other query on the same field, correct the value, and answer both.",
    ),
    "undetermined": ("Its rule could not be run this time.", "Nothing; answer it if you already know."),
    "answered": (
        "It was answered, and the extract still says the same.",
        "If you wrote that it is corrected: look whether the source was saved. Otherwise nothing.",
    ),
    "waived": ("It may stay as it is, for the reason and until the day on the sheet “waived”.", "Nothing."),
    "resolved": ("The record is there and is in order.", "Nothing."),
    "gone": ("The record is no longer in the extract.", "Nothing, if it was deleted on purpose."),
    "superseded": ("The rule is no longer asked.", "Nothing."),
}
"""What each state means, and what the coordinator does about it."""

WORKED_ON = ("new", "reopened", "open", "miscorrected", "undetermined", "answered")
CLOSED = ("resolved", "gone", "superseded")
SEVERITY_ORDER = ("block", "error", "warning", "info")

ASKED: tuple[Column, ...] = (
    Column("rule", "rule_id", 6.5, "code"),
    Column("severity", "severity", 8),
    Column("site", "site", 7.5, "code"),
    Column("subject", "subject_id", 9, "code"),
    Column("table", "table_name", 12.5),
    Column("key", "key", 17, "code"),
    Column("field", "column_name", 12),
    Column("heading in the file", "heading", 11, "code"),
    Column("sentence", "sentence", 29),
)
"""What is asked about, as every sheet of queries shows it."""

QUERY_COLUMNS: tuple[Column, ...] = (
    Column("query", "query_id", 9.5, "code"),
    Column("state", "state", 12.5),
    Column("since", "state_since", 10.5, "date"),
    Column("days open", "age_days", 6, "whole"),
    *ASKED,
    Column("what to do", "fix", 20),
    Column("file", "source_file", 11.5, "code"),
    Column("row", "source_row", 7, "whole"),
    Column("previous answer", "previous_answer", 14, "code"),
)
ANSWER_COLUMNS: tuple[Column, ...] = (
    Column("answer", "answer", 24),
    Column("answered by", "answered_by", 10.5),
    Column("date", "answered_on", 11, "date"),
)
STAMP = Column("stamp", "stamp", 13, "code")
SEAL = Column("seal", "seal", 4, "code")
LOCKED_COLUMNS = (*QUERY_COLUMNS, STAMP)
ANSWERS = ("corrected in the source", "correct as it stands", "not known and cannot be found")


def sheet_of(state: str) -> str:
    """The sheet on which a query of this state stands."""
    return "queries" if state in WORKED_ON else "resolved" if state in CLOSED else "waived"


def ordered_queries(queries: Iterable[Record], states: Sequence[str]) -> list[Record]:
    """The queries in one of ``states``: worst severity first, then by state, rule and subject."""
    severity = {word: place for place, word in enumerate(SEVERITY_ORDER)}
    state = {word: place for place, word in enumerate(states)}
    return sorted(
        (query for query in queries if query["state"] in state),
        key=lambda query: (
            severity.get(query["severity"], len(severity)),
            state[query["state"]],
            query["rule_id"],
            query["subject_id"] or "",
            query["table_name"] or "",
            query["key"] or "",
            query["column_name"] or "",
            query["query_id"],
        ),
    )


def locked_values(query: Record) -> list[Value]:
    """The locked cells of a query's row, in the order of LOCKED_COLUMNS."""
    record = query | {"previous_answer": previous_answer(query)}
    return [value_of(record, column) for column in LOCKED_COLUMNS]


def previous_answer(query: Record) -> str:
    """``correct as it stands (R. Roe, 2026-01-31)``."""
    if not query.get("answer"):
        return ""
    by = ", ".join(str(query[name]) for name in ("answered_by", "answered_on") if query.get(name))
    return f"{query['answer']} ({by})" if by else str(query["answer"])


def cell_text(value: Any) -> str:
    """A cell as text, whichever program saved it: days as year-month-day, whole numbers without a point."""
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return one_line(value)


def seal(values: Sequence[Any]) -> str:
    """Twelve digits that change when a locked cell does; ``values`` in the order of LOCKED_COLUMNS."""
    return hashlib.sha256("\x1f".join(map(cell_text, values)).encode()).hexdigest()[:12]


def write_queries(sheet: "Worksheet", queries: Sequence[Record]) -> None:
    """The whole sheet; ``queries`` in the order in which they shall stand there."""
    from openpyxl.utils import get_column_letter

    columns = (*QUERY_COLUMNS, *ANSWER_COLUMNS, STAMP, SEAL)
    write_header(sheet, columns)
    set_widths(sheet, [column.width for column in columns])
    first_answer, last_answer = len(QUERY_COLUMNS) + 1, len(QUERY_COLUMNS) + len(ANSWER_COLUMNS)
    for row, query in enumerate(queries, start=2):
        values = locked_values(query)
        weight = " bold" if query["severity"] == "block" else ""
        for place, (column, value) in enumerate(zip(QUERY_COLUMNS, values, strict=False), start=1):
            write(sheet, row, place, value, f"cell {column.kind}{weight}")
        for place, column in enumerate(ANSWER_COLUMNS, start=first_answer):
            write(sheet, row, place, None, "answer date" if column.kind == "date" else "answer")
        set_height(sheet, row, [(value, column.width) for column, value in zip(LOCKED_COLUMNS, values, strict=True)])
        write(sheet, row, last_answer + 1, values[-1], "cell code")
        write(sheet, row, last_answer + 2, seal(values), "cell code")
    last = len(queries) + 1
    if queries:
        _offer_answers(sheet, f"{get_column_letter(first_answer)}2:{get_column_letter(first_answer)}{last}")
        _ask_for_a_day(sheet, f"{get_column_letter(last_answer)}2:{get_column_letter(last_answer)}{last}")
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    sheet.freeze_panes = "C2"
    sheet.column_dimensions[get_column_letter(len(columns))].hidden = True
    sheet.print_title_rows = "1:1"
    sheet.print_area = f"A1:{get_column_letter(last_answer)}{last}"
    sheet.protection.sheet = True
    for allowed in ("autoFilter", "sort", "formatColumns", "formatRows"):
        setattr(sheet.protection, allowed, False)  # in this format False means "not protected against"


def _offer_answers(sheet: "Worksheet", cells: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = DataValidation(type="list", formula1=f'"{",".join(ANSWERS)}"', allow_blank=True)
    offered.showErrorMessage = False  # another answer, in free words, is allowed
    offered.add(cells)
    sheet.add_data_validation(offered)


def _ask_for_a_day(sheet: "Worksheet", cells: str) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    day = DataValidation(type="date", operator="between", formula1="36526", formula2="TODAY()", allow_blank=True)
    day.showErrorMessage = True
    day.errorTitle = "Date of the answer"
    day.error = "Write a day that is not in the future as year-month-day, for example 2026-01-31."
    day.showInputMessage = True
    day.promptTitle = "Date of the answer"
    day.prompt = "year-month-day"
    day.add(cells)
    sheet.add_data_validation(day)
