"""Laboratory results: patients by the worst grade of their values, and below it by the grade that was reported."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import population_note
from reports.numbers import count, count_percent
from reports.run_folder import Statistics
from reports.setting import Setting
from reports.table_safety import ANALYSIS as REPORTED
from reports.table_safety import ANY_GRADE, severe_level

ANALYSIS, AGREEMENT = "laboratory", "laboratory_agreement"


def laboratory_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """A line a test: patients with a graded value, and n (%) of any and of severe grade by arm; below, as reported."""
    severe = severe_level(setting.protocol.tables.severe_grades)
    levels = ((ANY_GRADE, "Any grade"), (severe, severe.capitalize().replace("-", "–")))
    labels = {term.term: term.label for term in setting.protocol.ae_terms}
    rows: list[Row] = []
    for test in setting.protocol.laboratory_tests:
        if not statistics.of(ANALYSIS, variable=test.test):
            continue
        tested = [
            count(statistics.value(ANALYSIS, "tested", variable=test.test, group=code)) for code in setting.arm_codes
        ]
        cells = _cells(statistics, setting, ANALYSIS, test.test, [level for level, _ in levels])
        same = _cells(statistics, setting, AGREEMENT, test.test, [""]) if test.term else []
        blank = [""] * len(setting.arm_codes)
        rows.append(Row(test.label, (*tested, *cells, *(same or blank))))
        if test.term and statistics.of(REPORTED, variable=test.term):
            cells = _cells(statistics, setting, REPORTED, test.term, [level for level, _ in levels])
            rows.append(Row(f"reported: {labels.get(test.term, test.term)}", (*blank, *cells, *blank), indent=True))
    spanners = ("Tested", *(heading for _, heading in levels), "Same grade as reported")
    columns = tuple(
        Column(setting.arm_heading(code) + (", n (%)" if spanner != "Tested" else ", n"), spanner)
        for spanner in spanners
        for code in setting.arm_codes
    )
    return DisplayTable(
        name="laboratory_grades",
        title="Laboratory values, worst grade per patient",
        stub="Test",
        columns=columns,
        rows=tuple(rows),
        notes=(
            *population_note(statistics.of(ANALYSIS)),
            f"Graded by the limits of CTCAE {setting.protocol.study.ctcae_version}; each patient counts once "
            "a test, at the worst grade after the start. Tested: with a graded value after the start.",
            "Same grade as reported: tested patients whose worst reported grade is just this, without an event at "
            "grade 0.",
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _cells(statistics: Statistics, setting: Setting, analysis: str, variable: str, levels: list[str]) -> list[str]:
    cells = []
    for level in levels:
        for code in setting.arm_codes:
            n, percent = (
                statistics.value(analysis, statistic, variable=variable, level=level, group=code)
                for statistic in ("n", "percent")
            )
            cells.append(count_percent(n, percent))
    return cells
