"""The monitoring page of a run: events over the cuts, the information fraction, the curves of earlier cuts."""

from pathlib import Path
from typing import Any

import polars as pl
from markupsafe import Markup

from reports.figures_monitoring import ALL, curves_drawing, events_drawing
from reports.numbers import fixed
from reports.setting import Setting
from reports.templating import render

PAGE = "monitoring.html"


def monitoring_page(run_dir: Path, setting: Setting) -> str | None:
    """``monitoring.html`` from the files in ``monitoring/``; None where the run left none."""
    folder = run_dir / "monitoring"
    if not (folder / "accrual.csv").is_file():
        return None
    events = pl.read_csv(folder / "accrual.csv", infer_schema=False).to_dicts()
    curves = pl.read_csv(folder / "curves.csv", infer_schema=False).to_dicts()
    endpoints = list(dict.fromkeys(row["endpoint"] for row in events))
    return render(
        "monitoring.html.j2",
        title=f"Monitoring, {setting.protocol.study.id}",
        setting=setting,
        cuts=len({row["data_cut"] for row in events}),
        endpoints=[_endpoint(name, events, curves, setting) for name in endpoints],
    )


def _endpoint(
    name: str, events: list[dict[str, Any]], curves: list[dict[str, Any]], setting: Setting
) -> dict[str, Any]:
    of_it = [row for row in events if row["endpoint"] == name]
    steps = [row for row in curves if row["endpoint"] == name]
    together = [row for row in of_it if row["group"] == ALL]
    counts = {(row["data_cut"], row["group"]): row for row in of_it}
    newest = together[-1]
    fraction = newest["information_fraction"]
    return {
        "anchor": name.lower(),
        "label": f"{setting.protocol.endpoint(name).label} ({name})",
        "arms": [setting.arm_label(code) for code in setting.arm_codes],
        "said": f"{newest['events']} events in {newest['subjects']} subjects as of {newest['data_cut']}"
        + (f"; {_percent(fraction)} of the {newest['planned_events']} planned." if fraction else "."),
        "is_planned": bool(newest["planned_events"]),
        "rows": [
            {
                "data_cut": row["data_cut"],
                "run": row["run"],
                "by_arm": [_of(counts.get((row["data_cut"], code))) for code in setting.arm_codes],
                "all": _of(row),
                "fraction": _percent(row["information_fraction"]),
            }
            for row in reversed(together)
        ],
        "events": Markup(events_drawing(name, of_it, setting)),  # drawn by matplotlib, which escapes its text
        "curves": Markup(curves_drawing(name, steps, setting)) if steps else "",
    }


def _of(row: dict[str, Any] | None) -> str:
    return f"{row['events']} / {row['subjects']}" if row else "–"


def _percent(fraction: str | None) -> str:
    return f"{fixed(100 * float(fraction), 0)} %" if fraction else "–"
