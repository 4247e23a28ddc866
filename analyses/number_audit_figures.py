"""Printed figures as the audit reads them: what a rounded number may stand for, and which figures belong together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("id", "location", "group", "kind", "value", "denominator", "test")
TABLE_RULE, NARRATIVE_RULE = "TT07", "TT08"
NUMBER = re.compile(r"([<>]?)\s*([-−]?)(\d*\.?\d+)")
STATISTIC_WORDS = {
    "n", "pct", "percent", "median", "mean", "q1", "q3", "ci_low", "ci_high", "ci", "hr", "rr", "risk_reduction",
    "p", "chi2", "u", "U", "log_rank_p", "log_rank_chi2", "lower", "upper",
}  # fmt: skip
STATED_LEVEL, USUAL_LEVEL = re.compile(r"\b(\d\d(?:\.\d+)?) ?%"), 0.95
SUFFIXES = ("_percent", "_lower", "_upper")
LARGEST_FLOOR = Fraction(1, 1000)
NOISE = 1e-9  # of a test computed in doubles
SHORTEST_PLACE = 3


@dataclass(frozen=True)
class Figure:
    """One printed figure. ``location``: ``table / variable[ / level] / cell``, or a section of the running text.

    ``id``: ``source.variable[.level][.group].statistic[.place]``; the words that name a statistic are dropped to
    find the figures of one quantity (``stem``), the place (``Abs`` in the Abstract) to find its repetitions.
    """

    id: str
    location: str
    group: str
    kind: str
    value: str
    denominator: int | None
    test: str

    @cached_property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.location.split(" / "))

    @property
    def in_table(self) -> bool:
        return len(self.parts) > 1

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms compared; empty for a figure of one group."""
        return tuple(self.group.split(" vs ")) if " vs " in self.group else ()

    @cached_property
    def range(self) -> tuple[Fraction, Fraction] | None:
        """From (included) and to (excluded) what the printed number may stand for, rounded half up.

        A P value of .001, .0001, ... is the floor of the journal or of the program: "at most this".
        """
        match = NUMBER.fullmatch(self.value.strip())
        if not match:
            return None
        sign, minus, digits = match.groups()
        number = Fraction(digits) * (-1 if minus else 1)
        if sign:
            return (Fraction(0), number) if sign == "<" else (number, Fraction(1))
        half = Fraction(1, 2 * 10 ** len(digits.partition(".")[2]))
        floor = self.kind == "p" and number <= LARGEST_FLOOR and number.numerator == 1
        return (Fraction(0) if floor else number - half, number + half)

    @cached_property
    def number(self) -> Fraction | None:
        match = NUMBER.fullmatch(self.value.strip())
        return None if not match or match.group(1) else Fraction(match.group(3)) * (-1 if match.group(2) else 1)

    @property
    def whole(self) -> int | None:
        return int(self.number) if self.number is not None and self.number.denominator == 1 else None

    @property
    def confidence(self) -> float:
        """The level that the row states for its interval (``95 %``); 0.95 where it states none."""
        stated = STATED_LEVEL.search(self.test)
        return float(stated[1]) / 100 if stated else USUAL_LEVEL

    def may_be(self, low: Fraction | float, high: Fraction | float | None = None) -> bool:
        """Whether the printed number may stand for ``low``, or for something between ``low`` and ``high``."""
        if self.range is None:
            return False
        slack = 0 if high is None and isinstance(low, Fraction) else NOISE
        high = low if high is None else high
        return self.range[0] <= high + slack and low < self.range[1] + slack

    def agrees_with(self, other: "Figure") -> bool:
        """Whether one number can be behind both; figures without a number agree if their text does."""
        if self.range is None or other.range is None:
            return self.value == other.value
        return self.range[0] < other.range[1] and other.range[0] < self.range[1]

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The parts of the id that say what it is of: source first, no statistic."""
        named = self.id.split(".")
        for suffix in SUFFIXES:
            named[-1] = named[-1].removesuffix(suffix)
        at = next((place for place in (-1, -2) if len(named) > 2 and named[place] in STATISTIC_WORDS), None)
        return tuple(named if at is None else [*named[:at], *named[len(named) + at + 1 :]])

    @property
    def place(self) -> str:
        """The last part of the id if it abbreviates the location."""
        last = self.tokens[-1] if self.tokens else ""
        return last if len(last) >= SHORTEST_PLACE and self.location.lower().startswith(last.lower()) else ""

    @property
    def quantity(self) -> tuple[str, ...]:
        """The tokens without the place, in lower case."""
        kept = self.tokens[:-1] if self.place else self.tokens
        return tuple(token.lower() for token in kept)


@dataclass(frozen=True)
class Cell:
    """A count of a table: of which variable, level and group."""

    table: str
    variable: str
    level: str
    group: str
    figure: Figure


@dataclass(frozen=True)
class Finding:
    """A figure that contradicts others: what they make of it, and one sentence for a physician."""

    rule_id: str
    figure: Figure
    expected: str
    sentence: str


@dataclass(frozen=True)
class Figures:
    """All figures of a publication or of a run, in their order."""

    rows: tuple[Figure, ...]

    def of_kind(self, *kinds: str) -> Iterator[Figure]:
        return (figure for figure in self.rows if figure.kind in kinds)

    @cached_property
    def together(self) -> dict[tuple[str, ...], dict[str, Figure]]:
        """The figures of one quantity in one place by their kind: count and percent, estimate, limits and P."""
        found: dict[tuple[str, ...], dict[str, Figure]] = {}
        for figure in self.rows:
            found.setdefault(figure.tokens, {}).setdefault(figure.kind, figure)
        return found

    def beside(self, figure: Figure, kind: str) -> Figure | None:
        return self.together[figure.tokens].get(kind)

    @cached_property
    def arms(self) -> tuple[str, ...]:
        return next((figure.arms for figure in self.rows if figure.arms), ())

    @cached_property
    def cells(self) -> list[Cell]:
        """The counts of the tables; where the group is only the level again, the group is everybody."""
        return [
            Cell(table, variable, level, "all" if figure.group == level else figure.group, figure)
            for figure in self.of_kind("n")
            if len(figure.parts) == 4 and figure.whole is not None
            for table, variable, level, _ in [figure.parts]
        ]

    @cached_property
    def sizes(self) -> dict[str, Figure]:
        """The size of each arm, as the header of a table states it."""
        headers = (figure for figure in self.of_kind("n") if figure.parts[1:2] == ("header",))
        return {figure.group: figure for figure in headers if figure.group in self.arms}


def read_figures(figures: "pd.DataFrame") -> Figures:
    """The figures of a frame with the columns ``COLUMNS``, as text; other columns are not looked at."""
    texts = figures[list(COLUMNS)].fillna("").astype(str).to_dict("records")
    return Figures(tuple(_figure({str(name): value for name, value in row.items()}) for row in texts))


def _figure(row: dict[str, str]) -> Figure:
    denominator = row["denominator"].removesuffix(".0")
    known = int(denominator) if denominator.isdigit() else None
    return Figure(row["id"], row["location"], row["group"], row["kind"], row["value"], known, row["test"])
