"""Table 3: adverse events, worst grade a patient and term, by arm."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import methods_note, population_note, untested_note
from reports.numbers import count_percent, p_value
from reports.run_folder import Statistics
from reports.setting import Setting
from studies import stated

ANALYSIS = "table3"
ANY_GRADE = "any grade"
ANY_TERM = ("ANY", "Any adverse event")


def safety_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """One line a term: n (%) of any grade and of the severe grades by arm, each with its P."""
    table = stated(setting.protocol.tables.safety)
    grades = (ANY_GRADE, severe_level(table.severe_grades))
    headings = ("Any grade", f"Grade {'–'.join(str(grade) for grade in _ends(table.severe_grades))}")
    columns = [
        column
        for heading in headings
        for column in (
            *(Column(f"{setting.arm_heading(code)}, n (%)", heading) for code in setting.arm_codes),
            Column("P", heading),
        )
    ]
    rows = []
    terms = [*((term.term, term.label) for term in setting.protocol.ae_terms), ANY_TERM]
    for term, label in terms:
        if not statistics.of(ANALYSIS, variable=term):
            continue
        cells: list[str] = []
        for grade in grades:
            for code in setting.arm_codes:
                n, percent = (
                    statistics.value(ANALYSIS, statistic, variable=term, level=grade, group=code)
                    for statistic in ("n", "percent")
                )
                cells.append(count_percent(n, percent))
            p = statistics.value(ANALYSIS, "p", variable=term, level=grade, group=setting.arms_compared)
            cells.append(p_value(p))
        rows.append(Row(label, tuple(cells)))
    used = statistics.of(ANALYSIS)
    return DisplayTable(
        name=f"table_{table.number}_safety",
        title=f"Table {table.number}. {table.title}",
        stub="Event",
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(
            *population_note(used),
            f"Graded by CTCAE {setting.protocol.study.ctcae_version}; each patient counts once a term, at the worst "
            "grade.",
            *methods_note([row for row in used if row.statistic == "p"]),
            *untested_note([row for row in used if row.statistic == "p"]),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def severe_level(grades: list[int]) -> str:
    """The level under which the analyses put the severe grades: ``grade 3-4``."""
    return f"grade {'-'.join(str(grade) for grade in _ends(grades))}"


def _ends(grades: list[int]) -> list[int]:
    return sorted({min(grades), max(grades)})
