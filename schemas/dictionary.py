"""The data dictionary: what the contracts say, as plain rows, for people and for other programs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schemas.catalogue import catalogue
from schemas.columns import OWN_NAME
from schemas.contract import EXTRACT, Contract
from schemas.contracts import CONTRACTS
from schemas.extract_tables import EXTRACT_TABLES, ExtractTable

TABLE_COLUMNS = ("table", "file", "what", "key")
COLUMN_COLUMNS = ("table", "column", "title", "type", "unit", "given", "heading", "code_list", "range", "rules")
CODE_COLUMNS = ("code_list", "code", "words")
RULE_COLUMNS = (
    "rule",
    "table",
    "title",
    "severity",
    "scope",
    "category",
    "field",
    "sentence",
    "why",
    "what_to_do",
    "endpoints",
    "since",
    "status",
)
TYPES = {"String": "text", "Date": "date", "Int32": "whole number", "Int64": "whole number", "Boolean": "yes or no"}

Row = dict[str, str]


def dictionary(
    files: Mapping[str, str],
    headings: Mapping[tuple[str, str], str],
    codes: Mapping[str, Mapping[str, Iterable[str]]],
    ranges: Iterable[Mapping[str, Any]],
) -> dict[str, list[Row]]:
    """The tables, columns, codes and rules of the extract, each a list of rows (TABLE_COLUMNS and so on).

    What a study brings: ``files`` by table, ``headings`` by table and column, ``codes`` with their words by code
    list, and the ``ranges`` of its protocol (variable, code, low, high).
    """
    plausible = list(ranges)
    return {
        "tables": [_table(table, files) for table in EXTRACT_TABLES],
        "columns": [row for table in EXTRACT_TABLES for row in _columns(table, headings, plausible)],
        "codes": [
            {"code_list": name, "code": code, "words": "; ".join(words)}
            for name, meanings in sorted(codes.items())
            for code, words in meanings.items()
        ],
        "rules": sorted(_rules(), key=lambda row: (row["rule"], row["table"], row["field"])),
    }


def _table(table: ExtractTable, files: Mapping[str, str]) -> Row:
    contract = _contract_of(table.name)
    return {
        "table": table.name,
        "file": files.get(table.name, ""),
        "what": " ".join((contract.__doc__ or "").split()),
        "key": ", ".join(dict.fromkeys(("subject_id", *contract.key))),
    }


def _contract_of(table: str) -> type[Contract]:
    """The contract on the rows of the table itself, and not on what several rows say together."""
    return next(contract for contract in CONTRACTS if contract.relation == f"checks.{table}")


def _columns(
    table: ExtractTable, headings: Mapping[tuple[str, str], str], ranges: list[Mapping[str, Any]]
) -> Iterator[Row]:
    contract = _contract_of(table.name)
    known = contract.to_schema().columns
    for name in table.columns:
        # A size is given as it was entered, with a unit beside it, and kept in millimetres.
        column = next((candidate for candidate in (name, f"{name}_mm") if candidate in known), name)
        facts = known.get(column)
        metadata: Mapping[str, Any] = (facts.metadata or {}) if facts else {}
        asked = {
            rule.id for other in CONTRACTS if other.table == table.name for rule in other.rules if rule.column == column
        }
        kind = str(facts.dtype).split("(")[0] if facts else "String"
        codes = metadata.get("codes") or ""
        yield {
            "table": table.name,
            "column": column,
            "title": (facts.title or "") if facts else "",
            "type": "code" if codes else TYPES.get(kind, "number"),
            "unit": metadata.get("unit") or "",
            "given": "required" if name in table.required else "optional",
            "heading": headings.get((table.name, name), ""),
            "code_list": column if codes == OWN_NAME else codes,
            "range": "; ".join(_range(entry) for entry in ranges if entry["variable"] == f"{table.name}.{column}"),
            "rules": ", ".join(sorted(asked)),
        }


def _range(entry: Mapping[str, Any]) -> str:
    span = f"{entry['low']:g} to {entry['high']:g}"
    return f"{entry['code']}: {span}" if entry["code"] else span


def _rules() -> Iterator[Row]:
    for contract in CONTRACTS:
        for rule in contract.rules:
            yield {
                "rule": rule.id,
                "table": contract.table,
                "title": rule.title,
                "severity": rule.severity,
                "scope": rule.scope,
                "category": rule.category,
                "field": rule.column or "",
                "sentence": rule.sentence,
                "why": rule.why,
                "what_to_do": rule.fix,
                "endpoints": ", ".join(rule.endpoints),
                "since": rule.since,
                "status": "asked of the extract" if contract.stage == EXTRACT else "asked of what was derived",
            }
    for unasked in catalogue().values():
        if not unasked.is_implemented:
            yield {
                **dict.fromkeys(RULE_COLUMNS, ""),
                "rule": unasked.rule_id,
                "table": unasked.table,
                "title": unasked.rule,
                "category": unasked.category,
                "why": unasked.why,
                "status": f"not asked of a record: {unasked.reason}",
            }
