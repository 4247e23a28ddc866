"""A table that came as a workbook becomes the text that the loader reads: cells as what they are, rows as numbered."""

import contextlib
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from warehouse.errors import ExtractError
from warehouse.extract_files import Source, find
from warehouse.workbook_extract import as_csv

SHEET = "xl/worksheets/sheet1.xml"
COLUMNS = {"subject_id": "Study no.", "size_mm": "Size"}


def written(path: Path, *rows: list[object], sheets: int = 1) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for number in range(1, sheets):
        book.create_sheet(f"Sheet {number + 1}")
    book.save(path)
    return path


def text_of(workbook: Path, date_format: str = "%Y-%m-%d") -> list[str]:
    """The lines that come of a workbook which is there in place of ``visits.csv``."""
    source = Source("visits", workbook.with_suffix(".csv").name, COLUMNS, date_format=date_format)
    target = workbook.with_suffix(".text")
    as_csv(find(workbook.parent, source), target)
    return target.read_text("utf-8").split("\n")[:-1]


def refusal(workbook: Path) -> str:
    with pytest.raises(ExtractError) as error:
        text_of(workbook)
    assert {(fault.table, fault.file) for fault in error.value.faults} == {("visits", workbook.name)}
    assert all(fault.blocks for fault in error.value.faults)
    return str(error.value)


def with_formulas(path: Path, cells: dict[str, str], rows: int = 3) -> Path:
    """A workbook of ``rows`` rows in which ``cells`` are as in the XML that some program wrote."""
    written(path, ["Study no.", "Size", "Note"], *([f"P{row}", 20, "x"] for row in range(2, rows + 1)))
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET).decode()
    for cell, xml in cells.items():
        (old,) = re.findall(rf'<c r="{cell}"[^>]*>.*?</c>', sheet)
        change(path, SHEET, old.encode(), xml.encode())
    return path


def change(book: Path, part: str, old: bytes, new: bytes) -> None:
    """The workbook with other bytes in one of its parts."""
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    with zipfile.ZipFile(book, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old, new) if name == part else content)


def test_cells_are_written_as_what_they_are(tmp_path: Path) -> None:
    book = written(
        tmp_path / "visits.xlsx",
        ["Study no.", "就诊日期", "Size", "Count", "Alive", "Note", "At"],
        ["P1", date(2012, 5, 31), 12.5, 3.0, True, "two\nlines, a comma", datetime(2012, 5, 31, 8, 30)],
        ["007", datetime(2011, 1, 2), None, 4, False, "", None],
    )
    assert text_of(book, "%d.%m.%Y") == [
        "Study no.,就诊日期,Size,Count,Alive,Note,At",
        'P1,31.05.2012,12.5,3,true,"two lines, a comma",2012-05-31 08:30:00',
        "007,02.01.2011,,4,false,,",
    ]


def test_a_line_of_the_text_has_the_number_of_its_row(tmp_path: Path) -> None:
    """Empty rows between records count, those behind the last record are no lines."""
    book = written(
        tmp_path / "visits.xlsx", ["Study no.", "Size"], [None], ["P3", 1], [None, ""], [None], ["P6", 2], ["", None]
    )
    assert text_of(book) == ["Study no.,Size", "", "P3,1", "", "", "P6,2"]


def test_a_sheet_is_read_to_its_end_whatever_size_it_says_it_has(tmp_path: Path) -> None:
    book = written(tmp_path / "visits.xlsx", ["Study no.", "Size"], ["P2", 1], ["P3", 2])
    change(book, SHEET, b'<dimension ref="A1:B3"', b'<dimension ref="A1:A1"')
    assert text_of(book) == ["Study no.,Size", "P2,1", "P3,2"]


def test_a_formula_is_read_as_the_value_that_was_calculated(tmp_path: Path) -> None:
    """An empty text may be what a formula gives: it says so by its kind."""
    cells = {
        "B2": '<c r="B2"><f>10+2</f><v>12</v></c>',
        "B3": '<c r="B3" t="str"><f>IF(1,"","x")</f><v></v></c>',
    }
    assert text_of(with_formulas(tmp_path / "visits.xlsx", cells)) == ["Study no.,Size,Note", "P2,12,x", "P3,,x"]


