"""A table that came as a workbook becomes the CSV that the loader reads: cells as what they are."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from warehouse.errors import ExtractError
from warehouse.workbook_extract import as_csv


def written(path: Path, *rows: list[object], sheets: int = 1) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for number in range(1, sheets):
        book.create_sheet(f"Sheet {number + 1}")
    book.save(path)
    return path


def text_of(workbook: Path, date_format: str = "%Y-%m-%d") -> list[str]:
    target = workbook.with_suffix(".csv")
    as_csv("visits", workbook, target, date_format)
    return target.read_text("utf-8").splitlines()


def test_cells_are_written_as_what_they_are(tmp_path: Path) -> None:
    book = written(
        tmp_path / "visits.xlsx",
        ["Study no.", "就诊日期", "Size", "Count", "Alive", "Note", "At"],
        ["P1", date(2012, 5, 31), 12.5, 3.0, True, "two\nlines, a comma", datetime(2012, 5, 31, 8, 30)],
        [None, None, None, None, None, None, None],
        ["007", datetime(2011, 1, 2), None, 4, False, "", None],
    )
    assert text_of(book, "%d.%m.%Y") == [
        "Study no.,就诊日期,Size,Count,Alive,Note,At",
        'P1,31.05.2012,12.5,3,true,"two lines, a comma",2012-05-31 08:30:00',
        "007,02.01.2011,,4,false,,",
    ]


def test_several_sheets_are_a_question_not_a_guess(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="2 visible sheets; keep the one with the records"):
        text_of(written(tmp_path / "visits.xlsx", ["Study no."], sheets=2))


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "visits.xlsx").write_text("Study no.\nP1\n", "utf-8")
    with pytest.raises(ExtractError, match="no workbook of Excel"):
        text_of(tmp_path / "visits.xlsx")
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("hello.txt", "no workbook either")
    with pytest.raises(ExtractError, match="damaged"):
        text_of(tmp_path / "other.xlsx")


def test_a_workbook_that_would_fill_the_disk_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as entry,
    ):
        for _ in range(6):
            entry.write(bytes(100_000_000))
    with pytest.raises(ExtractError, match="would unpack to 600,000,000 bytes"):
        text_of(tmp_path / "bomb.xlsx")
