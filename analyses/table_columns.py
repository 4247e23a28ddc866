"""The columns of any table in the roles of a survival analysis: time, event, group, covariates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import polars as pl

Array = NDArray[np.float64]

MOST_LEVELS, MOST_GROUPS = 20, 100
MOST_CODES = 10
"""So many numbers may be codes of a category; more are measurements."""


class UnusableDataError(ValueError):
    """The table cannot be analysed as asked; the message says what to change, without a value of a subject."""


@dataclass(frozen=True)
class Places:
    """Where the values of a table stand in its file. ``place`` words the place of a row, the first being 1."""

    table: "pl.DataFrame"
    place: Callable[[int], str] = "row {}".format

    def first(self, column: str, is_wrong: Callable[[Any], bool]) -> str:
        """`` (the first in line 7)``, of the values of ``column`` that are wrong; empty where none is."""
        for row, value in enumerate(self.table[column].to_list(), start=1):
            if value is not None and is_wrong(value):
                return f" (the first in {self.place(row)})"
        return ""


def times_in(complete: "pl.DataFrame", name: str, places: Places) -> Array:
    """The column as times.

    Raises:
        UnusableDataError: it holds something else, or a time that cannot be.
    """
    import polars as pl

    column = complete[name]
    if column.dtype != pl.Float64:
        raise UnusableDataError(
            f"column {name!r} holds more than numbers{_first_no_number(places, name)}; a time is a number, in any unit."
        )
    time = column.to_numpy()
    if not np.isfinite(time).all():
        raise UnusableDataError(f"column {name!r} has an infinite time{places.first(name, np.isinf)}.")
    if (time < 0).any():
        raise UnusableDataError(
            f"column {name!r} has a negative time{places.first(name, lambda time: time < 0)}; time runs from its "
            "start at 0."
        )
    return time


def events_in(complete: "pl.DataFrame", name: str, places: Places) -> NDArray[np.bool_]:
    """The column as true where the event happened: 0 and 1, or truth values, and no other coding.

    R's own data sets often have 1 for censored and 2 for dead. That is refused and not guessed: in a file of complete
    observations 1 alone would mean the opposite.

    Raises:
        UnusableDataError: it holds something else.
    """
    import polars as pl

    column = complete[name]
    if column.dtype == pl.Boolean:
        return column.to_numpy()
    if column.dtype == pl.Float64:
        values = set(column.unique().to_list())
        if values <= {0.0, 1.0}:
            return column.to_numpy() == 1
        if values <= {1.0, 2.0}:
            raise UnusableDataError(
                f"column {name!r} holds 1 and 2; write 0 for censored and 1 for the event (in R's coding, subtract 1)."
            )
        if values <= {0.0, 1.0, 2.0, 3.0, 4.0}:
            raise UnusableDataError(
                f"column {name!r} holds more than 0 and 1{places.first(name, _is_no_event)}; with several kinds of "
                "event, make a column for the one that is meant: 1 where it happened, 0 elsewhere."
            )
    raise UnusableDataError(
        f"column {name!r} is not 0 and 1 (or true and false) alone{places.first(name, _is_no_event)}; write 0 for "
        "censored, 1 for the event."
    )


def _is_no_event(value: Any) -> bool:
    return _number(value) not in (0.0, 1.0) and str(value).lower() not in ("true", "false")


def _number(text: Any) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def _first_no_number(places: Places, name: str) -> str:
    """In a file with decimal commas 1,5 is a number; where it is all that is wrong, it is what is meant."""
    worded = places.first(name, lambda text: _number(text.replace(",", ".")) is None)
    return worded or places.first(name, lambda text: _number(text) is None)


def groups_in(complete: "pl.DataFrame", name: str | None) -> tuple[list[str | None], NDArray[np.intp]]:
    """The groups in sorted order (numbers by size), and each row's; one group None without a column.

    Raises:
        UnusableDataError: there are more groups than anybody compares.
    """

    if name is None:
        return [None], np.zeros(complete.height, dtype=np.intp)
    column = complete[name]
    distinct = column.unique().sort()
    if len(distinct) > MOST_GROUPS:
        raise UnusableDataError(f"column {name!r} makes {len(distinct)} groups; cut it into a few first.")
    names = [_label(value) for value in distinct]
    place = np.zeros(complete.height, dtype=np.intp)
    for at, value in enumerate(distinct):
        place[(column == value).to_numpy()] = at
    return list(names), place


def _label(value: Any) -> str:
    """A group as a person would write it: 1 and not 1.0, true and not True."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def design_in(
    complete: "pl.DataFrame", covariates: Sequence[str], places: Places
) -> tuple[list[str], Array, list[str]]:
    """The names of the columns of a model, the columns, and a sentence for each covariate that is a category.

    Numbers stay as they are. A text has a column for each of its levels but the first in sorted order (the reference),
    called ``name=level``; one of a single level is a column of ones under its own name, which a model calls constant.

    Raises:
        UnusableDataError: a value is infinite, numbers stand among text, or a text has more levels than a category.
    """
    import polars as pl

    names: list[str] = []
    columns: list[Array] = []
    notes: list[str] = []
    for covariate in covariates:
        values = complete[covariate]
        if values.dtype != pl.String:
            names.append(covariate)
            columns.append(values.cast(pl.Float64).to_numpy())
            if not np.isfinite(columns[-1]).all():
                raise UnusableDataError(
                    f"column {covariate!r} has an infinite value{places.first(covariate, np.isinf)}."
                )
            continue
        levels = sorted(values.unique().to_list())
        measured = [level for level in levels if _number(level.replace(",", ".")) is not None]
        if len(measured) > MOST_CODES and 2 * len(measured) > len(levels):
            raise UnusableDataError(
                f"column {covariate!r} holds numbers and what is none{_first_no_number(places, covariate)}; leave a "
                "missing value blank, and write numbers with a decimal point."
            )
        if len(levels) > MOST_LEVELS:
            raise UnusableDataError(
                f"column {covariate!r} holds {len(levels)} different texts; a covariate is numbers, or a category of "
                f"up to {MOST_LEVELS} levels."
            )
        if len(levels) == 1:
            names.append(covariate)
            columns.append(np.ones(complete.height))
            continue
        notes.append(f"{covariate}: a category, each level against {levels[0]!r}")
        for level in levels[1:]:
            names.append(f"{covariate}={level}")
            columns.append((values == level).cast(pl.Float64).to_numpy())
    return names, np.column_stack(columns), notes
