"""Runs the SQL models: one select a file, each made into one table of its stage, ordered by what they read."""

from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

if TYPE_CHECKING:
    import duckdb

TRANSFORMS_DIR = Path(__file__).parent

STAGES = ("typed", "checks", "recist", "analysis", "audit", "coverage", "explain", "differences")
"""The stages in the order of what they read; each is a folder of models and a schema of tables. A refresh runs all but
``explain``, which is run over a published cut (warehouse.subject_paths), and ``differences``, over two."""


class ModelError(Exception):
    """The models of a stage cannot be ordered or read. Names files, never values."""


@dataclass(frozen=True)
class Model:
    """One file ``transforms/<stage>/<name>.sql``: a select that becomes the table ``<stage>.<name>``.

    ``reads`` holds every ``schema.table`` the select takes rows from.
    """

    stage: str
    name: str
    path: Path
    sql: str
    reads: frozenset[str]

    @property
    def table(self) -> str:
        return f"{self.stage}.{self.name}"


def models(stage: str, directory: Path = TRANSFORMS_DIR) -> list[Model]:
    """The models of ``stage``, each after those of its stage that it reads; ties in order of name.

    Raises:
        ModelError: no such stage, a file is not one select, or files read each other in a circle.
    """
    if stage not in STAGES:
        raise ModelError(f"{stage}: no such stage (known: {', '.join(STAGES)}).")
    return list(_ordered_models(stage, directory))


def run(connection: "duckdb.DuckDBPyConnection", stage: str, directory: Path = TRANSFORMS_DIR) -> None:
    """Makes every table of ``stage`` anew, in the schema of that name, from what is in ``connection``.

    Raises:
        ModelError: as ``models``.
        duckdb.Error: a model does not run on these data.
    """
    ordered = models(stage, directory)
    connection.execute(f"create schema if not exists {stage}")
    for model in ordered:
        connection.execute(f"create or replace table {model.table} as\n{model.sql}")


@cache
def _ordered_models(stage: str, directory: Path) -> tuple[Model, ...]:
    by_table = {model.table: model for model in map(_read_model, sorted((directory / stage).glob("*.sql")))}
    sorter = TopologicalSorter({table: model.reads & by_table.keys() for table, model in by_table.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        files = ", ".join(sorted({by_table[table].path.name for table in error.args[1]}))
        raise ModelError(f"transforms/{stage}: these files read each other in a circle: {files}.") from None
    ordered: list[Model] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered.extend(by_table[table] for table in ready)
        sorter.done(*ready)
    return tuple(ordered)


def _read_model(path: Path) -> Model:
    sql = path.read_text(encoding="utf-8")
    try:
        statements = [statement for statement in sqlglot.parse(sql, read="duckdb") if statement is not None]
    except ParseError as error:
        raise ModelError(f"{path.parent.name}/{path.name}: not SQL that sqlglot reads: {error}") from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise ModelError(f"{path.parent.name}/{path.name}: a model is exactly one select.")
    return Model(path.parent.name, path.stem, path, sql, tables_read(statements[0]))


def tables_read(query: exp.Query) -> frozenset[str]:
    """Every ``schema.table`` that ``query`` takes rows from; names of its own CTEs are not among them."""
    return frozenset(f"{table.db}.{table.name}" for table in query.find_all(exp.Table) if table.db)
