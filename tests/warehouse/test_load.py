"""Files become raw.*: our columns, text as received, file and line of each row; no identifier in plain."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from schemas.extract_tables import ExtractTable
from tests.warehouse.one_table import load_table
from warehouse.build import define_functions
from warehouse.errors import ExtractError
from warehouse.extract_files import Source, find
from warehouse.raw_tables import name_subjects

KEY = b"a key that is long enough"
PATIENTS = ExtractTable(
    "patients",
    required=("subject_id", "record_id", "birth_year", "sex"),
    optional=("site",),
    identifiers=("record_id",),
    reduced_to_year=("birth_year",),
)
COLUMNS = {"subject_id": "No", "record_id": "MRN", "birth_year": "Born", "sex": "Sex"}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        define_functions(opened, ["%Y-%m-%d", "%Y年%m月%d日"])
        yield opened


def load(connection: duckdb.DuckDBPyConnection, folder: Path, text: str, columns: dict[str, str] = COLUMNS) -> None:
    (folder / "patients.csv").write_text(text, encoding="utf-8")
    source = Source("patients", "patients.csv", columns)
    load_table(connection, PATIENTS, find(folder, source), folder / "text", KEY)


def test_rows_keep_their_order_line_and_text(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(connection, tmp_path, "Sex,No,MRN,Born,Other\n M ,P002,7,1950-01-02,x\nF,P001,8,,y\n")
    columns = "row_id, source_file, source_row, subject_id, sex, site"
    rows = connection.execute(f"select {columns} from raw.patients").fetchall()
    assert rows == [(1, "patients.csv", 2, "P002", " M ", None), (2, "patients.csv", 3, "P001", "F", None)]


def test_identifiers_become_pseudonyms_and_birth_dates_years(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    load(connection, tmp_path, "No,MRN,Born,Sex\nP1,4711,1950-01-02,M\nP2, 4711,1951年3月4日,M\nP3,,1949,M\nP4,9,?,M\n")
    records = connection.execute("select record_id, birth_year from raw.patients order by row_id").fetchall()
    assert [year for _, year in records] == ["1950", "1951", "1949", "unreadable"]
    assert records[0][0] == records[1][0] != records[3][0]
    assert records[2][0] is None
    assert "4711" not in str(records)


def test_an_exact_copy_is_a_duplicate_blanks_aside(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(connection, tmp_path, "No,MRN,Born,Sex\nP1,1,1950,M\nP1 ,1,1950,M\nP1,1,1950,F\n")
    rows = connection.execute("select is_duplicate from raw.patients order by row_id").fetchall()
    assert rows == [(False,), (True,), (False,)]


def test_blank_lines_are_no_rows(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(connection, tmp_path, "No,MRN,Born,Sex\nP1,1,1950,M\n\nP2,2,1951,F\n\n")
    assert connection.execute("select subject_id from raw.patients").fetchall() == [("P1",), ("P2",)]


def test_a_semicolon_file_is_read_as_one(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(connection, tmp_path, 'No;MRN;Born;Sex\nP1;1;1950;"M, male"\n')
    assert connection.execute("select sex from raw.patients").fetchone() == ("M, male",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("No,MRN,Born\nP1,1,1950\n", r"the column 'Sex' \(patients\.sex\) is missing in line 1"),
        ("No,MRN,Born,Sex,Sex\nP1,1,1950,M,F\n", r"'Sex' \(patients\.sex\) stands there 2 times"),
        ("No,MRN,Born,Sex\n", "has headings and no row"),
        ('No,MRN,Born,Sex\nP1,1,1950,M\nP2,2,"1951,M\nP3,3,1952,F\nP4,4,1953,F\n', "line 3: a field runs on to line 5"),
        ('No,MRN,Born,Sex\nP1,1,1950,"M\nP2,2",1951,M\nP3,3,1952,F\n', "line 2"),
        ("No,MRN,Born,Sex\nP1,1,1950,M\nP2,2,Zhang\n", "line 3 is no row of this table"),
    ],
)
def test_a_file_of_another_shape_is_named_in_one_sentence(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(ExtractError, match=sentence) as error:
        load(connection, tmp_path, text)
    assert str(error.value).startswith("patients.csv: ")
    assert "Zhang" not in str(error.value)


def test_a_mapping_that_lacks_or_invents_a_column_is_named(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    text = "No,MRN,Born,Sex\nP1,1,1950,M\n"
    with pytest.raises(ExtractError, match=r"required column sex; add tables\.patients\.columns\.sex"):
        load(connection, tmp_path, text, {key: heading for key, heading in COLUMNS.items() if key != "sex"})
    with pytest.raises(ExtractError, match="maps sexx, which table patients does not have"):
        load(connection, tmp_path, text, COLUMNS | {"sexx": "Sex"})


def test_a_table_may_name_its_patients_by_record_number(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(connection, tmp_path, "No,MRN,Born,Sex\nP1,A7,1950,M\nP2,A8,1950,M\n")
    labs = ExtractTable("lab_results", required=("subject_id", "value"))
    (tmp_path / "labs.csv").write_text("MRN,Value\na8 ,1.5\nA7,2\nA9,3\n", encoding="utf-8")
    source = Source("lab_results", "labs.csv", {"record_id": "MRN", "value": "Value"})
    load_table(connection, labs, find(tmp_path, source), tmp_path / "text", KEY)
    name_subjects(connection, ["lab_results"])
    rows = connection.execute("select subject_id, value from raw.lab_results order by row_id").fetchall()
    assert rows == [("P2", "1.5"), ("P1", "2"), (None, "3")]
