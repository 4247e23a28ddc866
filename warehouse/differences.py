"""What is different between two published cuts: subjects, fields of the extract, times to event, best responses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

import schemas
from schemas.contract import EXTRACT
from warehouse import build
from warehouse.check import EXTRACT_TABLE_NAMES
from warehouse.errors import WarehouseError
from warehouse.runs import sql_path

COMPARED = {
    "patients": "typed.patients",
    "adsl": "analysis.adsl",
    "adtte": "analysis.adtte",
    "adrs": "analysis.adrs",
    "endpoints": "study.endpoints",
}
"""What the models of ``differences`` read of each cut, in the schemas ``earlier`` and ``later``."""

SIDES = ("earlier", "later")

FIELD_COLUMNS = {
    "table_name": pl.String,
    "subject_id": pl.String,
    "record": pl.String,
    "column_name": pl.String,
    "earlier_value": pl.String,
    "value": pl.String,
    "source_file": pl.String,
    "source_row": pl.Int64,
}
"""A field of a record in both cuts that has another value. ``record`` is its key; file and row are the later ones."""

ROW_COLUMNS = {"table_name": pl.String, "added": pl.Int64, "gone": pl.Int64, "changed": pl.Int64}
PSEUDONYM = "(pseudonym)"


@dataclass(frozen=True)
class Differences:
    """Frames, each sorted and with a row a difference; see transforms/differences and FIELD_COLUMNS, ROW_COLUMNS."""

    subjects: pl.DataFrame
    records: pl.DataFrame
    fields: pl.DataFrame
    endpoints: pl.DataFrame
    responses: pl.DataFrame

    @property
    def frames(self) -> dict[str, pl.DataFrame]:
        return {name: getattr(self, name) for name in ("subjects", "records", "fields", "endpoints", "responses")}


def differences(earlier: Path, later: Path) -> Differences:
    """What became different from the cut (or build file) ``earlier`` to ``later``.

    Raises:
        WarehouseError: one of them cannot be read, or lacks a table that is compared.
    """
    with _both(earlier, later) as connection:
        build.run_stage(connection, "differences")
        changed = [_fields_of(connection, table) for table in EXTRACT_TABLE_NAMES]
        return Differences(
            subjects=connection.sql("select * from differences.subjects order by change, subject_id").pl(),
            records=pl.DataFrame([counts for counts, _ in changed], schema=ROW_COLUMNS, orient="row"),
            fields=pl.concat([fields for _, fields in changed]),
            endpoints=connection.sql("select * from differences.endpoints order by subject_id, paramcd").pl(),
            responses=connection.sql("select * from differences.responses order by subject_id, paramcd").pl(),
        )


@contextmanager
def _both(earlier: Path, later: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        for side, path in zip(SIDES, (earlier, later), strict=True):
            try:
                connection.execute(f"attach '{sql_path(path)}' as {side}_cut (read_only)")
                connection.execute(f"create schema {side}")
                for name, table in COMPARED.items():
                    connection.execute(f"create view {side}.{name} as select * from {side}_cut.{table}")
            except duckdb.Error:
                # The engine's own text is left out: it may quote a value.
                raise WarehouseError(f"{path}: cannot be read as a cut, so it cannot be compared.") from None
        yield connection


def _fields_of(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[tuple[str, int, int, int], pl.DataFrame]:
    """How many records of ``table`` came, went and changed, and every field that changed."""
    key = _key(table)
    before, after = (_records(connection, side, table, key) for side in SIDES)
    on = ["subject_id", *key, "place"]
    both = after.join(before, on=on, how="inner", suffix="__earlier", nulls_equal=True)
    compared = [name for name in after.columns if name in before.columns and name not in (*on, *SOURCE)]
    hidden = next(each.identifiers for each in schemas.EXTRACT_TABLES if each.name == table)
    fields = [_changed(both, table, name, key, name in hidden) for name in compared]
    found = pl.concat([pl.DataFrame(schema=FIELD_COLUMNS), *fields]).sort("subject_id", "record", "column_name")
    counts = (
        table,
        after.height - both.height,
        before.height - both.height,
        found.select("subject_id", "record").n_unique(),
    )
    return counts, found


SOURCE = ("source_file", "source_row")


def _key(table: str) -> tuple[str, ...]:
    """What identifies a record of a subject: the key of the contract of the table as it was received."""
    return next(
        contract.key
        for contract in schemas.CONTRACTS
        if contract.stage == EXTRACT and contract.relation == f"checks.{table}"
    )


def _records(connection: duckdb.DuckDBPyConnection, side: str, table: str, key: tuple[str, ...]) -> pl.DataFrame:
    """The records of one cut as texts: the typed value, or what was written where it could not be read.

    ``place`` counts records with the same key, in the order of the file.
    """
    rows = connection.sql(
        f"select * from {side}_cut.typed.{table} where not is_duplicate and subject_id is not null order by row_id"
    ).pl()
    identifies = ["subject_id", *key]
    texts = {name.removesuffix("_text"): name for name in rows.columns if name.endswith("_text")}
    kept = [name for name in rows.columns if name not in ("row_id", "is_duplicate", *SOURCE, *texts.values())]
    return rows.select(
        *(
            pl.coalesce(pl.col(name).cast(pl.String), pl.col(texts[name]))
            if name in texts
            else pl.col(name).cast(pl.String)
            for name in kept
        ),
        *SOURCE,
    ).with_columns(place=pl.int_range(pl.len()).over(identifies))


def _changed(both: pl.DataFrame, table: str, name: str, key: tuple[str, ...], is_hidden: bool) -> pl.DataFrame:
    differing = both.filter(pl.col(name).ne_missing(pl.col(f"{name}__earlier")))
    record = pl.concat_str([pl.format(f"{part} {{}}", pl.col(part).fill_null("–")) for part in key], separator=", ")
    shown = (pl.lit(PSEUDONYM), pl.lit(PSEUDONYM)) if is_hidden else (pl.col(f"{name}__earlier"), pl.col(name))
    return differing.select(
        table_name=pl.lit(table),
        subject_id="subject_id",
        record=record if key else pl.lit(""),
        column_name=pl.lit(name),
        earlier_value=shown[0],
        value=shown[1],
        source_file="source_file",
        source_row=pl.col("source_row").cast(pl.Int64),
    )
