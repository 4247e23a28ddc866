"""Takes a tiny cohort from text through the typed tables and the check views to its findings."""

import datetime
from collections.abc import Iterable, Iterator
from functools import cache

import duckdb
import polars as pl
import pytest
from rule_cases import Examine
from sound_cohort import Edit, Row, cohort

import schemas
import transforms
from schemas import DERIVED, EXTRACT, Examination
from studies.mapping import Mapping
from studies.protocol import Protocol
from studies.study import STUDIES_DIR, Study
from studies.toml_file import read_toml
from warehouse.build import define_functions, write_study
from warehouse.check import check_stage
from warehouse.quarantine import set_aside

CODES = {
    "arm": ["TACE", "CONTROL"],
    "sex": ["M", "F"],
    "histology": ["GIST", "OTHER"],
    "cd117": ["POSITIVE", "NEGATIVE"],
    "child_pugh_class": ["A", "B", "C"],
    "primary_location": ["STOMACH", "SMALL INTESTINE", "OTHER"],
    "blood_supply": ["GOOD", "POOR"],
    "yes_no": ["Y", "N"],
    "stop_reason": ["PROGRESSION", "INTOLERANCE", "DEATH", "COMPLETED", "OTHER"],
    "drug": ["IMATINIB", "SUNITINIB", "OTHER"],
    "organ": ["LIVER", "PERITONEUM", "LUNG", "BONE", "LYMPH NODE", "OTHER"],
    "lesion_class": ["TARGET", "NON-TARGET", "NEW"],
    "unit": ["mm", "cm"],
    "reader": ["R1", "R2"],
    "modality": ["CT", "MRI"],
    "lesion_status": ["PRESENT", "ABSENT", "PROGRESSION", "NOT EVALUABLE"],
    "response": ["CR", "PR", "SD", "PD", "NE", "NON-CR/NON-PD"],
    "ae_term": ["FEVER", "FATIGUE", "ALT INCREASED"],
    "outcome": ["RESOLVED", "ONGOING", "FATAL"],
    "lab_test": ["ALT", "AST", "BILI", "ALB", "HGB", "ANC", "PLT"],
    "contact_type": ["VISIT", "PHONE"],
    "vital_status": ["ALIVE", "DEAD"],
    "liver_lesion_group": ["1", "2-5", ">5"],
}


@cache
def study() -> Study:
    """The example study's protocol, with code lists in which every code stands for itself."""
    directory = STUDIES_DIR / "gist_tace"
    mapping = Mapping(
        date_formats=["%Y-%m-%d"],
        tables={},
        codes={name: {code: [] for code in codes} for name, codes in CODES.items()},
    )
    return Study("gist_tace", directory, read_toml(directory / "protocol.toml", Protocol), mapping)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        define_functions(opened, study().mapping.date_formats)
        write_study(opened, study().tables(datetime.date(2012, 5, 31)))
        yield opened


@pytest.fixture
def examine(connection: duckdb.DuckDBPyConnection) -> Examine:
    """Gives the findings and rules of stage ``extract`` for the sound cohort after some edits."""

    def examined(*edits: Edit) -> Examination:
        write_raw(connection, cohort(*edits))
        transforms.run(connection, "typed")
        transforms.run(connection, "checks")
        return examine_stage(connection, EXTRACT)

    return examined


@pytest.fixture
def derive(connection: duckdb.DuckDBPyConnection) -> Examine:
    """Gives the findings and rules of stage ``derived`` for the sound cohort after some edits.

    ``spoil`` holds statements that damage the analysis data sets before they are audited.
    """

    def derived(*edits: Edit, spoil: Iterable[str] = ()) -> Examination:
        write_raw(connection, cohort(*edits))
        transforms.run(connection, "typed")
        transforms.run(connection, "checks")
        check_stage(connection, EXTRACT)
        set_aside(connection)
        transforms.run(connection, "recist")
        transforms.run(connection, "analysis")
        for statement in spoil:
            connection.execute(statement)
        transforms.run(connection, "audit")
        return examine_stage(connection, DERIVED)

    return derived


def examine_stage(connection: duckdb.DuckDBPyConnection, stage: str) -> Examination:
    examinations = [
        schemas.examine(contract, connection.sql(f"select * from {contract.relation} order by row_id").pl())
        for contract in schemas.CONTRACTS
        if contract.stage == stage
    ]
    return Examination(
        pl.concat(examination.findings for examination in examinations),
        pl.concat(examination.rules for examination in examinations),
    )


def write_raw(connection: duckdb.DuckDBPyConnection, tables: dict[str, list[Row]]) -> None:
    """The tables as the loader would have left them: text, with file, line and whether a row is a copy."""
    connection.execute("create schema if not exists raw")
    for table in schemas.EXTRACT_TABLES:
        columns = ", ".join(f"{column} varchar" for column in table.columns)
        connection.execute(
            f"create or replace table raw.{table.name}"
            f" (row_id bigint, source_file varchar, source_row bigint, is_duplicate boolean, {columns})"
        )
        rows = list(_as_loaded(table.name, table.columns, tables.get(table.name, [])))
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"insert into raw.{table.name} values ({marks})", rows)


def _as_loaded(name: str, columns: Iterable[str], rows: list[Row]) -> Iterator[list[object]]:
    seen: set[tuple[str | None, ...]] = set()
    for row_id, row in enumerate(rows, start=1):
        texts = tuple(row.get(column) or None for column in columns)
        yield [row_id, f"{name}.csv", row_id + 1, texts in seen, *texts]
        seen.add(texts)
