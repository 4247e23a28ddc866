"""Domains become tables: SAS transport, Parquet and CSV; rows chosen, results side by side, values looked up."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyreadstat
import pytest

from flows.plan import warehouse_part
from schemas.extract_tables import EXTRACT_TABLES
from studies.domains import Part
from warehouse.assembly import Assembly
from warehouse.build import define_functions
from warehouse.domain_files import Domain, find_domain, read_domain
from warehouse.errors import ExtractError
from warehouse.extract_reading import LoadedFile
from warehouse.load import files_of, load_extract

KEY = b"a key that is long enough"
Columns = Mapping[str, list[Any]]

ABSENT = {
    "patients": ["record_id", "birth_year", "site", "arm", "sex", "age_years", "histology", "cd117", "ecog",
                 "child_pugh_class", "primary_location", "index_date", "prior_therapy"],
    "lesion_measurements": ["diameter_unit"],
    "response_assessments": ["sum_mm", "target_response"],
}  # fmt: skip


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        define_functions(opened, ["%Y-%m-%d"])
        yield opened


def write(path: Path, columns: Columns) -> None:
    frame = pd.DataFrame(columns)
    if path.suffix.lower() == ".xpt":
        pyreadstat.write_xport(frame, str(path), file_format_version=5)
    elif path.suffix.lower() == ".parquet":
        pl.DataFrame(columns, strict=False).write_parquet(path)
    else:
        frame.to_csv(path, index=False)


def assembly(table: str, *parts: dict[str, Any]) -> Assembly:
    domains = {name: Domain(name, (f"{name}_onco", name)) for name in ("dm", "ds", "rs", "tr")}
    stated = [warehouse_part(Part.model_validate(part)) for part in parts]
    return Assembly(table, stated, domains, frozenset(ABSENT.get(table, ())))


PATIENTS = {"domain": "dm", "columns": {"subject_id": "USUBJID"}}


def load(
    connection: duckdb.DuckDBPyConnection, folder: Path, *assemblies: Assembly
) -> tuple[list[LoadedFile], list[ExtractError]]:
    if not any(path.stem.lower() == "dm" for path in folder.iterdir()):
        write(folder / "dm.csv", {"USUBJID": ["S-1", "S-2"]})
    made = {each.table: each for each in (assembly("patients", PATIENTS), *assemblies)}
    others = [table.name for table in EXTRACT_TABLES if table.name not in made]
    return load_extract(connection, folder, list(made.values()), folder / "text", KEY, not_collected=others)


def rows(connection: duckdb.DuckDBPyConnection, table: str, columns: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"select {columns} from raw.{table} order by row_id").fetchall()


RESPONSES = {
    "USUBJID": ["S-1", "S-1", "S-1", "S-2", "S-2"],
    "RSTESTCD": ["OVRLRESP", "TRGRESP", "OVRLRESP", "OVRLRESP", "TRGRESP"],
    "RSEVAL": ["INVESTIGATOR", "INVESTIGATOR", "INDEPENDENT ASSESSOR", "INVESTIGATOR", "INVESTIGATOR"],
    "RSACPTFL": ["", "", "Y", "", ""],
    "RSSTRESC": ["PR", "SD", "SD", "CHECK", "PR"],
    "RSDTC": ["2013-05-01", "2013-05-01", "2013-05-01", "2013-06-01", "2013-06-01"],
}
OVERALL = {
    "domain": "rs",
    "where": {"RSTESTCD": "OVRLRESP", "RSEVAL": "INVESTIGATOR"},
    "columns": {"subject_id": "USUBJID", "scan_date": "RSDTC", "overall_response": "RSSTRESC"},
    "constants": {"reader": "INVESTIGATOR"},
}


@pytest.mark.parametrize("name", ["rs.xpt", "RS.XPT", "rs_onco.xpt", "Rs.parquet", "rs.csv"])
def test_rows_are_chosen_and_keep_file_and_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str
) -> None:
    """A row is named by its line in a CSV (the heading is line 1), by the number of the record in other files."""
    write(tmp_path / name, RESPONSES)
    loaded, problems = load(connection, tmp_path, assembly("response_assessments", OVERALL))
    assert not problems
    first = 1 if name.endswith(".csv") else 0
    columns = "subject_id, scan_date, reader, overall_response, source_file, source_row"
    assert rows(connection, "response_assessments", columns) == [
        ("S-1", "2013-05-01", "INVESTIGATOR", "PR", name, 1 + first),
        ("S-2", "2013-06-01", "INVESTIGATOR", "CHECK", name, 4 + first),
    ]
    assert [(item.described()["file"], item.rows) for item in loaded if item.file.source.table != "patients"] == [
        (name, 2)
    ]


def test_an_empty_line_of_a_csv_is_no_record_but_is_counted(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write(tmp_path / "rs.csv", RESPONSES)
    heading, *records = (tmp_path / "rs.csv").read_text("utf-8").splitlines()
    (tmp_path / "rs.csv").write_text("\n".join([heading, ",,,,,", *records, " ", ""]), "utf-8")
    loaded, problems = load(connection, tmp_path, assembly("response_assessments", OVERALL))
    assert not problems
    assert rows(connection, "response_assessments", "subject_id, source_row") == [("S-1", 3), ("S-2", 6)]
    assert [(item.rows, item.empty_lines) for item in loaded if item.file.source.file == "rs.csv"] == [(2, 2)]


def test_parts_stand_below_each_other(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write(tmp_path / "rs.parquet", RESPONSES)
    accepted = {**OVERALL, "where": {"RSACPTFL": "Y"}, "constants": {"reader": "INDEPENDENT"}}
    load(connection, tmp_path, assembly("response_assessments", OVERALL, accepted))
    assert rows(connection, "response_assessments", "reader, overall_response, source_row") == [
        ("INVESTIGATOR", "PR", 1), ("INVESTIGATOR", "CHECK", 4), ("INDEPENDENT", "SD", 3),
    ]  # fmt: skip


def test_a_condition_names_one_text_or_several_or_a_blank(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write(tmp_path / "rs.xpt", RESPONSES)
    part = {**OVERALL, "where": {"RSACPTFL": "", "RSTESTCD": ["OVRLRESP", "NTRGRESP"]}, "where_not": {"RSSTRESC": "PR"}}
    load(connection, tmp_path, assembly("response_assessments", part))
    assert rows(connection, "response_assessments", "subject_id, overall_response") == [("S-2", "CHECK")]


def test_a_value_is_looked_up_in_other_rows(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """The target response of the same subject, day and evaluator; where there is none the cell is blank."""
    write(tmp_path / "rs.xpt", {name: values[:4] for name, values in RESPONSES.items()})
    target = {
        "domain": "rs",
        "column": "RSSTRESC",
        "match": {"USUBJID": "USUBJID", "RSDTC": "RSDTC", "RSEVAL": "RSEVAL"},
        "where": {"RSTESTCD": "TRGRESP"},
    }
    load(connection, tmp_path, assembly("response_assessments", {**OVERALL, "lookups": {"target_response": target}}))
    assert rows(connection, "response_assessments", "subject_id, target_response") == [("S-1", "SD"), ("S-2", None)]


@pytest.mark.parametrize(
    ("take", "index_date", "warnings"),
    [("only", None, 1), ("first", "2013-01-02", 0), ("last", "2013-01-09", 0)],
)
def test_of_several_values_none_is_taken_unless_the_mapping_says_which(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, take: str, index_date: str | None, warnings: int
) -> None:
    write(
        tmp_path / "ds.csv",
        {
            "USUBJID": ["S-1", "S-1", "S-2", "S-2"],
            "DSDECOD": ["RANDOMIZED", "RANDOMIZED", "RANDOMIZED", "DEATH"],
            "DSSTDTC": ["2013-01-09", "2013-01-02", "2013-02-01", "2014-01-01"],
        },
    )
    randomised = {
        "domain": "ds",
        "column": "DSSTDTC",
        "match": {"USUBJID": "USUBJID"},
        "where": {"DSDECOD": "RANDOMIZED"},
        "take": take,
    }
    patients = assembly("patients", {**PATIENTS, "lookups": {"index_date": randomised}})
    loaded, problems = load(connection, tmp_path, patients)
    assert rows(connection, "patients", "subject_id, index_date") == [("S-1", index_date), ("S-2", "2013-02-01")]
    assert len(problems) == warnings
    assert not any(problem.blocks for problem in problems)
    assert {(item.file.source.file, item.rows) for item in loaded} == {("dm.csv", 2), ("ds.csv", 0)}


MEASUREMENTS = {
    "USUBJID": ["S-1"] * 6,
    "TRLNKID": ["T01", "T01", "T01", "T02", "", "T01"],
    "TRTESTCD": ["LDIAM", "LPERP", "TUMSTATE", "LDIAM", "SUMDIAM", "LDIAM"],
    "TRSTRESC": ["21", "12.5", "PRESENT", "9", "30", "25"],
    "TRREASND": ["", "", "blurred", "", "", ""],
    "TRDTC": ["2013-05-01"] * 5 + ["2013-06-12"],
}
WIDE = {
    "domain": "tr",
    "wide": {
        "by": ["USUBJID", "TRLNKID", "TRDTC"],
        "test": "TRTESTCD",
        "value": "TRSTRESC",
        "tests": ["LDIAM", "LPERP", "TUMSTATE"],
    },
    "columns": {
        "subject_id": "USUBJID",
        "lesion_id": "TRLNKID",
        "scan_date": "TRDTC",
        "diameter": "LDIAM",
        "short_axis": "LPERP",
        "lesion_status": "TUMSTATE",
        "not_evaluable_reason": "TRREASND",
    },
    "constants": {"reader": "R1"},
}


def test_results_below_each_other_become_columns(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """One row a lesion and day; other tests (the sum) are left out; of other columns the first that is not blank."""
    write(tmp_path / "tr.xpt", MEASUREMENTS)
    load(connection, tmp_path, assembly("lesion_measurements", WIDE))
    columns = "lesion_id, scan_date, diameter, short_axis, lesion_status, not_evaluable_reason, source_row"
    assert rows(connection, "lesion_measurements", columns) == [
        ("T01", "2013-05-01", "21", "12.5", "PRESENT", "blurred", 1),
        ("T02", "2013-05-01", "9", None, None, None, 4),
        ("T01", "2013-06-12", "25", None, None, None, 6),
    ]


def test_a_test_that_stands_there_twice_makes_a_second_row(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    twice = {name: [*values[:1], *values[:1]] for name, values in MEASUREMENTS.items()}
    write(tmp_path / "tr.parquet", {**twice, "TRSTRESC": ["21", "22"]})
    load(connection, tmp_path, assembly("lesion_measurements", WIDE))
    assert rows(connection, "lesion_measurements", "lesion_id, diameter") == [("T01", "21"), ("T01", "22")]


def test_numbers_and_dates_become_the_text_of_a_csv(tmp_path: Path) -> None:
    write(tmp_path / "dm.parquet", {"usubjid": ["S-1", None], "AGE": [63.0, None], "DOSE": [0.5, 54.0]})
    read = read_domain(find_domain(tmp_path, Domain("dm", ("dm",))), ["USUBJID", "AGE", "DOSE"], tmp_path)
    assert read.rows.rows() == [("S-1", "63", "0.5", 1), (None, None, "54", 2)]
    write(tmp_path / "ex.xpt", {"USUBJID": ["S-1", "S-2"], "AGE": [63.0, float("nan")]})
    transport = read_domain(find_domain(tmp_path, Domain("ex", ("ex",))), ["USUBJID", "AGE"], tmp_path)
    assert transport.rows.rows() == [("S-1", "63", 1), ("S-2", None, 2)]


def test_a_name_that_is_preferred_comes_first_and_two_of_one_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "rs.csv", RESPONSES)
    write(tmp_path / "RS_ONCO.parquet", RESPONSES)
    domain = Domain("rs", ("rs_onco", "rs"))
    assert find_domain(tmp_path, domain).path.name == "RS_ONCO.parquet"
    write(tmp_path / "rs_onco.xpt", RESPONSES)
    with pytest.raises(ExtractError, match="both hold the domain rs; leave one"):
        find_domain(tmp_path, domain)


def test_a_domain_that_is_missing_or_broken_blocks_with_its_name(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    _, problems = load(connection, tmp_path, assembly("response_assessments", OVERALL))
    assert any("no file of the domain rs" in str(problem) for problem in problems)
    (tmp_path / "rs.xpt").write_bytes(b"no transport file" * 100)
    _, problems = load(connection, tmp_path, assembly("response_assessments", OVERALL))
    assert any("rs.xpt: the file is no SAS transport file" in str(problem) for problem in problems)
    (tmp_path / "rs.xpt").unlink()
    write(tmp_path / "rs.csv", {name: values for name, values in RESPONSES.items() if name != "RSACPTFL"})
    part = {**OVERALL, "where": {"RSACPTFL": "Y"}}
    _, problems = load(connection, tmp_path, assembly("response_assessments", part))
    assert any("the column 'RSACPTFL' is missing" in str(problem) for problem in problems)
    assert all(problem.blocks for problem in problems)


def test_conditions_that_no_row_fulfils_block(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A table that came out empty is a mapping that does not fit, not a cohort without assessments."""
    write(tmp_path / "rs.csv", RESPONSES)
    _, problems = load(connection, tmp_path, assembly("response_assessments", {**OVERALL, "where": {"RSEVAL": "ME"}}))
    assert [str(problem) for problem in problems if problem.blocks] == [
        "rs.csv: no row fits tables.response_assessments of mapping.toml; correct the export or the conditions there."
    ]


def test_what_the_study_does_not_have_is_an_empty_table(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    _, problems = load(connection, tmp_path)
    assert not problems
    assert rows(connection, "lab_results", "subject_id, sample_date") == []


def test_a_birth_date_is_a_year_and_the_text_copies_are_gone(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write(tmp_path / "dm.xpt", {"USUBJID": ["S-1"], "BRTHDTC": ["1950-12-26"]})
    part = {"domain": "dm", "columns": {"subject_id": "USUBJID", "birth_year": "BRTHDTC"}}
    load(connection, tmp_path, assembly("patients", part))
    assert rows(connection, "patients", "subject_id, birth_year") == [("S-1", "1950")]
    assert [path.name for path in tmp_path.iterdir()] == ["dm.xpt"]


def test_the_same_files_are_found_as_are_read(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """So that a refresh knows without reading them whether anything changed."""
    write(tmp_path / "rs.csv", RESPONSES)
    table = assembly("response_assessments", OVERALL)
    loaded, _ = load(connection, tmp_path, table)
    found = files_of(tmp_path, [assembly("patients", PATIENTS), table])
    assert {(file.source.file, file.sha256) for file in found} == {
        (item.file.source.file, item.file.sha256) for item in loaded
    }
