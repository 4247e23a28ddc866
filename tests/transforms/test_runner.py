"""The runner: one select a file, each made after what it reads."""

from pathlib import Path

import duckdb
import pytest

from transforms import STAGES, ModelError, models, run


def write(directory: Path, **selects: str) -> None:
    """Models of the stage recist in ``directory``."""
    (directory / "recist").mkdir(exist_ok=True)
    for name, sql in selects.items():
        (directory / "recist" / f"{name}.sql").write_text(sql, encoding="utf-8")


def test_a_model_comes_after_what_it_reads_and_else_by_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="select x from recist.c",
        b="select 1 as x",
        c="with inner_rows as (select x from recist.d) select x from inner_rows",
        d="select x from clean.patients",
    )
    assert [model.name for model in models("recist", tmp_path)] == ["b", "d", "c", "a"]


def test_reads_names_tables_of_every_part_of_the_select_and_no_cte(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="""
        with b as (select x from clean.lesions union all select x from clean.patients)
        select b.x from b left join study.arms as arms on arms.x = b.x
        where exists (select 1 from study.protocol where x = b.x)
        """,
    )
    (model,) = models("recist", tmp_path)
    assert model.reads == {"clean.lesions", "clean.patients", "study.arms", "study.protocol"}
    assert (model.stage, model.name, model.table, model.path) == (
        "recist", "a", "recist.a", tmp_path / "recist" / "a.sql",
    )  # fmt: skip


def test_models_that_read_each_other_are_named(tmp_path: Path) -> None:
    write(tmp_path, a="select x from recist.b", b="select x from recist.a", c="select x from recist.a")
    with pytest.raises(ModelError, match=r"transforms/recist: .* in a circle: a\.sql, b\.sql\.$"):
        models("recist", tmp_path)


@pytest.mark.parametrize("sql", ["select 1 as x; select 2 as x", "drop table clean.patients", ""])
def test_a_model_is_exactly_one_select(tmp_path: Path, sql: str) -> None:
    write(tmp_path, a=sql)
    with pytest.raises(ModelError, match=r"recist/a\.sql: a model is exactly one select"):
        models("recist", tmp_path)


def test_a_file_that_is_no_sql_is_named(tmp_path: Path) -> None:
    write(tmp_path, a="select (from")
    with pytest.raises(ModelError, match=r"recist/a\.sql: not SQL"):
        models("recist", tmp_path)


def test_an_unknown_stage_is_named() -> None:
    with pytest.raises(ModelError, match="staging: no such stage"):
        models("staging")


def test_run_makes_the_tables_anew(tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    write(tmp_path, a="select x + 1 as x from recist.b", b="select 1 as x")
    for _ in range(2):
        run(connection, "recist", tmp_path)
    assert connection.execute("select x from recist.a").fetchall() == [(2,)]


def test_functions_are_no_model() -> None:
    assert "functions" not in {model.name for stage in STAGES for model in models(stage)}


def test_no_model_reads_a_later_stage() -> None:
    order = {stage: position for position, stage in enumerate((*STAGES[:2], "clean", *STAGES[2:]))}
    for stage in STAGES:
        for model in models(stage):
            read = {table.split(".")[0] for table in model.reads}
            assert not [name for name in read & order.keys() if order[name] > order[stage]], model.table
