"""Whether hazards are proportional: log-log curves by arm, and scaled Schoenfeld residuals with their smooth."""

from typing import TYPE_CHECKING

from reports.drawing import (
    ARM_STYLES,
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
    shortened,
    within_axis,
    write_legend,
)
from reports.numbers import p_with_sign
from reports.run_folder import Record, Results
from reports.setting import Setting
from studies.protocol import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEFT, PLOT_HEIGHT = 0.75, 3.0
PANEL_HEIGHT, PANEL_STEP = 1.75, 2.5


def log_log_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """log(-log S(t)) of one endpoint by arm against the logarithm of time."""
    rows = [row for row in results.log_log if row["endpoint"] == figure.endpoint]
    if not rows:
        return not_drawn(figure, "no arm has events at two times")
    endpoint = setting.protocol.endpoint(figure.endpoint).label
    method = (
        f"{endpoint}: log(−log S(t)) of the Kaplan-Meier estimate at the times of events against time on a logarithmic "
        "scale; a constant vertical distance is proportional hazards."
    )
    tested = _test_of_the_arms(figure, results, setting)
    return draw(
        figure,
        f"figure_{figure.number.lower()}_log_log_{figure.endpoint.lower()}",
        Words(population(results, setting), method, f"Log-log curves by arm. {tested}".strip()),
        PLOT_HEIGHT + 0.85,
        setting,
        lambda sheet: _fill_log_log(sheet, rows, tested, setting),
    )


def _test_of_the_arms(figure: Figure, results: Results, setting: Setting) -> str:
    other = next(code for code in setting.arm_codes if code != setting.protocol.reference_arm.code)
    p = results.statistics.value("cox", "ph_p", endpoint=figure.endpoint, group="crude", level=f"arm={other}")
    return f"Test of proportional hazards of the arms {p_with_sign(p)}." if p is not None else ""


def _fill_log_log(sheet: Sheet, rows: list[Record], tested: str, setting: Setting) -> None:
    from matplotlib.lines import Line2D

    axes = sheet.axes(MARGIN + LEFT, 0.45, WIDTH - 2 * MARGIN - LEFT, PLOT_HEIGHT)
    handles, labels = [], []
    for code, style in zip(setting.arm_codes, ARM_STYLES, strict=False):
        of_arm = [row for row in rows if row["group"] == code]
        if not of_arm:
            continue
        drawn = {"color": style.color, "linestyle": style.line, "linewidth": 1.4}
        axes.step(
            [row["time"] for row in of_arm],
            [row["log_minus_log"] for row in of_arm],
            where="post", marker=style.marker, markersize=2.6, **drawn,
        )  # fmt: skip
        handles.append(Line2D([], [], marker=style.marker, markersize=3.5, **drawn))
        labels.append(setting.arm_label(code))
    axes.set_xscale("log")
    within_axis(axes, "y")
    low, high = min(row["time"] for row in rows), max(row["time"] for row in rows)
    axes.set_xlim(low * 0.9, high * 1.1)
    ticks = [size * 10**power for power in range(-2, 5) for size in (1, 2, 5)]
    shown = [tick for tick in ticks if low * 0.9 <= tick <= high * 1.1]
    axes.set_xticks(shown, [f"{tick:g}" for tick in shown])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(f"Time since index event ({setting.unit}, log scale)")
    axes.set_ylabel("log(−log S(t))")
    write_legend(sheet, handles, labels, columns=4)
    if tested:
        sheet.text(WIDTH - MARGIN, sheet.height, tested.removesuffix("."), ha="right", va="top", fontsize=8)


def schoenfeld_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """A panel a column of the model of one endpoint."""
    rows = [row for row in results.schoenfeld if row["figure"] == figure.number]
    if not rows:
        return not_drawn(figure, "the model has no estimate of all its covariates")
    terms = list(dict.fromkeys(row["term"] for row in rows))
    group = f"figure {figure.number}"
    titles = {}
    for term in terms:
        p = results.statistics.value("schoenfeld", "ph_p", endpoint=figure.endpoint, level=term, group=group)
        titles[term] = (_name(term, setting), p_with_sign(p) if p is not None else "")
    endpoint = setting.protocol.endpoint(figure.endpoint).label
    methods = {row.method for row in results.statistics.of("schoenfeld", endpoint=figure.endpoint, group=group)}
    method = (
        f"{endpoint}: {'; '.join(sorted(methods))}. Points: scaled Schoenfeld residual plus coefficient of each event; "
        "line: natural spline with 4 degrees of freedom on the Kaplan-Meier scale with pointwise "
        f"{setting.confidence}; dashed: the coefficient of the model. P: test of proportional hazards of the covariate."
    )
    words = "; ".join(f"{name} {p}".strip() for name, p in titles.values())
    lines = -(-len(terms) // 2)
    return draw(
        figure,
        f"figure_{figure.number.lower()}_schoenfeld_{figure.endpoint.lower()}",
        Words(population(results, setting), method, f"Coefficients over time. {words}."),
        PANEL_STEP * lines,
        setting,
        lambda sheet: _fill_schoenfeld(sheet, figure, terms, titles, results, setting),
    )


def _name(term: str, setting: Setting) -> str:
    """``Sex: Female`` of ``sex=F``."""
    name, _, value = term.partition("=")
    covariate = setting.protocol.covariate(name)
    return f"{covariate.label}: {next((level.text for level in covariate.levels if level.value == value), value)}"


def _fill_schoenfeld(
    sheet: Sheet,
    figure: Figure,
    terms: list[str],
    titles: dict[str, tuple[str, str]],
    results: Results,
    setting: Setting,
) -> None:
    width = (WIDTH - 2 * MARGIN - 2 * LEFT + 0.1) / 2
    for place, term in enumerate(terms):
        left = MARGIN + LEFT - 0.1 + (place % 2) * (width + LEFT)
        bottom = sheet.height - PANEL_STEP * (place // 2 + 1) + 0.45
        axes = sheet.axes(left, bottom, width, PANEL_HEIGHT)
        key = {"figure": figure.number, "term": term}
        points, smooth = (
            [row for row in rows if all(row[name] == value for name, value in key.items())]
            for rows in (results.schoenfeld, results.schoenfeld_smooth)
        )
        coefficient = results.statistics.value(
            "schoenfeld", "coefficient", endpoint=figure.endpoint, level=term, group=f"figure {figure.number}"
        )
        _draw_residuals(axes, points, smooth, coefficient)
        name, p = titles[term]
        sheet.text(left, bottom + PANEL_HEIGHT + 0.08, shortened(name, width - 0.6), va="bottom", fontweight="bold")
        sheet.text(left + width, bottom + PANEL_HEIGHT + 0.08, p, va="bottom", ha="right")
        axes.set_ylabel("Coefficient")
        axes.set_xlabel(f"Time since index event ({setting.unit})")


def _draw_residuals(axes: "Axes", points: list[Record], smooth: list[Record], coefficient: float | None) -> None:
    color = ARM_STYLES[0].color
    axes.plot(
        [row["time"] for row in points], [row["residual"] for row in points], linestyle="none", marker="o",
        markersize=2.4, markerfacecolor="none", markeredgecolor=GREY, markeredgewidth=0.6,
    )  # fmt: skip
    times = [row["time"] for row in smooth]
    if smooth:
        axes.fill_between(
            times,
            [row["lower"] for row in smooth],
            [row["upper"] for row in smooth],
            color=color,
            alpha=0.15,
            linewidth=0,
        )
        axes.plot(times, [row["estimate"] for row in smooth], color=color, linewidth=1.5)
    if coefficient is not None:
        axes.axhline(coefficient, color=BLACK, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.set_xlim(0, max(row["time"] for row in points) * 1.03)
    within_axis(axes)
    within_axis(axes, "y")
