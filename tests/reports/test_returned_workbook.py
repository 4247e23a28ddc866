"""A workbook that comes back: every answer read or refused with a sentence, and no file can do harm."""

import datetime
import io
import os
import random
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports import returned_workbook
from reports.query_csv import query_csv
from reports.query_sheet import seal
from reports.returned_workbook import ReturnedRow, ReturnedWorkbookError, read_answers
from reports.run_folder import Quality
from reports.setting import Setting
from reports.workbook import query_workbook
from tests.reports.tiny_queries import quality_parts, query
from tests.reports.tiny_run import PROTOCOL, facts

IDS = ("0" * 16, "1" * 16, "2" * 16)
LONG_ID = "012345678901234567"
REPLY = ("correct as it stands", "R. Roe", "2026-01-31")
COLUMN = {"query": 1, "state": 2, "since": 3, "days open": 4, "subject": 8, "sentence": 13, "row": 16,
          "answer": 18, "answered by": 19, "date": 20, "stamp": 21, "seal": 22}  # fmt: skip


def sent() -> bytes:
    """A workbook of three queries as it goes out."""
    asked = [query(query_id=identity, subject_id=subject, sentence="Größe 肿瘤  is\n=812 mm")
             for identity, subject in zip(IDS, ("007", LONG_ID, "017"), strict=True)]  # fmt: skip
    return query_workbook(Quality([], [], [], queries=asked, **quality_parts()), Setting(PROTOCOL, facts()))


def changed(path: Path, change: Callable[[Worksheet], Any], name: str = "back.xlsx") -> Path:
    """The workbook as it comes back after ``change`` of its sheet."""
    book = load_workbook(io.BytesIO(sent()))
    change(book["queries"])
    book.save(path / name)
    return path / name


def answer(sheet: Worksheet, row: int, *reply: Any) -> None:
    for heading, value in zip(("answer", "answered by", "date"), reply, strict=False):
        sheet.cell(row=row, column=COLUMN[heading]).value = value


def refusal(tmp_path: Path, change: Callable[[Worksheet], Any]) -> str:
    """Why the answer in the second line is refused, with the third line answered well beside it."""

    def both(sheet: Worksheet) -> None:
        answer(sheet, 2, *REPLY)
        answer(sheet, 3, *REPLY)
        change(sheet)

    rows = read_answers(changed(tmp_path, both))
    assert [row.refusal for row in rows if row.row == 3] == [""]
    (found,) = [row for row in rows if row.row == 2]
    return found.refusal


def test_a_workbook_without_an_answer_has_none(tmp_path: Path) -> None:
    (tmp_path / "sent.xlsx").write_bytes(sent())
    assert read_answers(tmp_path / "sent.xlsx") == []


