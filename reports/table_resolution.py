"""Time to resolution of adverse events by term and arm, in days."""

from reports import survival_cells
from reports.display_table import Column, DisplayTable, Row
from reports.notes import absence_notes, methods_note, population_note
from reports.numbers import count
from reports.run_folder import Statistics
from reports.setting import Setting

ANALYSIS = "resolution"
MEDIAN = ("median", "median_lower", "median_upper")
RESOLVED = ("resolved_percent", "resolved_percent_lower", "resolved_percent_upper")


def resolution_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line a term and below it a line an arm: n, resolved, median, and the share resolved at stated days."""
    days = [f"{day} days" for day in setting.protocol.safety.resolution_days]
    columns = (
        Column("n"),
        Column("Resolved"),
        Column(f"Median, days ({setting.confidence})"),
        *(Column(f"Resolved by {day.replace(' days', '')} days, % ({setting.confidence})") for day in days),
    )
    rows: list[Row] = []
    for term in setting.protocol.ae_terms:
        arms = [code for code in setting.arm_codes if statistics.of(ANALYSIS, variable=term.term, group=code)]
        if not arms:
            continue
        rows.append(Row(term.label, tuple("" for _ in columns)))
        for code in arms:
            key = {"variable": term.term, "group": code}
            cells = [
                count(statistics.value(ANALYSIS, "n", **key)),
                count(statistics.value(ANALYSIS, "events", **key)),
                survival_cells.printed_estimate(statistics, ANALYSIS, MEDIAN, 1, **key),
                *(survival_cells.printed_estimate(statistics, ANALYSIS, RESOLVED, 1, level=day, **key) for day in days),
            ]
            rows.append(Row(setting.arm_label(code), tuple(cells), indent=True))
    used = statistics.of(ANALYSIS)
    return DisplayTable(
        name="resolution",
        title="Time to resolution of adverse events",
        stub="Event",
        columns=columns,
        rows=tuple(rows),
        notes=(
            *population_note(used),
            "From the onset of the worst episode, which is day 1, to its end; censored while it lasts at the last date "
            "known alive, and at death.",
            *methods_note([row for row in used if row.statistic == "median"], "Median"),
            *methods_note([row for row in used if row.statistic == "resolved_percent"], "Resolved"),
            *absence_notes(
                [row for row in used if row.statistic in (*MEDIAN, *RESOLVED)],
                [cell for row in rows for cell in row.cells],
            ),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )
