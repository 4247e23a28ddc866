"""Runs the contracts over the build file and keeps what they find in the schema ``quality``."""

from collections.abc import Iterable

import duckdb
import polars as pl

import schemas
from warehouse.errors import ExtractError

EXTRACT_TABLE_NAMES = tuple(table.name for table in schemas.EXTRACT_TABLES)


def check_stage(connection: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Examines every relation that the contracts of ``stage`` name; adds to quality.findings and quality.rules."""
    for contract in schemas.CONTRACTS:
        if contract.stage != stage:
            continue
        frame = connection.sql(f"select * from {contract.relation} order by row_id").pl()
        examination = schemas.examine(contract, frame)
        _append(connection, "findings", examination.findings)
        _append(connection, "rules", examination.rules)


def note_structure(connection: duckdb.DuckDBPyConnection, errors: Iterable[ExtractError]) -> None:
    """Keeps each unusable file as a blocking finding; without any, makes the tables that findings go to."""
    _append(connection, "findings", pl.DataFrame(schema=schemas.FINDING_COLUMNS))
    _append(connection, "rules", pl.DataFrame(schema=schemas.RULE_COLUMNS))
    for error in errors:
        _append(connection, "findings", schemas.structural_finding(error.table, error.file, str(error)))


def blocking_reasons(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Why nothing may be published: one sentence without values for each rule that blocks; empty if none does.

    An error in an analysis table blocks too: no record of the extract could be set aside to mend it. So does a
    blocking rule that failed to run: what it guards is not known to be safe.
    """
    of_files = connection.execute(
        "select distinct sentence from quality.findings where severity = 'block' and row_id is null order by sentence"
    ).fetchall()
    of_rows = connection.execute(
        """
        select
            rule_id || ' ' || title || ': ' || count(*) || ' in ' || coalesce(source_file, table_name)
                || coalesce(', first in line ' || min(source_row), '') || '.'
        from quality.findings
        where row_id is not null
            and (severity = 'block' or (severity = 'error' and not list_contains($tables, table_name)))
        group by rule_id, title, source_file, table_name
        order by 1
        """,
        {"tables": list(EXTRACT_TABLE_NAMES)},
    ).fetchall()
    failed = connection.execute(
        """
        select distinct rule_id || ' ' || title || ': failed to run.' from quality.rules
        where status = 'failed to run' and severity = 'block' order by 1
        """
    ).fetchall()
    return [str(row[0]) for row in (*of_files, *of_rows, *failed)]


def _append(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    connection.execute("create schema if not exists quality")
    connection.register("new_rows", rows.to_arrow())
    connection.execute(f"create table if not exists quality.{name} as select * from new_rows limit 0")
    connection.execute(f"insert into quality.{name} by name select * from new_rows")
    connection.unregister("new_rows")
