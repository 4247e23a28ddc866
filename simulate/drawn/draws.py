"""Draws of many values at once, and how arrays with holes become columns of records."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

EPOCH = date(1970, 1, 1).toordinal()


def whole(
    rng: np.random.Generator, low: Ints | int, high: Ints | int, shape: int | tuple[int, ...] | None = None
) -> Ints:
    """Whole numbers from ``low`` to ``high``, both included."""
    return np.asarray(rng.integers(low, np.asarray(high) + 1, size=shape), dtype=np.int64)


def choices(rng: np.random.Generator, weights: ArrayLike, count: int) -> Ints:
    """Places 0, 1, ... by their ``weights``: one row of weights for all, or a row for each draw."""
    heights = np.broadcast_to(np.cumsum(np.asarray(weights, dtype=float), axis=-1), (count, np.shape(weights)[-1]))
    return (rng.random((count, 1)) * heights[:, -1:] >= heights).sum(axis=1)


def texts(words: Sequence[str | None], places: Ints) -> pl.Series:
    """The word at each place; None is a blank."""
    return pl.Series(values=words, dtype=pl.String).gather(places)


def numbers(values: Ints) -> pl.Series:
    """Whole numbers as text."""
    return pl.Series(values).cast(pl.String)


def dates(days: Ints) -> pl.Series:
    """Days since 1970 as dates."""
    return pl.Series(days.astype(np.int32)).cast(pl.Date)


def since_1970(day: date) -> int:
    return day.toordinal() - EPOCH


def where(keep: Bools, column: pl.Series) -> pl.Series:
    """The column where ``keep``, else blank."""
    return pl.select(pl.when(pl.Series(keep)).then(column)).to_series()
