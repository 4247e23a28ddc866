"""SQL and plain Python (reference_safety) agree on random subjects, record by record."""

import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb
import pytest
import reference_safety as reference
from tiny_cohort import TinyCohort, day

SUBJECTS = 120
UNITS = {
    "ALT": ("U/L", "u/l", "katal"),
    "ALP": ("U/L", None),
    "BILI": ("umol/L", "mg/dL", "mg"),
    "HGB": ("g/L", "g/dL", "mmol/L"),
    "PLT": ("10^9/L", "/mm3"),
}
UPPER = {"ALT": "40", "ALP": "120.3", "BILI": "0.7", "HGB": "160", "PLT": "350"}
LOWER = {"ALT": "0", "ALP": "30", "BILI": "0.1", "HGB": "110", "PLT": "125"}
ON_LIMITS = {
    "ALT": ("40", "100", "200", "800", "120"),
    "ALP": ("120.3", "300.75", "240.6"),
    "BILI": ("0.7", "1.05", "2.1", "7", "1.4"),
    "HGB": ("110", "100", "80", "65", "11", "10", "8", "6.5"),
    "PLT": ("125", "75", "50", "25", "75000", "49999"),
}
Drawn = dict[str, dict[str, list[dict[str, Any]]]]


def value(test: str, rng: random.Random) -> Decimal | None:
    if rng.random() < 0.05:
        return None
    near = Decimal(rng.choice(ON_LIMITS[test]))
    return max(Decimal("0.001"), near + rng.choice((Decimal(0), Decimal("0.001"), Decimal("-0.001"), Decimal(3))))


def fill(cohort: TinyCohort, rng: random.Random) -> Drawn:
    """Writes the subjects; gives their records by subject and table. Every subject is treated on day 0."""
    drawn: Drawn = defaultdict(lambda: defaultdict(list))

    def add(subject: str, table: str, **values: Any) -> None:
        row_id = cohort.add(table, subject, **values)
        drawn[subject][table].append({**values, "row_id": row_id})

    for place in range(SUBJECTS):
        subject = f"R{place}"
        cohort.subject(subject, arm="TREATED")
        for number, on in enumerate(sorted({0, *rng.sample(range(20, 100), k=rng.randint(0, 3))}), start=1):
            add(subject, "procedures", session_number=number, procedure_date=day(on))
        for _ in range(rng.randint(5, 20)):
            test = rng.choice(list(UNITS))
            add(
                subject, "lab_results", sample_date=day(rng.randint(-20, 80)), test=test, value=value(test, rng),
                unit=rng.choice(UNITS[test]), lower_limit=rng.choice((LOWER[test], LOWER[test], None)),
                upper_limit=rng.choice((UPPER[test], UPPER[test], UPPER[test], None)),
            )  # fmt: skip
        for number in range(1, rng.randint(1, 7)):
            onset = None if rng.random() < 0.1 else rng.randint(-10, 90)
            end = None if onset is None or rng.random() < 0.4 else day(onset + rng.randint(0, 20))
            add(
                subject, "adverse_events", ae_number=number, term=rng.choice(("FEVER", "NAUSEA")),
                grade=rng.randint(1, 4), start_date=None if onset is None else day(onset), end_date=end,
                outcome=rng.choice(("RESOLVED", "ONGOING", "FATAL", None)),
            )  # fmt: skip
        last = day(rng.randint(100, 250))
        is_dead = rng.random() < 0.5
        add(
            subject, "follow_up", contact_date=last, vital_status="DEAD" if is_dead else "ALIVE",
            death_date=last if is_dead else None,
        )  # fmt: skip
    return drawn


@pytest.fixture(scope="module")
def cohort() -> TinyCohort:
    tiny = TinyCohort(duckdb.connect(":memory:"))
    tiny.laboratory()
    return tiny


@pytest.fixture(scope="module")
def drawn(cohort: TinyCohort) -> Drawn:
    made = fill(cohort, random.Random(2009))
    cohort.derive()
    return made


def death_and_life(records: dict[str, list[dict[str, Any]]]) -> tuple[date | None, date]:
    """Death, and the last day with any proof of life (of the dead: up to the day before)."""
    (contact,) = records["follow_up"]
    days = [record["procedure_date"] for record in records["procedures"]]
    days += [record["sample_date"] for record in records["lab_results"]]
    days += [record["start_date"] for record in records["adverse_events"] if record["start_date"]]
    alive = [*days, *([contact["contact_date"]] if contact["vital_status"] == "ALIVE" else [])]
    return contact["death_date"], max(alive)


