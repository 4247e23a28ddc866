"""A run folder written by hand: few numbers, each of them different, so that a number in the wrong place is seen."""

import csv
import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from analyses import Statistic, verdict_counts
from analyses.statistic import statistics_frame
from reports import RunFacts
from studies import Mapping, Protocol, Study
from studies.study import STUDIES_DIR
from studies.toml_file import read_toml

STUDY = STUDIES_DIR / "gist_tace"
PROTOCOL = read_toml(STUDY / "protocol.toml", Protocol)
ARMS = ("TACE", "CONTROL")
BOTH = "TACE-CONTROL"


def study(protocol: Protocol = PROTOCOL) -> Study:
    return Study("gist_tace", STUDY, protocol, Mapping(date_formats=["%Y-%m-%d"], tables={}))


def facts(**changed: Any) -> RunFacts:
    values: dict[str, Any] = {
        "run_id": "20260102T030405Z-abcd",
        "outcome": "published with quarantine",
        "reason": "2 records are held back by 1 rule.",
        "data_cut": datetime.date(2012, 5, 31),
        "extract_files": [
            {
                "file": "patients.csv",
                "table": "patients",
                "sha256": "ab" * 32,
                "rows": 60,
                "empty_lines": 0,
                "encoding": "utf-8",
            }
        ],
        "code_version": "0123abc",
        "subjects_by_arm": {"TACE": 22, "CONTROL": 38},
        "package_versions": {"duckdb": "2.0.0"},
    }
    return RunFacts(**{**values, **changed})


def statistic(analysis: str, name: str, value: float | None, method: str = "", **key: str) -> Statistic:
    """One row of statistics.csv; ``key`` has endpoint, variable, level, group, note."""
    return Statistic(analysis=analysis, statistic=name, value=value, method=method, **key)


def finding(**changed: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "rule_id": "TR01",
        "title": "Diameter is plausible",
        "severity": "error",
        "scope": "cell",
        "table_name": "lesion_measurements",
        "row_id": 7,
        "subject_id": "017",
        "site": "S1",
        "key": "lesion_id L02, scan_date 2010-03-11, reader R2",
        "column_name": "diameter_mm",
        "source_file": "lesion_measurements.csv",
        "source_row": 108,
        "sentence": "Lesion L02 measures 812 mm; at most 400 mm is plausible.",
        "why": "It decides the response.",
        "fix": "Compare with the scan report.",
        "endpoints": "PFS, LPFS",
    }
    return {**values, **changed}


def rule(**changed: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "rule_id": "TR01",
        "title": "Diameter is plausible",
        "severity": "error",
        "scope": "cell",
        "table_name": "lesion_measurements",
        "status": "findings",
        "reason": "",
        "rows_checked": 50,
        "rows_failed": 1,
        "endpoints": "PFS, LPFS",
        "why": "It decides the response.",
        "fix": "Compare with the scan report.",
    }
    return {**values, **changed}


def write_results(run: Path, statistics: list[Statistic], published: list[dict[str, Any]] | None = None) -> Path:
    """``results/`` with two curves of PFS and OS."""
    folder = run / "results"
    folder.mkdir(parents=True, exist_ok=True)
    statistics_frame(statistics, "spss").to_csv(folder / "statistics.csv", index=False, lineterminator="\n")
    curves, at_risk = [], []
    for endpoint in ("PFS", "OS"):
        for group, n in (("TACE", 4), ("CONTROL", 3)):
            for step, time in enumerate((0.0, 10.0, 20.0 + n, 30.0)):
                curves.append(
                    {
                        "endpoint": endpoint,
                        "group": group,
                        "time": time,
                        "time_days": time * 7,
                        "survival": 1 - 0.2 * step,
                        "n_risk": n - step,
                        "n_event": 1,
                        "n_censored": int(step == 2),
                        "lower": max(0.0, 0.9 - 0.25 * step),
                        "upper": min(1.0, 1.1 - 0.15 * step) if step < 3 else "",
                    }
                )
            at_risk += [
                {"endpoint": endpoint, "group": group, "time": t, "n_risk": n, "n_event": t // 20}
                for t in (0, 20, 40, 60)
            ]
    _write(folder / "curves.csv", curves, list(curves[0]))
    _write(folder / "at_risk.csv", at_risk, list(at_risk[0]))
    if published:
        _write(folder / "published.csv", published, list(published[0]))
        verdict_counts(pd.DataFrame(published)).to_csv(folder / "published_verdicts.csv", index=False)
    return run


def write_quality(
    run: Path, findings: list[dict[str, Any]] | None = None, rules: list[dict[str, Any]] | None = None
) -> Path:
    folder = run / "quality"
    folder.mkdir(parents=True, exist_ok=True)
    schema = {key: pl.Int64 if key in ("row_id", "source_row") else pl.String for key in finding()}
    pl.DataFrame([finding()] if findings is None else findings, schema=schema).write_parquet(
        folder / "findings.parquet"
    )
    _write(folder / "rules.csv", [rule()] if rules is None else rules, list(rule()))
    rows = [
        {"table_name": "patients", "received": 60, "duplicates": 0, "quarantined": 0, "published": 60},
        {"table_name": "lesion_measurements", "received": 2412, "duplicates": 3, "quarantined": 2, "published": 2407},
    ]
    _write(folder / "rows.csv", rows, list(rows[0]))
    return run


def _write(path: Path, rows: list[dict[str, Any]], columns: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
