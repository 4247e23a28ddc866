"""The first sheet of a query workbook: how to answer, and what the words of the other sheets mean."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.query_sheet import ANSWERS, STATES, WORKED_ON, sheet_of
from reports.run_folder import Record
from reports.setting import Setting
from reports.workbook_cells import set_height, set_widths, write, write_title

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEETS = {
    "summary": "counts by state, severity and rule, and the oldest queries",
    "queries": "what is to be answered",
    "resolved": "queries that are closed: resolved, gone or superseded",
    "waived": "queries that may stay as they are, and every line of the file of waivers",
    "completeness": "forms received of those expected, by site and visit",
    "rules": "every rule, how many records broke it, and why one was not asked",
}
WIDTHS = (16, 112)
SEVERITIES = {
    "block": "nothing is published until it is corrected.",
    "error": "the value, record or subject is left out of the analyses until it is corrected.",
    "warning": "the record is used as it stands; please confirm or correct it.",
}


def write_read_me(sheet: "Worksheet", queries: Sequence[Record], setting: Setting, site: str | None, most: int) -> None:
    """How to answer, in plain words, and what the words of the other sheets mean."""
    study, facts = setting.protocol.study, setting.facts
    asked = sum(query["state"] in WORKED_ON for query in queries)
    listed = Counter(sheet_of(query["state"]) for query in queries)
    cut_short = max(listed["queries"], listed["resolved"]) > most
    sections: list[tuple[str, list[tuple[str, str]]]] = [
        (
            "",
            [
                *([(f"{setting.mark}. {study.notice}", "")] if setting.mark else []),
                (f"Data cut {facts.data_cut.isoformat()}, run {facts.run_id}, outcome: {facts.outcome}.", ""),
                (f"{asked} {'query' if asked == 1 else 'queries'} to be worked on, worst first.", ""),
                *(
                    [(f"Only the first {most} are listed on a sheet; “summary” counts them all.", "")]
                    if cut_short
                    else []
                ),
            ],
        ),
        (
            "How to answer",
            [
                ("1", "On the sheet “queries”, find the record by subject, table and key; “file” and “row” say where "
                      "it stood in the extract."),
                ("2", "Correct it in the source system. A correction made in this workbook changes nothing."),
                ("3", "Choose in “answer” what you found, or write it in your own words (at most 2000 characters): "
                      f"{'; '.join(ANSWERS)}."),
                ("4", "Fill in “answered by” and “date” (year-month-day) in the same row."),
                ("5", "Save as an Excel workbook (.xlsx) and send it back. It need not be complete: rows without an "
                      "answer are left alone. Answers are read from the workbook, not from the CSV beside it."),
                ("", "You may filter, sort and hide rows. Write only in the framed cells: a row of which another cell "
                     "was changed is sent back. The sheet is locked without a password, so that nothing is changed by "
                     "chance; to sort, take the lock off (Review, Unprotect Sheet)."),
            ],
        ),
        ("Sheets", list(SHEETS.items())),
        ("States", [(state, f"{meaning} {todo}") for state, (meaning, todo) in STATES.items()]),
        ("Severity, worst first", list(SEVERITIES.items())),
        (
            "For the data manager",
            [("stamp", "goes with the query into the file of waivers; it changes when the value changes.")],
        ),
    ]  # fmt: skip
    set_widths(sheet, WIDTHS)
    row = 1
    whose = f"site {site}" if site else "all sites"
    write_title(sheet, row, f"Queries of {study.id}, {whose}", "sheet title")
    for title, lines in sections:
        if title:
            row += 2
            write_title(sheet, row, title, "section")
        for first, second in lines:
            row += 1
            if title:
                write(sheet, row, 1, first, "line")
                write(sheet, row, 2, second, "line")
                set_height(sheet, row, [(second, WIDTHS[1])])
            else:
                sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=2)
                write(sheet, row, 1, first, "line")
