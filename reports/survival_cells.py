"""The cells that every survival table shares: number, events, median with its interval, log-rank P."""

from reports.display_table import Column
from reports.notes import methods_note, not_reached_note, population_note
from reports.numbers import MISSING, count, estimate, p_value
from reports.run_folder import Statistic, Statistics
from reports.setting import Setting


def columns(setting: Setting, endpoint: str = "") -> tuple[Column, ...]:
    """The headings of the cells below."""
    median = f"Median {endpoint}".strip()
    return (Column("n"), Column("Events"), Column(f"{median}, {setting.unit} ({setting.confidence})"), Column("P"))


def median(statistics: Statistics, setting: Setting, analysis: str, **key: str) -> str:
    """``68.6 (57.5–79.6)``; NR where the median was not reached, a dash where nothing was estimated."""
    found = statistics.find(analysis, "median", **key)
    if found is None:
        return MISSING
    low, high = (statistics.value(analysis, name, **key) for name in ("median_lower", "median_upper"))
    return estimate(found.value, low, high, setting.decimals)


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
    """Population and methods of these statistics, and what NR means where a cell says it."""
    return (
        *population_note(used),
        *methods_note([row for row in used if row.statistic == "median"], "Median"),
        *methods_note([row for row in used if row.statistic == "log_rank_p"]),
        *not_reached_note(cells),
    )
