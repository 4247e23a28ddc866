"""Every model in the SQL of the engines it may run on one day, and the columns that the tests' tables claim."""

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel
from tiny_cohort import CLEAN, STUDY

from studies.mapping import Mapping
from studies.protocol import Protocol
from studies.study import STUDIES_DIR, Study
from studies.toml_file import read_toml
from transforms import STAGES, Model, models

MODELS = [model for stage in STAGES for model in models(stage)]


@pytest.mark.parametrize("engine", ["spark", "postgres"])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_a_model_translates(model: Model, engine: str) -> None:
    (translated,) = sqlglot.transpile(model.sql, read="duckdb", write=engine, unsupported_level=ErrorLevel.RAISE)
    assert isinstance(sqlglot.parse_one(translated, read=engine), exp.Query)


@pytest.mark.parametrize("table", CLEAN)
def test_the_tests_know_the_columns_of_the_typed_tables(table: str) -> None:
    (typed,) = (model for model in MODELS if model.table == f"typed.{table}")
    query = sqlglot.parse_one(typed.sql, read="duckdb")
    assert isinstance(query, exp.Query)
    assert {column.split()[0] for column in CLEAN[table].split(", ") if " " in column} <= set(query.named_selects)


@pytest.mark.parametrize("table", STUDY)
def test_the_tests_know_the_columns_of_the_study(table: str) -> None:
    directory = STUDIES_DIR / "gist_tace"
    protocol = read_toml(directory / "protocol.toml", Protocol)
    study = Study("gist_tace", directory, protocol, Mapping(date_formats=["%Y-%m-%d"], tables={}, codes={}))
    named = set(study.tables(protocol.study.data_cut)[table][0])
    assert {column.split()[0] for column in STUDY[table].split(", ")} <= named
