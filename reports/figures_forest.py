"""Forest plots: the hazard ratio of treatment within each level of each covariate, with the test of interaction."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.drawing import (
    BLACK,
    GREY,
    MARGIN,
    SHADE,
    WIDTH,
    DrawnFigure,
    NotDrawn,
    Sheet,
    Words,
    draw,
    not_drawn,
    population,
    shortened,
)
from reports.notes import absence
from reports.numbers import count, estimate, p_value
from reports.run_folder import Results
from reports.setting import Setting
from studies.protocol import Arm, Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE = 0.2
PLOT_LEFT, PLOT_WIDTH = 3.0, 1.85
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
WIDEST = (0.01, 100.0)
"""Limits beyond these are drawn as arrows."""


@dataclass(frozen=True)
class Line:
    """One line: a heading with the P of the interaction, or a level with its numbers (``ratio``: hr, lower, upper)."""

    text: str
    is_heading: bool
    counts: tuple[str, ...] = ()
    ratio: tuple[float | None, float | None, float | None] = (None, None, None)
    size: float = 0.0
    printed: str = ""
    p: str = ""


def forest_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """The subgroups of one endpoint, two arms; not drawn without a hazard ratio."""
    protocol = setting.protocol
    if len(protocol.arms) != 2:
        return not_drawn(figure, "a forest plot compares two arms")
    reference = protocol.reference_arm
    other = next(arm for arm in protocol.arms if arm.code != reference.code)
    lines = _lines(figure, other, reference, results, setting)
    if all(line.ratio[0] is None for line in lines):
        return not_drawn(figure, "no hazard ratio can be estimated")
    endpoint = protocol.endpoint(figure.endpoint).label
    rows = results.statistics.of("subgroup_effects", endpoint=figure.endpoint)
    methods = "; ".join(dict.fromkeys(row.method for row in rows if row.statistic in ("hr", "interaction_p")))
    method = (
        f"{endpoint}: {methods}. Squares: hazard ratio, their area by the number of patients; lines: "
        f"{setting.confidence}; an arrow: a limit beyond the axis. P: interaction, not corrected for the number of "
        "covariates. NE: not estimable. Covariates known at the start of treatment alone."
    )
    tested = ", ".join(f"{line.text} {line.p}" for line in lines if line.is_heading)
    result = f"{endpoint}, hazard ratio {other.label} against {reference.label} in all patients {lines[0].printed}" + (
        f"; P of interaction: {tested}" if tested else ""
    )
    return draw(
        figure,
        f"figure_{figure.number.lower()}_subgroups_{figure.endpoint.lower()}",
        Words(population(results, setting), method, f"{result}."),
        LINE * len(lines) + 1.15,
        setting,
        lambda sheet: _fill(sheet, lines, other, reference, setting),
    )


def _lines(figure: Figure, other: Arm, reference: Arm, results: Results, setting: Setting) -> list[Line]:
    made = [_level("All patients", figure, other, reference, results)]
    for covariate in setting.protocol.covariates_of(figure):
        row = results.statistics.find(
            "subgroup_effects",
            "interaction_p",
            endpoint=figure.endpoint,
            variable=covariate.name,
            group=setting.arms_compared,
        )
        p = absence(row) if row is None or row.value is None else p_value(row.value)
        made.append(Line(covariate.label, True, p=p))
        for level in covariate.levels:
            made.append(_level(level.text, figure, other, reference, results, covariate.name, level.value))
    return made


def _level(
    text: str, figure: Figure, other: Arm, reference: Arm, results: Results, variable: str = "", level: str = ""
) -> Line:
    key = {"endpoint": figure.endpoint, "variable": variable, "level": level}

    def value(name: str, group: str) -> float | None:
        return results.statistics.value("subgroup_effects", name, group=group, **key)

    both = f"{other.code}-{reference.code}"
    hr, lower, upper = (value(name, both) for name in ("hr", "hr_lower", "hr_upper"))
    row = results.statistics.find("subgroup_effects", "hr", group=both, **key)
    counts = tuple(f"{count(value('events', arm.code))}/{count(value('n', arm.code))}" for arm in (other, reference))
    size = (row.denominator or 0) if row else 0
    printed = estimate(hr, lower, upper, 2, (absence(row),) * 3)
    return Line(text, False, counts, (hr, lower, upper), float(size), printed)


def _fill(sheet: Sheet, lines: list[Line], other: Arm, reference: Arm, setting: Setting) -> None:
    top = LINE * len(lines) + 0.6
    heading = top + 0.2
    columns = (1.95, 2.6)
    for x, arm in zip(columns, (other, reference), strict=True):
        sheet.text(x, heading + 0.16, shortened(arm.label, 0.62), fontweight="bold", ha="center", va="center")
    sheet.text(sum(columns) / 2, heading, "events/n", ha="center", va="center")
    sheet.text(PLOT_LEFT + PLOT_WIDTH + 0.1, heading + 0.16, "Hazard ratio", fontweight="bold", va="center")
    sheet.text(PLOT_LEFT + PLOT_WIDTH + 0.1, heading, f"({setting.confidence})", va="center")
    sheet.text(WIDTH - MARGIN, heading + 0.16, "P", fontweight="bold", ha="right", va="center")
    sheet.text(WIDTH - MARGIN, heading, "interact.", ha="right", va="center")
    axes = sheet.axes(PLOT_LEFT, 0.6, PLOT_WIDTH, LINE * len(lines))
    low, high = _range(lines)
    _prepare(axes, len(lines), low, high)
    largest = max(line.size for line in lines) or 1.0
    _shade(sheet, lines, top)
    for place, line in enumerate(lines):
        y = top - LINE * (place + 0.5)
        bold = line.is_heading or place == 0
        room = columns[0] - 0.35 - MARGIN
        sheet.text(
            MARGIN + (0 if bold else 0.14), y, shortened(line.text, room + (0.9 if line.is_heading else 0)),
            fontweight="bold" if bold else "normal", va="center",
        )  # fmt: skip
        for x, text in zip(columns, line.counts, strict=False):
            sheet.text(x, y, text, ha="center", va="center")
        sheet.text(PLOT_LEFT + PLOT_WIDTH + 0.1, y, line.printed, va="center")
        sheet.text(WIDTH - MARGIN, y, line.p, ha="right", va="center")
        if line.ratio[0] is not None:
            _draw_ratio(axes, len(lines) - place - 0.5, line, line.size / largest, low, high, place == 0)
    axes.set_xlabel("Hazard ratio (log scale)", labelpad=3)
    half = PLOT_WIDTH / 2 + 0.4
    sheet.text(PLOT_LEFT - 0.4, 0.03, shortened(f"← {other.label} better", half), va="bottom", color=GREY)
    towards = shortened(f"{reference.label} better →", half)
    sheet.text(PLOT_LEFT + PLOT_WIDTH + 0.4, 0.03, towards, ha="right", va="bottom", color=GREY)


def _shade(sheet: Sheet, lines: list[Line], top: float) -> None:
    """Every second covariate stands on grey, so that the eye finds its line."""
    group = 0
    for place, line in enumerate(lines):
        group += line.is_heading
        if group % 2:
            sheet.box(MARGIN, top - LINE * (place + 1), WIDTH - 2 * MARGIN, LINE, color=SHADE, linewidth=0, zorder=-1)


def _range(lines: list[Line]) -> tuple[float, float]:
    ends = [end for line in lines for end in line.ratio if end is not None] + [0.5, 2.0]
    low = max((tick for tick in TICKS if tick <= min(ends)), default=WIDEST[0])
    high = min((tick for tick in TICKS if tick >= max(ends)), default=WIDEST[1])
    return low, high


def _prepare(axes: "Axes", n_lines: int, low: float, high: float) -> None:
    axes.set_facecolor("none")
    axes.set_xscale("log")
    axes.set_xlim(low, high)
    axes.set_ylim(0, n_lines)
    axes.spines["left"].set_visible(False)
    axes.set_yticks([])
    ticks = [tick for tick in (0.01, 0.1, 0.5, 1, 2, 10, 100) if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.axvline(1, color=GREY, linewidth=0.8, zorder=0)


def _draw_ratio(axes: "Axes", y: float, line: Line, share: float, low: float, high: float, whole: bool) -> None:
    hr, lower, upper = line.ratio
    left, right = (lower or low), (high if upper is None else upper)
    axes.plot([max(left, low), min(right, high)], [y, y], color=BLACK, linewidth=1.1, solid_capstyle="butt")
    for end, marker, beyond in ((low, "<", left < low), (high, ">", right > high)):
        if beyond:
            axes.plot([end], [y], marker=marker, color=BLACK, markersize=5, clip_on=False)
    if hr is not None and low <= hr <= high:
        axes.plot([hr], [y], marker="D" if whole else "s", color=BLACK, markersize=2.5 + 5 * share**0.5)
