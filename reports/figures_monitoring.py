"""The drawings of the monitoring page: events against time, and today's curves over those of earlier cuts."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from reports.setting import Setting

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Record = dict[str, Any]

COLORS = ("#0072B2", "#D55E00", "#009E73", "#6A3D9A")  # Okabe and Ito, safe for colour-blind readers
MARKERS = ("o", "s", "^", "D")
LINES = ("-", (0, (5, 2)), (0, (6, 2, 1, 2)), (0, (1, 1.4)))
ALL = "all"
STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "monitoring",
    "svg.fonttype": "path",
    "text.parse_math": False,
}


def events_drawing(endpoint: str, rows: list[Record], setting: Setting) -> str:
    """Events of each arm and of all against the day of the cut; a line where the planned number lies. As SVG."""

    def draw(axes: "Axes") -> None:
        groups = [*setting.arm_codes, ALL]
        for position, group in enumerate(groups):
            of_group = [row for row in rows if row["group"] == group]
            color = "#1a1a1a" if group == ALL else COLORS[position % len(COLORS)]
            axes.plot(
                [_days(row) for row in of_group],
                [int(row["events"]) for row in of_group],
                color=color,
                linestyle=LINES[position % len(LINES)],
                marker=MARKERS[position % len(MARKERS)],
                markersize=5,
                label="All arms" if group == ALL else setting.arm_label(group),
            )
        planned = next((int(row["planned_events"]) for row in rows if row["planned_events"]), None)
        if planned:
            axes.axhline(planned, color="#777777", linewidth=1, linestyle=(0, (2, 2)))
            axes.annotate(
                f"planned: {planned}", (0, planned), xycoords=("axes fraction", "data"), va="bottom", fontsize=8
            )
        most = max([int(row["events"]) for row in rows] + [planned or 0])
        axes.set_ylim(0, most * 1.12 or 1)
        days = sorted({row["data_cut"] for row in rows})
        shown = days if len(days) <= 8 else days[:: -(-len(days) // 8)]
        axes.set_xticks([date.fromisoformat(day).toordinal() for day in shown])
        axes.set_xticklabels(shown, rotation=30, ha="right")
        axes.set_ylabel("Events")
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1))

    return _svg(f"events-{endpoint.lower()}", draw)


def curves_drawing(endpoint: str, rows: list[Record], setting: Setting) -> str:
    """The Kaplan-Meier curve of each arm, today's over those of earlier cuts, which are faint. As SVG."""

    def draw(axes: "Axes") -> None:
        today = max(row["data_cut"] for row in rows)
        for day in sorted({row["data_cut"] for row in rows}):
            for position, arm in enumerate(setting.arm_codes):
                steps = [row for row in rows if row["data_cut"] == day and row["group"] == arm]
                if not steps:
                    continue
                is_now = day == today
                axes.step(
                    [0.0, *(float(row["time"]) for row in steps)],
                    [1.0, *(float(row["survival"]) for row in steps)],
                    where="post",
                    color=COLORS[position % len(COLORS)],
                    linestyle=LINES[position % len(LINES)] if is_now else "-",
                    linewidth=1.9 if is_now else 1.0,
                    alpha=1.0 if is_now else 0.25,
                    label=f"{setting.arm_label(arm)}, {day}" if is_now else None,
                )
        axes.set_ylim(0, 1.03)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"Time since index event ({setting.unit})")
        axes.set_ylabel("Probability")
        axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1), title="Earlier cuts faint")

    return _svg(f"curves-{endpoint.lower()}", draw)


def _days(row: Record) -> int:
    return date.fromisoformat(row["data_cut"]).toordinal()


def _svg(name: str, draw: Callable[["Axes"], None]) -> str:
    """The drawing with ids of its own, so that several stand in one page."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a matplotlibrc of this machine must not change the figure
        matplotlib.rcParams.update(STYLE)
        drawing = Figure(figsize=(7.4, 3.3), layout="constrained")
        FigureCanvasSVG(drawing)
        draw(drawing.add_subplot())
        text = io.StringIO()
        drawing.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = text.getvalue()
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    svg = re.sub(r"url\(#", f"url(#{name}-", svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
