"""Survival summary: each time-to-event endpoint by arm."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import methods_note, not_reached_note, population_note
from reports.numbers import count, estimate, p_value
from reports.run_folder import Statistics
from reports.setting import Setting

ANALYSIS = "survival"


def survival_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line an endpoint with the log-rank P; below it a line an arm with n, events and the median."""
    rows: list[Row] = []
    for endpoint in setting.protocol.endpoints:
        if endpoint.kind != "time_to_event" or not statistics.of(ANALYSIS, endpoint=endpoint.paramcd):
            continue
        p = statistics.value(ANALYSIS, "log_rank_p", endpoint=endpoint.paramcd, group=setting.arms_compared)
        rows.append(Row(endpoint.label, ("", "", "", p_value(p))))
        for code in setting.arm_codes:
            n, events, median, low, high = (
                statistics.value(ANALYSIS, statistic, endpoint=endpoint.paramcd, group=code)
                for statistic in ("n", "events", "median", "median_lower", "median_upper")
            )
            cells = (count(n), count(events), estimate(median, low, high, setting.decimals), "")
            rows.append(Row(setting.arm_label(code), cells, indent=True))
    used = statistics.of(ANALYSIS)
    return DisplayTable(
        name="survival_summary",
        title="Survival summary by arm",
        stub="Endpoint",
        columns=(
            Column("n"),
            Column("Events"),
            Column(f"Median, {setting.unit} ({setting.confidence})"),
            Column("P"),
        ),
        rows=tuple(rows),
        notes=(
            *population_note(used),
            *methods_note([row for row in used if row.statistic == "median"], "Median"),
            *methods_note([row for row in used if row.statistic == "log_rank_p"]),
            *not_reached_note(cell for row in rows for cell in row.cells),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )
