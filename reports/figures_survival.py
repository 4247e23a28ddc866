"""Kaplan-Meier figures: step curves with censoring ticks, numbers at risk below, medians and log-rank P beside.

Arms differ by line style as well as by colour (Okabe and Ito's colours, safe for colour-blind readers). The bytes are
the same for the same results: fixed salt, no date, glyphs as outlines.
"""

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports import survival_cells
from reports.numbers import MISSING, count, p_with_sign
from reports.run_folder import Record, Results
from reports.setting import Setting
from studies.protocol import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

PNG_DPI = 200
LINES: tuple[tuple[str, Any], ...] = (
    ("#0072B2", "-"),
    ("#D55E00", (0, (5, 2))),
    ("#009E73", (0, (6, 2, 1, 2))),
    ("#6A3D9A", (0, (1, 1.4))),
)
STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "svg.hashsalt": "kaplan-meier",
    "svg.fonttype": "path",
    "path.simplify": False,
    "text.parse_math": False,
}


@dataclass(frozen=True)
class Arm:
    """One curve with everything that is printed about it."""

    label: str
    color: str
    line: Any
    curve: list[Record]
    at_risk: list[Record]
    median: str


@dataclass(frozen=True)
class DrawnFigure:
    """A figure in both formats. ``alternative`` says in words what it shows."""

    name: str
    number: str
    title: str
    alternative: str
    caption: str
    svg: str
    png: bytes


def survival_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | None:
    """The figure of one endpoint by arm; none where the run has no curve of it."""
    arms = _arms(figure.endpoint, results, setting)
    if not arms:
        return None
    log_rank = results.statistics.value("survival", "log_rank_p", endpoint=figure.endpoint, group=setting.arms_compared)
    words = "; ".join(f"{arm.label}: median {arm.median} {setting.unit}" for arm in arms if arm.median != MISSING)
    tested = f" Log-rank {p_with_sign(log_rank)}." if log_rank is not None else ""
    title = f"Figure {figure.number}. {figure.title}"
    name = f"figure_{figure.number.lower()}_{figure.endpoint.lower()}"
    svg, png = _render(name, figure, arms, tested.strip().removesuffix("."), setting)
    endpoint = setting.protocol.endpoint(figure.endpoint).label
    return DrawnFigure(
        name=name,
        number=figure.number,
        title=title,
        alternative=f"{title}. Kaplan-Meier curves by arm. {words}.{tested}",
        caption=f"{endpoint} by arm, Kaplan-Meier estimate; vertical ticks mark censored patients, the table below the "
        f"axis the patients still at risk. {words}.{tested} {' '.join(setting.closing_notes)}",
        svg=svg,
        png=png,
    )


def _arms(endpoint: str, results: Results, setting: Setting) -> list[Arm]:
    arms = []
    for position, code in enumerate(setting.arm_codes):
        curve = [row for row in results.curves if row["endpoint"] == endpoint and row["group"] == code]
        if not curve:
            continue
        color, line = LINES[position % len(LINES)]
        arms.append(
            Arm(
                label=setting.arm_label(code),
                color=color,
                line=line,
                curve=curve,
                at_risk=[row for row in results.at_risk if row["endpoint"] == endpoint and row["group"] == code],
                median=survival_cells.median(results.statistics, setting, "survival", endpoint=endpoint, group=code),
            )
        )
    return arms


