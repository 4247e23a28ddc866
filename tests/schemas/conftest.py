"""Takes a tiny cohort from text through the typed tables and the check views to its findings."""

import datetime
from collections.abc import Iterator

import duckdb
import polars as pl
import pytest
from cohort_frames import derived_frames, examined, extract_frames, study, write_raw
from rule_cases import Examine

import schemas
from schemas import Examination
from warehouse.build import define_functions, write_study

__all__ = ["examine_stage", "study", "write_raw"]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        define_functions(opened, study().mapping.date_formats)
        write_study(opened, study().tables(datetime.date(2012, 5, 31)))
        yield opened


@pytest.fixture
def examine() -> Examine:
    """Gives the findings and rules of stage ``extract`` for the sound cohort after some edits."""
    return lambda *edits: examined(extract_frames(*edits))


@pytest.fixture
def derive() -> Examine:
    """Gives the findings and rules of stage ``derived`` for the sound cohort after some edits.

    ``spoil`` holds statements that damage the analysis data sets before they are audited.
    """
    return lambda *edits, spoil=(): examined(derived_frames(*edits, spoil=spoil))


def examine_stage(connection: duckdb.DuckDBPyConnection, stage: str) -> Examination:
    examinations = [
        schemas.examine(contract, connection.sql(f"select * from {contract.relation} order by row_id").pl())
        for contract in schemas.CONTRACTS
        if contract.stage == stage
    ]
    return Examination(
        pl.concat(examination.findings for examination in examinations),
        pl.concat(examination.rules for examination in examinations),
        pl.concat(examination.checks for examination in examinations),
    )
