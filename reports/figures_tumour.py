"""Waterfall and spider plots: the change of the sum of diameters of single patients, an arm a panel."""

from typing import TYPE_CHECKING, Any

from reports.drawing import (
    BLACK,
    GREY,
    MARGIN,
    WIDTH,
    DrawnFigure,
    NotDrawn,
    Sheet,
    Words,
    draw,
    not_drawn,
    population,
    within_axis,
    write_legend,
)
from reports.numbers import count
from reports.response_styles import RESPONSE_STYLES
from reports.run_folder import Record, Results
from reports.setting import Setting
from studies.protocol import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

RESPONSE_LINE, PROGRESSION_LINE = -30, 20  # percent from baseline and nadir: RECIST 1.1, section 4.3.1
HIGHEST = 100
"""Increases beyond this are cut off, with their number beside the bar."""
PLOT_HEIGHT, BESIDE, BETWEEN = 2.9, 0.62, 0.18
NOTHING = "no patient has a complete measurement after baseline"


def waterfall_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """The best change of each patient; not drawn where nobody has one."""
    rows = [row for row in results.tumour_change if row["lesions"] == figure.lesions and row["is_best"]]
    if not rows:
        return not_drawn(figure, NOTHING)
    method = (
        f"{_lesions(figure, setting)}, reader {setting.protocol.response.evaluator}: largest decrease from baseline "
        "(or smallest increase) of the sum of diameters up to the first progression and before any new therapy. Bars: "
        f"best response of the same lesions ({setting.protocol.response.criteria}); dashed: −30 and +20 percent. "
        "A progression below +20 is one of a new or non-target lesion, or from the nadir. Not shown: patients without "
        "such a measurement."
    )
    result = f"Best change of each patient, {_counted(rows, results, setting)}."
    return draw(
        figure,
        f"figure_{figure.number.lower()}_waterfall_{figure.lesions}",
        Words(population(results, setting), method, result),
        PLOT_HEIGHT + 0.8,
        setting,
        lambda sheet: _fill_waterfall(sheet, rows, results, setting),
    )


def spider_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """The change of each patient over time; not drawn where nobody has one."""
    rows = [row for row in results.tumour_change if row["lesions"] == figure.lesions]
    if not rows:
        return not_drawn(figure, NOTHING)
    method = (
        f"{_lesions(figure, setting)}, reader {setting.protocol.response.evaluator}: change of the sum of diameters "
        "from baseline at each complete assessment. Line and marker: best response of the same lesions "
        f"({setting.protocol.response.criteria}); thin grey: after the first progression or a new therapy; dashed: "
        "−30 and +20 percent from baseline."
    )
    best = [row for row in rows if row["is_best"]]
    result = f"Change over time of each patient, {_counted(best, results, setting)}."
    return draw(
        figure,
        f"figure_{figure.number.lower()}_spider_{figure.lesions}",
        Words(population(results, setting), method, result),
        PLOT_HEIGHT + 0.95,
        setting,
        lambda sheet: _fill_spider(sheet, rows, results, setting),
    )


def _lesions(figure: Figure, setting: Setting) -> str:
    return "All target lesions" if figure.lesions == "all" else f"Target lesions of the {setting.organ}"


def _by_arm(rows: list[Record], setting: Setting) -> dict[str, list[Record]]:
    grouped = {code: [row for row in rows if row["arm"] == code] for code in setting.arm_codes}
    return {code: of_arm for code, of_arm in grouped.items() if of_arm}


def _of_arm(code: str, best: list[Record], results: Results, setting: Setting) -> str:
    """``<arm>: 21 of 22 patients``; the last place is the number of patients shown."""
    shown = max((row["place"] for row in best if row["arm"] == code), default=0)
    n = results.statistics.value("description", "n", variable="arm", group=code)
    return f"{setting.arm_label(code)}: {count(shown)}" + (f" of {count(n)} patients" if n is not None else " patients")


def _counted(best: list[Record], results: Results, setting: Setting) -> str:
    return "; ".join(_of_arm(code, best, results, setting) for code in setting.arm_codes)


def _limits(rows: list[Record]) -> tuple[float, float]:
    changes = [row["change_percent"] for row in rows]
    low = next((edge for edge in (-40, -60, -80) if min(changes) >= edge), -100)
    high = next((edge for edge in (40, 60, 80) if max(changes) <= edge), HIGHEST)
    return float(low), float(high)


