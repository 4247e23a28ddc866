"""The condition of a rule as SQL: so that a large table is asked where it lies, and only the suspects leave it.

A condition stays written once, in polars; this is the same expression in another notation. What has no translation
is asked in polars instead (schemas.examination.suspect_rows).
"""

import io
import json
import warnings
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

Tree = Any

COMPARISONS = {"Lt": "<", "LtEq": "<=", "Gt": ">", "GtEq": ">=", "Eq": "=", "NotEq": "<>"}
LOGIC = {"And": "and", "Or": "or", "LogicalAnd": "and", "LogicalOr": "or"}
ARITHMETIC = {"Plus": "+", "Minus": "-", "Multiply": "*"}


class UntranslatableError(Exception):
    """An expression for which there is no SQL here."""


def condition_sql(condition: pl.Expr) -> str:
    """``condition`` as an SQL expression that is true, false or null where the condition is.

    Raises:
        UntranslatableError: a part of it has no translation.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # polars calls its notation unstable; versions are pinned, and a test compares
        return _sql(json.loads(condition.meta.serialize(format="json")))


def _sql(tree: Tree) -> str:
    match tree:
        case {"Column": str(name)}:
            return f'"{name}"'
        case {"Literal": _}:
            return _literal(_value(tree))
        case {"Alias": [inner, _]}:
            return _sql(inner)
        case {"BinaryExpr": {"left": left, "op": str(op), "right": right}}:
            operator = (COMPARISONS | LOGIC | ARITHMETIC).get(op)
            if operator is None:
                raise UntranslatableError(op)
            return f"({_sql(left)} {operator} {_sql(right)})"
        case {"Ternary": {"predicate": predicate, "truthy": truthy, "falsy": falsy}}:
            return f"(case when {_sql(predicate)} then {_sql(truthy)} else {_sql(falsy)} end)"
        case {"Function": {"input": inputs, "function": function}}:
            return _function(function, inputs)
        case _:
            raise UntranslatableError(str(tree)[:40])


def _function(function: Tree, inputs: list[Tree]) -> str:
    match function:
        case {"Boolean": "IsNull"}:
            return f"({_sql(inputs[0])} is null)"
        case {"Boolean": "IsNotNull"}:
            return f"({_sql(inputs[0])} is not null)"
        case {"Boolean": "Not"}:
            return f"(not {_sql(inputs[0])})"
        case {"Boolean": {"IsBetween": {"closed": "Both"}}}:
            value, low, high = map(_sql, inputs)
            return f"({value} >= {low} and {value} <= {high})"
        case {"Boolean": {"IsIn": {"nulls_equal": False}}}:
            values = ", ".join(_literal(value) for value in _value(inputs[1]))
            return f"({_sql(inputs[0])} in ({values}))"
        case "FillNull":
            return f"coalesce({', '.join(map(_sql, inputs))})"
        case "Abs":
            return f"abs({_sql(inputs[0])})"
        case _:
            raise UntranslatableError(str(function)[:40])


def _value(tree: Tree) -> Any:
    """What a literal stands for: polars reads its own notation."""
    value = pl.select(pl.Expr.deserialize(io.StringIO(json.dumps(tree)), format="json")).to_series()[0]
    return value.to_list() if isinstance(value, pl.Series) else value


def _literal(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return str(value)
        case date():
            return f"date '{value.isoformat()}'"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case _:
            raise UntranslatableError(type(value).__name__)
