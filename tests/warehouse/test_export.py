"""The analysis data sets leave datacut whole, labelled, and with the same bytes each time."""

import csv
import datetime
import json
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from schemas.analysis_dictionary import analysis_variable
from warehouse import WarehouseError, WrongUseError
from warehouse.export import Format, export_run
from warehouse.runs import RunFolder
from warehouse.transport_file import cut_text

RUN_ID = "20260102T030405Z"
DAY = datetime.date(2010, 1, 2)
ROWS: dict[str, Any] = {
    "usubjid": ["S-1", "S-2", "S-3"],
    "paramcd": ["OS", "OS", "PFS"],
    "param": ["Overall survival", "Overall survival", "Progression-free survival"],
    "startdt": pa.array([DAY, datetime.date(1959, 12, 31), None], pa.date32()),
    "aval": pa.array([11, None, 2147483648], pa.int64()),
    "base": pa.array([Decimal("12.34"), None, Decimal("0.10")], pa.decimal128(12, 2)),
    "pchg": pa.array([1 / 3, None, -1e-9], pa.float64()),
    "adt": pa.array([None] * 3, pa.date32()),
    "adtf": pa.array([None] * 3, pa.string()),
    "evntdesc": ["Death", None, 'say "yes", then\nno'],
}
"""A data set with every type, a day before 1960, columns without any value, and text that CSV must quote."""


def run_of(folder: Path, rows: dict[str, Any] = ROWS, dataset: str = "adtte", mark: str = "SYNTHETIC") -> RunFolder:
    run = RunFolder(folder / "runs", RUN_ID)
    (run.path / "analysis").mkdir(parents=True)
    table = pa.table(rows).replace_schema_metadata({"data": mark} if mark else None)
    pq.write_table(table, run.path / "analysis" / f"{dataset}.parquet")
    manifest = {
        "run_id": RUN_ID, "study": "STUDY", "data_cut": "2012-05-31", "code_version": "1", "status": "published",
        "ended": "2026-01-02T03:04:56+00:00", "extract_files": [], "outputs": [],
    }  # fmt: skip
    run.manifest_file.write_text(json.dumps(manifest), encoding="utf-8")
    return run


def export(folder: Path, form: Format, **run: Any) -> Path:
    (written,) = export_run(run_of(folder, **run), folder / "out", form).files
    return written


# --- SAS transport


def test_a_transport_file_gives_back_every_value(tmp_path: Path) -> None:
    frame, facts = pyreadstat.read_xport(export(tmp_path, "xpt"))
    assert list(frame["USUBJID"]) == ROWS["usubjid"]
    assert list(frame["STARTDT"])[:2] == [DAY, datetime.date(1959, 12, 31)]
    assert frame["STARTDT"].isna().tolist() == [False, False, True]
    assert frame["ADT"].isna().all()
    assert frame["AVAL"].fillna(-1).tolist() == [11, -1, 2147483648]
    assert frame["BASE"].fillna(-1).tolist() == [12.34, -1, 0.1]
    assert frame["PCHG"].fillna(-1).tolist() == pytest.approx([1 / 3, -1, -1e-9], rel=1e-15)
    assert list(frame["EVNTDESC"]) == ["Death", "", 'say "yes", then\nno']
    assert list(frame["ADTF"]) == ["", "", ""]
    assert facts.table_name == "ADTTE"
    assert facts.file_label == "Time to Event Analysis (SYNTHETIC)"


def test_a_transport_file_has_labels_and_formats(tmp_path: Path) -> None:
    _, facts = pyreadstat.read_xport(export(tmp_path, "xpt"))
    for column in ROWS:
        variable = analysis_variable("adtte", column)
        assert variable is not None
        assert facts.column_names_to_labels[variable.name] == variable.label
    assert facts.original_variable_types["STARTDT"] == facts.original_variable_types["ADT"] == "DATE9"


