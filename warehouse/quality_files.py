"""What the checks leave for people: kept in the schema quality of the build file, written to quality/ of the run."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl

from warehouse.formula_text import safe_text_sql
from warehouse.runs import ANALYSIS_TABLES, is_made, parquet_metadata, read_analysis, sql_path

FILES = (
    ("findings", "quality.findings", "*", "all", "parquet"),
    ("rules", "quality.rules", "* exclude (relation, blocks_beyond)", "rule_id, table_name, severity, scope", "csv"),
    ("rows", "quality.rows", "* exclude (table_order)", "table_order", "csv"),
    ("queries", "quality.queries", "* exclude (relation, record)", "query_id", "parquet"),
    (
        "waivers",
        "quality.waivers",
        f"* replace ({safe_text_sql('reason')} as reason, {safe_text_sql('who')} as who)",
        "all",
        "csv",
    ),
    ("monitors", "quality.monitors", "*", "monitor_id, table_name", "csv"),
    (
        "completeness",
        "coverage.completeness",
        "* replace (round(percent, 1) as percent)",
        "site, form, visit_order",
        "csv",
    ),
    ("follow_up", "coverage.follow_up_currency", "*", "days_since_contact desc, subject_id", "csv"),
    ("losses", "coverage.endpoint_totals", "* replace (round(percent, 1) as percent)", "arm, paramcd", "csv"),
)
"""File, relation, columns, order and form."""

MONITORED = {
    "rows": "select * from coverage.rows_since_last_cut order by table_name",
    "missingness": """
        select now.table_name, now.column_name, now.missing_percent, before.missing_percent as previous_missing_percent
        from coverage.missingness as now
        left join previous.missingness as before using (table_name, column_name)
        order by 1, 2
    """,
    "code_words": """
        select table_name, column_name, code, coalesce(now.n, 0) as n, before.n as previous_n
        from coverage.code_words as now
        full outer join previous.code_words as before using (table_name, column_name, code)
        order by 1, 2, 3
    """,
    "since_last_cut": "select * from coverage.since_last_cut order by subject_id",
    "endpoints_since_last_cut": "select * from coverage.endpoints_since_last_cut order by subject_id, paramcd",
    "follow_up": "select * from coverage.follow_up_currency order by subject_id",
}


def monitored(connection: duckdb.DuckDBPyConnection) -> dict[str, pd.DataFrame]:
    """The frames that the batch monitors look at: the analysis data sets, and this cut beside the one before.

    Where there is no cut before, the frames that compare have no row, and previous counts are null.
    """
    has_previous = connection.execute("select count(*) from previous.rows").fetchall() != [(0,)]
    frames = {table: read_analysis(connection, table) for table in ANALYSIS_TABLES}
    for name, sql in MONITORED.items():
        frame = connection.execute(sql).df()
        frames[name] = frame if has_previous or "since" not in name else frame.iloc[:0]
    return frames


def keep_monitors(
    connection: duckdb.DuckDBPyConnection, run: Path, table: pd.DataFrame, validations: Sequence[Mapping[str, Any]]
) -> None:
    """The outcome of the monitors as quality.monitors, and the validations behind it as quality/validations.json."""
    _keep(connection, "monitors", pl.from_pandas(table))
    text = json.dumps(validations, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (run / "quality" / "validations.json").write_text(text, encoding="utf-8")


def keep_queries(connection: duckdb.DuckDBPyConnection, queries: pl.DataFrame, waivers: pl.DataFrame) -> None:
    """Every query as it stands, and every waiver with its status, as quality.queries and quality.waivers."""
    _keep(connection, "queries", queries)
    _keep(connection, "waivers", waivers)


def seconds_by_rule(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], float]:
    """What each rule took, by rule id and table; a clock, so it is for the manifest and the page alone."""
    rows = connection.execute(
        """
        select checks.rule_id, asked.table_name, sum(checks.seconds)
        from quality.checks as checks
        inner join (select distinct rule_id, relation, table_name from quality.rules) as asked
            on asked.rule_id = checks.rule_id and asked.relation = checks.relation
        group by all
        order by all
        """
    ).fetchall()
    return {(rule_id, table): seconds for rule_id, table, seconds in rows}


def export_quality(connection: duckdb.DuckDBPyConnection, folder: Path, mark: str) -> None:
    """Writes FILES into ``folder``, as far as the run came: a blocked load has findings and queries alone.

    ``mark`` stands in the metadata of Parquet and in a column ``data`` of CSV.
    """
    for name, relation, columns, order, form in FILES:
        if not is_made(connection, *relation.split(".")):
            continue
        kept = f"{columns}, '{mark}' as data" if form == "csv" and mark else columns
        options = parquet_metadata(mark) if form == "parquet" else ""
        target = sql_path(folder / f"{name}.{form}")
        connection.execute(
            f"copy (select {kept} from {relation} order by {order}) to '{target}' (format {form}{options})"
        )


def _keep(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    connection.register("kept_rows", rows.to_arrow())
    connection.execute(f"create or replace table quality.{name} as select * from kept_rows")
    connection.unregister("kept_rows")
