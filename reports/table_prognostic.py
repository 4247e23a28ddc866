"""Table 2: one endpoint by each factor in the whole cohort, with the log-rank test."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import methods_note, not_reached_note, population_note
from reports.numbers import count, estimate, p_value
from reports.run_folder import Statistics
from reports.setting import Setting

ANALYSIS = "table2"


def prognostic_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line a factor with its P; below it a line a level with n, events and the median."""
    table = setting.protocol.tables.prognostic
    rows = tuple(row for name in table.covariates for row in _factor(name, table.endpoint, statistics, setting))
    used = statistics.of(ANALYSIS)
    return DisplayTable(
        name=f"table_{table.number}_prognostic",
        title=f"Table {table.number}. {table.title}",
        stub="Factor",
        columns=(
            Column("n"),
            Column("Events"),
            Column(f"Median {table.endpoint}, {setting.unit} ({setting.confidence})"),
            Column("P"),
        ),
        rows=rows,
        notes=(
            *population_note(used),
            *methods_note([row for row in used if row.statistic == "median"], "Median"),
            *methods_note([row for row in used if row.statistic == "log_rank_p"]),
            *not_reached_note(cell for row in rows for cell in row.cells),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _factor(name: str, endpoint: str, statistics: Statistics, setting: Setting) -> list[Row]:
    if not statistics.of(ANALYSIS, variable=name):
        return []
    covariate = setting.protocol.covariate(name)
    p = statistics.value(ANALYSIS, "log_rank_p", endpoint=endpoint, variable=name)
    rows = [Row(covariate.label, ("", "", "", p_value(p)))]
    for level in covariate.levels:
        n, events, median, low, high = (
            statistics.value(ANALYSIS, statistic, endpoint=endpoint, variable=name, level=level.value)
            for statistic in ("n", "events", "median", "median_lower", "median_upper")
        )
        cells = (count(n), count(events), estimate(median, low, high, setting.decimals), "")
        rows.append(Row(level.text, cells, indent=True))
    return rows