def test_a_transport_file_is_of_version_5(tmp_path: Path) -> None:
    content = export(tmp_path, "xpt").read_bytes()
    assert content.startswith(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!")
    assert len(content) % 80 == 0


def test_the_file_is_dated_as_the_run_and_not_by_the_clock(tmp_path: Path) -> None:
    content = export(tmp_path, "xpt").read_bytes()
    assert content.count(b"02JAN26:03:04:56") == 4


def test_text_is_cut_where_the_form_ends_and_a_sentence_says_so(tmp_path: Path) -> None:
    rows = {**ROWS, "evntdesc": ["a" * 200, "腹" * 67, "b" * 201]}
    made = export_run(run_of(tmp_path, rows), tmp_path / "out", "xpt")
    frame, _ = pyreadstat.read_xport(made.files[0])
    assert list(frame["EVNTDESC"]) == ["a" * 200, "腹" * 66, "b" * 200]
    assert made.remarks == [
        "ADTTE.EVNTDESC: 2 values were cut at 200 bytes, the most that a SAS transport file holds; the other formats "
        "have the whole text.",
        "ADTTE.EVNTDESC: holds letters beyond ASCII, written as UTF-8; read it in a SAS session with UTF-8.",
    ]
    assert made.define["remarks"] == made.remarks


def test_no_half_letter_is_left() -> None:
    assert cut_text("a" * 199 + "é") == "a" * 199
    assert cut_text("a" * 198 + "é") == "a" * 198 + "é"


def test_a_name_that_sas_has_no_room_for_has_a_short_one(tmp_path: Path) -> None:
    rows = {"usubjid": ["S-1"], "iodised_oil_ml": [12.5]}
    frame, _ = pyreadstat.read_xport(export(tmp_path, "xpt", rows=rows, dataset="adpr"))
    assert list(frame.columns) == ["USUBJID", "IODOILML"]


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed here")
def test_haven_reads_the_same_in_r(tmp_path: Path) -> None:
    asked = "quit(status = if (requireNamespace('haven', quietly = TRUE)) 0 else 9)"
    if subprocess.run(["Rscript", "-e", asked]).returncode == 9:
        pytest.skip("R has no package haven here")
    script = (
        f"x <- haven::read_xpt('{export(tmp_path, 'xpt')}');"
        "cat(nrow(x), class(x$STARTDT), format(x$STARTDT), attr(x$AVAL, 'label'), x$AVAL, attr(x, 'label'), sep = '|')"
    )
    said = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True).stdout
    assert said == (
        "3|Date|2010-01-02|1959-12-31|NA|Analysis Value (Days)|11|NA|2147483648|Time to Event Analysis (SYNTHETIC)"
    )


# --- the other forms


def test_csv_has_the_values_and_the_mark(tmp_path: Path) -> None:
    with export(tmp_path, "csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0] == {
        "USUBJID": "S-1", "PARAMCD": "OS", "PARAM": "Overall survival", "STARTDT": "2010-01-02", "AVAL": "11",
        "BASE": "12.34", "PCHG": "0.3333333333333333", "ADT": "", "ADTF": "", "EVNTDESC": "Death", "DATA": "SYNTHETIC",
    }  # fmt: skip
    assert rows[2]["EVNTDESC"] == 'say "yes", then\nno'


def test_a_real_study_has_no_mark(tmp_path: Path) -> None:
    with export(tmp_path, "csv", mark="").open(encoding="utf-8", newline="") as file:
        assert "DATA" not in next(csv.reader(file))


def test_parquet_has_labels_beside_its_types(tmp_path: Path) -> None:
    table = pq.read_table(export(tmp_path, "parquet"))
    assert table.column("STARTDT").to_pylist() == [DAY, datetime.date(1959, 12, 31), None]
    assert table.column("BASE").to_pylist() == [Decimal("12.34"), None, Decimal("0.10")]
    assert table.schema.field("AVAL").metadata[b"label"] == b"Analysis Value (Days)"
    assert table.schema.metadata[b"label"] == b"Time to Event Analysis (SYNTHETIC)"
    assert table.schema.metadata[b"data"] == b"SYNTHETIC"


def test_json_is_dataset_json(tmp_path: Path) -> None:
    content = json.loads(export(tmp_path, "json").read_text(encoding="utf-8"))
    columns = {column["name"]: column for column in content["columns"]}
    assert (content["datasetJSONVersion"], content["name"], content["records"]) == ("1.1.0", "ADTTE", 3)
    assert content["datasetJSONCreationDateTime"] == "2026-01-02T03:04:56"
    assert columns["USUBJID"]["keySequence"] == 1
    assert columns["STARTDT"] == {
        "itemOID": "IT.ADTTE.STARTDT", "name": "STARTDT", "label": "Time to Event Origin Date", "dataType": "date",
        "targetDataType": "integer", "displayFormat": "DATE9.",
    }  # fmt: skip
    assert content["rows"][1] == ["S-2", "OS", "Overall survival", "1959-12-31", None, None, None, None, None, None]
    assert content["rows"][0][5] == 12.34


@pytest.mark.parametrize("form", ["xpt", "csv", "parquet", "json"])
def test_the_same_run_gives_the_same_bytes(tmp_path: Path, form: Format) -> None:
    run = run_of(tmp_path)
    first, second = (export_run(run, tmp_path / name, form) for name in ("one", "two"))
    assert first.files[0].read_bytes() == second.files[0].read_bytes()
    assert first.define == second.define


# --- the dictionary


def test_the_dictionary_says_of_each_column_what_it_is(tmp_path: Path) -> None:
    define = export_run(run_of(tmp_path), tmp_path / "out", "csv").define
    (dataset,) = define["datasets"]
    variables = {row["variable"]: row for row in dataset["variables"]}
    assert (dataset["dataset"], dataset["rows"], dataset["file"]) == ("ADTTE", 3, "adtte.csv")
    assert variables["PARAM"]["length"] == len("Progression-free survival")
    assert [variables[name]["type"] for name in ("PARAM", "AVAL", "BASE", "ADT", "ADTF")] == [
        "text", "integer", "number", "date", "text",
    ]  # fmt: skip
    assert dataset["parameters"] == [
        {"paramcd": "OS", "param": "Overall survival", "rows": 2},
        {"paramcd": "PFS", "param": "Progression-free survival", "rows": 1},
    ]
    assert [entry["code_list"] for entry in define["code_lists"]] == ["date_flag"]


def test_a_column_that_nobody_described_is_not_exported_nameless(tmp_path: Path) -> None:
    run = run_of(tmp_path, {**ROWS, "shoesize": [1, 2, 3]})
    with pytest.raises(WarehouseError, match=r"adtte\.shoesize has no label: add a line .*analysis_variables\.csv"):
        export_run(run, tmp_path / "out", "csv")


# --- where to


def test_the_folder_of_a_run_stays_as_it_is(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    with pytest.raises(WrongUseError, match="lies in the folder of a run"):
        export_run(run, run.path / "analysis" / "xpt", "xpt")
    assert not (run.path / "analysis" / "xpt").exists()


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(WarehouseError, match=r"a file stands in its place.*--out"):
        export_run(run_of(tmp_path), tmp_path / "out", "xpt")


# --- text that a spreadsheet would run


def test_text_that_would_run_as_a_formula_has_an_apostrophe_in_csv_and_the_definition_says_so(tmp_path: Path) -> None:
    texts = [
        "=HYPERLINK(A1)",
        "+cmd|' /C'!A0",
        "-see note",
        "@SUM(A1)",
        "\t=1",
        "＝1",
        "-0.5",
        "+2e3",
        "+",
        "--",
        "a=b",
        None,
    ]
    rows = {"usubjid": [f"S-{place}" for place in range(len(texts))], "evntdesc": texts, "chg": [-1.5] * len(texts)}
    made = export_run(run_of(tmp_path, rows), tmp_path / "out", "csv")
    with made.files[0].open(encoding="utf-8", newline="") as opened:
        written = list(csv.DictReader(opened))
    assert [row["EVNTDESC"] for row in written] == [*(f"'{text}" for text in texts[:6]), *texts[6:11], ""]
    assert {row["CHG"] for row in written} == {"-1.5"}
    assert made.remarks == made.define["remarks"] == [
        "ADTTE.EVNTDESC: 6 values begin as a formula does; in the CSV an apostrophe stands before it, so that a "
        "spreadsheet does not run it. The other formats have the text alone."
    ]  # fmt: skip


def test_the_other_formats_keep_such_text_as_it_is(tmp_path: Path) -> None:
    rows = {"usubjid": ["S-1"], "evntdesc": ["=1+1"]}
    assert pq.read_table(export(tmp_path, "parquet", rows=rows))["EVNTDESC"].to_pylist() == ["=1+1"]
