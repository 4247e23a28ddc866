"""A query workbook: what a coordinator can answer, and nothing that can run."""

import csv
import datetime
import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from reports import workbook
from reports.file_names import site_workbook
from reports.query_csv import query_csv
from reports.query_sheet import seal
from reports.run_folder import Quality
from reports.setting import Setting
from reports.workbook import query_workbook, workbook_sites
from reports.write import write_quality
from tests.reports import tiny_run
from tests.reports.tiny_queries import CLOSED, WORKED_ON, quality_parts, query
from tests.reports.tiny_run import PROTOCOL, facts, finding, rule, study

SETTING = Setting(PROTOCOL, facts())
SHEETS = ["read me", "summary", "queries", "resolved", "waived", "completeness", "rules"]
HEADINGS = [
    "query", "state", "since", "days open", "rule", "severity", "site", "subject", "table", "key", "field",
    "heading in the file", "sentence", "what to do", "file", "row", "previous answer",
    "answer", "answered by", "date", "stamp", "seal",
]  # fmt: skip
ANSWERED = {"answer": "correct as it stands", "answered_by": "R. Roe", "answered_on": "2026-01-31"}
WAIVED = {"waiver_reason": "measured twice", "waived_by": "R. Roe", "waiver_expires": "2026-07-01"}


def quality(*queries: dict[str, Any], **parts: Any) -> Quality:
    return Quality([], [rule(category="value conformance", percent=2.0, threshold="", since="1")], [],
                   queries=list(queries), **parts)  # fmt: skip


def opened(book: bytes) -> Workbook:
    return load_workbook(io.BytesIO(book))


def lines(book: bytes, sheet: str = "queries") -> list[dict[str, Any]]:
    """The rows of a sheet by heading."""
    first, *rest = opened(book)[sheet].iter_rows(values_only=True)
    return [dict(zip(first, row, strict=True)) for row in rest]


def block(book: bytes, title: str) -> list[dict[str, Any]]:
    """The rows of one section of the summary by heading."""
    rows = list(opened(book)["summary"].iter_rows(values_only=True))
    start = next(place for place, row in enumerate(rows) if str(row[0] or "").startswith(title)) + 1
    found = []
    for row in rows[start + 1 :]:
        if row[0] is None:
            break
        found.append({name: value for name, value in zip(rows[start], row, strict=True) if name})
    return found


def many() -> list[dict[str, Any]]:
    """Queries of every state and severity, of two sites and of none."""
    queries = []
    for number in range(60):
        state = (*WORKED_ON, *CLOSED, "waived")[number % 10]
        queries.append(
            query(
                query_id=f"{number:016x}",
                state=state,
                severity=("error", "warning", "block")[number % 3],
                rule_id=("TR01", "DM04")[number % 2],
                site=("S1", "S2", None)[number % 7 % 3],
                age_days=number,
                **(WAIVED if state == "waived" else {}),
            )
        )
    return queries


def test_the_sheets_in_their_order() -> None:
    assert opened(query_workbook(quality(query(), **quality_parts()), SETTING)).sheetnames == SHEETS
    assert opened(query_workbook(quality(), SETTING)).sheetnames == SHEETS


def test_a_row_says_all_that_is_known_of_a_query() -> None:
    (row,) = lines(query_workbook(quality(query(state="answered", age_days=12, **ANSWERED)), SETTING))
    assert list(row) == HEADINGS
    assert row["seal"] == seal([row[heading] for heading in HEADINGS if heading not in (*HEADINGS[17:20], "seal")])
    assert {name: value for name, value in row.items() if name != "seal"} == {
        "query": "0123456789abcdef",
        "state": "answered",
        "since": datetime.datetime(2026, 1, 2),
        "days open": 12,
        "rule": "TR01",
        "severity": "error",
        "site": "S1",
        "subject": "017",
        "table": "lesion_measurements",
        "key": "lesion_id L02, scan_date 2010-03-11, reader R2",
        "field": "diameter_mm",
        "heading in the file": "Diameter (mm)",
        "sentence": "Lesion L02 measures 812 mm; at most 400 mm is plausible.",
        "what to do": "Compare with the scan report.",
        "file": "lesion_measurements.csv",
        "row": 108,
        "previous answer": "correct as it stands (R. Roe, 2026-01-31)",
        "answer": None,
        "answered by": None,
        "date": None,
        "stamp": "9f8e7d6c5b4a",
    }


