"""What a monitor is: a question to a batch, its limits, the checks that answer it, what to do about a finding."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

ASK_SOURCE = "Ask the team of the source system what changed; with their answer accept the cut or send a new extract."


@dataclass(frozen=True)
class MonitorLimits:
    """How much a batch may differ from the last one before a monitor speaks."""

    rows_change_percent: float = 20
    rows_change_rows: int = 5
    """A small table may change by so many rows, whatever percentage that is; it may never become empty."""
    vanished_subjects: int = 0
    missingness_rise_percent: float = 10
    """Percentage points of the rows of a column."""
    new_codes: int = 0
    """New codes a table may bring."""
    vanished_code_rows: int = 5
    """A code counts as vanished if at least so many rows had it at the last cut."""
    code_share_change_percent: float = 20
    """Percentage points of the coded rows of a column."""
    code_share_rows: int = 20
    """Shares are compared where both cuts have at least so many coded rows."""
    overdue_percent: float = 20
    arm_subjects: int = 5
    """An arm is looked at on its own if at least so many of its subjects are alive."""
    death_date_days: int = 7
    event_time_days: int = 7
    events_per_endpoint: int = 5
    age_low: int = 0
    age_high: int = 120


@dataclass(frozen=True)
class Check:
    """One expectation on one frame; ``where`` are conditions (column, operator, value), ``unit`` what is counted."""

    expectation: str
    arguments: Mapping[str, Any]
    expected: str
    unit: str
    where: tuple[tuple[str, str, Any], ...] = ()
    table_name: str = ""
    checked: int | None = None
    observed: str = ""

    @property
    def columns(self) -> set[str]:
        """The columns the expectation reads."""
        named = [self.arguments[name] for name in ("column", "column_A", "column_B") if name in self.arguments]
        return {*named, *self.arguments.get("column_list", ()), *(column for column, _, _ in self.where)}


@dataclass(frozen=True)
class Batch:
    """What a monitor sees: its own frame, the others, and the limits."""

    frame: pd.DataFrame
    frames: Mapping[str, pd.DataFrame]
    limits: MonitorLimits


@dataclass(frozen=True)
class Monitor:
    """What is asked of a batch. ``fix`` says what to do about a finding."""

    monitor_id: str
    title: str
    frame: str
    sentence: str
    fix: str
    checks: Callable[[Batch], Sequence[Check]] = field(repr=False)
    table_name: str = ""


class NotApplicableError(Exception):
    """The batch has nothing this monitor could look at; the message says why."""