def test_grades_baselines_and_changes_agree(cohort: TinyCohort, drawn: Drawn) -> None:
    derived = {
        row_id: (grade, reason is None, flag == "Y", base, change)
        for row_id, grade, reason, flag, base, change in cohort.rows(
            "select srcseq, atoxgr, atoxrsn, ablfl, base, chg from analysis.adlb"
        )
    }
    expected: dict[int, tuple[Any, ...]] = {}
    for records in drawn.values():
        for result in records["lab_results"]:
            of_test = [other for other in records["lab_results"] if other["test"] == result["test"]]
            found = reference.baseline(of_test, day(0))
            base = None if found is None else reference.in_unit_of_analysis(found)
            value = reference.in_unit_of_analysis(result)
            is_after = result["sample_date"] > day(0)
            change = value - base if is_after and value is not None and base is not None else None
            grade = reference.grade(result)
            expected[result["row_id"]] = (grade, grade is not None, found is result, base, change)
    assert len(derived) == len(expected) > 1000
    exact = {
        row_id: tuple(Fraction(part) if isinstance(part, Decimal) else part for part in row)
        for row_id, row in derived.items()
    }
    assert exact == expected
    assert {row[0] for row in expected.values()} == {None, 0, 1, 2, 3, 4}


def test_hys_law_agrees(cohort: TinyCohort, drawn: Drawn) -> None:
    listed = {usubjid for (usubjid,) in cohort.rows("select usubjid from analysis.adhy where hyfl = 'Y'")}
    expected = {
        f"STUDY-{subject}" for subject, records in drawn.items() if reference.hys_law(records["lab_results"], day(0))
    }
    assert listed == expected
    assert 5 < len(expected) < SUBJECTS


def test_treatment_emergence_and_the_worst_episode_agree(cohort: TinyCohort, drawn: Drawn) -> None:
    derived = {
        row_id: (emergent == "Y", worst == "Y")
        for row_id, emergent, worst in cohort.rows("select srcseq, trtemfl, aoccpifl from analysis.adae")
    }
    expected = {}
    for records in drawn.values():
        for event in records["adverse_events"]:
            of_term = [other for other in records["adverse_events"] if other["term"] == event["term"]]
            is_worst = reference.worst_episode(of_term, day(0)) is event
            expected[event["row_id"]] = (reference.is_treatment_emergent(event, day(0)), is_worst)
    assert derived == expected
    assert set(expected.values()) == {(True, True), (True, False), (False, False)}


def test_times_to_resolution_agree(cohort: TinyCohort, drawn: Drawn) -> None:
    derived = {
        (usubjid, term): (aval, cnsr)
        for usubjid, term, aval, cnsr in cohort.rows("select usubjid, aedecod, aval, cnsr from analysis.adaette")
    }
    expected = {}
    for subject, records in drawn.items():
        death, alive = death_and_life(records)
        for term in ("FEVER", "NAUSEA"):
            of_term = [event for event in records["adverse_events"] if event["term"] == term]
            if (made := reference.resolution(of_term, day(0), death, alive)) is not None:
                expected[f"STUDY-{subject}", term] = made
    assert derived == expected
    assert {cnsr for _, cnsr in expected.values()} == {0, 1, 2, 3}


def test_deaths_after_procedures_agree(cohort: TinyCohort, drawn: Drawn) -> None:
    derived = dict(cohort.rows("select srcseq, dth30fl from analysis.adpr"))
    expected = {}
    for records in drawn.values():
        death, alive = death_and_life(records)
        for procedure in records["procedures"]:
            expected[procedure["row_id"]] = reference.death_after_procedure(procedure["procedure_date"], death, alive)
    assert derived == expected
    assert {"Y", "N", None} >= set(expected.values()) > {"N"}


def test_later_days_move_no_duration_and_no_grade(drawn: Drawn, cohort: TinyCohort) -> None:
    columns = {
        "adlb": "srcseq, aval, base, chg, atoxgr, ady",
        "adaette": "srcseq, aval, cnsr",
        "adpr": "srcseq, ady, prevdays, dthdays, dth30fl",
        "adhy": "usubjid, hyfl, hyx, bilix",
    }
    before = {
        table: sorted(cohort.rows(f"select {names} from analysis.{table}"), key=str) for table, names in columns.items()
    }
    moved = TinyCohort(duckdb.connect(":memory:"))
    moved.laboratory()
    for table, day_columns in {
        "patients": ("index_date",), "procedures": ("procedure_date",), "lab_results": ("sample_date",),
        "adverse_events": ("start_date", "end_date"), "follow_up": ("contact_date", "death_date"),
    }.items():  # fmt: skip
        rows = cohort.connection.sql(f"select * from clean.{table}").pl()
        shifted = rows.with_columns([rows[name] + timedelta(days=37) for name in day_columns])
        moved.connection.register("shifted", shifted.to_arrow())
        moved.connection.execute(f"insert into clean.{table} by name select * from shifted")
    moved.derive()
    after = {
        table: sorted(moved.rows(f"select {names} from analysis.{table}"), key=str) for table, names in columns.items()
    }
    assert after == before
