"""Groups that are known only after the start, compared without immortal time: from a landmark on, and in a Cox model
whose covariate changes on the day it becomes known.

A naive comparison credits a group with the time that its members had to live to be in it. Landmark: Anderson, Cain and
Gelber, J Clin Oncol 1983;1:710. Time-dependent: Cox, JRSS B 1972;34:187; Therneau and Grambsch 2000, section 3.7.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analyses.conventions import TIES
from analyses.cox_regression import fit_cox
from analyses.statistic import Statistic
from analyses.survival import comparison, summary, times_of, with_levels
from studies import Protocol
from studies.protocol import Covariate

if TYPE_CHECKING:
    import pandas as pd

NOT_YET_KNOWN = "not yet known"
LANDMARK, LANDMARK_COX, TIME_DEPENDENT_COX = "landmark", "landmark_cox", "time_dependent_cox"


@dataclass(frozen=True)
class _Asked:
    """One comparison by a factor known only after the start, as the protocol asks; no ``arm``: the whole cohort."""

    factor: Covariate
    endpoint: str
    arm: str
    protocol: Protocol = field(repr=False)

    @property
    def key(self) -> dict[str, Any]:
        return {"endpoint": self.endpoint, "variable": self.factor.name, "group": self.arm}

    @property
    def population(self) -> str:
        return f"treated patients of arm {self.arm}" if self.arm else "all treated patients"


def later_groups(
    adtte: "pd.DataFrame", adsl: "pd.DataFrame", changes: "pd.DataFrame", protocol: Protocol
) -> Iterator[Statistic]:
    """Analyses ``landmark``, ``landmark_cox``, ``time_dependent_cox`` of the factors known only after the start.

    ``changes`` is the analysis data set covariate_changes: a row a subject, covariate and change, with ``startdy``, the
    day from which the level holds.

    ``landmark``, by level as known on the landmark day, of those whose observation goes on after it, time from it on:
    what Table 2 has; ``excluded`` (no level) are those who had the event or were lost by then. ``landmark_cox``: ``hr``
    of each level against the reference, of the same patients. ``time_dependent_cox``: the same of all patients; who is
    at risk before the level is known has a level of its own, and ``intervals`` (no level) are the rows of the model.
    """
    for asked in _asked(protocol):
        times = times_of(adtte, adsl, asked.endpoint, protocol)
        times = times[times["arm"] == asked.arm] if asked.arm else times
        of_factor = changes[changes["covariate"] == asked.factor.name]
        if protocol.landmark:
            yield from _landmark(asked, times, of_factor, protocol.landmark.day)
        yield from _time_dependent(asked, times, of_factor)


def _asked(protocol: Protocol) -> Iterator[_Asked]:
    wanted = [(entry.factor, entry.endpoint, entry.arm) for entry in protocol.subgroups]
    table = protocol.tables.prognostic
    wanted += [(name, table.endpoint, "") for name in table.covariates] if table else []
    for name, endpoint, arm in dict.fromkeys(wanted):
        if protocol.covariate(name).known != "baseline":
            yield _Asked(protocol.covariate(name), endpoint, arm, protocol)


def level_on(changes: "pd.DataFrame", day: int) -> "pd.Series[str]":
    """The level of each subject as known on ``day``, by usubjid; who has none yet is not in it."""
    known = changes[changes["startdy"] <= day].sort_values(["usubjid", "startdy"])
    return known.drop_duplicates("usubjid", keep="last").set_index("usubjid")["level"]


def intervals(times: "pd.DataFrame", changes: "pd.DataFrame") -> "pd.DataFrame":
    """Start-stop rows in days: each subject of ``times`` cut where its level changes, as (entry, exit].

    A level known on day d holds from d on: an event on the same day belongs to the level before. What is known on the
    first day holds from 0. Before anything is known the level is NOT_YET_KNOWN. Columns usubjid, entry, exit, level,
    event.
    """
    import pandas as pd

    known = changes[["usubjid", "startdy", "level"]]
    known = known.assign(entry=known["startdy"].where(known["startdy"] > 1, 0).astype(float))
    unknown = times[["usubjid"]].assign(entry=0.0, startdy=0, level=NOT_YET_KNOWN)
    rows = pd.concat([unknown, known]).merge(times[["usubjid", "days", "event"]], on="usubjid", how="inner")
    rows = rows.sort_values(["usubjid", "entry", "startdy"]).drop_duplicates(["usubjid", "entry"], keep="last")
    rows = rows[rows["entry"] < rows["days"]]
    stop = rows.groupby("usubjid")["entry"].shift(-1).fillna(rows["days"])
    rows = rows.assign(exit=stop, event=rows["event"] & (stop == rows["days"]))
    return rows[["usubjid", "entry", "exit", "level", "event"]].reset_index(drop=True)


def _landmark(asked: _Asked, times: "pd.DataFrame", changes: "pd.DataFrame", day: int) -> Iterator[Statistic]:
    protocol, name = asked.protocol, asked.factor.name
    followed = times[times["days"] > day]
    later = followed["days"] - day
    followed = followed.assign(days=later, time=later / protocol.study.days_per_unit)
    followed = followed.assign(**{name: followed["usubjid"].map(level_on(changes, day))})
    population = f"{asked.population}, alive and followed after day {day}"
    key = {"analysis": LANDMARK, "population": population, **asked.key}
    excluded = len(times) - len(followed)
    yield Statistic(**key, statistic="excluded", value=excluded, denominator=len(times), method=f"landmark, day {day}")
    for level in asked.factor.levels:
        yield from summary(followed[followed[name] == level.value], protocol, level=level.value, **key)
    known = with_levels(followed, [name], protocol)
    yield from comparison(known, name, method_note=f", landmark, day {day}", **key)
    rows = known.assign(entry=0.0, exit=known["days"], level=known[name])
    yield from _ratios(asked, rows, f"landmark, day {day}", {**key, "analysis": LANDMARK_COX})


def _time_dependent(asked: _Asked, times: "pd.DataFrame", changes: "pd.DataFrame") -> Iterator[Statistic]:
    rows = intervals(times, changes)
    key = {"analysis": TIME_DEPENDENT_COX, "population": asked.population, **asked.key}
    for statistic, value in (
        ("n", rows["usubjid"].nunique()),
        ("intervals", len(rows)),
        ("events", rows["event"].sum()),
    ):
        yield Statistic(**key, statistic=statistic, value=int(value), denominator=len(times))
    yield from _ratios(asked, rows, "time-dependent covariate", key)


def _ratios(asked: _Asked, rows: "pd.DataFrame", design: str, key: dict[str, Any]) -> Iterator[Statistic]:
    """The hazard ratio of each level that is not the reference, from rows (entry, exit]."""
    import numpy as np

    protocol, factor = asked.protocol, asked.factor
    compared = [level.value for level in factor.levels if level.value != factor.reference]
    columns = [*compared, NOT_YET_KNOWN] if (rows["level"] == NOT_YET_KNOWN).any() else compared
    ties = TIES[protocol.statistics.convention]
    found = {}
    if len(rows):
        design_matrix = np.column_stack([(rows["level"] == level).to_numpy(float) for level in columns])
        fit = fit_cox(
            rows["exit"].to_numpy(float),
            rows["event"].to_numpy(bool),
            design_matrix,
            columns,
            ties=ties,
            entry=rows["entry"].to_numpy(float),
        )
        found = {row.name: row for row in fit.table(protocol.statistics.confidence_level)}
    n = rows["usubjid"].nunique()
    method = f"Cox regression, {design}, {ties.capitalize()} ties, Wald limits"
    for level in compared:
        made = found.get(level)
        for statistic, name in (("hr", "hr"), ("hr_lower", "lower"), ("hr_upper", "upper"), ("p", "p")):
            value = getattr(made, name) if made else None
            note = made.note if made else "no patients"
            yield Statistic(
                **key, level=level, statistic=statistic, value=value, method=method, denominator=n, note=note
            )