def test_an_answer_with_a_day_as_text_or_as_a_date(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        answer(sheet, 2, *REPLY)
        answer(sheet, 3, "  in my own\nwords ", "J. Doe", datetime.date(2026, 2, 1))
        answer(sheet, 4, 12.5, "J. Doe", datetime.datetime(2026, 2, 1, 13, 30))

    assert read_answers(changed(tmp_path, fill)) == [
        ReturnedRow(2, IDS[0], *REPLY, ""),
        ReturnedRow(3, IDS[1], "in my own words", "J. Doe", "2026-02-01", ""),
        ReturnedRow(4, IDS[2], "12.5", "J. Doe", "2026-02-01", ""),
    ]


def test_a_day_that_has_lost_its_format_is_still_a_day(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        answer(sheet, 2, "yes", "R. Roe", 46_053)
        sheet.cell(row=2, column=COLUMN["date"]).number_format = "General"

    assert [row.answered_on for row in read_answers(changed(tmp_path, fill))] == ["2026-01-31"]


@pytest.mark.parametrize(
    ("heading", "value", "sentence"),
    [
        ("query", None, "The row has no query id; copy the answer into the row of its query."),
        ("query", "9" * 16, "A locked cell"),
        ("query", "Jane Roe", "A locked cell"),
        ("subject", 7, "A locked cell"),
        ("subject", "008", "A locked cell"),
        ("sentence", "=1+1", "A locked cell"),
        ("since", datetime.date(2026, 1, 3), "A locked cell"),
        ("row", 109, "A locked cell"),
        ("stamp", "0" * 12, "A locked cell"),
        ("seal", None, "A locked cell"),
        ("answer", '=HYPERLINK("http://x","y")', "An answer cell holds a formula or an error"),
        ("answered by", "=1+1", "An answer cell holds a formula or an error"),
        ("date", "=TODAY()", "An answer cell holds a formula or an error"),
        ("answer", None, "The answer is missing"),
        ("answer", "   ", "The answer is missing"),
        ("answer", "x" * 2001, "The answer is longer than 2000 characters"),
        ("answer", "x" * 2000, ""),
        ("answered by", None, "“answered by” is missing"),
        ("answered by", "x" * 201, "“answered by” is longer than 200"),
        ("date", None, "The date is missing"),
        ("date", "31.01.2026", "The date is not a date"),
        ("date", "2026-02-30", "The date is not a date"),
        ("date", "yesterday", "The date is not a date"),
        ("date", 17, "The date is not a date"),
        ("date", True, "The date is not a date"),
        ("date", datetime.time(12, 0), "The date is not a date"),
    ],
)
def test_a_row_that_is_not_as_it_must_be_is_refused_alone(
    tmp_path: Path, heading: str, value: Any, sentence: str
) -> None:
    def spoil(sheet: Worksheet) -> None:
        cell = sheet.cell(row=2, column=COLUMN[heading])
        if heading == "date":
            cell.number_format = "General"
        cell.value = value

    found = refusal(tmp_path, spoil)
    assert found.startswith(sentence)
    assert bool(found) == bool(sentence)


def test_a_formula_stored_as_text_is_refused_too(tmp_path: Path) -> None:
    def spoil(sheet: Worksheet) -> None:
        cell = sheet.cell(row=2, column=COLUMN["answer"])
        cell.value = "=1+1"
        cell.data_type = "s"

    assert refusal(tmp_path, spoil).startswith("An answer cell holds a formula")


def test_neither_a_formula_nor_what_is_no_id_is_handed_on(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        answer(sheet, 2, "=1+1", *REPLY[1:])
        answer(sheet, 3, *REPLY)
        sheet.cell(row=3, column=1).value = "Jane Roe"

    rows = read_answers(changed(tmp_path, fill))
    assert [(row.query_id, row.answer) for row in rows] == [(IDS[0], ""), ("", REPLY[0])]


def test_an_id_that_stands_there_twice_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    def copy_down(sheet: Worksheet, reply: tuple[str, ...]) -> None:
        for target in (5, 6):
            for column in range(1, 23):
                sheet.cell(row=target, column=column).value = sheet.cell(row=2, column=column).value
        answer(sheet, 3, *REPLY)
        answer(sheet, 6, *reply)

    rows = read_answers(changed(tmp_path, lambda sheet: copy_down(sheet, REPLY)))
    assert [(row.row, row.refusal[:20]) for row in rows] == [
        (2, "This query stands in"), (3, ""), (5, "This query stands in"), (6, "This query stands in"),
    ]  # fmt: skip
    assert [row.row for row in read_answers(changed(tmp_path, lambda sheet: copy_down(sheet, ())))] == [3]


def test_rows_and_columns_in_another_order_hidden_or_pushed_down(tmp_path: Path) -> None:
    book = load_workbook(io.BytesIO(sent()))
    rows = [list(row) for row in book["queries"].iter_rows(values_only=True)]
    rows[1][17:20] = REPLY
    rows[3][17:20] = ("no", "J. Doe", datetime.datetime(2026, 2, 1))
    back = Workbook()
    sheet = back.worksheets[0]
    sheet.title = "Queries "
    sheet.append(["Dear colleague,"])
    sheet.append([])
    for row in [rows[0], *reversed(rows[1:])]:
        sheet.append([*reversed(row), None, "a note"])
    sheet["V3"].value = " QUERY "
    sheet.row_dimensions[4].hidden = True
    back.save(tmp_path / "back.xlsx")
    assert read_answers(tmp_path / "back.xlsx") == [
        ReturnedRow(4, IDS[2], "no", "J. Doe", "2026-02-01", ""),
        ReturnedRow(6, IDS[0], *REPLY, ""),
    ]


def test_the_seal_does_not_depend_on_how_a_program_saves_a_value() -> None:
    day = datetime.datetime(2026, 1, 2)
    assert seal(["a  b", 108.0, day, None]) == seal(["a\r\nb", 108, "2026-01-02", ""])
    assert seal(["a", "b"]) != seal(["ab", ""])


# --- whole files that are refused ---------------------------------------------------------------


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The workbook as sent, with one part more, or another."""
    with zipfile.ZipFile(io.BytesIO(sent())) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    return zipped(path, parts | {name: content})


def refused(path: Path) -> str:
    with pytest.raises(ReturnedWorkbookError) as error:
        read_answers(path)
    assert str(error.value).startswith(f"{path.name}: ")
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return str(error.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no Excel workbook"),
        (b"query;answer\r\n", "no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "has a password or is of the old kind"),
        (b"PK\3\4" + bytes(300), "cut short or spoilt"),
        (sent()[:5000], "cut short or spoilt"),
        (sent()[:-30], "cut short or spoilt"),
    ],
)
def test_a_file_that_is_no_whole_workbook(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "back.xlsx"
    path.write_bytes(content)
    assert sentence in refused(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "back.xlsx")
    (tmp_path / "folder.xlsx").mkdir()
    assert "cannot be read" in refused(tmp_path / "folder.xlsx")


def test_a_spoilt_byte_in_the_middle(tmp_path: Path) -> None:
    content = bytearray(sent())
    start = content.index(b"xl/worksheets/sheet3.xml") + 60
    content[start : start + 40] = bytes(40)
    (tmp_path / "back.xlsx").write_bytes(bytes(content))
    assert "cut short or spoilt" in refused(tmp_path / "back.xlsx")


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    assert "no Excel workbook" in refused(zipped(tmp_path / "back.xlsx", {"mimetype": b"application/x-ods"}))


def test_no_sheet_of_queries_or_no_headings(tmp_path: Path) -> None:
    def renamed(sheet: Worksheet) -> None:
        sheet.title = "Tabelle1"

    assert "no sheet “queries”" in refused(changed(tmp_path, renamed))
    assert "no headings" in refused(changed(tmp_path, lambda sheet: sheet.delete_rows(1)))


@pytest.mark.parametrize("column", range(1, 23))
def test_a_column_that_is_missing(tmp_path: Path, column: int) -> None:
    sentence = refused(changed(tmp_path, lambda sheet: sheet.delete_cols(column)))
    assert "is missing" in sentence or "no headings" in sentence


def test_a_heading_that_stands_there_twice(tmp_path: Path) -> None:
    def twice(sheet: Worksheet) -> None:
        sheet.cell(row=1, column=30).value = "answer"

    assert "“answer” is there more than once" in refused(changed(tmp_path, twice))


def test_macros_are_refused(tmp_path: Path) -> None:
    assert "has macros" in refused(with_part(tmp_path / "back.xlsx", "xl/vbaProject.bin", b"x"))
    with zipfile.ZipFile(io.BytesIO(sent())) as archive:
        kinds = archive.read("[Content_Types].xml")
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert plain in kinds
    kinds = kinds.replace(plain, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    assert "has macros" in refused(with_part(tmp_path / "back.xlsm", "[Content_Types].xml", kinds))


def test_a_password_in_the_zip(tmp_path: Path) -> None:
    content = bytearray(sent())
    at = content.index(b"PK\1\2")
    struct.pack_into("<H", content, at + 8, 1)
    (tmp_path / "back.xlsx").write_bytes(bytes(content))
    assert "has a password" in refused(tmp_path / "back.xlsx")


def test_a_zip_bomb_is_not_inflated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = with_part(tmp_path / "back.xlsx", "xl/media/bomb.bin", bytes(201 * 1024 * 1024))
    assert path.stat().st_size < 1_000_000
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_, **__: pytest.fail("inflated"))
    assert "larger than 200 MB" in refused(path)


def test_a_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    content = bytearray(with_part(tmp_path / "x.xlsx", "xl/sharedStrings.xml", bytes(1_000_000)).read_bytes())
    at = content.rindex(b"xl/sharedStrings.xml") - 46
    assert content[at : at + 4] == b"PK\1\2"
    struct.pack_into("<I", content, at + 24, 10)
    (tmp_path / "back.xlsx").write_bytes(bytes(content))
    with pytest.raises(ReturnedWorkbookError):
        read_answers(tmp_path / "back.xlsx")


def test_too_many_parts_and_too_large_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "back.xlsx").write_bytes(sent())
    monkeypatch.setattr(returned_workbook, "MOST_PARTS", 5)
    assert "200 MB" in refused(tmp_path / "back.xlsx")
    monkeypatch.setattr(returned_workbook, "LARGEST_FILE", 1000)
    assert "larger than 50 MB" in refused(tmp_path / "back.xlsx")


def test_entities_are_refused(tmp_path: Path) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    assert "not written by Excel" in refused(with_part(tmp_path / "back.xlsx", "xl/sharedStrings.xml", bomb))
    wide = bomb.decode().encode("utf-16")
    assert "not written by Excel" in refused(with_part(tmp_path / "back.xlsx", "xl/sharedStrings.xml", wide))


@pytest.mark.parametrize("spoilt", [b'<row r="99999999999">', b'<row r="x">', b"<row><c r='A1' t='s'><v>9</v></c>"])
def test_a_sheet_that_claims_impossible_things(tmp_path: Path, spoilt: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(sent())) as archive:
        sheet = archive.read("xl/worksheets/sheet3.xml")
    sheet = sheet.replace(b'<row r="3"', spoilt + b'</row><row r="3"', 1)
    assert "cut short or spoilt" in refused(with_part(tmp_path / "back.xlsx", "xl/worksheets/sheet3.xml", sheet))


def test_no_damage_ends_in_another_error_or_in_an_answer_nobody_wrote(tmp_path: Path) -> None:
    whole = changed(tmp_path, lambda sheet: answer(sheet, 2, *REPLY)).read_bytes()
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(1)
    damaged = tmp_path / "damaged.xlsx"
    for turn in range(150):
        if turn % 2:  # in the zip
            content = bytearray(whole)
            for _ in range(chance.randint(1, 20)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            damaged.write_bytes(bytes(content[: chance.choice((len(content), chance.randrange(len(content))))]))
        else:  # in one of its parts
            name = chance.choice(sorted(parts))
            part = bytearray(parts[name])
            for _ in range(chance.randint(1, 5)):
                part[chance.randrange(len(part))] = chance.choice(b'<>/"=09AZ ')
            zipped(damaged, parts | {name: bytes(part)})
        try:
            rows = read_answers(damaged)
        except ReturnedWorkbookError:
            continue
        assert {row.query_id for row in rows if not row.refusal} <= {IDS[0]}


def test_no_value_of_a_cell_in_an_error(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        answer(sheet, 2, "SECRET", "SECRET", "SECRET")
        sheet.cell(row=1, column=COLUMN["stamp"]).value = "SECRET"

    assert "SECRET" not in refused(changed(tmp_path, fill))

    def spoil(sheet: Worksheet) -> None:
        answer(sheet, 2, "SECRET", "SECRET", "SECRET")
        sheet.cell(row=2, column=COLUMN["date"]).value = -99_999_999

    (row,) = read_answers(changed(tmp_path, spoil))
    assert "SECRET" not in row.refusal


# --- LibreOffice --------------------------------------------------------------------------------

needs_libreoffice = pytest.mark.skipif(
    not shutil.which("soffice") and not os.environ.get("CI"), reason="LibreOffice (soffice) is not installed"
)


def convert(path: Path, form: str, folder: Path) -> Path:
    """``path`` saved by LibreOffice in another form."""
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(folder), str(path)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return folder / path.with_suffix(f".{form.split(':')[0]}").name


@pytest.mark.slow
@needs_libreoffice
def test_libreoffice_keeps_ids_days_and_answers(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        answer(sheet, 2, *REPLY)
        answer(sheet, 3, "012", "J. Doe", datetime.date(2026, 2, 1))
        answer(sheet, 4, *REPLY)
        sheet.cell(row=4, column=COLUMN["subject"]).value = "018"

    (tmp_path / "saved").mkdir()
    saved = convert(changed(tmp_path, fill), "xlsx", tmp_path / "saved")
    rows = list(load_workbook(saved)["queries"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == list(IDS)
    assert [row[7] for row in rows] == ["007", LONG_ID, "018"]
    assert {row[2] for row in rows} == {datetime.datetime(2026, 1, 2)}
    assert read_answers(saved) == [
        ReturnedRow(2, IDS[0], *REPLY, ""),
        ReturnedRow(3, IDS[1], "012", "J. Doe", "2026-02-01", ""),
        ReturnedRow(4, IDS[2], *REPLY,
                    "A locked cell of this row was changed; copy the answer into the workbook as it came."),
    ]  # fmt: skip


@pytest.mark.slow
@needs_libreoffice
def test_libreoffice_keeps_ids_of_eighteen_digits_drop_down_and_lock(tmp_path: Path) -> None:
    (tmp_path / "sent.xlsx").write_bytes(sent())
    (tmp_path / "saved").mkdir()
    sheet = load_workbook(convert(tmp_path / "sent.xlsx", "xlsx", tmp_path / "saved"))["queries"]
    assert sheet["H3"].value == LONG_ID
    assert sheet.protection.sheet
    assert {each.type for each in sheet.data_validations.dataValidation} == {"list", "date"}
    assert not sheet["R2"].protection.locked
    assert sheet["H2"].protection.locked


@pytest.mark.slow
@needs_libreoffice
def test_libreoffice_prints_it_and_opens_the_csv(tmp_path: Path) -> None:
    (tmp_path / "sent.xlsx").write_bytes(sent())
    assert convert(tmp_path / "sent.xlsx", "pdf", tmp_path).read_bytes().startswith(b"%PDF")
    asked = [query(subject_id="007"), query(query_id="1" * 16, subject_id=LONG_ID, sentence="=1+1")]
    (tmp_path / "queries.csv").write_bytes(query_csv(Quality([], [], [], queries=asked), Setting(PROTOCOL, facts())))
    sheet = load_workbook(convert(tmp_path / "queries.csv", "xlsx", tmp_path)).worksheets[0]
    assert [str(cell.value).lstrip("'") for cell in sheet["H"][1:]] == ["007", LONG_ID]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