def test_worst_first_then_state_rule_and_subject_and_only_what_is_worked_on() -> None:
    asked = [
        query(query_id="1" * 16, severity="warning", rule_id="A01"),
        query(query_id="2" * 16, state="open", rule_id="A01"),
        query(query_id="3" * 16, rule_id="B01", subject_id="018"),
        query(query_id="4" * 16, rule_id="B01"),
        query(query_id="5" * 16, severity="block", state="answered", site=None, subject_id=None, source_row=None),
        *(query(query_id=str(number) * 16, state=state) for number, state in enumerate((*CLOSED, "waived"), start=6)),
    ]
    assert "".join(row["query"][0] for row in lines(query_workbook(quality(*asked), SETTING))) == "54321"


def test_a_site_gets_its_own_queries_only() -> None:
    every = quality(*many(), **quality_parts())
    for sheet in ("queries", "resolved"):
        assert {row["site"] for row in lines(query_workbook(every, SETTING, "S2"), sheet)} == {"S2"}
    assert lines(query_workbook(every, SETTING, "S2"), "completeness") == []
    assert "By site" not in str(list(opened(query_workbook(every, SETTING, "S2"))["summary"].values))


def test_the_sites_with_a_workbook_are_those_of_queries_and_of_findings() -> None:
    found = Quality(
        [finding(site="S3"), finding(site="S4", severity="info")], [], [], queries=[query(), query(site="")]
    )
    assert workbook_sites(found) == ["S1", "S3"]


@pytest.mark.parametrize("site", [None, "S1", "S2"])
def test_the_counts_of_the_summary_are_those_of_the_sheets(site: str | None) -> None:
    book = query_workbook(quality(*many()), SETTING, site)
    listed = {sheet: lines(book, sheet) for sheet in ("queries", "resolved", "waived")}
    every = [(sheet, row) for sheet, rows in listed.items() for row in rows]
    state_of = {"waived": "state of the query"}
    counts = Counter((row[state_of.get(sheet, "state")], row["severity"]) for sheet, row in every)
    by_state = {row["state"]: row for row in block(book, "By state")}
    assert list(by_state) == [*WORKED_ON, "to be worked on", "waived", *CLOSED, "all queries ever asked"]
    for state in (*WORKED_ON, "waived", *CLOSED):
        for severity in ("block", "error", "warning"):
            assert by_state[state][severity] == counts[state, severity]
        assert by_state[state]["all"] == sum(n for (found, _), n in counts.items() if found == state)
    assert by_state["to be worked on"]["all"] == len(listed["queries"])
    assert by_state["all queries ever asked"]["all"] == len(every)
    for title, heading in (("By rule", "rule"), ("By site", "site"))[: 1 if site else 2]:
        for row in block(book, title):
            group = row[heading].split()[0] if heading == "rule" else row[heading].replace("no site named", "")
            found = Counter(sheet for sheet, each in every if (each[heading] or "") == group)
            assert (row["to be worked on"], row["waived"], row["closed"], row["all"]) == (
                found["queries"], found["waived"], found["resolved"], found.total(),
            )  # fmt: skip
        assert sum(row["all"] for row in block(book, title)) == len(every)


def test_the_oldest_are_listed() -> None:
    asked = [query(query_id=f"{day:016x}", first_seen=f"2026-01-{day:02d}", age_days=40 - day) for day in range(1, 15)]
    oldest = block(query_workbook(quality(*asked, query(state="gone", first_seen="2020-01-01")), SETTING), "Oldest")
    assert [row["days open"] for row in oldest] == list(range(39, 29, -1))


def test_a_closed_query_says_when_and_what_was_answered_last() -> None:
    closed = query(state="gone", state_since="2026-02-01", reopened_count=2, **ANSWERED)
    later = query(state="resolved", state_since="2026-03-01", query_id="a" * 16)
    rows = lines(query_workbook(quality(closed, later), SETTING), "resolved")
    assert [row["state"] for row in rows] == ["resolved", "gone"]
    assert (rows[1]["since"], rows[1]["times reopened"]) == (datetime.datetime(2026, 2, 1), 2)
    assert rows[1]["last answer"] == "correct as it stands (R. Roe, 2026-01-31)"


def test_waived_queries_and_every_line_of_the_waivers() -> None:
    (line,) = quality_parts()["waivers"]
    others = [
        {**line, "status": "expired", "expires": "2025-12-31"},
        {**line, "query_id": "b" * 16, "status": "not asked any more"},
        {**line, "query_id": "f" * 16, "status": "unknown query"},
    ]
    asked = [query(state="waived", **WAIVED), query(query_id="b" * 16, state="resolved")]
    every = quality(*asked, waivers=[line, *others])
    rows = lines(query_workbook(every, SETTING), "waived")
    assert [(row["query"][0], row["waiver"], row["state of the query"]) for row in rows] == [
        ("0", "in force", "waived"),
        ("0", "expired", "waived"),
        ("b", "not asked any more", "resolved"),
        ("f", "unknown query", None),
    ]
    first = rows[0]
    assert (first["reason"], first["who"], first["stamp"]) == ("measured twice", "R. Roe", "9f8e7d6c5b4a")
    assert (first["waived on"], first["expires"]) == (datetime.datetime(2026, 1, 1), datetime.datetime(2026, 7, 1))
    assert [row["query"][0] for row in lines(query_workbook(every, SETTING, "S1"), "waived")] == ["0", "0", "b"]


