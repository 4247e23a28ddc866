"""Runs the contracts over the build file and keeps what they find in the schema ``quality``."""

import hashlib
import time
from collections.abc import Iterable, Sequence

import duckdb
import polars as pl

import schemas
from schemas.contract import BLOCK, WARNING
from warehouse.errors import ExtractError
from warehouse.queries import WAIVER_FACTS, query_id

ROWS_AT_ONCE = 500_000
LINES_NAMED = 5
"""So many lines of a rule that blocks are named in its sentence; the findings have all."""

EXTRACT_TABLE_NAMES = tuple(table.name for table in schemas.EXTRACT_TABLES)


def check_stage(connection: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Examines every relation that the contracts of ``stage`` name; adds to quality.findings, .rules and .checks."""
    for contract in schemas.CONTRACTS:
        if contract.stage != stage:
            continue
        examination = examine_relation(connection, contract)
        _append(connection, "findings", _as_queries(connection, examination.findings))
        _append(connection, "rules", examination.rules)
        _append(connection, "checks", examination.checks)


def examine_relation(connection: duckdb.DuckDBPyConnection, contract: type[schemas.Contract]) -> schemas.Examination:
    """The relation of ``contract`` held against it.

    The condition of each rule is asked in SQL, where the rows are; pandera validates those that fail one, ROWS_AT_ONCE
    at a time, so that memory does not grow with the table.
    """
    relation, seconds = contract.relation, dict[str, float]()
    absent = _absent(connection)
    optional = sorted({name for rule in contract.rules for name in rule.needs} | schemas.limits(contract))
    counts = ", ".join(f"count({name})" for name in ("row_id", *optional))
    ((rows, identified, *filled),) = connection.execute(f"select count(*), {counts} from {relation}").fetchall()
    blank = {name for name, count in zip(optional, filled, strict=True) if count == 0}
    chosen, left = f"select * from {relation}", rows
    if identified == rows and (suspects := _suspects(connection, contract, seconds)) is not None:
        connection.register("suspects", pl.DataFrame({"row_id": suspects}).to_arrow())
        chosen, left = f"{chosen} where row_id in (select row_id from suspects)", len(suspects)
    if left <= ROWS_AT_ONCE:
        parts: Iterable[pl.DataFrame] = [connection.sql(chosen).pl()]
    else:
        parts = (pl.DataFrame(pl.from_arrow(batch)) for batch in connection.sql(chosen).to_arrow_reader(ROWS_AT_ONCE))
    return schemas.together([schemas.examine_suspects(contract, part, rows, blank, seconds, absent) for part in parts])


def _absent(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    rows = connection.execute("select table_name, column_name, reason from study.not_collected").fetchall()
    return {(table, column): reason for table, column, reason in rows}


def _suspects(
    connection: duckdb.DuckDBPyConnection, contract: type[schemas.Contract], seconds: dict[str, float]
) -> pl.Series | None:
    """The row_id of every row that fails a rule, adding to ``seconds`` what each took; None where one cannot be asked.

    A rule whose condition has no SQL is asked in polars.
    """
    found = [pl.Series("row_id", [], dtype=pl.Int64)]
    try:
        for rule in contract.rules:
            began = time.perf_counter()
            found.append(_failing(connection, contract, rule))
            seconds[rule.check] = time.perf_counter() - began
    except (duckdb.Error, pl.exceptions.PolarsError):
        return None
    return pl.concat(found).unique()


def _failing(connection: duckdb.DuckDBPyConnection, contract: type[schemas.Contract], rule: schemas.Rule) -> pl.Series:
    condition = rule.condition(contract)
    try:
        rows = f"select row_id from {contract.relation} where not {schemas.condition_sql(condition)}"
        return connection.sql(rows).pl()["row_id"]
    except schemas.UntranslatableError:
        columns = ", ".join(["row_id", *condition.meta.root_names()])
        values = connection.sql(f"select {columns} from {contract.relation}").pl()
        return values.filter(~condition.fill_null(True))["row_id"]


def note_unasked(connection: duckdb.DuckDBPyConnection) -> None:
    """Lists the rules of the catalogue that no contract asks as not applicable, each with its reason."""
    rows = [
        {
            "rule_id": rule.rule_id,
            "title": rule.rule,
            "severity": "info",
            "scope": "table",
            "table_name": rule.table,
            "category": rule.category,
            "status": "not applicable",
            "reason": rule.reason,
            "rows_checked": 0,
            "rows_failed": 0,
            "why": rule.why,
        }
        for rule in schemas.catalogue().values()
        if not rule.is_implemented
    ]
    _append(connection, "rules", pl.DataFrame(rows, schema=schemas.RULE_COLUMNS))


def note_structure(connection: duckdb.DuckDBPyConnection, errors: Iterable[ExtractError]) -> None:
    """Keeps what is wrong with each file as a finding, which blocks unless the error says that it does not.

    Without any, makes the tables that findings go to.
    """
    nothing = pl.DataFrame(schema=schemas.FINDING_COLUMNS)
    rules = {**schemas.RULE_COLUMNS, "threshold": pl.String, "blocks_beyond": pl.Boolean}
    _append(connection, "rules", pl.DataFrame(schema=rules))
    _append(connection, "checks", pl.DataFrame(schema=schemas.CHECK_COLUMNS))
    found = [
        schemas.structural_finding(error.table, error.file, str(error), error.field).with_columns(
            severity=pl.lit(BLOCK if error.blocks else WARNING)
        )
        for error in errors
    ]
    _append(connection, "findings", _as_queries(connection, pl.concat([nothing, *found])))


def _as_queries(connection: duckdb.DuckDBPyConnection, findings: pl.DataFrame) -> pl.DataFrame:
    """The findings with the id of their query and room for a waiver; one stamp for all that a query asks."""
    ((study_id,),) = connection.execute("select study_id from study.protocol").fetchall()
    facts = findings.select("rule_id", "table_name", "record", "column_name").iter_rows()
    ids = [query_id(study_id, *fact) for fact in facts]
    same_query = pl.col("stamp").sort().str.join("-").over("query_id")
    several = pl.col("stamp").n_unique().over("query_id") > 1
    return (
        findings.with_columns(pl.Series("query_id", ids, dtype=pl.String))
        .with_columns(pl.when(several).then(same_query).otherwise(pl.col("stamp")).alias("stamp"))
        .with_columns(
            pl.col("stamp").map_elements(_one_stamp, return_dtype=pl.String),
            is_waived=pl.lit(False),
            **{name: pl.lit(None, dtype=pl.String) for name in WAIVER_FACTS},
        )
    )


def _one_stamp(stamps: str) -> str:
    return hashlib.sha256(stamps.encode()).hexdigest()[:12] if "-" in stamps else stamps


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
            rule_id || ' ' || title || ': ' || count(*) || ' in ' || coalesce(source_file, table_name),
            list(distinct source_row order by source_row) filter (where source_row is not null)
        from quality.findings
        where row_id is not null and is_waived is not true
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
    placed = [(f"{found}{_in_lines(lines or [])}.",) for found, lines in of_rows]
    return [str(row[0]) for row in (*of_files, *placed, *failed)]


def _in_lines(lines: Sequence[int]) -> str:
    """``, lines 5 and 61``: of a rule that compares two records, both."""
    if len(lines) < 2:
        return "".join(f", line {line}" for line in lines)
    named, more = lines[:LINES_NAMED], len(lines) - LINES_NAMED
    last = f"{more} more" if more > 0 else str(named[-1])
    return f", lines {', '.join(map(str, named if more > 0 else named[:-1]))} and {last}"


def _append(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    connection.execute("create schema if not exists quality")
    connection.register("new_rows", rows.to_arrow())
    connection.execute(f"create table if not exists quality.{name} as select * from new_rows limit 0")
    connection.execute(f"insert into quality.{name} by name select * from new_rows")
    connection.unregister("new_rows")
