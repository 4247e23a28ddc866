"""What makes an extract look like one, for whole tables: what simulate/untidy.py does to one record."""

from functools import cache

import numpy as np
import polars as pl

from simulate.defects import SPOILT
from simulate.drawn.draws import since_1970
from simulate.untidy import CODE_LISTS, DATE_COLUMNS, FULL_WIDTH, NUMBER_COLUMNS
from studies import Mapping

BLANKS = (" ", "  ", "\u3000")
FIRST_FORM_WEIGHT = 6
DATES = pl.date_range(pl.date(1850, 1, 1), pl.date(2100, 12, 31), "1d", eager=True)
FIRST_DATE = since_1970(DATES[0])
IN_FULL_WIDTH = {chr(digit): chr(wide) for digit, wide in FULL_WIDTH.items()}


def make_untidy(table: pl.DataFrame, mapping: Mapping, rng: np.random.Generator) -> pl.DataFrame:
    """The rows of ``table`` as somebody typed them, all as text; every value still means the same.

    Dates come as dates, or as text where one of them was spoilt; a column SPOILT marks rows that keep their unit.
    """
    columns = table.drop(SPOILT, strict=False)
    if "diameter" in columns.columns:
        columns = _some_in_cm(table, rng).select(columns.columns)
    return pl.DataFrame([_typed(column, mapping, rng) for column in columns])


def _some_in_cm(table: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    in_cm = pl.Series(rng.random(table.height) < 0.2) & table["diameter"].is_not_null()
    if SPOILT in table.columns:
        in_cm &= table[SPOILT].is_null()
    return table.with_columns(
        pl.when(in_cm).then(pl.lit("cm")).otherwise("diameter_unit").alias("diameter_unit"),
        *(
            pl.when(in_cm).then(_centimetres(pl.col(name).cast(pl.Int64, strict=False))).otherwise(name).alias(name)
            for name in ("diameter", "short_axis")
        ),
    )


def _centimetres(millimetres: pl.Expr) -> pl.Expr:
    tenths = pl.when(millimetres % 10 > 0).then(pl.format(".{}", millimetres % 10)).otherwise(pl.lit(""))
    return (millimetres // 10).cast(pl.String) + tenths


def _typed(column: pl.Series, mapping: Mapping, rng: np.random.Generator) -> pl.Series:
    name = column.name
    if name in DATE_COLUMNS:
        typed = _typed_dates(column, tuple(mapping.date_formats), rng)
    elif words := mapping.codes.get(CODE_LISTS.get(name, name)):
        typed = _typed_codes(column, words, rng)
    else:
        typed = column
        if name in NUMBER_COLUMNS:
            at = _some(typed, 0.03, rng)
            typed = typed.scatter(at, typed.gather(at).str.replace_many(IN_FULL_WIDTH)) if len(at) else typed
    at = _some(typed, 0.02, rng)
    blanks = pl.Series(BLANKS).gather(rng.integers(0, len(BLANKS), len(at)))
    typed = typed.scatter(at, typed.gather(at) + blanks) if len(at) else typed
    return typed.alias(name)


def _some(column: pl.Series, share: float, rng: np.random.Generator) -> np.ndarray:
    """Places of about a ``share`` of the values that are there."""
    return np.flatnonzero((rng.random(len(column)) < share) & column.is_not_null().to_numpy())


def _typed_dates(column: pl.Series, formats: tuple[str, ...], rng: np.random.Generator) -> pl.Series:
    day = column if column.dtype == pl.Date else column.str.to_date("%Y-%m-%d", strict=False)
    weights = np.array([FIRST_FORM_WEIGHT, *[1] * (len(formats) - 1)])
    form = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(len(column)), side="right")
    place = day.cast(pl.Int32).cast(pl.Int64) - FIRST_DATE + pl.Series(form) * len(DATES)
    typed = _written_dates(formats).gather(place)
    return typed if column.dtype == pl.Date else pl.select(pl.coalesce(typed, column)).to_series()


@cache
def _written_dates(formats: tuple[str, ...]) -> pl.Series:
    """Every day in each form, one form behind the other."""
    return pl.concat([DATES.dt.to_string(form) for form in formats])


def _typed_codes(column: pl.Series, words: dict[str, list[str]], rng: np.random.Generator) -> pl.Series:
    """Half of the codes as they are or in another word for them; a value that is no code stays as it is."""
    values = sorted(column.drop_nulls().unique())
    listed = [[value, *words.get(value, ())] for value in values]
    count = np.array([len(alternatives) for alternatives in listed])
    first = np.cumsum(count) - count
    code = column.cast(pl.Enum(values)).to_physical().cast(pl.Int64)
    at = code.fill_null(0).to_numpy()
    if not values:
        return column
    other = np.floor(rng.random(len(at)) * count[at]).astype(np.int64)
    place = first[at] + np.where(rng.random(len(at)) < 0.5, other, 0)
    typed = pl.Series([word for alternatives in listed for word in alternatives]).gather(place)
    return pl.select(pl.when(column.is_not_null()).then(typed)).to_series()
