"""The section *Since the last cut* of a report, from the files that the run left in ``since_last_cut/``."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from reports.numbers import fixed, p_value
from reports.run_folder import Record
from reports.setting import Setting

FOLDER = "since_last_cut"
SHOWN = 30
"""Lines of a list that are shown; all stand in the CSV beside the page."""

ACCRUAL = ("followed for longer",)
"""Movements that every cut brings to most subjects: counted, not listed."""


@dataclass(frozen=True)
class SinceLastCut:
    """The files of ``since_last_cut/``: which runs are compared (``summary``), and a list of rows each."""

    summary: dict[str, str]
    subjects: list[Record]
    records: list[Record]
    fields: list[Record]
    endpoints: list[Record]
    responses: list[Record]
    results: list[Record]
    hazard_ratio: list[Record]


def read_since_last_cut(run_dir: Path) -> SinceLastCut | None:
    """What the run says of the cut before; None where it was not compared with one."""
    folder = run_dir / FOLDER
    if not (folder / "summary.json").is_file():
        return None
    names = ("subjects", "records", "fields", "endpoints", "responses", "results", "hazard_ratio")
    frames = {name: pl.read_csv(folder / f"{name}.csv", infer_schema=False).to_dicts() for name in names}
    return SinceLastCut(json.loads((folder / "summary.json").read_text(encoding="utf-8")), **frames)


def since_last_cut(changes: SinceLastCut | None, setting: Setting) -> dict[str, Any] | None:
    """What the template prints: counts in words, the lists that a person checks, results and the hazard ratio."""
    if changes is None:
        return None
    moved = [row for row in changes.endpoints if row["movement"] not in ACCRUAL]
    return {
        "summary": changes.summary,
        "subjects": _shown([{**row, "arm": setting.arm_label(row["arm"] or "")} for row in changes.subjects]),
        "subject_counts": _counted(row["change"] for row in changes.subjects),
        "records": [row for row in changes.records if any(row[name] != "0" for name in ("added", "gone", "changed"))],
        "fields": _shown(changes.fields),
        "movements": _counted(row["movement"] for row in changes.endpoints),
        "endpoints": _shown(sorted(moved, key=lambda row: row["expectation"] != "suspect")),
        "responses": _shown(sorted(changes.responses, key=lambda row: row["expectation"] != "suspect")),
        "suspect": sum(row["expectation"] == "suspect" for row in (*changes.endpoints, *changes.responses)),
        "results": [result for result in (_result(row, setting) for row in changes.results) if result["differs"]],
        "compared": len(changes.results),
        "steps": [_step(row) for row in changes.hazard_ratio],
        "ratio": _ratio_label(setting),
    }


def _shown(rows: list[Record]) -> dict[str, Any]:
    return {"rows": rows[:SHOWN], "hidden": max(0, len(rows) - SHOWN), "total": len(rows)}


def _counted(words: Any) -> str:
    return ", ".join(f"{number} {word}" for word, number in sorted(Counter(words).items()))


def _result(row: Record, setting: Setting) -> dict[str, Any]:
    before, now = (_printed(row["statistic"], row[name], setting) for name in ("earlier_value", "value"))
    return {"label": row["label"], "before": before, "now": now, "differs": before != now}


def _printed(statistic: str, text: str | None, setting: Setting) -> str:
    value = float(text) if text else None
    if statistic.endswith("_p"):
        return p_value(value)
    if statistic in ("n", "events"):
        return fixed(value, 0)
    if statistic == "median":
        return fixed(value, setting.decimals)
    return fixed(value, 1 if statistic == "percent" else 3)


def _step(row: Record) -> dict[str, str]:
    percent = fixed(float(row["percent_of_change"]), 0) if row["percent_of_change"] else ""
    return {
        "what": f"{row['swapped']} swapped" if row["swapped"] else "earlier run",
        "hr": fixed(float(row["hr"]) if row["hr"] else None, 3),
        "factor": f"× {fixed(float(row['factor']), 3)}" if row["factor"] else "",
        "share": f"{percent} %" if percent else "",
        "note": row["note"] or "",
    }


def _ratio_label(setting: Setting) -> str:
    if setting.protocol.cox is None:
        return ""
    arm = next(arm for arm in setting.protocol.arms if not arm.reference)
    endpoint = setting.protocol.endpoint(setting.protocol.cox.endpoint).label
    return f"{endpoint}, {arm.label} against {setting.protocol.reference_arm.label}, crude"
