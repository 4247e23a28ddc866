"""Whether the hazards of the Cox models are proportional: a test a factor level, and of the whole model."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import absence, methods_note, population_note, untested_note
from reports.numbers import MISSING, fixed, p_value
from reports.run_folder import Statistics
from reports.setting import Setting
from reports.table_cox import ANALYSIS, MODELS
from studies import stated

WHOLE_MODEL = "GLOBAL"


def proportional_hazards_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A line a factor level with chi-square and P in each model; the last line is the multivariate model as a whole."""
    cox = stated(setting.protocol.cox)
    rows: list[Row] = []
    for name in cox.multivariate:
        covariate = setting.protocol.covariate(name)
        for level in covariate.levels:
            if level.value != covariate.reference:
                row = _line(f"{name}={level.value}", f"{covariate.label}: {level.text}", statistics, setting)
                rows += [row] if any(cell != MISSING for cell in row.cells) else []
    if rows:
        rows.append(_line(WHOLE_MODEL, "All together", statistics, setting))
    tests = [row for row in statistics.of(ANALYSIS, endpoint=cox.endpoint) if row.statistic == "ph_p"]
    shown = [row for row in tests if row.group in {model for model, _ in MODELS}]
    return DisplayTable(
        name="proportional_hazards",
        title=f"Proportional hazards in the Cox models of {setting.protocol.endpoint(cox.endpoint).label.lower()}",
        stub="Factor",
        columns=tuple(column for _, model in MODELS for column in (Column("Chi-square", model), Column("P", model))),
        rows=tuple(rows),
        notes=(
            *population_note(shown),
            *methods_note(shown),
            "A small P speaks against one hazard ratio for all of follow-up; see the restricted means.",
            *untested_note(shown),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _line(level: str, label: str, statistics: Statistics, setting: Setting) -> Row:
    cells: list[str] = []
    for model, _ in MODELS:
        key = {"endpoint": stated(setting.protocol.cox).endpoint, "level": level, "group": model}
        found = statistics.find(ANALYSIS, "ph_chi2", **key)
        cells.append(fixed(found.value, 2) if found and found.value is not None else absence(found))
        cells.append(p_value(statistics.value(ANALYSIS, "ph_p", **key)))
    return Row(label, tuple(cells))
