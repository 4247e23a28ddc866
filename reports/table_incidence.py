"""The cumulative incidence of events with which death competes: counts, incidence at the protocol's times, the test."""

from reports import survival_cells
from reports.display_table import Column, DisplayTable, Row
from reports.notes import absence_notes, methods_note, population_note, untested_note
from reports.numbers import count, p_value
from reports.run_folder import Statistics
from reports.setting import Setting

ANALYSIS = "cumulative_incidence"
DECIMALS = 1


def incidence_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line an endpoint with the P of the arms; below it a line an arm."""
    levels = [f"{time:g} {setting.unit}" for time in setting.protocol.survival.rate_times]
    rows: list[Row] = []
    tests = []
    for figure in setting.protocol.figures_of("cumulative_incidence"):
        if not statistics.of(ANALYSIS, endpoint=figure.endpoint):
            continue
        test = statistics.find(ANALYSIS, "gray_p", endpoint=figure.endpoint, group=setting.arms_compared)
        tests += [test] if test else []
        rows.append(Row(figure.title, ("",) * (3 + len(levels)) + (p_value(test.value if test else None),)))
        rows += [_line(figure.endpoint, code, levels, statistics, setting) for code in setting.arm_codes]
    used = statistics.of(ANALYSIS)
    return DisplayTable(
        name="cumulative_incidence",
        title="Cumulative incidence with death competing",
        stub="Event",
        columns=(
            Column("n"),
            Column("Events"),
            Column("Competing deaths"),
            *(Column(level, f"Cumulative incidence, % ({setting.confidence})") for level in levels),
            Column("P"),
        ),
        rows=tuple(rows),
        notes=(
            *population_note(used),
            *methods_note([row for row in used if row.statistic == "incidence_percent"], "Incidence"),
            *methods_note(tests),
            *untested_note(tests),
            *absence_notes(used, [cell for row in rows for cell in row.cells]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _line(endpoint: str, code: str, levels: list[str], statistics: Statistics, setting: Setting) -> Row:
    key = {"endpoint": endpoint, "group": code}
    counts = [count(statistics.value(ANALYSIS, name, **key)) for name in ("n", "events", "competing")]
    names = ("incidence_percent", "incidence_percent_lower", "incidence_percent_upper")
    shares = [
        survival_cells.printed_estimate(statistics, ANALYSIS, names, DECIMALS, level=level, **key) for level in levels
    ]
    return Row(setting.arm_label(code), (*counts, *shares, ""), indent=True)
