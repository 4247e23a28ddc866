"""What holds for all contracts together: ids, severities, sentences, and the relations they are checked on."""

import csv
from pathlib import Path

import duckdb
import pytest
import sqlglot
from rule_cases import Examine

import schemas
import transforms
from schemas import CONTRACTS, Contract
from schemas.findings import sentence_columns

RULES = [(contract, rule) for contract in CONTRACTS for rule in contract.rules]
CATALOGUE = list(
    csv.DictReader((Path(schemas.__file__).parent / "catalogue.csv").read_text(encoding="utf-8").splitlines())
)


def test_every_rule_stands_in_the_catalogue_as_implemented_and_every_other_says_why_not() -> None:
    assert len(CATALOGUE) == len({row["rule_id"] for row in CATALOGUE}) == 115
    implemented = {row["rule_id"] for row in CATALOGUE if row["status"] == "implemented"}
    assert implemented == {rule.id for _, rule in RULES}
    assert all(row["reason"] for row in CATALOGUE if row["status"] != "implemented")
    assert {row["status"] for row in CATALOGUE} == {"implemented", "elsewhere", "later"}


def test_every_rule_is_a_check_of_its_contract() -> None:
    for contract in CONTRACTS:
        checks = [check.name for check in contract.to_schema().checks]
        assert sorted(checks) == sorted(rule.check for rule in contract.rules)


def test_severities_scopes_and_stages_are_known() -> None:
    assert {rule.severity for _, rule in RULES} == {"block", "error", "warning", "info"}
    assert {rule.scope for _, rule in RULES} == {"cell", "row", "subject", "table"}
    assert {contract.stage for contract in CONTRACTS} == {"extract", "derived", "covered"}
    assert {rule.id for _, rule in RULES if rule.severity == "block"} == {"DM01", "DM02"}


def test_subjects_leave_all_tables_only_for_identity_eligibility_start_and_death() -> None:
    assert {rule.id for _, rule in RULES if rule.scope == "subject"} == {
        "DM02", "DM06", "DM07", "DM08", "DM09", "DM11", "DS01", "DS02", "DS03", "EX01", "EX02",
    }  # fmt: skip


@pytest.mark.parametrize(("contract", "rule"), RULES, ids=lambda item: getattr(item, "check", None))
def test_a_rule_names_columns_that_its_contract_has(contract: type[Contract], rule: schemas.Rule) -> None:
    columns = set(contract.to_schema().columns)
    assert sentence_columns(rule.sentence) <= columns
    assert sentence_columns(rule.sentence), "a sentence shows the value"
    assert set(rule.needs) <= columns
    assert set(contract.key) <= columns
    assert all((rule.title, rule.why, rule.fix))


def test_a_title_and_severity_belong_to_one_id_and_table() -> None:
    titles: dict[str, set[str]] = {}
    for _, rule in RULES:
        titles.setdefault(rule.id, set()).add(rule.title)
    assert {rule_id: found for rule_id, found in titles.items() if len(found) > 1} == {}


def test_every_checked_column_has_a_title(examine: Examine) -> None:
    for contract in CONTRACTS:
        for name, column in contract.to_schema().columns.items():
            assert column.title or name.endswith("_text"), f"{contract.relation}.{name}"


def test_no_record_is_found_twice_by_one_rule(examine: Examine, connection: duckdb.DuckDBPyConnection) -> None:
    from sound_cohort import change

    examination = examine(change("patients", 0, sex="?", arm="?"), change("lesion_measurements", 0, diameter="x"))
    found = examination.findings.select("rule_id", "table_name", "row_id", "column_name")
    assert found.height > 10
    assert not found.is_duplicated().any()
    once = examination.rules.select("rule_id", "table_name", "severity", "scope").filter(
        examination.rules["rule_id"] != "TR06"
    )
    assert not once.is_duplicated().any()


@pytest.mark.parametrize("dialect", ["spark", "postgres"])
@pytest.mark.parametrize("stage", ["checks", "audit"])
def test_the_views_translate(stage: str, dialect: str) -> None:
    for model in transforms.models(stage):
        (translated,) = sqlglot.transpile(
            model.sql, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE
        )
        sqlglot.parse_one(translated, read=dialect)
