"""The notes under a table: with which method, by which convention, in which population."""

import re
from collections.abc import Iterable

from analyses import Statistic
from analyses.statistic import is_description
from reports.numbers import MISSING, NOT_ESTIMABLE, NOT_REACHED


def methods_note(statistics: Iterable[Statistic], subject: str = "P") -> tuple[str, ...]:
    """``P: log-rank test.``, the distinct methods of these statistics in their order; nothing where there is none."""
    named = [row for row in statistics if row.value is not None and row.method and not is_description(row.method)]
    methods = list(dict.fromkeys(row.method.rstrip(".") for row in named))
    return (f"{subject}: {'; '.join(methods)}.",) if methods else ()


def absence_notes(statistics: Iterable[Statistic], printed: Iterable[str]) -> tuple[str, ...]:
    """Explains NR and NE where a cell says them; NE with the reasons that the analyses give."""
    words = {word.strip("()") for cell in printed for word in re.split(r"[ –]", cell)}
    reasons = [row.note.partition(": ")[2] for row in statistics if row.value is None and is_not_estimable(row)]
    because = "; ".join(dict.fromkeys(reason for reason in reasons if reason))
    return (
        *(("NR: not reached.",) if NOT_REACHED in words else ()),
        *((f"NE: not estimable{f' ({because})' if because else ''}.",) if NOT_ESTIMABLE in words else ()),
    )


def is_not_estimable(row: Statistic) -> bool:
    """There is no value, and not because follow-up was too short for it."""
    return row.value is None and not row.note.startswith("not reached")


def absence(row: Statistic | None) -> str:
    """What is printed where there is no value: NE, NR, or a dash where nothing was asked for."""
    if row is None:
        return MISSING
    return NOT_ESTIMABLE if is_not_estimable(row) else NOT_REACHED


def untested_note(tests: Iterable[Statistic]) -> tuple[str, ...]:
    """Explains the dash that stands for a P."""
    reasons = list(dict.fromkeys(row.note for row in tests if row.value is None and row.note))
    return (f"–: {'; '.join(reasons)}.",) if reasons else ()


def population_note(statistics: Iterable[Statistic]) -> tuple[str, ...]:
    """``Population: all treated.``"""
    populations = list(dict.fromkeys(row.population for row in statistics if row.population))
    return (f"Population: {'; '.join(populations)}.",) if populations else ()


def listed(labels: list[str]) -> str:
    """``sex, age and ECOG performance status``: a label loses its capital unless it is an abbreviation."""
    words = [label if label[:2].isupper() else label[:1].lower() + label[1:] for label in labels]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
