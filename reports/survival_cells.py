"""The cells that every survival table shares: number, events, median with its interval, log-rank P."""

from analyses import Statistic
from reports.display_table import Column
from reports.notes import absence, absence_notes, methods_note, population_note
from reports.numbers import count, estimate, p_value
from reports.run_folder import Statistics
from reports.setting import Setting


def columns(setting: Setting, endpoint: str = "") -> tuple[Column, ...]:
    """The headings of the cells below."""
    median = f"Median {endpoint}".strip()
    return (Column("n"), Column("Events"), Column(f"{median}, {setting.unit} ({setting.confidence})"), Column("P"))


def median(statistics: Statistics, setting: Setting, analysis: str, **key: str) -> str:
    """``68.6 (57.5–79.6)``; NR where it was not reached, NE where it cannot be estimated, a dash where nobody asked."""
    return printed_estimate(statistics, analysis, ("median", "median_lower", "median_upper"), setting.decimals, **key)


def printed_estimate(
    statistics: Statistics, analysis: str, names: tuple[str, str, str], decimals: int, **key: str
) -> str:
    """An estimate with its limits: the three statistics ``names``."""
    rows = [statistics.find(analysis, name, **key) for name in names]
    value, low, high = (row.value if row else None for row in rows)
    first, second, third = (absence(row) for row in rows)
    return estimate(value, low, high, decimals, (first, second, third))


def level_cells(statistics: Statistics, setting: Setting, analysis: str, **key: str) -> tuple[str, ...]:
    """The cells of one level or arm; its P stands in the heading line."""
    n, events = (count(statistics.value(analysis, name, **key)) for name in ("n", "events"))
    return (n, events, median(statistics, setting, analysis, **key), "")


def heading_cells(statistics: Statistics, analysis: str, **key: str) -> tuple[str, ...]:
    """The cells of a heading line: the log-rank P alone."""
    return ("", "", "", log_rank(statistics, analysis, **key))


def log_rank(statistics: Statistics, analysis: str, **key: str) -> str:
    """The log-rank P, printed."""
    return p_value(statistics.value(analysis, "log_rank_p", **key))


def notes(used: list[Statistic], cells: list[str]) -> tuple[str, ...]:
    """Population and methods of these statistics, and what NR and NE mean where a cell says them."""
    return (
        *population_note(used),
        *methods_note([row for row in used if row.statistic == "median"], "Median"),
        *methods_note([row for row in used if row.statistic == "log_rank_p"]),
        *absence_notes([row for row in used if row.statistic.startswith("median")], cells),
    )
