"""Every column of every analysis data set has a label, a type and a format that SAS and R can read."""

import re
from collections import Counter

import pytest
import sqlglot
from sqlglot import exp

from schemas.analysis_dictionary import (
    ANY,
    CODE_LISTS_FILE,
    TYPES,
    VARIABLES_FILE,
    _rows,
    analysis_code_lists,
    analysis_datasets,
    analysis_variable,
    undescribed,
)
from transforms import models
from warehouse.runs import ANALYSIS_TABLES


def columns_of(dataset: str) -> list[str]:
    """The columns that the model of ``dataset`` selects."""
    (model,) = (model for model in models("analysis") if model.name == dataset)
    query = sqlglot.parse_one(model.sql, read="duckdb")
    assert isinstance(query, exp.Query)
    return query.named_selects


DATASETS = sorted({model.name for model in models("analysis")} | set(ANALYSIS_TABLES))
VARIABLES = _rows(VARIABLES_FILE)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_column_of_an_analysis_data_set_has_a_label(dataset: str) -> None:
    missing = undescribed(dataset, columns_of(dataset))
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_keys_are_columns_and_the_names_are_told_apart(dataset: str) -> None:
    columns = columns_of(dataset)
    assert set(analysis_datasets()[dataset].keys.split()) <= set(columns)
    names = Counter(variable.name for column in columns if (variable := analysis_variable(dataset, column)))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_line_describes_a_column_that_is_not_there(dataset: str) -> None:
    described = {row["variable"] for row in VARIABLES if row["dataset"] == dataset}
    assert described - set(columns_of(dataset)) == set()


@pytest.mark.parametrize("row", VARIABLES, ids=lambda row: f"{row['dataset']}.{row['variable']}")
def test_a_variable_is_one_that_a_sas_transport_file_can_hold(row: dict[str, str]) -> None:
    name = row["export_name"] or row["variable"].upper()
    assert re.fullmatch(r"[A-Z_][A-Z0-9_]{0,7}", name), f"{name}: give it an export_name of at most 8 characters"
    assert 0 < len(row["label"]) <= 40, f"{row['variable']}: {len(row['label'])} characters, at most 40"
    assert row["label"].isascii()
    assert row["type"] in TYPES
    assert re.fullmatch(r"|DATE9\.|BEST12\.|8\.\d?", row["format"])
    assert (row["type"] == "date") == (row["format"] == "DATE9.")
    assert (row["type"] == "text") == (row["format"] == "")
    assert row["code_list"] in {"", *analysis_code_lists()}
    assert row["dataset"] in {ANY, *analysis_datasets()}


def test_a_data_set_is_one_that_a_sas_transport_file_can_hold() -> None:
    for name, dataset in analysis_datasets().items():
        assert re.fullmatch(r"[A-Z][A-Z0-9]{0,7}", dataset.name), (
            f"{name}: give it an export_name of at most 8 characters"
        )
        assert 0 < len(dataset.label) <= 28, f"{name}: 28 characters leave room for the mark of invented data in 40"
        assert dataset.label.isascii()


def test_no_line_stands_twice() -> None:
    assert len({(row["dataset"], row["variable"]) for row in VARIABLES}) == len(VARIABLES)
    codes = _rows(CODE_LISTS_FILE)
    assert len({(row["code_list"], row["code"]) for row in codes}) == len(codes)


def test_what_is_missing_is_said_with_what_to_add() -> None:
    variable, data_set = undescribed("adsl", ["usubjid", "shoesize"]), undescribed("adxx", [])
    assert len(variable) == len(data_set) == 1
    assert variable[0].startswith("adsl.shoesize has no label: add a line 'dataset,variable,export_name,label")
    assert "schemas/analysis_datasets.csv" in data_set[0]