def test_completeness_has_a_column_a_visit() -> None:
    (baseline, visit) = quality_parts()["completeness"]
    more = [{**visit, "visit": f"visit {number}", "visit_order": number} for number in (10, 2)]
    contact = {**visit, "site": "S0", "form": "follow_up", "visit": "contact 1", "expected": 0, "received": 0,
               "percent": None}  # fmt: skip
    book = query_workbook(quality(completeness=[visit, *more, baseline, contact]), SETTING)
    assert lines(book, "completeness") == [
        {"site": "S0", "form": "follow_up", "baseline": "–", "contact 1": "0 of 0", "visit 1": "–", "visit 2": "–",
         "visit 10": "–"},
        {"site": "S1", "form": "lesion_measurements", "baseline": "20 of 20, 100%", "contact 1": "–",
         "visit 1": "15 of 18, 83.3%", "visit 2": "15 of 18, 83.3%", "visit 10": "15 of 18, 83.3%"},
    ]  # fmt: skip
    sheet = opened(book)["completeness"]
    assert [cell.font.bold for cell in sheet[3]] == [False, False, False, False, True, True, True]


def test_every_rule_with_its_numbers() -> None:
    asked = rule(category="completeness", percent=2.04, threshold="up to 5 or 2 %", since="0.1.0")
    not_asked = rule(rule_id="AA01", status="not applicable", reason="no such file", rows_checked=0, rows_failed=0)
    rows = lines(query_workbook(Quality([], [asked, not_asked], []), SETTING), "rules")
    assert [(row["rule"], row["status"], row["reason"]) for row in rows] == [
        ("AA01", "not applicable", "no such file"),
        ("TR01", "findings", None),
    ]
    names = ("category", "numerator", "denominator", "percent", "threshold", "since")
    assert [rows[1][name] for name in names] == ["completeness", 1, 50, 2.04, "up to 5 or 2 %", "0.1.0"]


def test_read_me_says_how_to_answer_and_what_the_states_mean() -> None:
    text = " ".join(
        str(cell) for row in opened(query_workbook(quality(query()), SETTING))["read me"].values for cell in row if cell
    )
    assert "1 query to be worked on" in text
    assert "SYNTHETIC" in text
    assert "Data cut 2012-05-31" in text
    assert "Only the first" not in text
    for word in (*SHEETS[1:], *WORKED_ON, *CLOSED, "waived", "block", "error", "warning", "answered by"):
        assert word in text


def test_a_list_that_is_too_long_is_cut_and_the_first_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_QUERIES", 3)
    book = query_workbook(quality(*many()), SETTING)
    assert len(lines(book)) == len(lines(book, "resolved")) == 3
    assert "Only the first 3 are listed" in str(list(opened(book)["read me"].values))
    assert {row["state"]: row["all"] for row in block(book, "By state")}["to be worked on"] == 36


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝"])
def test_a_value_that_looks_like_a_formula_stays_text(start: str) -> None:
    text = f'{start}HYPERLINK("x")'
    spoilt = query(sentence=text, key=text, subject_id=text, **{**ANSWERED, "answer": text})
    book = opened(query_workbook(quality(spoilt, spoilt | {"state": "resolved"}), SETTING))
    cell = book["queries"]["M2"]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    (row,) = csv.DictReader(io.StringIO(query_csv(quality(spoilt), SETTING).decode("utf-8-sig")))
    assert row["sentence"] == row["key"] == row["subject"] == "'" + text
    assert row["previous answer"].startswith("'")


def test_a_control_character_or_a_line_break_does_not_stop_the_report() -> None:
    assert lines(query_workbook(quality(query(sentence="a\x01b\r\nc")), SETTING))[0]["sentence"] == "a b c"


