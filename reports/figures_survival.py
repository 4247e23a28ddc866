"""Kaplan-Meier figures: step curves with confidence limits and censoring ticks, numbers at risk and events below."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports import survival_cells
from reports.drawing import (
    ARM_STYLES,
    MARGIN,
    WIDTH,
    ArmStyle,
    DrawnFigure,
    NotDrawn,
    Sheet,
    Words,
    draw,
    not_drawn,
    population,
)
from reports.numbers import MISSING, count, estimate, p_with_sign
from reports.run_folder import Record, Results
from reports.setting import Setting
from studies.protocol import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE = 0.19
PLOT_HEIGHT = 3.0
LIMITS = {"r": "log", "sas": "log-log", "spss": "plain"}
"""Limits of the curve by convention; those of the median under ``spss`` are its own (analyses.kaplan_meier)."""


@dataclass(frozen=True)
class Arm:
    """One curve with everything that is printed about it."""

    label: str
    style: ArmStyle
    curve: list[Record]
    at_risk: list[Record]
    median: str


def survival_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """The figure of one endpoint by arm; not drawn where the run has no curve of it."""
    arms = _arms(figure.endpoint, results, setting)
    if not arms:
        return not_drawn(figure, "no subject has a time to this event")
    log_rank = results.statistics.value("survival", "log_rank_p", endpoint=figure.endpoint, group=setting.arms_compared)
    tested = f"Log-rank {p_with_sign(log_rank)}" if log_rank is not None else ""
    ratio = hazard_ratio(figure.endpoint, results, setting)
    endpoint = setting.protocol.endpoint(figure.endpoint).label
    medians = "; ".join(f"{arm.label}: median {arm.median} {setting.unit}" for arm in arms if arm.median != MISSING)
    result = [f"{endpoint} by arm, Kaplan-Meier estimate.", *([f"{medians}."] if medians else [])]
    result += [f"{part}." for part in (tested, ratio) if part]
    method = (
        f"{endpoint}: Kaplan-Meier estimate with pointwise {setting.confidence} "
        f"({LIMITS[setting.protocol.statistics.convention]} limits); vertical ticks: censored. Below the axis: "
        "patients at risk just before the time and, in brackets, events until then."
    )
    lines = (tested, ratio)
    return draw(
        figure,
        f"figure_{figure.number.lower()}_{figure.endpoint.lower()}",
        Words(population(results, setting), method, " ".join(result)),
        PLOT_HEIGHT + LINE * (2 * len(arms) + 2) + 0.7,
        setting,
        lambda sheet: _fill(sheet, figure, arms, [line for line in lines if line], setting),
    )


def hazard_ratio(endpoint: str, results: Results, setting: Setting) -> str:
    """``Hazard ratio <arm> against <reference> 0.15 (0.07–0.30)``; empty where no model has the arms alone."""
    if len(setting.arm_codes) != 2:
        return ""
    reference = setting.protocol.reference_arm
    other = next(arm for arm in setting.protocol.arms if arm.code != reference.code)
    key = {"endpoint": endpoint, "group": "crude", "level": f"arm={other.code}"}
    parts = [results.statistics.value("cox", name, **key) for name in ("hr", "hr_lower", "hr_upper")]
    if parts[0] is None:
        return ""
    printed = estimate(parts[0], parts[1], parts[2], 2)
    return f"Hazard ratio {other.label} against {reference.label} {printed}"


def _arms(endpoint: str, results: Results, setting: Setting) -> list[Arm]:
    arms = []
    for position, code in enumerate(setting.arm_codes):
        curve = [row for row in results.curves if row["endpoint"] == endpoint and row["group"] == code]
        if not curve:
            continue
        arms.append(
            Arm(
                label=setting.arm_label(code),
                style=ARM_STYLES[position % len(ARM_STYLES)],
                curve=curve,
                at_risk=[row for row in results.at_risk if row["endpoint"] == endpoint and row["group"] == code],
                median=survival_cells.median(results.statistics, setting, "survival", endpoint=endpoint, group=code),
            )
        )
    return arms


def _fill(sheet: Sheet, figure: Figure, arms: list[Arm], tested: list[str], setting: Setting) -> None:
    left = left_margin([arm.label for arm in arms])
    table = LINE * (len(arms) + 1) + 0.05
    axes = sheet.axes(left, table + 0.5, WIDTH - MARGIN - 0.1 - left, PLOT_HEIGHT)
    for arm in arms:
        _draw_curve(axes, arm)
    last = max(row["time"] for arm in arms for row in arm.curve)
    ticks = time_axis(axes, last, [row["time"] for arm in arms for row in arm.at_risk], setting)
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.set_ylabel(f"{setting.protocol.endpoint(figure.endpoint).label} (probability)")
    key = [(arm.style, f"{arm.label}: {arm.median}") for arm in arms]
    write_key(sheet, left, key, f"Median, {setting.unit} ({setting.confidence})", tested)
    rows = [(arm.label, arm.style, [row for row in arm.at_risk if row["time"] in ticks]) for arm in arms]
    write_at_risk(sheet, axes, rows)


def left_margin(labels: list[str]) -> float:
    """Room for the longest arm beside the numbers at risk."""
    return max(1.05, 0.35 + 0.085 * max(len(label) for label in labels))


def time_axis(axes: "Axes", last: float, times: list[float], setting: Setting) -> list[float]:
    """Labels the axis of time and gives its ticks: up to the first that is not before the last patient."""
    known = sorted(set(times))
    ticks = known[: sum(time < last for time in known) + 1]
    axes.set_xlim(0, max([last, *ticks]) * 1.02 or 1)
    axes.set_xticks(ticks)
    axes.set_xticklabels([f"{tick:g}" for tick in ticks])
    axes.set_xlabel(f"Time since index event ({setting.unit})", labelpad=4)
    return ticks


def _draw_curve(axes: "Axes", arm: Arm) -> None:
    times = [row["time"] for row in arm.curve]
    survival = [row["survival"] for row in arm.curve]
    if times[0] > 0:
        times, survival = [0.0, *times], [1.0, *survival]
    draw_band(axes, arm.curve, arm.style)
    axes.step(times, survival, where="post", color=arm.style.color, linestyle=arm.style.line, linewidth=1.7)
    censored = [row for row in arm.curve if row["n_censored"]]
    axes.plot(
        [row["time"] for row in censored],
        [row["survival"] for row in censored],
        linestyle="none",
        marker="|",
        markersize=7,
        markeredgewidth=1.2,
        color=arm.style.color,
        clip_on=False,
    )


def draw_band(axes: "Axes", rows: list[Record], style: ArmStyle) -> None:
    """Pointwise limits as a light band between thin lines; nothing where there are none."""
    known = [row["lower"] is not None and row["upper"] is not None for row in rows]
    times = [row["time"] for row in rows]
    lower, upper = ([row[side] or 0.0 for row in rows] for side in ("lower", "upper"))
    axes.fill_between(times, lower, upper, where=known, step="post", color=style.color, alpha=0.13, linewidth=0)
    for side in ("lower", "upper"):
        heights = [float("nan") if row[side] is None else row[side] for row in rows]
        axes.step(times, heights, where="post", color=style.color, linestyle=style.line, linewidth=0.6)


def write_key(sheet: Sheet, left: float, key: list[tuple[ArmStyle, str]], heading: str, tested: list[str]) -> None:
    """The arms with their line and number above the plot, the tests at the right."""
    place = sheet.height - 0.08
    sheet.text(left + 0.05, place, heading, fontsize=8.5, va="center")
    for line, text in enumerate(tested):
        sheet.text(WIDTH - MARGIN, place - LINE * line, text, fontsize=8.5, ha="right", va="center")
    for style, text in key:
        place -= LINE
        sheet.line([left + 0.05, left + 0.5], [place, place], color=style.color, linestyle=style.line, linewidth=1.7)
        sheet.text(left + 0.6, place, text, fontsize=8.5, va="center")


def write_at_risk(
    sheet: Sheet,
    axes: "Axes",
    rows: list[tuple[str, ArmStyle, list[Record]]],
    events: tuple[str, ...] = ("n_event",),
    heading: str = "Number at risk (events)",
) -> None:
    """The table below the axis: a line an arm, numbers under their ticks, ``events`` in brackets."""
    place = LINE * (len(rows) + 0.5)
    sheet.text(MARGIN, place, heading, fontsize=8.5, fontweight="bold", va="center")
    for label, style, at_risk in rows:
        place -= LINE
        sheet.text(MARGIN, place, label, fontsize=8.5, fontweight="bold", color=style.color, va="center")
        for row in at_risk:
            text = f"{count(row['n_risk'])} ({', '.join(count(row[name]) for name in events)})"
            sheet.text(_inches(axes, sheet, row["time"]), place, text, fontsize=8.5, ha="center", va="center")


def _inches(axes: "Axes", sheet: Sheet, time: float) -> float:
    """Where a time stands on the sheet, from the left."""
    box: Any = axes.get_position()
    low, high = axes.get_xlim()
    return float((box.x0 + box.width * (time - low) / (high - low)) * WIDTH)
