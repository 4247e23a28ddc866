"""Rows that a contract could see, drawn by Hypothesis from the contract itself: its columns, types, codes and limits.

Nothing is said here about a single table. A value is drawn from few (so that rows meet, and a value meets its limit),
a column that the contract lets be null is null at times, and a column with a code list draws from its codes.
"""

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
from hypothesis import strategies as st

from schemas import Contract
from schemas.columns import DEFAULT_DATES, OWN_NAME

Codes = Mapping[str, Sequence[str]]

DAYS = (*DEFAULT_DATES, *(datetime.date(2010, 3, 1) + datetime.timedelta(days) for days in (0, 1, 30, 900)))
NUMBERS = (-1, 0, 1, 2, 30, 400)
WORDS = ("", "x", "2010-13-45", "Leber 肝")


def rows_of(contract: type[Contract], codes: Codes, most: int = 6) -> st.SearchStrategy[pl.DataFrame]:
    """Frames of up to ``most`` rows with the columns and types of ``contract``; ``row_id`` tells the rows apart."""
    columns = contract.to_schema().columns
    row = st.fixed_dictionaries({name: _values(name, column, codes) for name, column in columns.items()})
    types = {name: column.dtype.type for name, column in columns.items()}

    def framed(rows: list[dict[str, Any]]) -> pl.DataFrame:
        numbered = [values | {"row_id": place} for place, values in enumerate(rows, start=1)]
        return pl.DataFrame(numbered, schema=types, orient="row")

    return st.lists(row, min_size=1, max_size=most).map(framed)


def _values(name: str, column: Any, codes: Codes) -> st.SearchStrategy[Any]:
    listed = (column.metadata or {}).get("codes")
    drawn = st.sampled_from(list(codes[name if listed == OWN_NAME else listed])) if listed else _of(column.dtype.type)
    return st.none() | drawn if column.nullable else drawn


def _of(kind: Any) -> st.SearchStrategy[Any]:
    if kind == pl.Date:
        return st.sampled_from(DAYS)
    if kind == pl.Boolean:
        return st.booleans()
    if kind == pl.String:
        return st.sampled_from(WORDS)
    if isinstance(kind, pl.Decimal):
        return st.sampled_from([Decimal(number) for number in NUMBERS])
    return st.sampled_from([float(number) for number in NUMBERS]) if kind == pl.Float64 else st.sampled_from(NUMBERS)
