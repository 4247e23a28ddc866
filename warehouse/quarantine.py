"""Sets aside what an error touches, at the scope of its rule, and publishes the rest: typed.* becomes clean.*.

Nothing is deleted: a row that is set aside stays in typed.* and is named in quality.quarantine.
"""

from collections.abc import Sequence

import duckdb

from warehouse.check import EXTRACT_TABLE_NAMES
from warehouse.errors import WarehouseError

SCOPES = ("cell", "row", "subject")


def set_aside(connection: duckdb.DuckDBPyConnection, scopes: Sequence[str] = SCOPES) -> set[str]:
    """Makes quality.quarantine from the findings, and clean.* and quality.rows from it.

    quality.quarantine: one row a (table, row, rule), for the scopes row and subject, and a (table, row, column, rule)
    for cells; of the ``scopes`` that the protocol sets aside. clean.<table>: typed rows that are neither duplicate nor
    set aside, cells in doubt null.

    Gives the tables of which rows or cells were set aside by this call and not by an earlier one.

    Raises:
        WarehouseError: rows received are not rows published + quarantined + duplicates.
    """
    before = _set_aside_by_table(connection)
    connection.execute(_QUARANTINE, {"scopes": list(scopes)})
    for table in EXTRACT_TABLE_NAMES:
        connection.execute(_subject_rows(table), {"scopes": list(scopes)})
    connection.execute("create schema if not exists clean")
    for table in EXTRACT_TABLE_NAMES:
        connection.execute(_clean(connection, table))
    _reconcile(connection)
    after = _set_aside_by_table(connection)
    return {table for table, count in after.items() if count != before.get(table, 0)}


def is_anything_set_aside(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a row or a cell of the extract is not published."""
    return sum(_set_aside_by_table(connection).values()) > 0


def subjects_set_aside(connection: duckdb.DuckDBPyConnection) -> int:
    """Subjects of whom a row or a cell of the extract is not published."""
    ((subjects,),) = connection.execute("select count(distinct subject_id) from quality.quarantine").fetchall()
    return int(subjects)


_QUARANTINE = """
    create or replace table quality.quarantine as
    select distinct
        table_name, row_id, case when scope = 'cell' then column_name end as column_name, scope, rule_id, subject_id
    from quality.findings
    where severity = 'error' and is_waived is not true and scope in ('row', 'cell') and row_id is not null
        and list_contains($scopes, scope)
"""


def _subject_rows(table: str) -> str:
    return f"""
        insert into quality.quarantine
        select distinct '{table}', typed.row_id, cast(null as varchar), 'subject', doubted.rule_id, typed.subject_id
        from typed.{table} as typed
        inner join (
            select distinct rule_id, subject_id from quality.findings
            where severity = 'error' and is_waived is not true and scope = 'subject'
                and list_contains($scopes, 'subject')
        ) as doubted
            on doubted.subject_id = typed.subject_id
    """


def _clean(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    cells = connection.execute(
        """
        select distinct quarantine.column_name from quality.quarantine as quarantine
        inner join information_schema.columns as columns
            on columns.table_schema = 'typed' and columns.table_name = quarantine.table_name
            and columns.column_name = quarantine.column_name
        where quarantine.table_name = $table and quarantine.scope = 'cell'
        """,
        {"table": table},
    ).fetchall()
    replaced = ", ".join(
        f"case when exists (select 1 from quality.quarantine as cell where cell.table_name = '{table}'"
        f" and cell.scope = 'cell' and cell.column_name = '{column}' and cell.row_id = typed.row_id)"
        f" then null else typed.{column} end as {column}"
        for (column,) in sorted(cells)
    )
    return f"""
        create or replace table clean.{table} as
        select typed.* {f"replace ({replaced})" if replaced else ""}
        from typed.{table} as typed
        where not typed.is_duplicate
            and not exists (
                select 1 from quality.quarantine as quarantine
                where quarantine.table_name = '{table}'
                    and quarantine.row_id = typed.row_id and quarantine.scope in ('row', 'subject')
            )
        order by typed.row_id
    """


def _set_aside_by_table(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    made = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'quality' and table_name = 'quarantine'"
    ).fetchall()
    if not made:
        return {}
    return dict(
        connection.execute("select table_name, count(*) from quality.quarantine group by table_name").fetchall()
    )


def _reconcile(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("drop table if exists quality.rows")
    parts = " union all ".join(
        f"""
        select
            '{table}' as table_name,
            {order} as table_order,
            (select count(*) from raw.{table}) as received,
            (select count(*) from typed.{table} where is_duplicate) as duplicates,
            (
                select count(distinct typed.row_id) from typed.{table} as typed
                inner join quality.quarantine as quarantine
                    on quarantine.table_name = '{table}' and quarantine.row_id = typed.row_id
                    and quarantine.scope in ('row', 'subject')
                where not typed.is_duplicate
            ) as quarantined,
            (select count(*) from clean.{table}) as published
        """
        for order, table in enumerate(EXTRACT_TABLE_NAMES, start=1)
    )
    connection.execute(f"create table quality.rows as {parts}")
    lost = connection.execute(
        "select table_name from quality.rows"
        " where received <> duplicates + quarantined + published order by table_order"
    ).fetchall()
    if lost:
        names = ", ".join(name for (name,) in lost)
        raise WarehouseError(
            f"{names}: rows received are not rows published + quarantined + duplicates; "
            "this is a fault of datacut, please report it."
        )
