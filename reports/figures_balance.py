"""Love plots: the standardised difference of the arms in each level at the start, before and after weighting."""

from typing import Any

from reports.drawing import (
    GREY,
    LIGHT,
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
from reports.numbers import fixed
from reports.run_folder import Record, Results
from reports.setting import Setting
from studies.protocol import Figure

LINE = 0.2
NAMES, NUMBERS = 2.95, 0.65
NEGLIGIBLE = 0.1
BEFORE: dict[str, Any] = {"marker": "o", "markerfacecolor": "white", "markeredgecolor": "#D55E00", "markersize": 6}
AFTER: dict[str, Any] = {"marker": "D", "markerfacecolor": "#0072B2", "markeredgecolor": "#0072B2", "markersize": 5}


def balance_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """The levels that the figure names, or all; not drawn where there is no difference to show."""
    rows = [row for row in results.balance if row["smd"] is not None and _is_shown(row, figure, setting)]
    if not rows:
        return not_drawn(figure, "the arms cannot be compared at the start")
    is_weighted = any(row["weighted_smd"] is not None for row in rows)
    reference = setting.protocol.reference_arm
    other = next(arm for arm in setting.protocol.arms if arm.code != reference.code)
    method = (
        f"Standardised mean difference, {other.label} less {reference.label}, over the pooled standard deviation "
        "without weights; shaded: less than 0.1 on either side, held to be negligible. Of a covariate with two levels "
        "one stands for both."
    )
    weighting = "before and after weighting" if is_weighted else "without weighting"
    largest = max(rows, key=lambda row: abs(row["smd"]))
    result = f"Differences at the start, {weighting}; largest: {_name(largest, setting)} {fixed(largest['smd'], 2)}."
    return draw(
        figure,
        f"figure_{figure.number.lower()}_balance",
        Words(population(results, setting), method, result),
        LINE * len(rows) + 0.95,
        setting,
        lambda sheet: _fill(sheet, rows, is_weighted, setting),
    )


def _is_shown(row: Record, figure: Figure, setting: Setting) -> bool:
    """A continuous characteristic, or a level of a covariate: of two levels the one that is no reference."""
    covariate = next((each for each in setting.protocol.covariates if each.name == row["covariate"]), None)
    if covariate is None:
        return not row["level"]
    is_named = not figure.covariates or covariate.name in figure.covariates
    return is_named and bool(row["level"]) and (len(covariate.levels) > 2 or row["level"] != covariate.reference)


def _name(row: Record, setting: Setting) -> str:
    """``Sex: Female``; a continuous characteristic has no level."""
    if not row["level"]:
        table = setting.protocol.tables.baseline
        labels = {entry.name: entry.label for entry in table.continuous} if table else {}
        return labels.get(row["covariate"], str(row["covariate"]))
    covariate = setting.protocol.covariate(row["covariate"])
    level = next((level.text for level in covariate.levels if level.value == row["level"]), row["level"])
    return f"{covariate.label}: {level}"


def _fill(sheet: Sheet, rows: list[Record], is_weighted: bool, setting: Setting) -> None:
    from matplotlib.lines import Line2D

    width = WIDTH - 2 * MARGIN - NAMES - 2 * NUMBERS
    axes = sheet.axes(MARGIN + NAMES, 0.45, width, LINE * len(rows))
    farthest = max(abs(row[name]) for row in rows for name in ("smd", "weighted_smd") if row[name] is not None)
    edge = max(0.3, farthest * 1.1)
    axes.set_xlim(-edge, edge)
    axes.set_ylim(len(rows), 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvspan(-NEGLIGIBLE, NEGLIGIBLE, color="#EAEAEA", linewidth=0, zorder=0)
    axes.axvline(0, color=GREY, linewidth=0.8, zorder=1)
    axes.set_xlabel("Standardised mean difference")
    within_axis(axes)
    top = 0.45 + LINE * len(rows)
    for x, text in ((NUMBERS, "After"), (2 * NUMBERS if is_weighted else NUMBERS, "Before")):
        if text == "Before" or is_weighted:
            sheet.text(WIDTH - MARGIN - x + NUMBERS, top + 0.08, text, ha="right", va="bottom", fontweight="bold")
    for place, row in enumerate(rows):
        y = top - LINE * (place + 0.5)
        axes.axhline(place + 0.5, color=LIGHT, linewidth=0.4, zorder=0)
        sheet.text(MARGIN, y, shortened(_name(row, setting), NAMES - 0.1), va="center")
        axes.plot([row["smd"]], [place + 0.5], linestyle="none", **BEFORE)
        sheet.text(WIDTH - MARGIN - (NUMBERS if is_weighted else 0), y, fixed(row["smd"], 2), ha="right", va="center")
        if is_weighted:
            sheet.text(WIDTH - MARGIN, y, fixed(row["weighted_smd"], 2), ha="right", va="center")
        if row["weighted_smd"] is not None:
            axes.plot([row["weighted_smd"]], [place + 0.5], linestyle="none", **AFTER)
    handles = [Line2D([], [], linestyle="none", **style) for style in (BEFORE, AFTER)[: 2 if is_weighted else 1]]
    write_legend(sheet, handles, ["Before weighting", "After weighting"][: len(handles)], columns=2)
