"""A plain reading of written extracts, apart from the warehouse: what a careful clerk with the mapping would read."""

import csv
import io
import unicodedata
from datetime import date, datetime
from pathlib import Path
from typing import Any

from simulate.recist import Finding, Report, report_scans
from studies import Study

Row = dict[str, Any]
CODE_LISTS = {
    "prior_therapy": "yes_no",
    "reported_extrahepatic": "yes_no",
    "reported_tki_reintroduction": "yes_no",
    "reported_liver_lesion_group": "liver_lesion_group",
    "prior_therapy_stop_reason": "stop_reason",
    "new_lesion": "yes_no",
    "serious": "yes_no",
    "test": "lab_test",
    "diameter_unit": "unit",
    "term": "ae_term",
}


def lines(directory: Path, file: str) -> list[list[str]]:
    """The cells of a file, the header first; line n of the file is item n - 1."""
    content = (directory / file).read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gbk")
    return list(csv.reader(io.StringIO(text, newline="")))


def read_table(directory: Path, table: str, study: Study) -> list[Row]:
    """The rows of a table in our columns, cleaned and coded, exact copies left out; ``row`` is the line in the file."""
    mapped = study.mapping.tables[table]
    heading, *rows = lines(directory, mapped.file)
    seen: set[tuple[str, ...]] = set()
    read = []
    for number, cells in enumerate(rows, start=2):
        if tuple(cells) in seen:
            continue
        seen.add(tuple(cells))
        by_heading = dict(zip(heading, cells, strict=True))
        row = {column: _value(column, by_heading[name], study) for column, name in mapped.columns.items()}
        read.append(row | {"row": number})
    return read


def _value(column: str, raw: str, study: Study) -> Any:
    text = unicodedata.normalize("NFKC", raw).strip()
    code_list = "response" if column.endswith("_response") else CODE_LISTS.get(column, column)
    for code, words in study.mapping.codes.get(code_list, {}).items():
        if text.casefold() in {code.casefold(), *(word.casefold() for word in words)}:
            return code
    if column.endswith("_date") or column == "birth_year":
        return _date(text, study)
    return text


def _date(text: str, study: Study) -> date | None:
    for form in study.mapping.date_formats:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def millimetres(row: Row, column: str) -> int | None:
    """A diameter in whole mm; None where nothing was measured."""
    if not row[column]:
        return None
    return round(float(row[column]) * (10 if row["diameter_unit"] == "cm" else 1))


def responses(lesions: list[Row], measurements: list[Row], start: date) -> list[tuple[int, Report]]:
    """(study day, report) of one patient and reader for each scan after the start, from the rows of that patient."""
    kind = {row["lesion_id"]: row for row in lesions}
    dates = sorted({row["scan_date"] for row in measurements})
    baseline = max(on for on in dates if on <= start)
    scans = [_finding(kind, [row for row in measurements if row["scan_date"] == on]) for on in dates if on >= baseline]
    in_liver = frozenset(name for name, lesion in kind.items() if lesion["organ"] == "LIVER")
    days = [(on - start).days + 1 for on in dates if on > baseline]
    return list(zip(days, report_scans(scans, in_liver), strict=True))


def _finding(kind: dict[str, Row], rows: list[Row]) -> Finding:
    targets: dict[str, int | None] = {}
    nontargets: dict[str, str] = {}
    for row in rows:
        lesion = kind[row["lesion_id"]]
        if lesion["lesion_class"] == "TARGET":
            column = "short_axis" if lesion["organ"] == "LYMPH NODE" else "diameter"
            targets[row["lesion_id"]] = millimetres(row, column)
        elif lesion["lesion_class"] == "NON-TARGET":
            nontargets[row["lesion_id"]] = row["lesion_status"]
    new = frozenset(
        row["lesion_id"]
        for row in rows
        if kind[row["lesion_id"]]["lesion_class"] == "NEW"
        and kind[row["lesion_id"]]["first_seen_date"] <= row["scan_date"]
    )
    nodes = frozenset(name for name, lesion in kind.items() if lesion["organ"] == "LYMPH NODE")
    return Finding(targets, nontargets, new, nodes)
