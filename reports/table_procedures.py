"""Procedures by arm: how many, of what dose, deaths soon after one, and the syndromes that followed."""

from reports.display_table import Column, DisplayTable, Row
from reports.notes import methods_note
from reports.numbers import count, count_percent, fixed, interval
from reports.run_folder import Statistics
from reports.setting import Setting
from studies import stated

NUMBERS, MORTALITY, SYNDROME = "procedures", "procedure_mortality", "syndrome"
UNITS: tuple[tuple[str, str], ...] = (("patients", "of patients"), ("procedures", "of procedures"))


def procedures_table(statistics: Statistics, setting: Setting) -> DisplayTable:
    """Counts and quartiles; below a heading each rate once of the patients and once of the procedures."""
    table, safety = setting.protocol.tables.procedures, setting.protocol.safety
    arms = [code for code in setting.arm_codes if statistics.of(NUMBERS, group=code)]
    rows: list[Row] = []
    if arms:
        rows += [
            _count("Patients with a procedure", "patients", arms, statistics),
            _count("Procedures", "procedures", arms, statistics),
            _quartiles("Days between two", "prevdays", 0, arms, statistics),
            *(_quartiles(entry.label, entry.name, 1, arms, statistics) for entry in table.continuous),
            *_rates(f"Death within {safety.procedure_mortality_days} days", MORTALITY, "", arms, statistics),
        ]
        for syndrome in setting.protocol.syndromes:
            rows += _rates(syndrome.label, SYNDROME, syndrome.code, arms, statistics)
            rows += _rates(
                f"{syndrome.label}, {_severe(setting)}", SYNDROME, f"{syndrome.code} severe", arms, statistics
            )
    used = [row for analysis in (MORTALITY, SYNDROME) for row in statistics.of(analysis)]
    return DisplayTable(
        name="procedures",
        title=table.title,
        stub="",
        columns=tuple(Column(setting.arm_heading(code)) for code in arms),
        rows=tuple(rows),
        notes=(
            f"n; median (quartiles); n of N (%) with {setting.confidence}. Of patients: with a procedure, each once.",
            *(_definition(syndrome.code, setting) for syndrome in setting.protocol.syndromes),
            *methods_note([row for row in used if row.statistic == "lower"], "Interval"),
            *_unknown_notes(statistics, arms, setting),
            *setting.closing_notes,
        ),
        mark=setting.mark,
    )


def _count(label: str, level: str, arms: list[str], statistics: Statistics) -> Row:
    return Row(label, tuple(count(statistics.value(NUMBERS, "n", level=level, group=code)) for code in arms))


def _quartiles(label: str, variable: str, decimals: int, arms: list[str], statistics: Statistics) -> Row:
    cells = []
    for code in arms:
        median, q1, q3 = (
            statistics.value(NUMBERS, name, variable=variable, group=code) for name in ("median", "q1", "q3")
        )
        cells.append(f"{fixed(median, decimals)} ({interval(q1, q3, decimals)})" if median is not None else "–")
    return Row(label, tuple(cells))


def _rates(heading: str, analysis: str, variable: str, arms: list[str], statistics: Statistics) -> list[Row]:
    if not statistics.of(analysis, variable=variable):
        return []
    rows = [Row(heading, tuple("" for _ in arms))]
    for level, label in UNITS:
        cells = []
        for code in arms:
            n, percent, low, high = (
                statistics.find(analysis, name, variable=variable, level=level, group=code)
                for name in ("n", "percent", "lower", "upper")
            )
            if n is None or percent is None or low is None or high is None:
                cells.append("–")
                continue
            of, share = f"{count(n.value)} of {count(n.denominator)}", count_percent(n.value, percent.value)
            limits = interval(low.value, high.value, 1)
            cells.append(f"{of} {share[share.index('(') :]} [{limits}]")
        rows.append(Row(label, tuple(cells), indent=True))
    return rows


def _severe(setting: Setting) -> str:
    grades = stated(setting.protocol.tables.safety).severe_grades
    return f"grade {'–'.join(str(grade) for grade in sorted({min(grades), max(grades)}))}"


def _definition(code: str, setting: Setting) -> str:
    syndrome = next(entry for entry in setting.protocol.syndromes if entry.code == code)
    labels = {term.term: term.label for term in setting.protocol.ae_terms}
    terms = ", ".join(labels.get(term, term.lower()) for term in syndrome.terms)
    return (
        f"{syndrome.label}: at least {syndrome.least_terms} of {terms}, with onset on the day of a procedure or up to "
        f"{syndrome.days_after_procedure} days after."
    )


def _unknown_notes(statistics: Statistics, arms: list[str], setting: Setting) -> tuple[str, ...]:
    days = setting.protocol.safety.procedure_mortality_days
    notes = []
    for code in arms:
        n = statistics.value(MORTALITY, "unknown", level="procedures", group=code)
        if n:
            notes.append(
                f"{setting.arm_label(code)}: {count(n)} procedures were not followed for {days} days; they count as "
                "survived."
            )
    return tuple(notes)
