"""A published cut derived anew with one thing swapped: the code, or the code and the contracts.

What its own contracts set aside is kept in the cut (``clean``), so its data can be derived by the code of today without
the code that made it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from warehouse import build, check, quarantine, waivers
from warehouse.check import EXTRACT_TABLE_NAMES
from warehouse.errors import WarehouseError
from warehouse.runs import sql_path

StudyTables = Mapping[str, Sequence[Mapping[str, Any]]]


@contextmanager
def derived_anew(
    cut: Path, date_formats: Sequence[str], study_tables: StudyTables
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with analysis.* as the code and protocol of today derive it from what the cut's contracts let pass.

    Raises:
        WarehouseError: the models of today cannot read this cut.
    """
    with _opened(cut, date_formats, ("clean",)) as connection:
        build.write_study(connection, study_tables)
        for stage in build.DERIVATION:
            build.run_stage(connection, stage)
        yield connection


@contextmanager
def checked_anew(
    cut: Path, date_formats: Sequence[str], study_tables: StudyTables, waived: Sequence[waivers.Waiver], day: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, after the rows of the cut were parsed anew and held against the contracts, limits and waivers of today.

    Raises:
        WarehouseError: the models of today cannot read this cut.
    """
    with _opened(cut, date_formats, ("raw",)) as connection:
        build.write_study(connection, study_tables)
        build.run_stage(connection, "typed")
        check.note_structure(connection, [])
        build.run_stage(connection, "checks")
        check.check_stage(connection, "extract")
        waivers.waive(connection, waived, day)
        quarantine.set_aside(connection)
        build.derive(connection)
        check.check_stage(connection, "derived")
        waivers.waive(connection, waived, day)
        if build.are_read(quarantine.set_aside(connection)):
            build.derive(connection)
        yield connection


@contextmanager
def _opened(cut: Path, date_formats: Sequence[str], schemas: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory with the text functions and copies of these schemas of the cut."""
    with duckdb.connect(":memory:") as connection:
        build.define_functions(connection, date_formats)
        try:
            connection.execute(f"attach '{sql_path(cut)}' as cut (read_only)")
            for schema in schemas:
                connection.execute(f"create schema {schema}")
                tables = connection.execute(
                    "select table_name from duckdb_tables() where database_name = 'cut' and schema_name = $schema",
                    {"schema": schema},
                ).fetchall()
                for (table,) in sorted(tables):
                    order = "order by row_id" if table in EXTRACT_TABLE_NAMES else ""
                    connection.execute(f"create table {schema}.{table} as select * from cut.{schema}.{table} {order}")
            connection.execute("detach cut")
        except duckdb.Error:
            # The engine's own text is left out: it may quote a value.
            raise WarehouseError(f"{cut}: cannot be read as a cut, so nothing can be derived from it.") from None
        yield connection
