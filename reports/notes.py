"""The notes under a table: with which method, by which convention, in which population."""

from collections.abc import Iterable

from reports.run_folder import Statistic


def methods_note(statistics: Iterable[Statistic], subject: str = "P") -> tuple[str, ...]:
    """``P: log-rank test.``, the distinct methods of these statistics in their order; nothing where there is none."""
    methods = list(dict.fromkeys(row.method.rstrip(".") for row in statistics if row.method))
    return (f"{subject}: {'; '.join(methods)}.",) if methods else ()


def not_reached_note(printed: Iterable[str]) -> tuple[str, ...]:
    """Explains NR where a cell says it."""
    return ("NR: not reached.",) if any("NR" in cell for cell in printed) else ()


def population_note(statistics: Iterable[Statistic]) -> tuple[str, ...]:
    """``Population: all treated.``"""
    populations = list(dict.fromkeys(row.population for row in statistics if row.population))
    return (f"Population: {'; '.join(populations)}.",) if populations else ()
