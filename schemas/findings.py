"""Findings: what a record that breaks a rule says, where it stands, and what to do."""

import datetime
import hashlib
import json
import string
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

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
    "relation": pl.String,
    "record": pl.String,
    "stamp": pl.String,
}
"""``record`` (JSON) is what tells the record from all others, without the column that is to be corrected; ``stamp``
changes when what the record says changes, and not when a limit, its row or the wording does."""

_WHERE = ("row_id", "subject_id", "site", "source_file", "source_row")


def findings_of(
    contract: type[Contract], frame: pl.DataFrame, rule: Rule, failing: Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    """A finding (FINDING_COLUMNS) for each of the rows of ``frame`` on which ``rule`` fails, by their positions."""
    whole_table = rule.scope == TABLE
    keys = tuple(name for name in contract.key if name != rule.column)
    told_by = keys if whole_table else ("subject_id", *keys)
    said = _said_by_the_record(contract, rule)
    if not failing:
        return
    needed = {*sentence_columns(rule.sentence), *said, *told_by, *contract.key, *_WHERE, rule.entry}
    records = frame.select(name for name in frame.columns if name in needed)[list(failing)]
    for record in records.iter_rows(named=True):
        shown = {name: shown_value(value) for name, value in record.items()}
        sentence, fix = rule.said_of(record.get(rule.entry))
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
            _sentence(sentence, record),
            rule.why,
            fix,
            ",".join(rule.endpoints),
            contract.relation,
            _json({name: shown_as_key(record[name]) for name in told_by}),
            _stamp([shown[name] for name in said]),
        )


def _said_by_the_record(contract: type[Contract], rule: Rule) -> list[str]:
    """The columns whose values the finding is about: those of its sentence that are no limits, and its own."""
    columns = contract.to_schema().columns
    named = sentence_columns(rule.sentence) | {rule.column or ""}
    return sorted(name for name in named & columns.keys() if not (columns[name].metadata or {}).get("limit"))


def _sentence(sentence: str, record: dict[str, Any]) -> str:
    """``sentence`` with its placeholders filled; what is blank is no quotation."""
    for name in sentence_columns(sentence):
        if record[name] is None:
            sentence = sentence.replace(f"'{{{name}}}'", f"{{{name}}}")
    return sentence.format_map({name: shown_value(value) for name, value in record.items()})


def shown_as_key(value: Any) -> str | None:
    """``value`` as it stands in the key of a query; nothing stays nothing."""
    return None if value is None else shown_value(value)


def _json(record: dict[str, str | None]) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True)


def _stamp(values: list[str]) -> str:
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:12]


def structural_finding(table: str, file: str, sentence: str, field: str | None = None) -> pl.DataFrame:
    """One blocking finding of a whole table: its file or a column is missing, it is empty, or it cannot be read.

    ``field`` tells it from other faults of the same file: the column mostly.
    """
    finding = {
        "rule_id": "RF02",
        "title": "The extract does not have the agreed form",
        "severity": BLOCK,
        "scope": TABLE,
        "table_name": table,
        "column_name": field,
        "source_file": file,
        "sentence": sentence,
        "why": "Without the agreed columns the cut would be made from other data than the protocol means.",
        "fix": "Correct the export, or the mapping of the study.",
        "endpoints": "",
        "relation": "",
        "record": _json({"file": file}),
        "stamp": _stamp([sentence]),
    }
    return pl.DataFrame([finding], schema=FINDING_COLUMNS)


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
