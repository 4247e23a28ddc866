"""Subgroups within one arm: the endpoint by one factor each; naive where the factor is known only after the start."""

from reports import survival_cells
from reports.display_table import DisplayTable, Row
from reports.run_folder import Statistics
from reports.setting import Setting
from studies.protocol import Subgroup

ANALYSIS = "subgroup"
NAIVE = (
    "Naive: the factor becomes known only after the start of treatment, so patients who live longer are more likely to "
    "have it. Shown as published; not evidence of an effect."
)


def subgroup_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line a comparison with its P; below it a line a level with n, events and the median."""
    rows = [row for subgroup in setting.protocol.subgroups for row in _subgroup(subgroup, statistics, setting)]
    naive = any("(naive)" in row.label for row in rows)
    return DisplayTable(
        name="subgroups",
        title="Subgroups within an arm",
        stub="Arm and factor",
        columns=survival_cells.columns(setting),
        rows=tuple(rows),
        notes=(
            *survival_cells.notes(statistics.of(ANALYSIS), [cell for row in rows for cell in row.cells]),
            *((NAIVE,) if naive else ()),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _subgroup(subgroup: Subgroup, statistics: Statistics, setting: Setting) -> list[Row]:
    key = {"endpoint": subgroup.endpoint, "variable": subgroup.factor, "group": subgroup.arm}
    if not statistics.of(ANALYSIS, **key):
        return []
    covariate = setting.protocol.covariate(subgroup.factor)
    naive = " (naive)" if covariate.known == "after start" else ""
    heading = f"{setting.arm_label(subgroup.arm)}, {subgroup.endpoint}: {covariate.label}{naive}"
    rows = [Row(heading, survival_cells.heading_cells(statistics, ANALYSIS, **key))]
    for level in covariate.levels:
        cells = survival_cells.level_cells(statistics, setting, ANALYSIS, level=level.value, **key)
        rows.append(Row(level.text, cells, indent=True))
    return rows
