"""An extract that comes as workbooks gives the cut of the same extract as text, and every place names the workbooks."""

import csv
import io
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from studies import Study
from tests.flows.conftest import Refreshed, refreshed
from warehouse import Store
from warehouse.history import find_run
from warehouse.verification import verify

pytestmark = pytest.mark.slow

EMPTY_ROWS = 2
"""So many rows of blanks stand below the records of each sheet."""


def as_workbooks(study: Study, folder: Path) -> Path:
    folder.mkdir()
    for table in study.mapping.tables.values():
        content = (study.extracts_dir / table.file).read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([field or None for field in row])
        for _ in range(EMPTY_ROWS):
            book.active.append([" "] * len(rows[0]))
        book.save((folder / table.file).with_suffix(".xlsx"))
    return folder


@pytest.fixture(scope="module")
def of_workbooks(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    folder = tmp_path_factory.mktemp("workbooks")
    return refreshed(folder, extracts=as_workbooks(study, folder / "extracts"))


def findings(run: Refreshed) -> pl.DataFrame:
    return pl.read_parquet(run.run / "quality" / "findings.parquet")


def test_the_findings_are_those_of_the_text_in_the_same_rows_of_the_workbooks(
    sample: Refreshed, of_workbooks: Refreshed
) -> None:
    assert of_workbooks.state == sample.state == "Published with quarantine"
    told = ["rule_id", "table_name", "source_file", "source_row", "column_name", "query_id"]
    expected = findings(sample).select(told).with_columns(pl.col("source_file").str.replace(r"[.]csv", ".xlsx"))
    found = findings(of_workbooks).select(told)
    assert found["source_file"].drop_nulls().str.ends_with(".xlsx").all()
    assert found.sort(told).equals(expected.sort(told))


def test_empty_rows_are_told_and_are_not_received(sample: Refreshed, of_workbooks: Refreshed) -> None:
    files = find_run(of_workbooks.runs, "latest").manifest()["extract_files"]
    assert {file["empty_lines"] for file in files} == {EMPTY_ROWS}
    with of_workbooks.cut() as cut, sample.cut() as other:
        rows = "select table_name, received, duplicates, quarantined, published from quality.rows order by table_order"
        assert cut.execute(rows).fetchall() == other.execute(rows).fetchall()
    assert f"{EMPTY_ROWS} empty lines skipped" in (of_workbooks.run / "quality" / "report.html").read_text("utf-8")


def test_the_archive_keeps_the_workbooks_as_received_and_the_same_ones_again_are_no_change(
    of_workbooks: Refreshed,
) -> None:
    extracts = of_workbooks.data.parent / "extracts"
    (archive,) = (of_workbooks.data / "raw").iterdir()
    assert {file.name: file.read_bytes() for file in archive.iterdir()} == {
        file.name: file.read_bytes() for file in extracts.iterdir()
    }
    run = find_run(of_workbooks.runs, "latest")
    assert not [file.sentence for file in verify(Store(of_workbooks.data), run) if file.problem]
    assert refreshed(of_workbooks.data.parent, extracts=extracts).state == "No change"
