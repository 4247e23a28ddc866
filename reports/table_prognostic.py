"""Table 2: one endpoint by each factor in the whole cohort, with the log-rank test."""

from reports import survival_cells
from reports.display_table import DisplayTable, Row
from reports.run_folder import Statistics
from reports.setting import Setting
from studies import stated

ANALYSIS = "table2"


def prognostic_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line a factor with its P; below it a line a level with n, events and the median."""
    table = stated(setting.protocol.tables.prognostic)
    rows = tuple(row for name in table.covariates for row in _factor(name, table.endpoint, statistics, setting))
    return DisplayTable(
        name=f"table_{table.number}_prognostic",
        title=f"Table {table.number}. {table.title}",
        stub="Factor",
        columns=survival_cells.columns(setting, table.endpoint),
        rows=rows,
        notes=(
            *survival_cells.notes(statistics.of(ANALYSIS), [cell for row in rows for cell in row.cells]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _factor(name: str, endpoint: str, statistics: Statistics, setting: Setting) -> list[Row]:
    if not statistics.of(ANALYSIS, variable=name):
        return []
    covariate = setting.protocol.covariate(name)
    key = {"endpoint": endpoint, "variable": name}
    rows = [Row(covariate.label, survival_cells.heading_cells(statistics, ANALYSIS, **key))]
    for level in covariate.levels:
        cells = survival_cells.level_cells(statistics, setting, ANALYSIS, level=level.value, **key)
        rows.append(Row(level.text, cells, indent=True))
    return rows