@pytest.mark.parametrize("value", ["", "<v></v>", "<v/>"])
def test_a_formula_that_was_never_calculated_is_named_and_not_taken_for_a_blank(tmp_path: Path, value: str) -> None:
    cells = {cell: f'<c r="{cell}"><f>10+2</f>{value}</c>' for cell in ("B3", "B4")}
    assert refusal(with_formulas(tmp_path / "visits.xlsx", cells, rows=5)) == (
        "visits.xlsx: 2 formulas of the column 'Size' (visits.size_mm) were never calculated, first in cell B3 of the "
        "sheet 'Sheet'; open the workbook in Excel, save it and send it again."
    )


def test_each_column_with_such_formulas_is_a_fault_of_its_own(tmp_path: Path) -> None:
    cells = {cell: f'<c r="{cell}"><f>10+2</f></c>' for cell in ("A2", "B2")}
    with pytest.raises(ExtractError) as error:
        text_of(with_formulas(tmp_path / "visits.xlsx", cells))
    assert [fault.field for fault in error.value.faults] == ["subject_id", "size_mm"]


def test_a_heading_that_was_never_calculated_is_named(tmp_path: Path) -> None:
    cells = {"B1": '<c r="B1"><f>"Si"&amp;"ze"</f></c>'}
    assert "a formula of the headings was never calculated, first in cell B1" in refusal(
        with_formulas(tmp_path / "visits.xlsx", cells)
    )


def test_formulas_of_a_column_that_is_not_mapped_are_of_no_matter(tmp_path: Path) -> None:
    cells = {"C2": '<c r="C2"><f>10+2</f></c>'}
    assert text_of(with_formulas(tmp_path / "visits.xlsx", cells))[1] == "P2,20,"


def test_several_sheets_are_a_question_not_a_guess(tmp_path: Path) -> None:
    book = written(tmp_path / "visits.xlsx", ["Study no."], sheets=2)
    assert "2 visible sheets; keep the one with the records" in refusal(book)


def test_a_workbook_whose_only_sheet_is_hidden_is_named(tmp_path: Path) -> None:
    book = written(tmp_path / "visits.xlsx", ["Study no."], ["P1"])
    change(book, "xl/workbook.xml", b'state="visible"', b'state="hidden"')
    assert "no visible sheet; put the records on one" in refusal(book)


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    book = tmp_path / "visits.xlsx"
    book.write_text("Study no.\nP1\n", "utf-8")
    assert "called a workbook and is none; if it is CSV, rename it to visits.csv" in refusal(book)
    book.write_bytes(b"")
    assert "the file is empty" in refusal(book)
    book.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))
    assert "has a password or is of the old kind (.xls); save it as .xlsx without a password" in refusal(book)
    with zipfile.ZipFile(book, "w") as archive:
        archive.writestr("hello.txt", "no workbook either")
    assert "damaged" in refusal(book)


def test_a_workbook_that_was_cut_short_or_damaged_anywhere_is_refused_or_read_as_it_was(tmp_path: Path) -> None:
    rows = [["Study no.", "Size"], *([f"P{row}", row] for row in range(2, 40))]
    whole = written(tmp_path / "visits.xlsx", *rows).read_bytes()
    meant = text_of(tmp_path / "visits.xlsx")
    book = tmp_path / "visits.xlsx"
    for end in range(4, len(whole), 97):
        book.write_bytes(whole[:end])
        assert "damaged or was cut short" in refusal(book)
    for place in range(4, len(whole), 97):
        book.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        with contextlib.suppress(ExtractError):
            assert text_of(book) == meant


def test_a_sheet_that_is_no_xml_is_damage(tmp_path: Path) -> None:
    book = written(tmp_path / "visits.xlsx", ["Study no."], ["P1"])
    change(book, SHEET, b"</sheetData>", b"")
    assert "damaged" in refusal(book)


def test_a_workbook_that_would_fill_the_disk_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "visits.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(SHEET, "w") as entry,
    ):
        for _ in range(6):
            entry.write(bytes(100_000_000))
    assert "would unpack to 600,000,000 bytes" in refusal(tmp_path / "visits.xlsx")
