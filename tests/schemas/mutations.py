"""Small faults put into the condition of a rule: a comparison flipped, a bound moved by one unit, a null let through.

The condition is taken as polars keeps it, a tree, so that every rule can be spoilt in the same way, however it is
written. A part that many rules take from one function (``usable``, or the whole condition of a kind of columns) is
spoilt in that function, so to say: the same fault in two rules is one fault, and has one name.
"""

import copy
import io
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas import Contract, Rule, columns

Tree = Any

FLIPPED = {
    "Lt": "LtEq",
    "LtEq": "Lt",
    "Gt": "GtEq",
    "GtEq": "Gt",
    "Eq": "NotEq",
    "NotEq": "Eq",
    "And": "Or",
    "Or": "And",
}
ONE_DAY = {"Alias": [{"Literal": {"Scalar": {"Duration": [86_400_000_000, "Microseconds"]}}}, "duration"]}
ONE = {"Literal": {"Dyn": {"Int": 1}}}


Path = tuple[str | int, ...]

RULES_OF_COLUMNS = "schemas.columns"


@dataclass(frozen=True)
class Mutant:
    """``condition`` is that of a rule but for ``fault``; the mutants of one fault in a shared part have the same."""

    fault: str
    condition: pl.Expr


def mutants(contract: type[Contract], rule: Rule) -> list[Mutant]:
    """Every condition that differs from the rule's by one fault; the first is the rule switched off."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = _tree(rule.condition(contract))
        kinds = _Kinds.of(contract)
        of_column = rule.condition.__module__ == RULES_OF_COLUMNS
        of_rule = f"{rule.id} {_shape(tree)}" if of_column else f"{rule.id} {rule.condition.__qualname__}"
        made = [Mutant(f"{of_rule}: always true", pl.lit(True))]
        for path, node, usable in _nodes(tree):
            for what, replacement in _replacements(node, kinds):
                spoilt = _put(copy.deepcopy(tree), path, replacement)
                place = "usable" if usable else of_rule
                where = path[len(usable) :] if usable else path
                fault = f"{place}: {what} at {'/'.join(map(str, where))}"
                made.append(Mutant(fault, pl.Expr.deserialize(io.StringIO(json.dumps(spoilt)), format="json")))
    return made


@dataclass(frozen=True)
class _Kinds:
    """The columns of a contract that are dates, and the limits that are numbers or dates."""

    dates: frozenset[str]
    limits: frozenset[str]

    @classmethod
    def of(cls, contract: type[Contract]) -> "_Kinds":
        columns = contract.to_schema().columns
        types = {name: column.dtype.type for name, column in columns.items()}
        dates = frozenset(name for name, kind in types.items() if kind == pl.Date)
        limits = {name for name, column in columns.items() if (column.metadata or {}).get("limit")}
        return cls(dates, frozenset(name for name in limits if name in dates or types[name].is_numeric()))


def _tree(expression: pl.Expr) -> Tree:
    return json.loads(expression.meta.serialize(format="json"))


def _shape(tree: Tree) -> str:
    """The condition of a kind of columns, without the name of the column."""
    match tree:
        case {"Column": _}:
            return "column"
        case {"Literal": _}:
            return "literal"
        case {"BinaryExpr": {"left": left, "op": op, "right": right}}:
            return f"({_shape(left)} {op} {_shape(right)})"
        case {"Function": {"input": inputs, "function": {"Boolean": asked}}}:
            return f"{asked if isinstance(asked, str) else next(iter(asked))}({', '.join(map(_shape, inputs))})"
    raise ValueError(tree)


def _replacements(node: Tree, kinds: _Kinds) -> Iterator[tuple[str, Tree]]:
    match node:
        case {"BinaryExpr": {"left": left, "op": str(op), "right": right}} if op in FLIPPED:
            yield f"{op} is {FLIPPED[op]}", _binary(left, FLIPPED[op], right)
            name = _date(right, kinds)
            if name and name not in kinds.limits:
                yield "the day after", _binary(left, op, _binary(right, "Plus", ONE_DAY))
                yield "the day before", _binary(left, op, _binary(right, "Minus", ONE_DAY))
        case {"Ternary": {"truthy": {"Column": str(name)} as column}} if _is_usable(node):
            yield f"{name} is not asked whether it is usable", column
        case {"Function": {"input": inputs, "function": {"Boolean": {"IsBetween": {"closed": "Both"}}}}}:
            for closed in ("Left", "Right"):
                between = {"Boolean": {"IsBetween": {"closed": closed}}}
                yield f"between is closed {closed}", {"Function": {"input": inputs, "function": between}}
        case {"Function": {"input": [value, {"Literal": _} as listed], "function": {"Boolean": {"IsIn": _}}}}:
            words = pl.select(pl.Expr.deserialize(io.StringIO(json.dumps(listed)), format="json")).item().to_list()
            for word in words:
                shorter = _tree(pl.col("any").is_in([other for other in words if other != word]))
                shorter["Function"]["input"][0] = value
                yield f"{word} is not in the list", shorter
        case {"Function": {"input": inputs, "function": {"Boolean": "Not"}}}:
            yield "not is gone", inputs[0]
        case {"Function": {"input": inputs, "function": "Abs"}}:
            yield "abs is gone", inputs[0]
        case {"Function": {"input": inputs, "function": {"Boolean": "IsNotNull" | "IsNull" as asked}}}:
            other = "IsNull" if asked == "IsNotNull" else "IsNotNull"
            yield f"{asked} is {other}", {"Function": {"input": inputs, "function": {"Boolean": other}}}
            if asked == "IsNotNull":
                yield "a null is let through", {"Literal": {"Scalar": {"Boolean": True}}}
        case {
            "Function": {"input": [value, {"Literal": {"Scalar": {"Boolean": bool(given)}}}], "function": "FillNull"}
        }:
            other = {"Literal": {"Scalar": {"Boolean": not given}}}
            yield f"a null counts as {not given}", {"Function": {"input": [value, other], "function": "FillNull"}}
        case {"Column": str(name)} if name in kinds.limits:
            for op in ("Plus", "Minus"):
                yield f"{name} {op.lower()} one unit", _binary(node, op, ONE_DAY if name in kinds.dates else ONE)
        case {"Literal": {"Dyn": {"Int": int(number)}}}:
            for changed in (number - 1, number + 1):
                yield f"{number} is {changed}", {"Literal": {"Dyn": {"Int": changed}}}


def _binary(left: Tree, op: str, right: Tree) -> Tree:
    return {"BinaryExpr": {"left": left, "op": op, "right": right}}


def _date(node: Tree, kinds: _Kinds) -> str:
    """The name of the date that ``node`` is, or that it is where it is usable."""
    match node:
        case {"Column": str(name)} if name in kinds.dates:
            return name
        case {"Ternary": {"truthy": {"Column": str(name)}}} if _is_usable(node):
            return name
    return ""


def _is_usable(node: Tree) -> bool:
    """A part that schemas.columns.usable made."""
    match node:
        case {"Ternary": {"truthy": {"Column": str(name)}}}:
            return node == _tree(columns.usable(name))
    return False


def _nodes(tree: Tree, path: Path = (), usable: Path = ()) -> Iterator[tuple[Path, Tree, Path]]:
    """Every node with its path, and the path of the call of ``usable`` that it is a part of."""
    if isinstance(tree, dict):
        yield path, tree, usable
        below = path if _is_usable(tree) else usable
        for key, value in tree.items():
            yield from _nodes(value, (*path, key), below)
    elif isinstance(tree, list):
        for place, value in enumerate(tree):
            yield from _nodes(value, (*path, place), usable)


def _put(tree: Tree, path: Path, replacement: Tree) -> Tree:
    if not path:
        return replacement
    parent = tree
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = replacement
    return tree
