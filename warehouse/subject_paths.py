"""The way of each subject from scan to endpoint, read out of a published cut: the models of transforms/explain."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

import transforms
from warehouse.errors import WarehouseError

Record = dict[str, Any]
Paths = dict[str, list[Record]]

ORDERS = {
    "subjects": "subject_id",
    "lesions": "subject_id, source_row_id",
    "readings": "subject_id, reader, scan_date, source_row_id",
    "assessments": "subject_id, is_evaluator desc, reader, scope, scan_date",
    "course": "subject_id, start_date, kind, source_table, source_row_id, detail",
    "best_responses": "subject_id, is_evaluator desc, reader, paramcd",
    "endpoints": "subject_id, is_reported desc nulls last, paramcd",
    "findings": "subject_id, source_table, source_row_id, rule_id, column_name, sentence",
}
"""The tables of a path, each with the order of its rows; their columns are in the headers of transforms/explain."""

SIGNIFICANT_DIGITS = 12
FEW_EDITS = 3


def read_paths(cut: Path, subject: str | None = None) -> Paths:
    """The tables of ORDERS, as plain records: of ``subject``, or of every subject of the cut.

    A date is text (ISO), a size a number, nothing is None.

    Raises:
        WarehouseError: the cut cannot be read, or was made by a version that did not derive what is asked for.
    """
    with _explained(cut, subject) as connection:
        return {name: _records(connection, name, order) for name, order in ORDERS.items()}


def narrowed(paths: Paths, endpoint: str) -> Paths:
    """What of ``paths`` leads to ``endpoint``: the evaluator's assessments in its scope, and the findings they touch.

    Overall survival has no assessments. A finding stays that names the endpoint or stands on a row that is shown.
    """
    ends = [row for row in paths["endpoints"] if row["paramcd"] == endpoint]
    best = [row for row in paths["best_responses"] if row["paramcd"] == endpoint and row["is_evaluator"]]
    scopes = {row["scope"] for row in (*ends, *best)} if endpoint != "OS" else set()
    assessments = [row for row in paths["assessments"] if row["is_evaluator"] and row["scope"] in scopes]
    scans = {(row["reader"], row["scan_date"]) for row in assessments}
    of_scope = {row["lesion_id"] for row in paths["lesions"] if "ALL" in scopes or (scopes and row["is_of_organ"])}
    shown = {
        **paths,
        "endpoints": ends,
        "best_responses": best,
        "assessments": assessments,
        "lesions": [row for row in paths["lesions"] if row["lesion_id"] in of_scope],
        "readings": [
            row
            for row in paths["readings"]
            if (row["reader"], row["scan_date"]) in scans and row["lesion_id"] in of_scope
        ],
    }
    lines = {
        (row.get("source_file"), row.get("source_row"))
        for name, rows in shown.items()
        if name != "findings"
        for row in rows
    }
    shown["findings"] = [
        row
        for row in paths["findings"]
        if endpoint in (row["endpoints"] or "").split(",") or (row["source_file"], row["source_row"]) in lines
    ]
    return shown


def known_subject(cut: Path, asked: str) -> str | None:
    """The subject id that ``asked`` means: itself or as USUBJID, in upper or lower case; None where there is none.

    Raises:
        WarehouseError: as ``read_paths``.
    """
    found = _ask(
        cut,
        """
        select distinct patients.subject_id
        from typed.patients as patients
        left join recist.subjects as subjects on subjects.subject_id = patients.subject_id
        where lower($asked) in (lower(patients.subject_id), lower(subjects.usubjid))
        order by patients.subject_id = $asked desc, patients.subject_id
        """,
        asked=asked.strip(),
    )
    return found[0] if found else None


def similar_subjects(cut: Path, asked: str) -> list[str]:
    """Up to three subject ids of the cut that differ from ``asked`` in at most FEW_EDITS letters, the nearest first.

    Only of subjects that passed the contracts: whatever else stands in the column of the ids is not shown.

    Raises:
        WarehouseError: as ``read_paths``.
    """
    return _ask(
        cut,
        """
        with nearest as (
            select
                subjects.subject_id,
                least(
                    levenshtein(lower(subjects.subject_id), lower($asked)),
                    levenshtein(lower(subjects.usubjid), lower($asked))
                ) as edits
            from recist.subjects as subjects
        )
        select subject_id from nearest
        where edits <= least($few, greatest(length(subject_id) - 1, 1)) order by edits, subject_id limit 3
        """,
        asked=asked.strip(),
        few=FEW_EDITS,
    )


def known_endpoints(cut: Path) -> list[str]:
    """The parameters that a path can end in: those of ADTTE, and the best responses.

    Raises:
        WarehouseError: as ``read_paths``.
    """
    best = ["BOR", "CBOR", "LBOR", "LCBOR"]
    return [*_ask(cut, "select distinct paramcd from analysis.adtte order by paramcd"), *best]


def _ask(cut: Path, sql: str, **values: Any) -> list[str]:
    """The first column of what ``sql`` finds in ``cut``."""
    with _attached(cut) as connection:
        try:
            connection.execute("use cut")
            return [str(row[0]) for row in connection.execute(sql, values).fetchall()]
        except duckdb.Error:
            raise WarehouseError(_outdated(cut)) from None


@contextmanager
def _explained(cut: Path, subject: str | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a database in memory in which the models of explain ran over what they read of ``cut``.

    Of one subject its rows are copied, so that each table of a large cut is passed through once; of all, views do.
    """
    read = {
        table for model in transforms.models("explain") for table in model.reads if not table.startswith("explain.")
    }
    with _attached(cut) as connection:
        try:
            for table in sorted(read):
                schema, name = table.split(".")
                connection.execute(f"create schema if not exists {schema}")
                if subject is None:
                    connection.execute(f"create view {table} as select * from cut.{table}")
                else:
                    condition = _of_one_subject(connection, schema, name)
                    values = {"subject": subject} if condition else None
                    connection.execute(f"create table {table} as select * from cut.{table}{condition}", values)
            transforms.run(connection, "explain")
        except duckdb.Error:
            # The engine's own text is left out: it may quote a value.
            raise WarehouseError(_outdated(cut)) from None
        yield connection


