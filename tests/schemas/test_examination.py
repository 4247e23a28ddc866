"""How a frame is held against a contract, on a contract of two rules."""

import datetime
import hashlib
from decimal import Decimal

import polars as pl
import pytest

from schemas import (
    Contract,
    ContractError,
    examine,
    examine_suspects,
    structural_finding,
    together,
)
from schemas.columns import Date, Limit, Number, context, date, limit, number
from schemas.contract import CELL, ERROR, INFO, TABLE, WARNING, rule
from schemas.findings import FINDING_COLUMNS, shown_value
from schemas.rule_texts import RuleText


def says(title: str, sentence: str) -> RuleText:
    return RuleText(title, sentence, why="w", fix="f")


class Doses(Contract, relation="checks.doses", table="doses", key=("given_on",)):
    dose_mg: Number = number("Dose", unit="mg")
    given_on: Date = date("Given")
    latest_plausible_date: Date = context("Last day")
    limit_mg: Limit = limit("Limit", unit="mg")

    @rule("X01", ERROR, CELL, column="dose_mg", text=says("Dose too high", "{dose_mg} mg above {limit_mg} mg."))
    def dose_within_limit(cls) -> pl.Expr:
        return pl.col("dose_mg") <= pl.col("limit_mg")

    @rule("X02", WARNING, CELL, text=says("Raises", ""))
    def raises(cls) -> pl.Expr:
        return pl.col("no_such_column") > 1

    @rule("X03", INFO, TABLE, needs=("limit_mg",), text=says("Needs", "{dose_mg}"))
    def needs_a_limit(cls) -> pl.Expr:
        return pl.col("limit_mg") > 5


def doses(**columns: object) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "row_id": [1, 2, 3],
            "subject_id": ["S1", "S1", "S2"],
            "site": ["A", "A", None],
            "source_file": ["doses.csv"] * 3,
            "source_row": [2, 3, 4],
            "dose_mg": [Decimal("12.500"), None, Decimal("10")],
            "dose_mg_text": ["12.5", None, "10"],
            "given_on": [datetime.date(2010, 3, 11)] * 3,
            "given_on_text": ["2010-03-11"] * 3,
            "latest_plausible_date": [datetime.date(2012, 5, 31)] * 3,
            "limit_mg": [10.0] * 3,
        },
        schema_overrides={"dose_mg": pl.Decimal(12, 3)},
    )
    return frame.with_columns(**columns)


def status(frame: pl.DataFrame, rule_id: str) -> tuple[str, str | None, int, int]:
    rules = examine(Doses, frame).rules
    return rules.filter(rules["rule_id"] == rule_id).select("status", "reason", "rows_checked", "rows_failed").row(0)


def test_a_finding_says_where_what_and_why() -> None:
    assert examine(Doses, doses()).findings.rows(named=True) == [
        {
            "rule_id": "X01",
            "title": "Dose too high",
            "severity": "error",
            "scope": "cell",
            "table_name": "doses",
            "row_id": 1,
            "subject_id": "S1",
            "site": "A",
            "key": "given_on 2010-03-11",
            "column_name": "dose_mg",
            "source_file": "doses.csv",
            "source_row": 2,
            "sentence": "12.5 mg above 10 mg.",
            "why": "w",
            "fix": "f",
            "endpoints": "",
            "relation": "checks.doses",
            "record": '{"given_on": "2010-03-11", "subject_id": "S1"}',
            "stamp": stamp_of("12.5"),
        }
    ]


def stamp_of(*values: str) -> str:
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:12]


def test_the_stamp_changes_with_the_value_and_not_with_the_limit_or_the_row() -> None:
    def stamp(**columns: object) -> str:
        return examine(Doses, doses(**columns)).findings["stamp"][0]

    assert stamp() == stamp(limit_mg=pl.lit(11.0), source_row=pl.lit(9, dtype=pl.Int64))
    assert stamp() != stamp(dose_mg=pl.lit(Decimal("12.501")).cast(pl.Decimal(12, 3)))


def test_a_null_passes_and_the_limit_itself_too() -> None:
    assert status(doses(), "X01") == ("findings", None, 3, 1)
    assert status(doses(dose_mg=pl.lit(Decimal("10")).cast(pl.Decimal(12, 3))), "X01") == ("passed", None, 3, 0)


