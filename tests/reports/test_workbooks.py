"""A query workbook: what a coordinator can answer, and nothing that can run."""

import datetime
import io
import zipfile

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from reports.file_names import site_workbook
from reports.run_folder import Quality
from reports.setting import Setting
from reports.workbook import query_workbook
from tests.reports.tiny_run import PROTOCOL, facts, finding, rule

SETTING = Setting(PROTOCOL, facts())
HEADINGS = [
    "rule", "severity", "site", "subject", "table", "key", "field", "heading in the file", "sentence", "what to do",
    "file", "row",
    "answer", "answered by", "date",
]  # fmt: skip


def quality(*findings: dict) -> Quality:
    return Quality([{**each, "heading": "Longest diameter"} for each in findings], [rule()], [])


def opened(book: bytes) -> Workbook:
    return load_workbook(io.BytesIO(book))


def test_one_row_a_query_worst_first_and_none_for_information() -> None:
    book = opened(
        query_workbook(
            quality(
                finding(rule_id="B02", severity="warning"),
                finding(rule_id="C03", severity="info"),
                finding(rule_id="D04", severity="block", site=None, subject_id=None),
                finding(rule_id="A01", severity="error", source_row=108),
            ),
            SETTING,
        )
    )
    assert book.sheetnames == ["read me", "queries", "rules"]
    rows = list(book["queries"].iter_rows(values_only=True))
    assert list(rows[0]) == HEADINGS
    assert [row[0] for row in rows[1:]] == ["D04", "A01", "B02"]
    assert rows[2] == (
        "A01", "error", "S1", "017", "lesion_measurements", "lesion_id L02, scan_date 2010-03-11, reader R2",
        "diameter_mm", "Longest diameter", "Lesion L02 measures 812 mm; at most 400 mm is plausible.",
        "Compare with the scan report.",
        "lesion_measurements.csv", 108, None, None, None,
    )  # fmt: skip


def test_a_site_gets_its_own_queries_only() -> None:
    book = opened(query_workbook(quality(finding(site="S1"), finding(site="S2", subject_id="900")), SETTING, "S2"))
    assert [row[3] for row in book["queries"].iter_rows(min_row=2, values_only=True)] == ["900"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_value_that_looks_like_a_formula_stays_text(start: str) -> None:
    text = f'{start}HYPERLINK("x")'
    cell = opened(query_workbook(quality(finding(sentence=text)), SETTING))["queries"]["I2"]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_a_control_character_does_not_stop_the_report() -> None:
    cell = opened(query_workbook(quality(finding(sentence="a\x01b")), SETTING))["queries"]["I2"]
    assert cell.value == "a b"


def test_only_the_answer_can_be_written() -> None:
    sheet = opened(query_workbook(quality(finding()), SETTING))["queries"]
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[2]] == [True] * 12 + [False] * 3
    assert not sheet.protection.autoFilter


def test_the_header_stays_and_filters() -> None:
    sheet = opened(query_workbook(quality(finding()), SETTING))["queries"]
    assert sheet.freeze_panes == "E2"
    assert sheet.auto_filter.ref == "A1:O2"
    assert sheet["I2"].alignment.wrap_text


def test_read_me_says_what_it_is_and_that_it_is_synthetic() -> None:
    text = " ".join(str(row[0]) for row in opened(query_workbook(quality(finding()), SETTING))["read me"].values)
    assert "1 open query" in text
    assert "SYNTHETIC" in text
    assert "Data cut 2012-05-31" in text


def test_the_bytes_are_the_same_twice_and_hold_no_clock() -> None:
    book = query_workbook(quality(finding()), SETTING)
    assert book == query_workbook(quality(finding()), SETTING)
    assert opened(book).properties.modified == datetime.datetime(2012, 5, 31)
    assert {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(book)).infolist()} == {1980}


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
