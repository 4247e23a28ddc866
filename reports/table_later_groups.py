"""Groups known only after the start: the naive comparison as published, beside two without immortal time."""

from reports import survival_cells
from reports.display_table import Column, DisplayTable, Row
from reports.notes import absence_notes, methods_note, untested_note
from reports.numbers import count, p_value
from reports.run_folder import Statistics
from reports.setting import Setting
from reports.survival_cells import printed_estimate
from studies.protocol import Covariate, Level

NAIVE, LANDMARK, LANDMARK_COX, TIME_DEPENDENT = "subgroup", "landmark", "landmark_cox", "time_dependent_cox"
RATIO = ("hr", "hr_lower", "hr_upper")
WHY = (
    "Naive: immortal time. The factor becomes known only after the start, so who lives longer is more likely to have "
    "it; no plain Cox model is made of it. Landmark: the groups as known on that day, among those still followed, time "
    "from that day on. Time-dependent: a patient belongs to a level from the day it is known."
)


def later_groups_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """For each factor known only after the start three blocks: naive, landmark, time-dependent."""
    rows: list[Row] = []
    for found in statistics.of(TIME_DEPENDENT, statistic="intervals"):
        rows += _factor(found.endpoint, found.variable, found.group, statistics, setting)
    analyses = (NAIVE, LANDMARK, LANDMARK_COX, TIME_DEPENDENT)
    asked = {row.variable for row in statistics.of(TIME_DEPENDENT)}
    used = [row for name in analyses for row in statistics.of(name) if row.variable in asked]
    excluded = [row for row in used if row.statistic == "excluded"]
    return DisplayTable(
        name="later_groups",
        title="Groups known only after the start: naive, from a landmark, and time-dependent",
        stub="Factor and comparison",
        columns=(
            Column("n"),
            Column("Events"),
            Column(f"Median, {setting.unit} ({setting.confidence})"),
            Column("Log-rank P"),
            Column(f"Hazard ratio ({setting.confidence})"),
            Column("P"),
        ),
        rows=tuple(rows),
        notes=(
            *((WHY,) if rows else ()),
            *(
                f"{setting.protocol.covariate(row.variable).label}: {count(row.value)} of {count(row.denominator)} had "
                "the event or were lost by the landmark."
                for row in excluded
            ),
            *dict.fromkeys(f"Population: {row.population}." for row in used if row.analysis == LANDMARK),
            *methods_note([row for row in used if row.statistic == "log_rank_p"], "Log-rank P"),
            *methods_note([row for row in used if row.statistic == "hr"], "Hazard ratio"),
            *untested_note([row for row in used if row.statistic == "log_rank_p"]),
            *absence_notes(used, [cell for row in rows for cell in row.cells]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _factor(endpoint: str, name: str, arm: str, statistics: Statistics, setting: Setting) -> list[Row]:
    covariate = setting.protocol.covariate(name)
    key = {"endpoint": endpoint, "variable": name, "group": arm}
    of = f"{setting.arm_label(arm)}, {endpoint}" if arm else endpoint
    rows = []
    for analysis, ratios, words in (
        (NAIVE if arm else "table2", "", "naive, as published"),
        (LANDMARK, LANDMARK_COX, f"landmark, day {setting.protocol.landmark.day}" if setting.protocol.landmark else ""),
    ):
        if not statistics.of(analysis, **key):
            continue
        heading = ("", "", "", survival_cells.log_rank(statistics, analysis, **key), "", "")
        rows.append(Row(f"{of}, {covariate.label}: {words}", heading))
        rows += [_level(level, covariate, analysis, ratios, key, statistics, setting) for level in covariate.levels]
    n, events = (count(statistics.value(TIME_DEPENDENT, kind, **key)) for kind in ("n", "events"))
    rows.append(Row(f"{of}, {covariate.label}: time-dependent", (n, events, "", "", "", "")))
    rows += [
        Row(level.text, ("", "", "", "", *_ratio(TIME_DEPENDENT, level.value, key, statistics)), indent=True)
        for level in covariate.levels
        if level.value != covariate.reference
    ]
    return rows


def _level(
    level: Level,
    covariate: Covariate,
    analysis: str,
    ratios: str,
    key: dict[str, str],
    statistics: Statistics,
    setting: Setting,
) -> Row:
    cells = survival_cells.level_cells(statistics, setting, analysis, level=level.value, **key)
    if not ratios:
        ratio = ("", "")
    elif level.value == covariate.reference:
        ratio = ("reference", "")
    else:
        ratio = _ratio(ratios, level.value, key, statistics)
    return Row(level.text, (*cells, *ratio), indent=True)


def _ratio(analysis: str, level: str, key: dict[str, str], statistics: Statistics) -> tuple[str, str]:
    made = printed_estimate(statistics, analysis, RATIO, 3, level=level, **key)
    return made, p_value(statistics.value(analysis, "p", level=level, **key))
