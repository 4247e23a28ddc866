"""Adverse events and the laboratory values that go with them (CTCAE 3.0)."""

import random
from dataclasses import dataclass

from simulate.cohort import Patient
from simulate.records import Record, record_number, subject_id
from studies import Protocol

LAB_INTERVAL_DAYS = 42
LAB_DAYS = 500
LATEST_ONSET_DAY = 60
SECOND_SPELL_DAYS = (90, 110)
SECOND_SPELL_SHARE = 0.35


@dataclass(frozen=True)
class Spell:
    """One spell of an adverse event: study days, both included."""

    term: str
    grade: int
    first_day: int
    last_day: int


@dataclass(frozen=True)
class LabTest:
    """A test: limits of normal, the range in which the simulated normal values lie, and that of each grade of the
    adverse event that the test shows (CTCAE 3.0)."""

    unit: str
    lower: float
    upper: float
    normal: tuple[float, float]
    digits: int = 0
    term: str = ""
    grades: tuple[tuple[float, float], ...] = ()


LAB_TESTS = {
    "ALT": LabTest("U/L", 0, 40, (12, 38), 0, "ALT INCREASED", ((45, 95), (105, 195), (210, 700))),
    "BILI": LabTest("umol/L", 3, 21, (5, 19), 1),
    "ALB": LabTest("g/L", 35, 55, (36, 48)),
    "HGB": LabTest("g/L", 110, 160, (112, 155), 0, "ANAEMIA", ((101, 108), (82, 98), (66, 79))),
    "ANC": LabTest("10^9/L", 1.8, 6.3, (2, 6), 1, "NEUTROPENIA", ((1.5, 1.7), (1.0, 1.4), (0.5, 0.9))),
    "PLT": LabTest("10^9/L", 125, 350, (130, 320), 0, "THROMBOCYTOPENIA", ((76, 120), (51, 74), (26, 49))),
}


def spells(patient: Patient, rng: random.Random) -> list[Spell]:
    """For each term its worst grade once, and sometimes a lesser spell after it that does not overlap."""
    made: list[Spell] = []
    for term, grade in patient.ae_grades.items():
        first = rng.randint(1, max(1, min(LATEST_ONSET_DAY, patient.os_days - 20)))
        made.append(Spell(term, grade, first, min(first + rng.randint(3, 14), patient.os_days)))
        if grade > 1 and patient.os_days > 140 and rng.random() < SECOND_SPELL_SHARE:
            again = rng.randint(*SECOND_SPELL_DAYS)
            made.append(Spell(term, grade - 1, again, again + rng.randint(3, 10)))
    return made


def adverse_events(patient: Patient, of_patient: list[Spell], protocol: Protocol, rng: random.Random) -> list[Record]:
    """One record a spell."""
    labels = {term.term: term.label for term in protocol.ae_terms}
    return [
        {
            "subject_id": subject_id(patient),
            "ae_number": str(number),
            "reported_term": labels[spell.term],
            "term": spell.term,
            "grade": str(spell.grade),
            "start_date": patient.day(spell.first_day).isoformat(),
            "end_date": patient.day(spell.last_day).isoformat(),
            "serious": "Y" if spell.grade >= 4 or (spell.grade == 3 and rng.random() < 0.5) else "N",
            "outcome": "RESOLVED",
            "ctcae_version": protocol.study.ctcae_version or "",
        }
        for number, spell in enumerate(of_patient, start=1)
    ]


def lab_results(patient: Patient, of_patient: list[Spell], rng: random.Random, seed: int) -> list[Record]:
    """A panel within two weeks before the index date, one at every interval in life, one when a value goes wrong.

    A value is abnormal in the spells of its adverse event, by the grade of the spell, and normal outside them.
    """
    shown = {test.term for test in LAB_TESTS.values()}
    days = {
        -rng.randint(0, 9),
        *range(LAB_INTERVAL_DAYS, min(patient.os_days, LAB_DAYS), LAB_INTERVAL_DAYS),
        *(spell.first_day for spell in of_patient if spell.term in shown),
    }
    return [
        {
            "record_id": record_number(patient, seed),
            "sample_date": patient.day(day).isoformat(),
            "test": name,
            "value": _value(test, day, of_patient, rng),
            "unit": test.unit,
            "lower_limit": f"{test.lower:g}",
            "upper_limit": f"{test.upper:g}",
        }
        for day in sorted(days)
        for name, test in LAB_TESTS.items()
    ]


def _value(test: LabTest, day: int, of_patient: list[Spell], rng: random.Random) -> str:
    active = [
        spell.grade for spell in of_patient if spell.term == test.term and spell.first_day <= day <= spell.last_day
    ]
    low, high = test.grades[max(active) - 1] if active and max(active) <= len(test.grades) else test.normal
    return f"{rng.uniform(low, high):.{test.digits}f}"
