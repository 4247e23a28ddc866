"""Subgroups within one arm: the endpoint by one factor each; naive where the factor is known only after the start."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import methods_note, not_reached_note
from reports.numbers import count, estimate, p_value
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
    naive = any("naive" in row.label for row in rows)
    used = statistics.of(ANALYSIS)
    return DisplayTable(
        name="subgroups",
        title="Subgroups within an arm",
        stub="Arm and factor",
        columns=(
            Column("n"),
            Column("Events"),
            Column(f"Median, {setting.unit} ({setting.confidence})"),
            Column("P"),
        ),
        rows=tuple(rows),
        notes=(
            *methods_note([row for row in used if row.statistic == "median"], "Median"),
            *methods_note([row for row in used if row.statistic == "log_rank_p"]),
            *((NAIVE,) if naive else ()),
            *not_reached_note(cell for row in rows for cell in row.cells),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _subgroup(subgroup: Subgroup, statistics: Statistics, setting: Setting) -> list[Row]:
    found = statistics.of(ANALYSIS, endpoint=subgroup.endpoint, variable=subgroup.factor, group=subgroup.arm)
    if not found:
        return []
    covariate = setting.protocol.covariate(subgroup.factor)
    key = {"endpoint": subgroup.endpoint, "variable": subgroup.factor, "group": subgroup.arm}
    naive = " (naive)" if covariate.known == "after start" else ""
    heading = f"{setting.arm_label(subgroup.arm)}, {subgroup.endpoint}: {covariate.label}{naive}"
    rows = [Row(heading, ("", "", "", p_value(statistics.value(ANALYSIS, "log_rank_p", **key))))]
    for level in covariate.levels:
        n, events, median, low, high = (
            statistics.value(ANALYSIS, statistic, level=level.value, **key)
            for statistic in ("n", "events", "median", "median_lower", "median_upper")
        )
        cells = (count(n), count(events), estimate(median, low, high, setting.decimals), "")
        rows.append(Row(level.text, cells, indent=True))
    return rows