def _of_one_subject(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> str:
    """The condition that keeps the rows of ``$subject``; empty where a table has no rows of subjects."""
    columns = {
        column
        for (column,) in connection.execute(
            "select column_name from duckdb_columns()"
            " where database_name = 'cut' and schema_name = ? and table_name = ?",
            [schema, name],
        ).fetchall()
    }
    if "subject_id" in columns:
        return " where subject_id = $subject"
    if "usubjid" in columns:
        return " where usubjid in (select usubjid from cut.recist.subjects where subject_id = $subject)"
    return ""


@contextmanager
def _attached(cut: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    path = str(cut).replace("'", "''")
    with duckdb.connect(":memory:", config=settings) as connection:
        try:
            connection.execute(f"attach '{path}' as cut (read_only)")
        except duckdb.Error:
            raise WarehouseError(
                f"{cut}: the cut cannot be opened; restore the file, or refresh with --force."
            ) from None
        yield connection


def _outdated(cut: Path) -> str:
    return (
        f"{cut}: was made by another version of datacut, which kept other tables; refresh with --force to explain it."
    )


def _records(connection: duckdb.DuckDBPyConnection, name: str, order: str) -> list[Record]:
    cursor = connection.execute(f"select * from explain.{name} order by {order}")
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, map(_plain, row), strict=True)) for row in cursor.fetchall()]


def _plain(value: Any) -> Any:
    """A value as JSON has it: a date as text, a decimal or a double as a number of twelve digits."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        number = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
        return None if math.isnan(number) else int(number) if number.is_integer() else number
    return value
