"""Reads the files of a run folder: statistics, curves, numbers at risk, published figures, findings, rules, rows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import polars as pl

from analyses import Statistic
from studies import Mapping
from studies.formula_text import plain_text

Record = dict[str, Any]

STATISTIC_KEYS = ("analysis", "endpoint", "variable", "level", "group", "statistic")


class RunFolderError(Exception):
    """A file that the reports need is missing from the run folder, or lacks a column."""


class Statistics:
    """Every statistic of a run, found by what it is and never by its place in the file."""

    def __init__(self, rows: list[Statistic]) -> None:
        self._by_key = {tuple(getattr(row, key) for key in STATISTIC_KEYS): row for row in rows}
        self._rows = rows

    def __iter__(self) -> Iterator[Statistic]:
        return iter(self._rows)

    def find(
        self, analysis: str, statistic: str, *, endpoint: str = "", variable: str = "", level: str = "", group: str = ""
    ) -> Statistic | None:
        """The row with exactly this key, or none."""
        return self._by_key.get((analysis, endpoint, variable, level, group, statistic))

    def value(
        self, analysis: str, statistic: str, *, endpoint: str = "", variable: str = "", level: str = "", group: str = ""
    ) -> float | None:
        """The value of that row; none where there is no such row, or it could not be estimated."""
        row = self.find(analysis, statistic, endpoint=endpoint, variable=variable, level=level, group=group)
        return row.value if row else None

    def of(self, analysis: str, **where: str) -> list[Statistic]:
        """The rows of one analysis, in file order, whose columns equal ``where``."""
        return [
            row
            for row in self._rows
            if row.analysis == analysis and all(getattr(row, key) == value for key, value in where.items())
        ]


@dataclass(frozen=True)
class Results:
    """What the analyses left in ``results/``; ``verdicts`` counts the published figures by verdict."""

    statistics: Statistics
    curves: list[Record]
    at_risk: list[Record]
    published: list[Record]
    convention_matrix: list[Record] = field(default_factory=list)
    verdicts: list[Record] = field(default_factory=list)
    balance: list[Record] = field(default_factory=list)
    liver_injury: list[Record] = field(default_factory=list)
    tumour_change: list[Record] = field(default_factory=list)
    course: list[Record] = field(default_factory=list)
    cumulative_incidence: list[Record] = field(default_factory=list)
    incidence_at_risk: list[Record] = field(default_factory=list)
    log_log: list[Record] = field(default_factory=list)
    schoenfeld: list[Record] = field(default_factory=list)
    schoenfeld_smooth: list[Record] = field(default_factory=list)
    flow: list[Record] = field(default_factory=list)


@dataclass(frozen=True)
class Quality:
    """What the checks left in ``quality/``, a list of rows a file. Only findings are there in every run.

    ``findings``: a rule broken by a record in this run. ``rules``: every rule on every table, with its status.
    ``rows``: received, duplicate, quarantined, published. ``queries``: every query of the study, asked now or before,
    with its state and what it was before this run. ``waivers``: every line of waivers.csv and whether it is in force.
    ``completeness``: by site, form and visit. ``follow_up``: a subject alive and when it was last heard of.
    ``losses``: by arm and endpoint, who left it and by which rules. ``sensitivity``: main results with and without
    what was set aside. ``monitors``: the batch against its limits and against the last cut. ``number_audit``: figures
    printed that contradict each other.
    """

    findings: list[Record]
    rules: list[Record]
    rows: list[Record]
    queries: list[Record] = field(default_factory=list)
    waivers: list[Record] = field(default_factory=list)
    completeness: list[Record] = field(default_factory=list)
    follow_up: list[Record] = field(default_factory=list)
    losses: list[Record] = field(default_factory=list)
    sensitivity: list[Record] = field(default_factory=list)
    monitors: list[Record] = field(default_factory=list)
    number_audit: list[Record] = field(default_factory=list)


def read_results(run_dir: Path) -> Results:
    """The results of a run; ``published`` is empty where the study has no paper.

    Raises:
        RunFolderError: a file is missing.
    """
    folder = run_dir / "results"
    return Results(
        statistics=read_statistics(run_dir),
        curves=[_numbers(row, keep=("endpoint", "group", "data")) for row in _csv(folder / "curves.csv")],
        at_risk=[_numbers(row, keep=("endpoint", "group", "data")) for row in _csv(folder / "at_risk.csv")],
        published=_csv_if_made(folder / "published.csv"),
        balance=[_numbers(row, only=("smd", "weighted_smd")) for row in _csv_if_made(folder / "balance.csv")],
        verdicts=[_numbers(row, only=("figures",)) for row in _csv_if_made(folder / "published_verdicts.csv")],
        convention_matrix=[
            _numbers(row, only=("protocol", "r", "sas", "spss"))
            for row in _csv_if_made(folder / "convention_matrix.csv")
        ],
        liver_injury=[
            _numbers(row, only=("hyx", "bilix", "alpx", "btrans", "bbili", "maxtrans", "maxbili"))
            for row in _csv_if_made(folder / "liver_injury.csv")
        ],
        tumour_change=[
            _numbers(row, only=("time", "change_percent", "counts", "is_best", "place"))
            for row in _csv_if_made(folder / "tumour_change.csv")
        ],
        course=[_numbers(row, only=("place", "start", "end")) for row in _csv_if_made(folder / "course.csv")],
        cumulative_incidence=[
            _numbers(row, only=("time", "share", "lower", "upper"))
            for row in _csv_if_made(folder / "cumulative_incidence.csv")
        ],
        incidence_at_risk=[
            _numbers(row, keep=("endpoint", "group", "data")) for row in _csv_if_made(folder / "incidence_at_risk.csv")
        ],
        log_log=[_numbers(row, only=("time", "log_minus_log")) for row in _csv_if_made(folder / "log_log.csv")],
        schoenfeld=[_numbers(row, only=("time", "residual")) for row in _csv_if_made(folder / "schoenfeld.csv")],
        schoenfeld_smooth=[
            _numbers(row, only=("time", "estimate", "lower", "upper"))
            for row in _csv_if_made(folder / "schoenfeld_smooth.csv")
        ],
        flow=[
            _numbers(row, only=("step_order", "subjects", "with_doubts")) for row in _csv_if_made(folder / "flow.csv")
        ],
    )


def read_profiles(run_dir: Path) -> dict[str, list[Record]] | None:
    """The paths of all subjects, a list of records a table; None where the cohort is too large for profiles."""
    file = run_dir / "results" / "profiles.json"
    if not file.is_file():
        return None
    tables = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
        for name, table in tables.items()
        if name != "data"
    }


def read_statistics(run_dir: Path) -> Statistics:
    """The statistics of a run.

    Raises:
        RunFolderError: the file is missing.
    """
    return Statistics([_statistic(row) for row in _csv(run_dir / "results" / "statistics.csv")])


def read_quality(run_dir: Path, mapping: Mapping) -> Quality:
    """The findings, rules and row counts of a run; a run that could not load its extract has findings alone.

    Each finding also says, as ``heading``, under which heading its field stands in the extract: what the coordinator
    sees there, in the language of the hospital.

    Raises:
        RunFolderError: a file is missing.
    """
    folder = run_dir / "quality"
    findings = folder / "findings.parquet"
    if not findings.is_file():
        raise RunFolderError(f"{findings} is missing; the checks write it before the reports are made.")

    def with_heading(row: Record) -> Record:
        return {**row, "heading": mapping.heading(row["table_name"] or "", row["column_name"] or "")}

    return Quality(
        findings=[with_heading(row) for row in pl.read_parquet(findings).to_dicts()],
        rules=[
            _numbers(row, only=("rows_checked", "rows_failed", "percent")) for row in _csv_if_made(folder / "rules.csv")
        ],
        rows=[_numbers(row, keep=("table_name", "data")) for row in _csv_if_made(folder / "rows.csv")],
        queries=[with_heading(row) for row in _parquet_if_made(folder / "queries.parquet")],
        waivers=[
            {name: plain_text(text) for name, text in row.items()} for row in _csv_if_made(folder / "waivers.csv")
        ],
        completeness=[
            _numbers(row, only=("visit_order", "expected", "received", "percent"))
            for row in _csv_if_made(folder / "completeness.csv")
        ],
        follow_up=[
            _numbers(row, only=("days_since_contact", "window_days")) for row in _csv_if_made(folder / "follow_up.csv")
        ],
        losses=[_numbers(row, only=("subjects", "lost", "percent")) for row in _csv_if_made(folder / "losses.csv")],
        sensitivity=[
            _numbers(row, only=("value_published", "value_all"))
            for row in _csv_if_made(run_dir / "results" / "sensitivity.csv")
        ],
        monitors=[_numbers(row, only=("failed", "checked")) for row in _csv_if_made(folder / "monitors.csv")],
        number_audit=[
            {"source": source, **row}
            for source, name in (("publication", "published_audit"), ("this run", "number_audit"))
            for row in _csv_if_made(run_dir / "results" / f"{name}.csv")
        ],
    )


def _csv(path: Path) -> list[Record]:
    if not path.is_file():
        raise RunFolderError(f"{path} is missing; the run writes it before the reports are made.")
    frame = pl.read_csv(path, infer_schema=False)
    return frame.with_columns(pl.all().fill_null("")).to_dicts()


def _parquet_if_made(path: Path) -> list[Record]:
    return pl.read_parquet(path).to_dicts() if path.is_file() else []


def _csv_if_made(path: Path) -> list[Record]:
    return _csv(path) if path.is_file() else []


def _number(text: str) -> float | None:
    return float(text) if text not in ("", "NaN", "nan", "inf", "-inf") else None


def _numbers(row: Record, keep: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> Record:
    return {key: _number(value) if (key in only if only else key not in keep) else value for key, value in row.items()}


def _statistic(row: dict[str, str]) -> Statistic:
    values: Record = {column.name: row[column.name] for column in fields(Statistic)}
    denominator = _number(row["denominator"])
    return Statistic(**values | {"value": _number(row["value"]), "denominator": denominator and int(denominator)})
