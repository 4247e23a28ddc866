"""Holds a frame against its contract and writes down, record by record, what is not in order."""

import datetime
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandera.errors
import polars as pl
from pandera.errors import SchemaErrorReason

from schemas.contract import BLOCK, TABLE, Contract, Rule

FINDING_COLUMNS: dict[str, Any] = {
    "rule_id": pl.String,
    "title": pl.String,
    "severity": pl.String,
    "scope": pl.String,
    "table_name": pl.String,
    "row_id": pl.Int64,
    "subject_id": pl.String,
    "site": pl.String,
    "key": pl.String,
    "column_name": pl.String,
    "source_file": pl.String,
    "source_row": pl.Int64,
    "sentence": pl.String,
    "why": pl.String,
    "fix": pl.String,
    "endpoints": pl.String,
}

RULE_COLUMNS: dict[str, Any] = {
    "rule_id": pl.String,
    "title": pl.String,
    "severity": pl.String,
    "scope": pl.String,
    "table_name": pl.String,
    "status": pl.String,
    "reason": pl.String,
    "rows_checked": pl.Int64,
    "rows_failed": pl.Int64,
    "endpoints": pl.String,
    "why": pl.String,
    "fix": pl.String,
}

# The worst of a rule's checks on one table is the status of the rule there.
STATUSES = ("failed to run", "findings", "passed", "not applicable")


class ContractError(Exception):
    """A relation does not have the columns of its contract: a fault of datacut, not of the data."""


@dataclass(frozen=True)
class Examination:
    """``findings``: one row a record and rule that is not in order; ``rules``: one row a rule, severity and scope."""

    findings: pl.DataFrame
    rules: pl.DataFrame


@dataclass(frozen=True)
class _Outcome:
    rule: Rule
    status: str
    reason: str | None
    failing: tuple[int, ...] = ()


def examine(contract: type[Contract], frame: pl.DataFrame) -> Examination:
    """``frame``, the rows of ``contract.relation``, held against every rule of ``contract``.

    Raises:
        ContractError: the frame does not have the columns and types of the contract.
    """
    outcomes = list(_outcomes(contract, frame))
    findings = [found for outcome in outcomes for found in _findings(contract, frame, outcome)]
    return Examination(
        pl.DataFrame(findings, schema=FINDING_COLUMNS, orient="row").unique(
            ["rule_id", "row_id", "column_name", "sentence"], keep="first", maintain_order=True
        ),
        pl.DataFrame(_rules(contract, frame, outcomes), schema=RULE_COLUMNS, orient="row"),
    )


def structural_finding(table: str, file: str, sentence: str, rule_id: str = "RF02") -> pl.DataFrame:
    """One blocking finding of a whole table: its file or a column is missing, it is empty, or it cannot be read."""
    finding = {
        "rule_id": rule_id,
        "title": "The extract does not have the agreed form",
        "severity": BLOCK,
        "scope": TABLE,
        "table_name": table,
        "source_file": file,
        "sentence": sentence,
        "why": "Without the agreed columns the cut would be made from other data than the protocol means.",
        "fix": "Correct the export, or the mapping of the study.",
        "endpoints": "",
    }
    return pl.DataFrame([finding], schema=FINDING_COLUMNS)


def _outcomes(contract: type[Contract], frame: pl.DataFrame) -> Iterator[_Outcome]:
    failures, crashes = _validated(contract, frame)
    for rule in contract.rules:
        if rule.check in crashes:
            yield _Outcome(rule, "failed to run", crashes[rule.check])
        elif frame.is_empty():
            yield _Outcome(rule, "not applicable", "there is no row to check")
        elif blank := [name for name in rule.needs if frame[name].null_count() == frame.height]:
            yield _Outcome(rule, "not applicable", f"{', '.join(blank)}: not in the extract, or blank in every row")
        elif failing := failures.get(rule.check):
            yield _Outcome(rule, "findings", None, failing)
        else:
            yield _Outcome(rule, "passed", None)


def _validated(contract: type[Contract], frame: pl.DataFrame) -> tuple[dict[str, tuple[int, ...]], dict[str, str]]:
    """By check: the positions of the failing rows, and the class of the exception of a check that raised.

    Only positions and class names are taken over: pandera's failure cases and messages hold patients' values.
    """
    failures: dict[str, tuple[int, ...]] = {}
    crashes: dict[str, str] = {}
    violations: list[str] = []
    try:
        contract.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        for error in errors.schema_errors:
            if error.reason_code is SchemaErrorReason.DATAFRAME_CHECK:
                passed = error.check_output.to_series().fill_null(True)
                failures[str(error.check.name)] = tuple((~passed).arg_true().to_list())
            elif error.reason_code is SchemaErrorReason.CHECK_ERROR:
                crashes[str(error.check.name)] = str(error.failure_cases).partition("(")[0]
            else:
                violations.append(f"{error.column_name or error.failure_cases} ({error.reason_code.value})")
    stated = {rule.check for rule in contract.rules}
    violations += [f"a check of no rule ({name})" for name in (*failures, *crashes) if name not in stated]
    if violations:
        raise ContractError(f"{contract.relation} does not fit its contract: {'; '.join(violations)}")
    return failures, crashes


def _findings(contract: type[Contract], frame: pl.DataFrame, outcome: _Outcome) -> Iterator[tuple[Any, ...]]:
    rule = outcome.rule
    for record in frame[list(outcome.failing)].iter_rows(named=True) if outcome.failing else ():
        shown = {name: shown_value(value) for name, value in record.items()}
        whole_table = rule.scope == TABLE
        yield (
            rule.id,
            rule.title,
            rule.severity,
            rule.scope,
            contract.table,
            None if whole_table else record["row_id"],
            None if whole_table else record["subject_id"],
            None if whole_table else record["site"],
            ", ".join(f"{name} {shown[name]}" for name in contract.key if record[name] is not None),
            rule.column,
            record["source_file"],
            None if whole_table else record["source_row"],
            rule.sentence.format_map(shown),
            rule.why,
            rule.fix,
            ",".join(rule.endpoints),
        )


def _rules(contract: type[Contract], frame: pl.DataFrame, outcomes: Iterable[_Outcome]) -> Iterator[tuple[Any, ...]]:
    together: dict[tuple[str, str, str], list[_Outcome]] = {}
    for outcome in outcomes:
        together.setdefault((outcome.rule.id, outcome.rule.severity, outcome.rule.scope), []).append(outcome)
    for same in together.values():
        rule = same[0].rule
        worst = min(same, key=lambda outcome: STATUSES.index(outcome.status))
        judged = worst.status in ("findings", "passed")
        failing = {position for outcome in same for position in outcome.failing}
        endpoints = sorted({endpoint for outcome in same for endpoint in outcome.rule.endpoints})
        yield (
            rule.id,
            rule.title,
            rule.severity,
            rule.scope,
            contract.table,
            worst.status,
            worst.reason,
            frame.height if judged else 0,
            len(failing),
            ",".join(endpoints),
            rule.why,
            rule.fix,
        )


def sentence_columns(sentence: str) -> set[str]:
    """The columns that ``sentence`` shows."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def shown_value(value: Any) -> str:
    """``value`` as a coordinator reads it: 12.500 as 12.5, a date as 2010-03-11, nothing as "blank"."""
    if value is None:
        return "blank"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)
