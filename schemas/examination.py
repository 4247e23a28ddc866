"""Holds a frame against its contract and writes down, record by record, what is not in order."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandera.errors
import polars as pl
from pandera.errors import SchemaErrorReason

from schemas.contract import Contract, Rule
from schemas.findings import FINDING_COLUMNS, findings_of

RULE_COLUMNS: dict[str, Any] = {
    "rule_id": pl.String,
    "title": pl.String,
    "severity": pl.String,
    "scope": pl.String,
    "table_name": pl.String,
    "category": pl.String,
    "status": pl.String,
    "reason": pl.String,
    "rows_checked": pl.Int64,
    "rows_failed": pl.Int64,
    "percent": pl.Float64,
    "endpoints": pl.String,
    "why": pl.String,
    "fix": pl.String,
    "since": pl.String,
    "relation": pl.String,
}

CHECK_COLUMNS: dict[str, Any] = {
    "rule_id": pl.String,
    "relation": pl.String,
    "column_name": pl.String,
    "has_run": pl.Boolean,
    "seconds": pl.Float64,
}

# The worst of a rule's checks on one table is the status of the rule there.
STATUSES = ("failed to run", "findings", "passed", "not applicable")
JUDGED = ("findings", "passed")
NOTHING_ABSENT: Mapping[tuple[str, str], str] = {}


class ContractError(Exception):
    """A relation does not have the columns of its contract: a fault of datacut, not of the data."""


@dataclass(frozen=True)
class Examination:
    """What came of holding one frame against its contract.

    ``findings``: one row a record and rule that is not in order. ``rules``: one row a rule, severity and scope.
    ``checks``: one row a rule and field, whether it could be applied, and what it took.
    """

    findings: pl.DataFrame
    rules: pl.DataFrame
    checks: pl.DataFrame


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
    blank = {name for name in frame.columns if frame[name].is_null().all()}
    return examine_suspects(contract, frame, frame.height, blank, {})


def examine_suspects(
    contract: type[Contract],
    suspects: pl.DataFrame,
    rows: int,
    blank_columns: Collection[str],
    seconds: Mapping[str, float],
    absent: Mapping[tuple[str, str], str] = NOTHING_ABSENT,
) -> Examination:
    """As ``examine``, of ``rows`` rows of which only ``suspects`` can fail a rule.

    A rule judges each row by itself: so its condition can be asked of a large table where it lies, and only the
    suspects are validated. ``blank_columns`` are blank in every row; ``seconds`` is what each check took; ``absent``
    gives the reason for each (table, column) that the study does not have, of a whole table with an empty column.

    Raises:
        ContractError: the frame does not have the columns and types of the contract.
    """
    outcomes = list(_outcomes(contract, suspects, rows, blank_columns, absent))
    findings = [row for outcome in outcomes for row in findings_of(contract, suspects, outcome.rule, outcome.failing)]
    return Examination(
        pl.DataFrame(findings, schema=FINDING_COLUMNS, orient="row").unique(
            ["rule_id", "row_id", "column_name", "sentence"], keep="first", maintain_order=True
        ),
        pl.DataFrame(_rules(contract, rows, outcomes), schema=RULE_COLUMNS, orient="row"),
        pl.DataFrame(_checks(contract, outcomes, seconds), schema=CHECK_COLUMNS, orient="row"),
    )


def together(parts: Sequence[Examination]) -> Examination:
    """The examination of a whole relation from those of its suspects in parts."""
    return Examination(
        pl.concat(part.findings for part in parts),
        _rules_together([part.rules for part in parts]),
        _checks_together([part.checks for part in parts]),
    )


def _rules_together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    rows = pl.concat(parts)
    worst = pl.col("status").replace_strict({status: place for place, status in enumerate(STATUSES)}).arg_min()
    return (
        rows.group_by(["rule_id", "severity", "scope"], maintain_order=True)
        .agg(
            pl.col("status", "reason").get(worst),
            pl.col("rows_checked").max(),
            pl.col("rows_failed").sum(),
            pl.exclude("status", "reason", "rows_checked", "rows_failed", "percent").first(),
        )
        .with_columns(
            percent=pl.when(pl.col("rows_checked") > 0).then(100 * pl.col("rows_failed") / pl.col("rows_checked"))
        )
        .select(list(RULE_COLUMNS))
    )


def _checks_together(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return (
        pl.concat(parts)
        .group_by(["rule_id", "relation", "column_name"], maintain_order=True)
        .agg(pl.col("has_run").all(), pl.col("seconds").max())
    )


def _outcomes(
    contract: type[Contract],
    suspects: pl.DataFrame,
    rows: int,
    blank_columns: Collection[str],
    absent: Mapping[tuple[str, str], str],
) -> Iterator[_Outcome]:
    failures, crashes = _validated(contract, suspects)
    for rule in contract.rules:
        if rule.check in crashes:
            yield _Outcome(rule, "failed to run", crashes[rule.check])
        elif reason := why_absent(contract, rule, absent):
            yield _Outcome(rule, "not applicable", reason)
        elif rows == 0:
            yield _Outcome(rule, "not applicable", "there is no row to check")
        elif blank := [name for name in rule.needs if name in blank_columns]:
            yield _Outcome(rule, "not applicable", f"{', '.join(blank)}: not in the extract, or blank in every row")
        elif unstated := [
            name for name in _reads(contract, rule) if name in limits(contract) and name in blank_columns
        ]:
            yield _Outcome(rule, "not applicable", f"the protocol says nothing of {', '.join(unstated)}")
        elif failing := failures.get(rule.check):
            yield _Outcome(rule, "findings", None, failing)
        else:
            yield _Outcome(rule, "passed", None)


@cache
def limits(contract: type[Contract]) -> frozenset[str]:
    """The columns of a relation that the protocol or the data cut fills."""
    columns = contract.to_schema().columns
    return frozenset(name for name, column in columns.items() if (column.metadata or {}).get("limit"))


def why_absent(contract: type[Contract], rule: Rule, absent: Mapping[tuple[str, str], str]) -> str:
    """Why the study cannot have what the rule is about; empty where it can."""
    for table in (contract.table, *rule.tables):
        if reason := absent.get((table, "")):
            return f"{table}: {reason}"
    read = {name for column in (*_reads(contract, rule), rule.column or "") for name in _as_mapped(column)}
    for (table, column), reason in absent.items():
        if table == contract.table and column and column in read:
            return f"{column}: {reason}"
    return ""


def _reads(contract: type[Contract], rule: Rule) -> list[str]:
    """The columns that the condition of a rule reads."""
    return list(rule.condition(contract).meta.root_names())


def _as_mapped(column: str) -> set[str]:
    """The names that a column of a relation may have in the extract: without the marks of text and unit."""
    plain = column.removesuffix("_text")
    return {plain, plain.removesuffix("_mm")}


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


def _rules(contract: type[Contract], rows: int, outcomes: Iterable[_Outcome]) -> Iterator[tuple[Any, ...]]:
    together: dict[tuple[str, str, str], list[_Outcome]] = {}
    for outcome in outcomes:
        together.setdefault((outcome.rule.id, outcome.rule.severity, outcome.rule.scope), []).append(outcome)
    for same in together.values():
        rule = same[0].rule
        worst = min(same, key=lambda outcome: STATUSES.index(outcome.status))
        judged = worst.status in JUDGED
        failing = {position for outcome in same for position in outcome.failing}
        endpoints = sorted({endpoint for outcome in same for endpoint in outcome.rule.endpoints})
        yield (
            rule.id,
            rule.title,
            rule.severity,
            rule.scope,
            contract.table,
            rule.category,
            worst.status,
            worst.reason,
            rows if judged else 0,
            len(failing),
            100 * len(failing) / rows if judged else None,
            ",".join(endpoints),
            rule.why,
            rule.fix,
            rule.since,
            contract.relation,
        )


def _checks(
    contract: type[Contract], outcomes: Iterable[_Outcome], seconds: Mapping[str, float]
) -> Iterator[tuple[Any, ...]]:
    """A field that several checks of a rule judge has been judged when each of them has."""
    of_field: dict[tuple[str, str | None], list[_Outcome]] = {}
    for outcome in outcomes:
        of_field.setdefault((outcome.rule.id, outcome.rule.column), []).append(outcome)
    for (rule_id, column), same in of_field.items():
        has_run = all(outcome.status in JUDGED for outcome in same)
        yield rule_id, contract.relation, column, has_run, sum(seconds.get(o.rule.check, 0.0) for o in same)
