"""The kinds of columns that the contracts are written in, and the rules that every column of a kind brings with it.

A column that is parsed from text brings ``<name>_text`` and the rule that the text was understood; a date also brings
the rules on impossible dates. Title and unit are kept as pandera metadata and printed in the dictionary.
"""

import datetime
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

from schemas.contract import CELL, ERROR, ROW, rule

Text = str
Date = pl.Date
Integer = pl.Int32
Count = pl.Int64
Number = Annotated[pl.Decimal, 12, 3]
Millimetres = Annotated[pl.Decimal, 9, 2]
SumOfDiameters = Annotated[pl.Decimal, 12, 2]
Limit = pl.Float64
Flag = pl.Boolean

DEFAULT_DATES = (datetime.date(1900, 1, 1), datetime.date(1970, 1, 1))
"""What an EMR writes when nobody entered a date."""

# The rules that stand in several contracts; a contract adds column and sentence.
not_a_date = partial(rule, "DT01", ERROR, CELL)
in_the_future = partial(rule, "DT02", ERROR, ROW)
default_date = partial(rule, "DT03", ERROR, ROW)
end_before_start = partial(rule, "DT06", ERROR, ROW)
not_understood = partial(rule, "RF02", ERROR, CELL)

OWN_NAME = "as the column"
"""The code list of a column that is called as the column is."""

OnParse = Callable[[str, str, str], Any]


def plain_text(title: str) -> Any:
    """A column of free text; whatever stands there is kept."""
    return pa.Field(nullable=True, title=title)


def code(title: str, unreadable: Any = not_understood, endpoints: tuple[str, ...] = (), codes: str = "") -> Any:
    """A code of the code list ``codes``, which is called as the column where it is not named.

    Null where the word was not in the list; ``unreadable`` is the rule for such a word.
    """
    says = "is_yes_or_no" if codes == "yes_no" else "is_known_word"
    return _parsed(title, says, unreadable, endpoints, codes=codes or OWN_NAME)


def number(
    title: str, unit: str = "", text: str = "", unreadable: Any = not_understood, endpoints: tuple[str, ...] = ()
) -> Any:
    """A number with its unit; null where the text was none. ``text`` names the text column if it is not <name>_text."""
    return _parsed(title, "is_number", unreadable, endpoints, unit, text)


def date(title: str, required: bool = False, endpoints: tuple[str, ...] = ()) -> Any:
    """A date; null where the text was no date. A relation with dates also has ``latest_plausible_date``."""
    made: list[OnParse] = [
        partial(_readable_date, required=required, endpoints=endpoints),
        partial(_not_in_future, endpoints=endpoints),
        partial(_not_default, endpoints=endpoints),
    ]
    return pa.Field(nullable=True, title=title, metadata={"text": "", "on_parse": made})


def context(title: str, unit: str = "") -> Any:
    """A column that the view brings from another record, for a rule to compare with."""
    return pa.Field(nullable=True, title=title, metadata={"unit": unit, "context": True})


def limit(title: str, unit: str = "") -> Any:
    """A column that the view brings from the protocol or the data cut: no part of what a record says."""
    return pa.Field(nullable=True, title=title, metadata={"unit": unit, "context": True, "limit": True})


def usable(name: str) -> pl.Expr:
    """The date ``name``, null where DT02 or DT03 already doubts it, so that no second rule judges it."""
    doubted = pl.col(name).is_in(DEFAULT_DATES) | (pl.col(name) > pl.col("latest_plausible_date"))
    return pl.when(~doubted).then(pl.col(name))


def _parsed(
    title: str,
    says: str,
    unreadable: Any,
    endpoints: tuple[str, ...],
    unit: str = "",
    text: str = "",
    codes: str = "",
) -> Any:
    made: list[OnParse] = [] if unreadable is None else [partial(_readable, says, unreadable, endpoints)]
    return pa.Field(nullable=True, title=title, metadata={"unit": unit, "text": text, "codes": codes, "on_parse": made})


def _readable(says: str, unreadable: Any, endpoints: tuple[str, ...], name: str, title: str, text: str) -> Any:
    def understood(cls: Any) -> pl.Expr:
        return pl.col(name).is_not_null() | pl.col(text).is_null()

    understood.__name__ = f"{name}_is_understood"
    return unreadable(column=name, endpoints=endpoints, says=says, heading=title, entry=text)(understood)


def _readable_date(name: str, title: str, text: str, required: bool, endpoints: tuple[str, ...]) -> Any:
    def is_date(cls: Any) -> pl.Expr:
        return pl.col(name).is_not_null() | (pl.lit(False) if required else pl.col(text).is_null())

    is_date.__name__ = f"{name}_is_date"
    return not_a_date(column=name, endpoints=endpoints, says="is_date", heading=title, entry=text)(is_date)


def _not_in_future(name: str, title: str, text: str, endpoints: tuple[str, ...]) -> Any:
    def is_past(cls: Any) -> pl.Expr:
        return pl.col(name) <= pl.col("latest_plausible_date")

    is_past.__name__ = f"{name}_is_past"
    return in_the_future(column=name, endpoints=endpoints, says="is_past", heading=title, entry=name)(is_past)


def _not_default(name: str, title: str, text: str, endpoints: tuple[str, ...]) -> Any:
    def is_entered(cls: Any) -> pl.Expr:
        return ~pl.col(name).is_in(DEFAULT_DATES)

    is_entered.__name__ = f"{name}_is_entered"
    return default_date(column=name, endpoints=endpoints, says="is_entered", heading=title, entry=name)(is_entered)