def test_a_rule_that_raises_failed_to_run_and_tells_the_class_only() -> None:
    assert status(doses(), "X02") == ("failed to run", "ColumnNotFoundError", 0, 0)


def test_a_rule_without_its_input_is_not_applicable() -> None:
    missing = doses(limit_mg=pl.lit(None, dtype=pl.Float64))
    assert status(missing, "X03") == ("not applicable", "limit_mg: not in the extract, or blank in every row", 0, 0)
    assert status(doses().clear(), "X01") == ("not applicable", "there is no row to check", 0, 0)


def test_a_finding_of_the_whole_table_has_no_row() -> None:
    findings = examine(Doses, doses(limit_mg=pl.lit(1.0), dose_mg=pl.lit(None, dtype=pl.Decimal(12, 3)))).findings
    whole = findings.filter(findings["rule_id"] == "X03")
    assert whole.select("row_id", "subject_id", "source_row").rows() == [(None, None, None)]


def test_text_that_is_no_number_is_one_finding_on_its_cell() -> None:
    frame = doses(dose_mg_text=pl.lit("ten"), dose_mg=pl.lit(None, dtype=pl.Decimal(12, 3)))
    findings = examine(Doses, frame).findings
    assert findings.select("rule_id", "row_id", "column_name", "sentence").rows() == [
        ("RF02", row, "dose_mg", "Dose is 'ten', which is not a number.") for row in (1, 2, 3)
    ]


def test_a_relation_that_does_not_fit_its_contract_is_our_fault() -> None:
    with pytest.raises(ContractError, match=r"checks\.doses does not fit its contract: site .*limit_mg"):
        examine(Doses, doses(limit_mg=pl.lit("10")).drop("site"))


def test_an_unusable_file_is_one_blocking_finding() -> None:
    finding = structural_finding("patients", "p.csv", "p.csv: the file is missing.")
    assert dict(finding.schema) == FINDING_COLUMNS
    row = finding.row(0, named=True)
    assert (row["rule_id"], row["severity"], row["scope"], row["row_id"]) == ("RF02", "block", "table", None)
    assert (row["table_name"], row["source_file"]) == ("patients", "p.csv")


def test_a_relation_in_parts_is_examined_as_one() -> None:
    frame = pl.concat([doses(), doses(row_id=pl.col("row_id") + 3, limit_mg=pl.lit(None, dtype=pl.Float64))])
    whole = examine(Doses, frame)
    parts = together([examine_suspects(Doses, part, 6, (), {}) for part in (frame[:2], frame[2:4], frame[4:])])
    assert parts.findings.equals(whole.findings)
    assert parts.rules.equals(whole.rules)
    assert parts.checks.equals(whole.checks)


def test_values_are_shown_as_people_write_them() -> None:
    shown = [shown_value(value) for value in (None, Decimal("12.500"), Decimal("100.000"), 37.5, 400.0, "x")]
    assert shown == ["blank", "12.5", "100", "37.5", "400", "x"]


def test_what_the_study_does_not_have_makes_a_rule_not_applicable_for_its_reason() -> None:
    """A column counts for the rules that read it, a table for all of its rules."""
    frame = doses()
    for absent, reason in (
        ({("doses", "dose_mg"): "nobody writes it down"}, "dose_mg: nobody writes it down"),
        ({("doses", ""): "there are no doses"}, "doses: there are no doses"),
    ):
        made = examine_suspects(Doses, frame, frame.height, set(), {}, absent)
        ((status, why),) = made.rules.filter(rule_id="X01").select("status", "reason").rows()
        assert (status, why) == ("not applicable", reason)
        assert made.findings.filter(rule_id="X01").is_empty()


def test_a_limit_that_the_protocol_does_not_state_is_not_passed() -> None:
    frame = doses().with_columns(pl.lit(None, dtype=pl.Float64).alias("limit_mg"))
    ((status, why),) = examine(Doses, frame).rules.filter(rule_id="X01").select("status", "reason").rows()
    assert (status, why) == ("not applicable", "the protocol says nothing of limit_mg")
