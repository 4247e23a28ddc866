"""The queries as CSV beside each workbook: for a program, or a hospital without Excel; safe to open in Excel too."""

import csv
import io
import re

from reports.query_sheet import ANSWER_COLUMNS, LOCKED_COLUMNS, STAMP, WORKED_ON, locked_values, ordered_queries
from reports.run_folder import Quality
from reports.setting import Setting
from reports.workbook import MOST_QUERIES, of_site
from reports.workbook_cells import Value, day_of
from studies.formula_text import safe_text

MONTHS = (
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|"
    "sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
)
RETYPED = re.compile(rf"(?=.*\d)[\d\s.,:/%()e+-]+|\d{{0,4}}[-/ .]?({MONTHS})[-/ .]?\d{{0,4}}", re.IGNORECASE)
"""What Excel takes for a number, a time or a day when it opens a CSV: 017, 12345678e9, 3-12, MAR1."""
PLAIN_NUMBER = re.compile(r"0|[1-9]\d{0,14}")


def query_csv(quality: Quality, setting: Setting, site: str | None = None) -> bytes:
    """The sheet “queries” without its seal: UTF-8 with a mark, CRLF, the same rows in the same order.

    Of invented data it also says so, in a last column ``data``, like every CSV of a run.
    """
    queries = ordered_queries(of_site(quality.queries, site), WORKED_ON)[:MOST_QUERIES]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    headings = [column.heading for column in (*LOCKED_COLUMNS[:-1], *ANSWER_COLUMNS, STAMP)]
    marked = [setting.mark] if setting.mark else []
    writer.writerow([*headings, *("data" for _ in marked)])
    for query in queries:
        *locked, stamp = [_safe(value) for value in locked_values(query)]
        writer.writerow([*locked, *("" for _ in ANSWER_COLUMNS), stamp, *marked])
    return text.getvalue().encode("utf-8-sig")


def _safe(value: Value) -> str:
    """An apostrophe keeps as text what Excel would run as a formula, or read as a number and print otherwise."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    is_kept = PLAIN_NUMBER.fullmatch(value) or day_of(value)
    is_retyped = RETYPED.fullmatch(value) and not is_kept
    return f"'{value}" if is_retyped else safe_text(value)
