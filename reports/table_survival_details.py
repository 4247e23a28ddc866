"""Each time-to-event endpoint by arm beyond the median: quartiles, follow-up, rates; and the restricted means."""

from reports import survival_cells
from reports.display_table import Column, DisplayTable, Row
from reports.notes import absence, absence_notes, methods_note, population_note
from reports.numbers import MISSING, fixed, p_value
from reports.run_folder import Statistics
from reports.setting import Setting

ANALYSIS = "survival"
RATE_DECIMALS = 1


def survival_details_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line an endpoint; below it a line an arm."""
    levels = [f"{time:g} {setting.unit}" for time in setting.protocol.survival.rate_times]
    rows: list[Row] = []
    for endpoint in setting.protocol.endpoints:
        if endpoint.kind != "time_to_event" or not statistics.of(ANALYSIS, endpoint=endpoint.paramcd):
            continue
        lines = [_line(endpoint.paramcd, code, levels, statistics, setting) for code in setting.arm_codes]
        if any(cell != MISSING for line in lines for cell in line.cells):
            rows += [Row(endpoint.label, ("",) * (3 + len(levels))), *lines]
    shown = ("quartile_1", "quartile_3", "follow_up", "rate_percent")
    used = [row for row in statistics.of(ANALYSIS) if row.statistic.startswith(shown)]
    return DisplayTable(
        name="survival_details",
        title="Quartiles, follow-up and rates by arm",
        stub="Endpoint",
        columns=(
            Column("First quartile", f"{setting.unit} ({setting.confidence})"),
            Column("Third quartile", f"{setting.unit} ({setting.confidence})"),
            Column("Median follow-up", f"{setting.unit} ({setting.confidence})"),
            *(Column(level, f"Free of the event, % ({setting.confidence})") for level in levels),
        ),
        rows=tuple(rows),
        notes=(
            *population_note(used),
            *methods_note([row for row in used if row.statistic == "quartile_1"], "Quartiles"),
            *methods_note([row for row in used if row.statistic == "follow_up"], "Follow-up"),
            *methods_note([row for row in used if row.statistic == "rate_percent"], "Free of the event"),
            *absence_notes(used, [cell for row in rows for cell in row.cells]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _line(endpoint: str, code: str, levels: list[str], statistics: Statistics, setting: Setting) -> Row:
    key = {"endpoint": endpoint, "group": code}

    def cell(name: str, decimals: int, **more: str) -> str:
        names = (name, f"{name}_lower", f"{name}_upper")
        return survival_cells.printed_estimate(statistics, ANALYSIS, names, decimals, **key, **more)

    times = [cell(name, setting.decimals) for name in ("quartile_1", "quartile_3", "follow_up")]
    rates = [cell("rate_percent", RATE_DECIMALS, level=level) for level in levels]
    return Row(setting.arm_label(code), (*times, *rates), indent=True)


def restricted_means_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A line an endpoint: the mean of each arm up to the horizon, and their difference."""
    rows: list[Row] = []
    used = [row for row in statistics.of(ANALYSIS) if row.statistic.startswith("restricted_mean")]
    for row in used:
        if row.statistic != "restricted_mean_difference":
            continue
        key = {"endpoint": row.endpoint, "level": row.level}
        found = [statistics.find(ANALYSIS, "restricted_mean", group=code, **key) for code in setting.arm_codes]
        means = [
            fixed(mean.value, setting.decimals) if mean and mean.value is not None else absence(mean) for mean in found
        ]
        names = ("restricted_mean_difference", "restricted_mean_difference_lower", "restricted_mean_difference_upper")
        difference = survival_cells.printed_estimate(
            statistics, ANALYSIS, names, setting.decimals, group=setting.arms_compared, **key
        )
        p = p_value(statistics.value(ANALYSIS, "restricted_mean_difference_p", group=setting.arms_compared, **key))
        horizon, _, unit = row.level.partition(" ")
        label = f"{setting.protocol.endpoint(row.endpoint).label}, to {fixed(float(horizon), setting.decimals)} {unit}"
        rows.append(Row(label, (*means, difference, p)))
    return DisplayTable(
        name="restricted_means",
        title="Restricted mean survival times",
        stub="Endpoint and horizon",
        columns=(
            *(Column(setting.arm_label(code), f"Mean, {setting.unit}") for code in setting.arm_codes),
            Column(f"Difference, {setting.unit} ({setting.confidence})"),
            Column("P"),
        ),
        rows=tuple(rows),
        notes=(
            *population_note(used),
            *methods_note(used, "Mean and P"),
            *absence_notes(used, [cell for row in rows for cell in row.cells]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )
