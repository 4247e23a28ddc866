"""Survival summary: each time-to-event endpoint by arm."""

from reports import survival_cells
from reports.display_table import DisplayTable, Row
from reports.run_folder import Statistics
from reports.setting import Setting

ANALYSIS = "survival"


def survival_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line an endpoint with the log-rank P; below it a line an arm with n, events and the median."""
    rows: list[Row] = []
    for endpoint in setting.protocol.endpoints:
        if endpoint.kind != "time_to_event" or not statistics.of(ANALYSIS, endpoint=endpoint.paramcd):
            continue
        key = {"endpoint": endpoint.paramcd}
        heading = survival_cells.heading_cells(statistics, ANALYSIS, group=setting.arms_compared, **key)
        rows.append(Row(endpoint.label, heading))
        for code in setting.arm_codes:
            cells = survival_cells.level_cells(statistics, setting, ANALYSIS, group=code, **key)
            rows.append(Row(setting.arm_label(code), cells, indent=True))
    return DisplayTable(
        name="survival_summary",
        title="Survival summary by arm",
        stub="Endpoint",
        columns=survival_cells.columns(setting),
        rows=tuple(rows),
        notes=(
            *survival_cells.notes(statistics.of(ANALYSIS), [cell for row in rows for cell in row.cells]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )
