"""Patients who may have a drug-induced liver injury (Hy's law): how many by arm, and each of them."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import population_note
from reports.numbers import count, count_percent, fixed
from reports.run_folder import Record, Statistics
from reports.setting import Setting

ANALYSIS = "liver_injury"


def liver_injury_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A line a criterion: n (%) of the tested patients by arm."""
    limits = setting.protocol.safety.liver_injury
    labels = (
        ("transaminase", f"ALT or AST > {limits.transaminase_times:g} × ULN", False),
        ("bilirubin", f"Bilirubin > {limits.bilirubin_times:g} × ULN", False),
        ("both", f"Both, bilirubin within {limits.window_days} days (Hy's law)", False),
        ("both, no cholestasis", f"alkaline phosphatase < {limits.alkaline_phosphatase_times:g} × ULN", True),
        ("both, not measured", "alkaline phosphatase not measured", True),
    )
    rows: list[Row] = []
    if statistics.of(ANALYSIS):
        tested = [count(statistics.value(ANALYSIS, "n", level="tested", group=code)) for code in setting.arm_codes]
        rows.append(Row("Tested patients", tuple(tested)))
    for level, label, indent in labels:
        if not statistics.of(ANALYSIS, level=level):
            continue
        cells = []
        for code in setting.arm_codes:
            n, percent = (
                statistics.value(ANALYSIS, statistic, level=level, group=code) for statistic in ("n", "percent")
            )
            cells.append(count_percent(n, percent))
        rows.append(Row(label, tuple(cells), indent=indent))
    return DisplayTable(
        name="liver_injury",
        title="Possible drug-induced liver injury (Hy's law)",
        stub="Criterion",
        columns=tuple(Column(f"{setting.arm_heading(code)}, n (%)") for code in setting.arm_codes),
        rows=tuple(rows),
        notes=(*population_note(statistics.of(ANALYSIS)), *_definition(setting), *setting.closing_notes),
        mark=setting.mark,
    )


def liver_injury_listing_table(listed: list[Record], setting: Setting) -> DisplayTable:
    """A line a patient: the first pair of values, the alkaline phosphatase with it, baseline and highest values."""
    headings = (
        "Arm",
        "Test",
        "Date",
        "× ULN",
        "Bilirubin on",
        "× ULN",
        "ALP × ULN",
        "Baseline ALT/AST × ULN",
        "Baseline bilirubin × ULN",
        "Highest ALT/AST × ULN",
        "Highest bilirubin × ULN",
    )
    words = ("Arm", "Test", "Date", "Bilirubin on")
    return DisplayTable(
        name="liver_injury_listing",
        title="Patients with possible drug-induced liver injury (Hy's law)",
        stub="Patient",
        columns=tuple(Column(heading, numeric=heading not in words) for heading in headings),
        rows=tuple(
            Row(
                row["usubjid"],
                (
                    setting.arm_label(row["arm"]),
                    row["hytest"],
                    row["hydt"],
                    fixed(row["hyx"], 1),
                    row["bilidt"],
                    *(fixed(row[name], 1) for name in ("bilix", "alpx", "btrans", "bbili", "maxtrans", "maxbili")),
                ),
            )
            for row in listed
        ),
        notes=(*_definition(setting), *setting.closing_notes),
        mark=setting.mark,
    )


def _definition(setting: Setting) -> tuple[str, ...]:
    limits = setting.protocol.safety.liver_injury
    return (
        "ULN: upper limit of normal. Values after the start; the first pair of an ALT or AST above "
        f"{limits.transaminase_times:g} and a bilirubin above {limits.bilirubin_times:g} times the ULN, the bilirubin "
        f"on the same day or up to {limits.window_days} days later. An alkaline phosphatase (ALP) of "
        f"{limits.alkaline_phosphatase_times:g} times the ULN or more points to cholestasis instead.",
    )
