"""The analysis data sets had nothing been set aside: derived once more, in memory, from every record."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse import build
from warehouse.check import EXTRACT_TABLE_NAMES


@contextmanager
def derived_from_every_record(cut: Path, date_formats: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with analysis.* derived from every row of typed.* in ``cut`` but exact copies.

    What could not be read stays blank: there is no value to put back.
    """
    with duckdb.connect(":memory:") as connection:
        build.define_functions(connection, date_formats)
        path = str(cut).replace("'", "''")
        connection.execute(f"attach '{path}' as cut (read_only)")
        for schema in ("study", "clean"):
            connection.execute(f"create schema {schema}")
        tables = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'cut' and schema_name = 'study'"
        ).fetchall()
        for (table,) in sorted(tables):
            connection.execute(f"create table study.{table} as select * from cut.study.{table}")
        for table in EXTRACT_TABLE_NAMES:
            connection.execute(
                f"create table clean.{table} as select * from cut.typed.{table} where not is_duplicate order by row_id"
            )
        connection.execute("detach cut")
        for stage in build.DERIVATION:
            build.run_stage(connection, stage)
        yield connection
