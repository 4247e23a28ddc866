"""Query workbooks: what a coordinator answers, one row a finding; made so that equal findings give equal bytes."""

import io
import re
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from reports.quality_page import QUERY_SEVERITIES, ordered
from reports.run_folder import Quality, Record
from reports.setting import Setting

if TYPE_CHECKING:
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.worksheet import Worksheet

QUERY_COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("rule", "rule_id", 9),
    ("severity", "severity", 10),
    ("site", "site", 11),
    ("subject", "subject_id", 12),
    ("table", "table_name", 20),
    ("key", "key", 30),
    ("field", "column_name", 18),
    ("heading in the file", "heading", 20),
    ("sentence", "sentence", 56),
    ("what to do", "fix", 44),
    ("file", "source_file", 24),
    ("row", "source_row", 8),
)
ANSWER_COLUMNS: tuple[tuple[str, int], ...] = (("answer", 36), ("answered by", 18), ("date", 13))
ANSWERS = ("corrected in the source", "correct as it stands", "not known, cannot be found")
RULE_COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("rule", "rule_id", 9),
    ("title", "title", 50),
    ("severity", "severity", 10),
    ("scope", "scope", 10),
    ("table", "table_name", 22),
    ("status", "status", 15),
    ("reason", "reason", 30),
    ("rows checked", "rows_checked", 13),
    ("rows failed", "rows_failed", 12),
    ("endpoints", "endpoints", 20),
    ("why", "why", 50),
    ("what to do", "fix", 50),
)
MOST_QUERIES = 50_000
"""Rows of one workbook; a longer list is no longer read by a person, and the first page says how many there are."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def query_workbook(quality: Quality, setting: Setting, site: str | None = None) -> bytes:
    """The workbook of one site, or of all where ``site`` is none: sheets "read me", "queries" and "rules"."""
    from openpyxl import Workbook

    queries = ordered(
        [
            finding
            for finding in quality.findings
            if finding["severity"] in QUERY_SEVERITIES and (site is None or (finding["site"] or "") == site)
        ]
    )
    book = Workbook()
    book.remove(book.worksheets[0])
    _write_read_me(book.create_sheet("read me"), len(queries), setting, site)
    _write_queries(book.create_sheet("queries"), queries[:MOST_QUERIES])
    _write_rules(book.create_sheet("rules"), quality.rules)
    book.active = 1 if queries else 0
    facts = setting.facts
    book.properties.creator = "datacut"
    book.properties.title = f"{setting.mark} queries of {setting.protocol.study.id}".strip()
    book.properties.created = datetime.combine(facts.data_cut, time())
    raw = io.BytesIO()
    book.save(raw)
    return _without_clock(raw.getvalue(), facts.data_cut)


def _write_read_me(sheet: "Worksheet", queries: int, setting: Setting, site: str | None) -> None:
    from openpyxl.styles import Alignment, Font

    study, facts = setting.protocol.study, setting.facts
    whose = f"site {site}" if site else "all sites"
    lines = [
        (f"Queries of {study.id}, {whose}", True),
        *([(f"{setting.mark}. {study.notice}", True)] if setting.mark else []),
        (f"Data cut {facts.data_cut.isoformat()}, run {facts.run_id}, outcome: {facts.outcome}.", False),
        (f"{queries} open {'query' if queries == 1 else 'queries'}, worst first, on the sheet “queries”.", False),
        *([(f"Only the first {MOST_QUERIES} are listed.", True)] if queries > MOST_QUERIES else []),
        ("How to answer", True),
        ("1. Find the record by subject, table and key; “file” and “row” say where it stood in the extract.", False),
        ("2. Correct it in the source system. A correction made here changes nothing.", False),
        (f"3. Write into “answer” what you found, for example: {'; '.join(ANSWERS)}.", False),
        ("4. Fill in “answered by” and “date” (year-month-day), save, and send the workbook back.", False),
        ("Only the columns “answer”, “answered by” and “date” can be written; the sheet has no password.", False),
        ("Severity", True),
        ("block: nothing is published until it is corrected.", False),
        ("error: the value, record or subject is left out of the analyses until it is corrected.", False),
        ("warning: the record is used as it stands; please confirm or correct it.", False),
    ]
    sheet.column_dimensions["A"].width = 110
    for number, (text, bold) in enumerate(lines, start=1):
        cell = sheet.cell(row=number, column=1)
        _write_text(cell, text)
        cell.font = Font(bold=bold, size=14 if number == 1 else 11)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _write_queries(sheet: "Worksheet", queries: list[Record]) -> None:
    from openpyxl.styles import PatternFill, Protection
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.properties import PageSetupProperties

    headings = [(heading, width) for heading, _, width in QUERY_COLUMNS] + list(ANSWER_COLUMNS)
    _write_header(sheet, headings)
    first_answer = len(QUERY_COLUMNS) + 1
    to_fill = PatternFill("solid", start_color="FFF9DB")
    for row, query in enumerate(queries, start=2):
        _write_record(sheet, row, query, [column for _, column, _ in QUERY_COLUMNS])
        for column in range(first_answer, len(headings) + 1):
            cell = sheet.cell(row=row, column=column)
            cell.protection = Protection(locked=False)
            cell.fill = to_fill
            cell.alignment = _wrapped()
            cell.number_format = "yyyy-mm-dd" if column == len(headings) else "@"
    if queries:
        offered = DataValidation(type="list", formula1=f'"{",".join(text.replace(",", ";") for text in ANSWERS)}"')
        offered.showErrorMessage = False  # another answer, in free words, is allowed
        offered.add(
            f"{sheet.cell(row=2, column=first_answer).coordinate}:"
            f"{sheet.cell(row=len(queries) + 1, column=first_answer).coordinate}"
        )
        sheet.add_data_validation(offered)
    _finish(sheet, len(headings), len(queries) + 1)
    sheet.freeze_panes = "E2"
    sheet.protection.sheet = True
    for allowed in ("autoFilter", "sort", "formatColumns", "formatRows"):
        setattr(sheet.protection, allowed, False)  # in this format False means "not protected against"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def _write_rules(sheet: "Worksheet", rules: list[Record]) -> None:
    _write_header(sheet, [(heading, width) for heading, _, width in RULE_COLUMNS])
    for row, rule in enumerate(sorted(rules, key=lambda rule: (rule["rule_id"], rule["table_name"])), start=2):
        _write_record(sheet, row, rule, [column for _, column, _ in RULE_COLUMNS])
    _finish(sheet, len(RULE_COLUMNS), len(rules) + 1)
    sheet.freeze_panes = "B2"


def _write_header(sheet: "Worksheet", headings: list[tuple[str, int]]) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, (heading, width) in enumerate(headings, start=1):
        cell = sheet.cell(row=1, column=column, value=heading)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color="1F3A5F")
        cell.alignment = _wrapped()
        sheet.column_dimensions[get_column_letter(column)].width = width


def _write_record(sheet: "Worksheet", row: int, record: Record, columns: list[str]) -> None:
    for column, name in enumerate(columns, start=1):
        cell = sheet.cell(row=row, column=column)
        value = record.get(name)
        if isinstance(value, int | float):
            cell.value = int(value)
        else:
            _write_text(cell, value or "")
        cell.alignment = _wrapped()


def _write_text(cell: Any, text: str) -> None:
    """Text stays text, whatever it starts with: a value of an extract must never run as a formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", str(text))
    cell.data_type = "s"
    if cell.value and cell.value.startswith(FORMULA_STARTS):
        cell.quotePrefix = True


def _wrapped() -> "Alignment":
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top")


def _finish(sheet: "Worksheet", columns: int, rows: int) -> None:
    last = sheet.cell(row=max(rows, 1), column=columns)
    sheet.auto_filter.ref = f"A1:{last.coordinate}"


def _without_clock(book: bytes, day: date) -> bytes:
    """The same workbook with fixed times: openpyxl stamps the moment of saving into the archive and its properties."""
    fixed = f"{day.isoformat()}T00:00:00Z".encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + fixed, content)
            target.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
