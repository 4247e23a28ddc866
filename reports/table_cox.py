"""Cox models: the crude and the multivariate hazard ratio of each factor level."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import methods_note, population_note
from reports.numbers import MISSING, estimate, p_value
from reports.run_folder import Statistics
from reports.setting import Setting

ANALYSIS = "cox"
MODELS: tuple[tuple[str, str], ...] = (("crude", "Crude"), ("multivariate", "Multivariate"))


def cox_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line a factor with its reference; below it a line a level with both hazard ratios."""
    cox = setting.protocol.cox
    label = setting.protocol.endpoint(cox.endpoint).label
    rows: list[Row] = []
    for name in cox.multivariate:
        covariate = setting.protocol.covariate(name)
        reference = next(level.text for level in covariate.levels if level.value == covariate.reference)
        levels = [level for level in covariate.levels if level.value != covariate.reference]
        lines = [_line(f"{name}={level.value}", level.text, statistics, setting) for level in levels]
        if any(cell != MISSING for line in lines for cell in line.cells):
            rows += [Row(f"{covariate.label} (reference: {reference})", ("",) * 4), *lines]
    used = statistics.of(ANALYSIS, endpoint=cox.endpoint)
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
            *population_note(used),
            *methods_note([row for row in used if row.statistic == "hr"], "Hazard ratio"),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _line(level: str, label: str, statistics: Statistics, setting: Setting) -> Row:
    cells: list[str] = []
    for model, _ in MODELS:
        hr, low, high, p = (
            statistics.value(ANALYSIS, statistic, endpoint=setting.protocol.cox.endpoint, level=level, group=model)
            for statistic in ("hr", "hr_lower", "hr_upper", "p")
        )
        cells += [MISSING if hr is None else estimate(hr, low, high, 3), p_value(p)]
    return Row(label, tuple(cells), indent=True)