def _prepare(axes: "Axes", low: float, high: float, is_first: bool) -> None:
    axes.set_ylim(low * 1.04, high * 1.04)
    ticks = list(range(int(low), int(high) + 1, 20))
    axes.set_yticks(ticks, [f"{tick:+d}".replace("-", "−") if tick else "0" for tick in ticks] if is_first else [])
    axes.axhline(0, color=BLACK, linewidth=0.8)
    for line in (RESPONSE_LINE, PROGRESSION_LINE):
        axes.axhline(line, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    if is_first:
        axes.set_ylabel("Change from baseline (%)")


def _fill_waterfall(sheet: Sheet, rows: list[Record], results: Results, setting: Setting) -> None:
    groups = _by_arm(rows, setting)
    low, high = _limits(rows)
    room = WIDTH - 2 * MARGIN - BESIDE - BETWEEN * (len(groups) - 1)
    # A panel is as wide as its bars, and never too narrow for its name.
    widths = [max(1.3, room * len(of_arm) / len(rows)) for of_arm in groups.values()]
    widths = [width * room / sum(widths) for width in widths]
    left = MARGIN + BESIDE
    for (code, of_arm), width in zip(groups.items(), widths, strict=True):
        axes = sheet.axes(left, 0.3, width, PLOT_HEIGHT)
        _prepare(axes, low, high, is_first=left == MARGIN + BESIDE)
        for row in of_arm:
            _draw_bar(axes, row, high)
        axes.set_xlim(0.4, max(row["place"] for row in of_arm) + 0.6)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        text = _of_arm(code, rows, results, setting)
        sheet.text(left + width / 2, 0.12, text, ha="center", va="center", fontweight="bold")
        left += width + BETWEEN
    _write_responses(sheet, rows, as_lines=False)


def _draw_bar(axes: "Axes", row: Record, high: float) -> None:
    style = RESPONSE_STYLES[row["response"]]
    height = min(row["change_percent"], high)
    axes.bar(
        row["place"],
        height,
        width=0.82,
        facecolor=style.face,
        hatch=style.hatch,
        edgecolor=BLACK,
        linewidth=0.5,
        zorder=2,
    )
    if row["change_percent"] > high:
        text = f"{row['change_percent']:+.0f}"
        axes.annotate(
            text, (row["place"], high), xytext=(0, 3), textcoords="offset points", ha="center", va="bottom",
            rotation=90, fontsize=6.5, annotation_clip=False,
        )  # fmt: skip


def _fill_spider(sheet: Sheet, rows: list[Record], results: Results, setting: Setting) -> None:
    groups = _by_arm(rows, setting)
    low, high = _limits(rows)
    width = (WIDTH - 2 * MARGIN - BESIDE - BETWEEN * (len(groups) - 1)) / len(groups)
    last = max(row["time"] for row in rows)
    left = MARGIN + BESIDE
    best = [row for row in rows if row["is_best"]]
    for code, of_arm in groups.items():
        axes = sheet.axes(left, 0.45, width, PLOT_HEIGHT)
        _prepare(axes, low, high, is_first=left == MARGIN + BESIDE)
        for subject in dict.fromkeys(row["usubjid"] for row in of_arm):
            _draw_course(axes, [row for row in of_arm if row["usubjid"] == subject], high)
        axes.set_xlim(0, last * 1.03)
        within_axis(axes)
        axes.set_xlabel(f"Time since index event ({setting.unit})")
        text = _of_arm(code, best, results, setting)
        sheet.text(left + width / 2, PLOT_HEIGHT + 0.55, text, ha="center", va="center", fontweight="bold")
        left += width + BETWEEN
    _write_responses(sheet, rows, as_lines=True)


def _draw_course(axes: "Axes", rows: list[Record], high: float) -> None:
    style = RESPONSE_STYLES[rows[0]["response"]]
    counted = [row for row in rows if row["counts"]]
    later = [*counted[-1:], *(row for row in rows if not row["counts"])]
    times = [0.0, *(row["time"] for row in counted)]
    changes = [0.0, *(min(row["change_percent"], high) for row in counted)]
    axes.plot(times, changes, color=style.line, linestyle=style.dashes, linewidth=1.0)
    axes.plot(
        times[1:], changes[1:], linestyle="none", marker=style.marker, markersize=3.2, markerfacecolor=style.line,
        markeredgecolor="white", markeredgewidth=0.3,
    )  # fmt: skip
    if len(later) > len(counted[-1:]):
        start = ([], []) if counted else ([0.0], [0.0])
        axes.plot(
            [*start[0], *(row["time"] for row in later)],
            [*start[1], *(min(row["change_percent"], high) for row in later)],
            color="#AAAAAA",
            linewidth=0.5,
            zorder=1,
        )


def _write_responses(sheet: Sheet, rows: list[Record], as_lines: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    present = [style for code, style in RESPONSE_STYLES.items() if code in {row["response"] for row in rows}]
    handles: list[Any] = [
        Line2D([], [], color=style.line, linestyle=style.dashes, linewidth=1.2, marker=style.marker, markersize=4)
        if as_lines
        else Patch(facecolor=style.face, hatch=style.hatch, edgecolor=BLACK, linewidth=0.5)
        for style in present
    ]
    write_legend(sheet, handles, [style.label for style in present], columns=4)
