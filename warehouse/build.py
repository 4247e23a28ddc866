"""The build file of a refresh: opened, given the study and the text functions, and filled stage by stage."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

import transforms
from warehouse import missingness
from warehouse.errors import WarehouseError

FUNCTIONS = Path(transforms.__file__).parent / "functions.sql"


@contextmanager
def opened(path: Path, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to ``path``, closed at the end. It reaches no network and installs no extension."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "produce_arrow_string_view": "true",  # as polars keeps text: nothing is copied
    }
    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=settings)
    except duckdb.IOException:
        raise WarehouseError(
            f"{path}: cannot be opened; is another process writing to it, or is the file damaged?"
        ) from None
    try:
        yield connection
    finally:
        connection.close()


def define_functions(connection: duckdb.DuckDBPyConnection, date_formats: Sequence[str]) -> None:
    """Creates the text functions that the models call; ``parse_date`` reads the formats of the study."""
    connection.execute(FUNCTIONS.read_text(encoding="utf-8"))
    days = ", ".join(_literal(form) for form in date_formats)
    months = ", ".join(_literal(form) for form in _month_formats(date_formats))
    for name, formats in (("parse_date", days), ("parse_month", months)):
        # Years of two digits are read by strptime as the first century; they are no dates here.
        connection.execute(
            f"create or replace macro {name}(t) as case"
            f" when try_strptime(clean_text(t), [{formats}]) >= timestamp '1850-01-01'"
            f" then cast(try_strptime(clean_text(t), [{formats}]) as date) end"
        )


STUDY_COLUMNS: dict[str, dict[str, Any]] = {
    "protocol": {
        "ctcae_version": pl.String, "response_organ": pl.String, "organ_required": pl.String,
        "age_low": pl.Float64, "age_high": pl.Float64, "ecog_low": pl.Float64, "ecog_high": pl.Float64,
        "child_pugh_score_low": pl.Float64, "child_pugh_score_high": pl.Float64, "disease_control_day": pl.Int64,
    },
    "eligible_codes": {"variable": pl.String, "code": pl.String},
    "visit_windows": {
        "arm": pl.String, "interval_low_days": pl.Int64, "interval_high_days": pl.Int64, "tolerance_days": pl.Int64,
    },
    "levels": {
        "covariate": pl.String, "level": pl.String, "level_order": pl.Int64, "low": pl.Float64, "high": pl.Float64,
    },
    "ae_terms": {"term": pl.String, "label": pl.String, "term_order": pl.Int64, "highest_grade": pl.Int64},
    "ranges": {"variable": pl.String, "code": pl.String, "low": pl.Float64, "high": pl.Float64},
    "syndromes": {
        "syndrome": pl.String, "label": pl.String, "term": pl.String, "days_after_procedure": pl.Int64,
        "least_terms": pl.Int64,
    },
    "safety": {"most_percent_without_events": pl.Float64},
    "expected_terms": {"term": pl.String},
    "laboratory_tests": {
        "test": pl.String, "label": pl.String, "unit": pl.String, "term": pl.String, "test_order": pl.Int64,
    },
    "grading_limits": {
        "test": pl.String, "direction": pl.String, "grade": pl.Int64, "basis": pl.String, "limit_value": pl.String,
    },
    "laboratory_units": {"test": pl.String, "unit": pl.String, "factor": pl.String},
    "drug_lines": {"line": pl.Int64, "drug": pl.String},
    "not_in_cohort": {"arm": pl.String},
    "open_lists": {"code_list": pl.String},
    "not_collected": {"table_name": pl.String, "column_name": pl.String, "reason": pl.String},
}  # fmt: skip
"""The types of what a protocol may leave out: of all columns where the table may be empty."""


def write_study(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Writes the protocol's tables into the schema ``study``. Code words are folded as the typed text is."""
    connection.execute("create schema if not exists study")
    for name, rows in tables.items():
        known = STUDY_COLUMNS.get(name, {})
        if rows:
            frame = pl.DataFrame(list(rows), infer_schema_length=None, schema_overrides=known)
        else:
            frame = pl.DataFrame(schema=known)
        connection.register("study_rows", frame.to_arrow())
        connection.execute(f"create or replace table study.{name} as select * from study_rows")
        connection.unregister("study_rows")
    connection.execute(
        """
        create or replace table study.codes as
        select distinct code_list, lower(clean_text(source_text)) as source_text, code from study.codes
        """
    )


def run_stage(connection: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Runs the models of one stage.

    Raises:
        WarehouseError: a model failed. The engine's own text is left out: it may quote a value.
    """
    try:
        transforms.run(connection, stage)
    except duckdb.Error as error:
        raise WarehouseError(
            f"transforms/{stage}: a model failed on these data ({type(error).__name__}); "
            "this is a fault of datacut, please report it."
        ) from None


DERIVATION = ("recist", "analysis")


def derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Responses and analysis data sets from clean.*, and the views that audit them."""
    for stage in (*DERIVATION, "audit"):
        run_stage(connection, stage)


def cover(connection: duckdb.DuckDBPyConnection) -> None:
    """What the cut covers, what it misses, and how it differs from the cut before.

    Reads the schema ``previous``: warehouse.last_cut.attach_previous comes first, also when there is no previous cut.
    """
    missingness.count_values(connection)
    run_stage(connection, "coverage")


def are_read(tables: set[str]) -> bool:
    """Whether the derivation reads any of these tables of clean.*."""
    read = {name for stage in DERIVATION for model in transforms.models(stage) for name in model.reads}
    return any(f"clean.{table}" in read for table in tables)


def _month_formats(date_formats: Sequence[str]) -> list[str]:
    """The formats with the day left out, for dates of which only year and month are known."""
    months = []
    for form in date_formats:
        month = form.replace("%d日", "").replace("%d", "").strip("-/. ")
        if "%m" in month and "%Y" in month and month not in months:
            months.append(month)
    return months


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
