"""What is compared with the cut before: its patients, endpoints and counts, copied into the schema ``previous``."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.errors import WarehouseError


@dataclass(frozen=True)
class _Copy:
    """A table of ``previous``: its columns, the select that fills it, and the columns of the old cut it reads."""

    columns: str
    select: str
    reads: dict[str, str]


_PATIENTS = """
    select subject_id, sex, birth_year, arm
    from last_cut.typed.patients
    where not is_duplicate and subject_id is not null
    qualify row_number() over (partition by subject_id order by row_id) = 1
"""
_ADTTE = """
    select adsl.subjid, adtte.paramcd, adtte.aval, adtte.cnsr
    from last_cut.analysis.adtte as adtte
    inner join last_cut.analysis.adsl as adsl on adsl.usubjid = adtte.usubjid
"""
_COPIES = {
    "patients": _Copy(
        "subject_id varchar, sex varchar, birth_year integer, arm varchar",
        _PATIENTS,
        {"typed.patients": "row_id is_duplicate subject_id sex birth_year arm"},
    ),
    "adsl": _Copy(
        "usubjid varchar, subjid varchar, trtsdt date, dthfl varchar, dthdt date",
        "select usubjid, subjid, trtsdt, dthfl, dthdt from last_cut.analysis.adsl",
        {"analysis.adsl": "usubjid subjid trtsdt dthfl dthdt"},
    ),
    "adtte": _Copy(
        "subject_id varchar, paramcd varchar, aval bigint, cnsr integer",
        _ADTTE,
        {"analysis.adtte": "usubjid paramcd aval cnsr", "analysis.adsl": "usubjid subjid"},
    ),
    "rows": _Copy(
        "table_name varchar, received bigint, duplicates bigint, quarantined bigint, published bigint",
        "select table_name, received, duplicates, quarantined, published from last_cut.quality.rows",
        {"quality.rows": "table_name received duplicates quarantined published"},
    ),
    "missingness": _Copy(
        'table_name varchar, column_name varchar, "rows" bigint, missing bigint, unreadable bigint,'
        " missing_percent double",
        'select table_name, column_name, "rows", missing, unreadable, missing_percent'
        " from last_cut.coverage.missingness",
        {"coverage.missingness": "table_name column_name rows missing unreadable missing_percent"},
    ),
    "code_words": _Copy(
        "table_name varchar, column_name varchar, code varchar, n bigint",
        "select table_name, column_name, code, n from last_cut.coverage.code_words",
        {"coverage.code_words": "table_name column_name code n"},
    ),
}


def attach_previous(connection: duckdb.DuckDBPyConnection, previous_cut: Path | None) -> bool:
    """Makes the schema ``previous`` anew from the published file ``previous_cut``; gives whether there was one.

    Its tables always have the same columns. They are empty without a previous cut, or with one as of a later day, and
    one of them where the previous cut was made by a version that did not keep it. The file is only read, and let go of
    at the end.

    Raises:
        WarehouseError: the file is there and cannot be read.
    """
    connection.execute("create schema if not exists previous")
    for name, copy in _COPIES.items():
        connection.execute(f"create or replace table previous.{name} ({copy.columns})")
    if previous_cut is None or not previous_cut.is_file():
        return False
    path = str(previous_cut).replace("'", "''")
    try:
        connection.execute(f"attach '{path}' as last_cut (read_only)")
    except duckdb.Error:
        raise WarehouseError(_unreadable(previous_cut)) from None
    try:
        kept = _kept_columns(connection)
        if "data_cut" in kept.get("study.protocol", set()) and _is_later(connection):
            return False
        for name, copy in _COPIES.items():
            if all(set(columns.split()) <= kept.get(table, set()) for table, columns in copy.reads.items()):
                connection.execute(f"insert into previous.{name} {copy.select}")
    except duckdb.Error:
        # The engine's own text is left out: it may quote a value.
        raise WarehouseError(_unreadable(previous_cut)) from None
    finally:
        connection.execute("detach last_cut")
    return True


def _is_later(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the attached cut is as of a later day: what has not happened yet by an earlier one is no change."""
    rows = connection.execute(
        "select max(earlier.data_cut) > max(here.data_cut)"
        " from last_cut.study.protocol as earlier cross join study.protocol as here"
    ).fetchall()
    return rows == [(True,)]


def _kept_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The columns of each ``schema.table`` of the attached cut."""
    found = connection.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() where database_name = 'last_cut'"
    ).fetchall()
    kept: dict[str, set[str]] = {}
    for table, column in found:
        kept.setdefault(table, set()).add(column)
    return kept


def _unreadable(path: Path) -> str:
    return f"{path}: the previous cut cannot be read, so nothing can be compared with it; restore the file or move it."