def _render(name: str, figure: Figure, arms: list[Arm], tested: str, setting: Setting) -> tuple[str, bytes]:
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a matplotlibrc of this machine must not change the figure
        matplotlib.rcParams.update(STYLE)
        drawing = _draw(figure, arms, tested, setting)
        svg, png = io.StringIO(), io.BytesIO()
        drawing.savefig(svg, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        drawing.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return _plain_svg(svg.getvalue(), name), png.getvalue()


def _draw(figure: Figure, arms: list[Arm], tested: str, setting: Setting) -> "Drawing":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Drawing

    drawing = Drawing(figsize=(6.6, 4.9))
    FigureCanvasAgg(drawing)
    below = 0.135 + 0.04 * (len(arms) + 1) + 0.035
    left = max(0.155, 0.03 + 0.0135 * max(len(arm.label) for arm in arms))
    axes = drawing.add_axes((left, below, 0.97 - left, 0.915 - below))
    last = max(row["time"] for arm in arms for row in arm.curve)
    times = sorted({row["time"] for arm in arms for row in arm.at_risk})
    ticks = times[: sum(time < last for time in times) + 1]  # up to the first tick that is not before the last patient
    for arm in arms:
        _draw_curve(axes, arm, setting)
    axes.set_xlim(0, max([last, *ticks]) * 1.02 or 1)
    axes.set_ylim(0, 1.03)
    if ticks:
        axes.set_xticks(ticks)
        axes.set_xticklabels([f"{tick:g}" for tick in ticks])
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    axes.set_xlabel(f"Time since index event ({setting.unit})", labelpad=4)
    axes.set_ylabel(f"{figure.title.removesuffix('.')} (probability)")
    _write_legend(axes, tested, setting)
    _write_at_risk(axes, arms, set(ticks))
    drawing.text(0.02, 0.955, figure.number.lstrip("0123456789") or figure.number, fontsize=13, fontweight="bold")
    drawing.text(left, 0.955, figure.title, fontsize=11, fontweight="bold")
    if setting.mark:
        drawing.text(0.97, 0.958, f"{setting.mark} DATA", fontsize=8, fontweight="bold", ha="right", color="#B00020")
    drawing.text(0.97, 0.012, f"Data cut {setting.facts.data_cut.isoformat()}", fontsize=7, ha="right", color="#444444")
    return drawing


def _draw_curve(axes: "Axes", arm: Arm, setting: Setting) -> None:
    times = [row["time"] for row in arm.curve]
    survival = [row["survival"] for row in arm.curve]
    if times[0] > 0:
        times, survival = [0.0, *times], [1.0, *survival]
    label = f"{arm.label}: {arm.median}"
    axes.step(times, survival, where="post", color=arm.color, linestyle=arm.line, linewidth=1.7, label=label)
    censored = [row for row in arm.curve if row["n_censored"]]
    axes.plot(
        [row["time"] for row in censored],
        [row["survival"] for row in censored],
        linestyle="none",
        marker="|",
        markersize=7,
        markeredgewidth=1.2,
        color=arm.color,
    )


def _write_legend(axes: "Axes", tested: str, setting: Setting) -> None:
    legend = axes.legend(
        loc="upper right",
        frameon=True,
        framealpha=0.9,
        edgecolor="none",
        handlelength=3.2,
        title=(f"{tested}\n" if tested else "") + f"Median, {setting.unit} ({setting.confidence})",
        alignment="left",
        fontsize=8.5,
        title_fontsize=8.5,
        borderaxespad=0.2,
    )
    legend.set_zorder(1)


def _write_at_risk(axes: "Axes", arms: list[Arm], ticks: set[float]) -> None:
    """The table below the axis: x in time, y in points below the axis, so that numbers stand under their ticks."""
    line_height = 14
    first = -48

    def write(x: float, in_time: bool, line: int, text: str, **style: Any) -> None:
        axes.annotate(
            text,
            xy=(x, 0),
            xycoords=axes.get_xaxis_transform() if in_time else ("figure fraction", "axes fraction"),
            xytext=(0, first - line * line_height),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
            **style,
        )

    write(0.02, False, 0, "Number at risk", ha="left", fontsize=8.5, fontweight="bold")
    for line, arm in enumerate(arms, start=1):
        write(0.02, False, line, arm.label, ha="left", fontsize=8.5, color=arm.color, fontweight="bold")
        for row in arm.at_risk:
            if row["time"] not in ticks:
                continue
            write(row["time"], True, line, count(row["n_risk"]), ha="center", fontsize=8.5)


def _plain_svg(text: str, name: str) -> str:
    """The drawing without doctype, and with ids of its own so that several stand in one page."""
    svg = text[text.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    return re.sub(r"url\(#", f"url(#{name}-", svg)
