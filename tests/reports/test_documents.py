"""Word and RTF say what the HTML says, open in a word processor, and have the same bytes every time."""

import datetime
import io
import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx import Document

from reports.display_table import Column, DisplayTable, Row
from reports.table_layout import PORTRAIT, layout, spanner_runs
from reports.table_rtf import escaped, rtf_document
from reports.table_word import word_document

DAY = datetime.date(2012, 5, 31)
NARROW = DisplayTable(
    name="narrow",
    title="Table 1. Sex & <age>",
    stub="Characteristic",
    columns=(Column("TACE (n = 22)"), Column("Control (n = 38)"), Column("Why", numeric=False)),
    rows=(
        Row("Sex, n (%)", ("", "", "")),
        Row("Male", ("16 (72.7)", "29 (76.3)", "≤50 %"), indent=True),
        Row("Survival", ("68.6 (57.5–79.6)", "NR", "{braces} \\ 肝 😀")),
    ),
    notes=("Population: all treated patients.", "Data cut 2012-05-31."),
    mark="SYNTHETIC",
)
WIDE = DisplayTable(
    name="wide",
    title="Adverse events",
    stub="Event",
    columns=tuple(Column(f"Arm {arm}, n (%) of all", grade) for grade in ("Any grade", "Grade 3–4") for arm in "AB"),
    rows=tuple(
        Row(f"An event with a long name, number {place}", ("12 (54.5) [32.2–75.6]",) * 4) for place in range(60)
    ),
    mark="SYNTHETIC",
)


def words(document: bytes) -> list[list[str]]:
    (table,) = Document(io.BytesIO(document)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_word_holds_the_cells_in_their_order() -> None:
    assert words(word_document([NARROW], "Tables", DAY)) == [
        ["Characteristic", "TACE (n = 22)", "Control (n = 38)", "Why"],
        ["Sex, n (%)", "", "", ""],
        ["Male", "16 (72.7)", "29 (76.3)", "≤50 %"],
        ["Survival", "68.6 (57.5–79.6)", "NR", "{braces} \\ 肝 😀"],
    ]


def test_word_holds_title_mark_notes_and_the_mark_again_on_every_page() -> None:
    document = Document(io.BytesIO(word_document([NARROW, WIDE], "Tables of the study", DAY)))
    text = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    assert text == ["Table 1. Sex & <age>", "SYNTHETIC", *NARROW.notes, "Adverse events", "SYNTHETIC"]
    assert [section.header.paragraphs[0].text for section in document.sections] == ["SYNTHETIC", "SYNTHETIC"]
    assert document.core_properties.title == "Tables of the study"
    assert document.core_properties.modified == datetime.datetime(2012, 5, 31, tzinfo=datetime.UTC)


def test_a_wide_table_lies_across_and_a_narrow_one_stands() -> None:
    assert layout(NARROW).page == PORTRAIT
    assert layout(WIDE).page == PORTRAIT[::-1]
    assert spanner_runs(WIDE) == [("Any grade", 2), ("Grade 3–4", 2)]
    sections = Document(io.BytesIO(word_document([NARROW, WIDE], "x", DAY))).sections
    assert [section.page_width > section.page_height for section in sections] == [False, True]


def test_the_same_tables_give_the_same_bytes() -> None:
    made = word_document([NARROW, WIDE], "x", DAY)
    assert made == word_document([NARROW, WIDE], "x", DAY)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        properties = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\d", properties)) == {"2012-05-31"}
    assert rtf_document(WIDE, DAY) == rtf_document(WIDE, DAY)


def test_rtf_is_ascii_with_every_other_letter_escaped() -> None:
    assert escaped("a\\b {c} – 肝 😀\n") == "a\\\\b \\{c\\} \\u8211? \\u-32611? \\u-10179?\\u-8704? "
    made = rtf_document(NARROW, DAY).decode("ascii")
    assert made.count("{") - made.count("\\{") == made.count("}") - made.count("\\}")
    assert made.count("\\row") == 4
    assert made.count("SYNTHETIC") == 2
    assert re.findall(r"16 \(72\.7\)|68\.6 \(57\.5", made) == ["16 (72.7)", "68.6 (57.5"]


def as_text(folder: Path, *names: str) -> None:
    """Has LibreOffice read the files and write each as plain text beside them."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(folder)]
    subprocess.run([*command, *(str(folder / name) for name in names)], check=True, capture_output=True, timeout=300)


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("soffice") is None and not os.environ.get("CI"), reason="LibreOffice (soffice) is not installed"
)
def test_a_word_processor_opens_both(tmp_path: Path) -> None:
    """Every cell and note is in what LibreOffice reads."""
    (tmp_path / "word.docx").write_bytes(word_document([NARROW], "x", DAY))
    (tmp_path / "rich.rtf").write_bytes(rtf_document(NARROW, DAY))
    (tmp_path / "control.html").write_text("<p>any document</p>", encoding="utf-8")
    as_text(tmp_path, "word.docx", "rich.rtf", "control.html")
    if not (tmp_path / "control.txt").exists():
        if os.environ.get("CI"):
            pytest.fail("LibreOffice Writer must be installed where CI is set; .ci/run installs it")
        pytest.skip("LibreOffice is installed without Writer")
    for name in ("word", "rich"):
        text = (tmp_path / f"{name}.txt").read_text(encoding="utf-8")
        for row in NARROW.rows:
            assert all(cell in text for cell in (row.label, *row.cells)), (name, row.label)
        assert all(note in text for note in (NARROW.title, *NARROW.notes)), name
