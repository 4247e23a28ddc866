"""Cox models: the crude and the multivariate hazard ratio of each factor level."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import absence_notes, methods_note, population_note
from reports.numbers import MISSING, p_value
from reports.run_folder import Statistics
from reports.setting import Setting
from reports.survival_cells import printed_estimate
from studies import stated

ANALYSIS = "cox"
MODELS: tuple[tuple[str, str], ...] = (("crude", "Crude"), ("multivariate", "Multivariate"))


def cox_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line a factor with its reference; below it a line a level with both hazard ratios."""
    cox = stated(setting.protocol.cox)
    label = setting.protocol.endpoint(cox.endpoint).label
    rows: list[Row] = []
    for name in cox.multivariate:
        covariate = setting.protocol.covariate(name)
        reference = next(level.text for level in covariate.levels if level.value == covariate.reference)
        levels = [level for level in covariate.levels if level.value != covariate.reference]
        lines = [_line(f"{name}={level.value}", level.text, statistics, setting) for level in levels]
        if any(cell != MISSING for line in lines for cell in line.cells):
            rows += [Row(f"{covariate.label} (reference: {reference})", ("",) * 4), *lines]
    shown = {model for model, _ in MODELS}
    ratios = [row for row in statistics.of(ANALYSIS, endpoint=cox.endpoint, statistic="hr") if row.group in shown]
    few = dict.fromkeys(row.note for row in ratios if row.value is not None and row.note)
    return DisplayTable(
        name="cox",
        title=f"Cox models of {label.lower()}",
        stub="Factor",
        columns=tuple(
            column
            for _, model in MODELS
            for column in (Column(f"Hazard ratio ({setting.confidence})", model), Column("P", model))
        ),
        rows=tuple(rows),
        notes=(
            *population_note(ratios),
            *methods_note(ratios, "Hazard ratio"),
            *absence_notes(ratios, [cell for row in rows for cell in row.cells]),
            *(f"Few events: {note}." for note in few),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _line(level: str, label: str, statistics: Statistics, setting: Setting) -> Row:
    cells: list[str] = []
    for model, _ in MODELS:
        key = {"endpoint": stated(setting.protocol.cox).endpoint, "level": level, "group": model}
        cells.append(hazard_ratio(statistics, **key))
        cells.append(p_value(statistics.value(ANALYSIS, "p", **key)))
    return Row(label, tuple(cells), indent=True)


def hazard_ratio(statistics: Statistics, **key: str) -> str:
    """``0.109 (0.044–0.271)``; NE where it cannot be estimated."""
    return printed_estimate(statistics, ANALYSIS, ("hr", "hr_lower", "hr_upper"), 3, **key)