def test_only_the_answer_can_be_written() -> None:
    sheet = opened(query_workbook(quality(query()), SETTING))["queries"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert [cell.protection.locked for cell in sheet[2]] == [True] * 17 + [False] * 3 + [True] * 2
    assert not sheet.protection.autoFilter
    assert sheet.column_dimensions["V"].hidden
    assert re.fullmatch("[0-9a-f]{12}", str(sheet["V2"].value))


def test_answers_are_offered_and_others_allowed_and_a_date_is_a_date() -> None:
    sheet = opened(query_workbook(quality(query(), query(query_id="a" * 16)), SETTING))["queries"]
    answers, day = sheet.data_validations.dataValidation
    assert (answers.type, str(answers.sqref), answers.showErrorMessage) == ("list", "R2:R3", False)
    assert answers.formula1 == '"corrected in the source,correct as it stands,not known and cannot be found"'
    assert (day.type, str(day.sqref), day.showErrorMessage) == ("date", "T2:T3", True)


def test_the_header_stays_filters_and_repeats_on_every_printed_page() -> None:
    book = opened(query_workbook(quality(query(), query(query_id="a" * 16)), SETTING))
    sheet = book["queries"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:V3"
    assert sheet["M2"].alignment.wrap_text
    assert sheet.print_area == "'queries'!$A$1:$T$3"
    for each in book.worksheets:
        assert (each.page_setup.orientation, each.page_setup.fitToWidth) == ("landscape", 1)
    for name in ("queries", "resolved", "waived", "completeness", "rules"):
        assert book[name].print_title_rows == "$1:$1"
        assert book[name].auto_filter.ref


def test_the_bytes_are_the_same_twice_and_hold_no_clock() -> None:
    book = query_workbook(quality(*many(), **quality_parts()), SETTING)
    assert book == query_workbook(quality(*reversed(many()), **quality_parts()), SETTING)
    assert opened(book).properties.modified == datetime.datetime(2012, 5, 31)
    assert {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(book)).infolist()} == {1980}


def test_the_csv_has_the_rows_of_the_sheet() -> None:
    raw = query_csv(quality(*many()), SETTING)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 37
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert list(rows[0]) == [*HEADINGS[:-1], "data"]
    assert {row["data"] for row in rows} == {"SYNTHETIC"}
    sheet = lines(query_workbook(quality(*many()), SETTING))
    assert [row["query"].removeprefix("'") for row in rows] == [row["query"] for row in sheet]
    assert (rows[0]["since"], rows[0]["row"]) == ("2026-01-02", "108")
    assert len(
        list(csv.DictReader(io.StringIO(query_csv(quality(*many()), SETTING, "S1").decode("utf-8-sig"))))
    ) == len(lines(query_workbook(quality(*many()), SETTING, "S1")))


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("017", "'017"),
        ("123456789012345678", "'123456789012345678"),
        ("12345678e9012345", "'12345678e9012345"),
        ("3-12", "'3-12"),
        ("MAR1", "'MAR1"),
        ("17", "17"),
        ("P031", "P031"),
        ("2010-03-11", "2010-03-11"),
        ("decide", "decide"),
        ("Mary", "Mary"),
    ],
)
def test_excel_cannot_take_an_id_of_the_csv_for_a_number_or_a_day(subject: str, shown: str) -> None:
    (row,) = csv.DictReader(io.StringIO(query_csv(quality(query(subject_id=subject)), SETTING).decode("utf-8-sig")))
    assert row["subject"] == shown


def test_a_workbook_and_a_csv_are_written_for_every_site(tmp_path: Path) -> None:
    import polars as pl

    tiny_run.write_quality(tmp_path, [])
    asked = [query(), query(query_id="a" * 16, site="Ward 3")]
    pl.DataFrame([{k: v for k, v in each.items() if k != "heading"} for each in asked]).write_parquet(
        tmp_path / "quality/queries.parquet"
    )
    names = [path.name for path in write_quality(tmp_path, study(), facts())]
    assert [name for name in names if name.startswith("queries")] == [
        "queries.xlsx", "queries.csv", "queries_S1.xlsx", "queries_S1.csv", "queries_Ward_3.xlsx", "queries_Ward_3.csv",
    ]  # fmt: skip


@pytest.mark.parametrize("site", ["../../etc", "a/b", "Städt. Klinikum", "北京", "x" * 300, "CON "])
def test_a_site_name_makes_a_safe_file_name(site: str) -> None:
    name = site_workbook(site)
    assert name.isascii()
    assert name.startswith("queries_")
    assert not set(name) & set("/\\: .") - {"."}
    assert len(name) < 70
    assert name != site_workbook(site + "!")


def test_a_plain_site_name_is_kept() -> None:
    assert site_workbook("S1") == "queries_S1.xlsx"
    assert site_workbook("Ward 3") == "queries_Ward_3.xlsx" != site_workbook("Ward_3")
