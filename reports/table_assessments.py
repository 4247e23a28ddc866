"""How often the arms were assessed, and what an endpoint is when a progression is taken as the interval it lies in."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import absence_notes, methods_note, population_note, untested_note
from reports.numbers import NOT_REACHED, count, estimate, fixed, interval, p_value
from reports.run_folder import Statistics
from reports.setting import Setting
from reports.survival_cells import printed_estimate

INTERVALS, CENSORED = "assessments", "interval_censored"
MODELS = (("as recorded", "as recorded"), ("interval-censored", "as intervals"))


def assessment_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A line an arm: what the protocol plans, how many intervals there were, and how long they were."""
    rows = []
    for arm in setting.arm_codes:
        n, patients, median, low, high = (
            statistics.value(INTERVALS, name, group=arm) for name in ("intervals", "patients", "median", "q1", "q3")
        )
        if not n:
            continue
        least, most = (statistics.value(INTERVALS, name, group=arm) for name in ("planned_low", "planned_high"))
        days = fixed(least, 0) if least == most else interval(least, most, 0)
        rows.append(Row(setting.arm_label(arm), (count(patients), count(n), days, estimate(median, low, high, 1), "")))
    tests = statistics.of(INTERVALS, statistic="p")
    if rows:
        p = p_value(statistics.value(INTERVALS, "p", group=setting.arms_compared))
        rows.append(Row("Between the arms", ("", "", "", "", p)))
    used = statistics.of(INTERVALS)
    return DisplayTable(
        name="assessment_intervals",
        title="How often the arms were assessed",
        stub="Arm",
        columns=(
            Column("Patients"),
            Column("Intervals"),
            Column("Planned, days"),
            Column("Median, days (quartiles)"),
            Column("P"),
        ),
        rows=tuple(rows),
        notes=(
            *population_note(used),
            *methods_note([row for row in used if row.statistic == "median"], "Intervals"),
            *methods_note(tests),
            *untested_note(tests),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def interval_censored_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A heading line an endpoint; below it the median of each arm as an interval, and the ratio of both models."""
    rows: list[Row] = []
    for endpoint in setting.protocol.survival.interval_censored:
        key = {"endpoint": endpoint}
        found = statistics.of(CENSORED, **key)
        if not found:
            continue
        level = next(row.level for row in found if row.statistic == "hr")
        rows.append(Row(setting.protocol.endpoint(endpoint).label, ("", "", "")))
        for arm in setting.arm_codes:
            first, last = (statistics.value(CENSORED, name, group=arm, **key) for name in ("median_from", "median_to"))
            between = interval(first, last, setting.decimals, (NOT_REACHED, NOT_REACHED))
            rows.append(Row(f"Median, {setting.arm_label(arm)}, between", (between, "", ""), indent=True))
        for group, words in MODELS:
            names = ("hr", "hr_lower", "hr_upper")
            ratio = printed_estimate(statistics, CENSORED, names, 3, level=level, group=group, **key)
            p = p_value(statistics.value(CENSORED, "p", level=level, group=group, **key))
            rows.append(Row(f"Hazard ratio, progressions {words}", ("", ratio, p), indent=True))
    used = statistics.of(CENSORED)
    return DisplayTable(
        name="interval_censored",
        title="Sensitivity: a progression lies between two assessments",
        stub="Endpoint",
        columns=(Column(f"Median, {setting.unit}"), Column(f"Hazard ratio ({setting.confidence})"), Column("P")),
        rows=tuple(rows),
        notes=(
            *population_note(used),
            "A progression lies after the last assessment that showed none and up to the one that showed it; a death "
            "without progression is dated.",
            *methods_note([row for row in used if row.statistic == "median_from"], "Median"),
            *methods_note([row for row in used if row.statistic == "hr"], "Hazard ratio"),
            *absence_notes(used, [cell for row in rows for cell in row.cells]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )
