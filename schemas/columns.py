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
not_a_date = partial(
    rule,
    "DT01",
    "Date that cannot be read",
    ERROR,
    CELL,
    why="A date that is not complete, or not a date, cannot be placed in time; the event would silently be lost.",
    fix="Enter the complete date.",
)
in_the_future = partial(
    rule,
    "DT02",
    "Date after the extract was made",
    ERROR,
    ROW,
    why="Nothing can have been recorded before it happened; a mistyped year is the usual cause.",
    fix="Correct the date, most often its year.",
)
default_date = partial(
    rule,
    "DT03",
    "Default date of the record system",
    ERROR,
    ROW,
    why="1900-01-01 and 1970-01-01 are what a system writes when no date was entered.",
    fix="Enter the true date, or leave it blank.",
)
end_before_start = partial(
    rule,
    "DT06",
    "End before start",
    ERROR,
    ROW,
    why="A spell that ends before it starts has no length; one of its two dates is wrong.",
    fix="Correct one of the two dates.",
)
not_understood = partial(
    rule,
    "RF02",
    "Word or number that is not understood",
    ERROR,
    CELL,
    why="A new word or unit means that the source has changed; a guess would change results unseen.",
    fix="Correct the entry; if the word is right, add it to the code list in mapping.toml.",
)

OnParse = Callable[[str, str, str], Any]


def plain_text(title: str) -> Any:
    """A column of free text; whatever stands there is kept."""
    return pa.Field(nullable=True, title=title)


def code(title: str, unreadable: Any = not_understood, endpoints: tuple[str, ...] = ()) -> Any:
    """A code of a code list; null where the word was not in the list. ``unreadable`` is the rule for such a word."""
    return _parsed(title, "a known word", unreadable, endpoints)


def number(
    title: str,
    unit: str = "",
    text: str = "",
    unreadable: Any = not_understood,
    endpoints: tuple[str, ...] = (),
) -> Any:
    """A number with its unit; null where the text was none. ``text`` names the text column if it is not <name>_text."""
    return _parsed(title, "a number", unreadable, endpoints, unit, text)


def date(title: str, required: bool = False, endpoints: tuple[str, ...] = ()) -> Any:
    """A date; null where the text was no date. A relation with dates also has ``latest_plausible_date``."""
    made: list[OnParse] = [
        partial(_readable_date, required=required, endpoints=endpoints),
        partial(_not_in_future, endpoints=endpoints),
        partial(_not_default, endpoints=endpoints),
    ]
    return pa.Field(nullable=True, title=title, metadata={"text": "", "on_parse": made})


def context(title: str, unit: str = "") -> Any:
    """A column that the view brings from another table or from the protocol, for a rule to compare with."""
    return pa.Field(nullable=True, title=title, metadata={"unit": unit, "context": True})


def usable(name: str) -> pl.Expr:
    """The date ``name``, null where DT02 or DT03 already doubts it, so that no second rule judges it."""
    doubted = pl.col(name).is_in(DEFAULT_DATES) | (pl.col(name) > pl.col("latest_plausible_date"))
    return pl.when(~doubted).then(pl.col(name))


def _parsed(title: str, what: str, unreadable: Any, endpoints: tuple[str, ...], unit: str = "", text: str = "") -> Any:
    made: list[OnParse] = [] if unreadable is None else [partial(_readable, what, unreadable, endpoints)]
    return pa.Field(nullable=True, title=title, metadata={"unit": unit, "text": text, "on_parse": made})


def _readable(what: str, unreadable: Any, endpoints: tuple[str, ...], name: str, title: str, text: str) -> Any:
    def understood(cls: Any) -> pl.Expr:
        return pl.col(name).is_not_null() | pl.col(text).is_null()

    understood.__name__ = f"{name}_is_understood"
    return unreadable(column=name, endpoints=endpoints, sentence=f"{title} is '{{{text}}}', which is not {what}.")(
        understood
    )


def _readable_date(name: str, title: str, text: str, required: bool, endpoints: tuple[str, ...]) -> Any:
    def is_date(cls: Any) -> pl.Expr:
        return pl.col(name).is_not_null() | (pl.lit(False) if required else pl.col(text).is_null())

    is_date.__name__ = f"{name}_is_date"
    return not_a_date(column=name, endpoints=endpoints, sentence=f"{title} is '{{{text}}}', which is not a date.")(
        is_date
    )


def _not_in_future(name: str, title: str, text: str, endpoints: tuple[str, ...]) -> Any:
    def is_past(cls: Any) -> pl.Expr:
        return pl.col(name) <= pl.col("latest_plausible_date")

    is_past.__name__ = f"{name}_is_past"
    return in_the_future(
        column=name,
        endpoints=endpoints,
        sentence=f"{title} is {{{name}}}; the extract ends on {{latest_plausible_date}}.",
    )(is_past)


def _not_default(name: str, title: str, text: str, endpoints: tuple[str, ...]) -> Any:
    def is_entered(cls: Any) -> pl.Expr:
        return ~pl.col(name).is_in(DEFAULT_DATES)

    is_entered.__name__ = f"{name}_is_entered"
    return default_date(
        column=name, endpoints=endpoints, sentence=f"{title} is {{{name}}}, which is a default and not a date."
    )(is_entered)
