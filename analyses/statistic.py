"""The one shape of every number: what it is, of whom, by which method and convention."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

OF_PROCEDURES = "procedures"
OF_EPISODES = "patients with the event, at its worst episode"
"""Populations that are not the patients of an arm: their number says nothing of its size."""

SIGNIFICANT_DIGITS = 12  # what a double keeps on every machine; the rest is noise of the last bits

COUNTED, SHARE = "count", "share of the denominator"
DESCRIPTIONS = {
    "percent": SHARE,
    "events_percent": SHARE,
    "mean": "arithmetic mean",
    "sd": "standard deviation, n - 1",
    "median": "median of the values",
    "q1": "quartile, linear interpolation",
    "q3": "quartile, linear interpolation",
    "total": "sum",
}
"""How a number that only describes is made; what is not here and names no method is a count."""


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """One number.

    ``value`` is None where there is none, and ``note`` then says why: not reached, not estimable, no events.
    ``population`` names whom it is of, ``group`` the arm or model, ``level`` the level of ``variable``.
    """

    analysis: str
    statistic: str
    value: float | None
    method: str = ""
    population: str = "all treated patients"
    endpoint: str = ""
    variable: str = ""
    level: str = ""
    group: str = ""
    denominator: int | None = None
    convention: str = ""
    note: str = ""

    @property
    def result_id(self) -> str:
        """``analysis[.endpoint][.variable].level.group.statistic``, with ``all`` for an empty level or group."""
        named = [part for part in (self.endpoint, self.variable) if part]
        return ".".join([self.analysis, *named, self.level or "all", self.group or "all", self.statistic])


COLUMNS = ["result_id", *(field.name for field in fields(Statistic)), "source_hash"]


def statistics_frame(statistics: Iterable[Statistic], convention: str, source_hash: str = "") -> "pd.DataFrame":
    """One row a statistic, in the order given, with unique ``result_id``; values to twelve significant digits.

    ``source_hash`` says which data the numbers are made of (analyses.source_hash).

    Raises:
        ValueError: two statistics have the same id.
    """
    import pandas as pd

    rows = [
        {
            "result_id": row.result_id,
            **asdict(row),
            "method": row.method or DESCRIPTIONS.get(row.statistic, COUNTED),
            "convention": row.convention or convention,
            "value": rounded(row.value),
            "note": row.note or _why_missing(row),
            "source_hash": source_hash,
        }
        for row in statistics
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    twice = frame.loc[frame["result_id"].duplicated(), "result_id"]
    if len(twice):
        raise ValueError(f"result id {twice.iloc[0]} stands for two statistics")
    frame["denominator"] = frame["denominator"].astype("Int64")
    return frame


def is_description(method: str) -> bool:
    """Whether a method only counts or describes, so that no footnote needs to name it."""
    return method in (COUNTED, *DESCRIPTIONS.values())


def _why_missing(row: Statistic) -> str:
    if rounded(row.value) is not None:
        return ""
    return "no patients" if row.denominator == 0 else "not estimable"


def rounded(value: float | None) -> float | None:
    """``value`` to twelve significant digits; None for what is no number."""
    if value is None or value != value:
        return None
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
