"""Subjects of the reference, drawn at random near the borders of the rules, and written as rows for the SQL at once."""

import random
from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
from reference_recist import Lesion, Reading, Responses, Scans, Subject
from tiny_cohort import TinyCohort, day

CUT = 400
LATER_DAYS = [1, 27, 28, 41, 42, 56, 70, 84, 90, 91, 119, 126, 155, 200, 253, 254, 300, CUT - 90, CUT, CUT + 1]
SIZES = [Fraction(size) for size in (10, 15, 20, 25, 30, 50, 100)]
PERCENTS = [0, 0, 1, 20, 49, 50, 69, 70, 70, 71, 99, 100, 119, 120, 121]
RESPONSES = [*["CR"] * 4, *["PR"] * 5, "SD", "SD", "NE", "NE", "NE", "NON-CR/NON-PD", "PD"]


def drawn_subject(draw: random.Random) -> Subject:
    """A subject with up to six lesions and eight scans, and in a third of them a second reader."""
    numbers = {"TARGET": [0, 1, 1, 2, 3], "NON-TARGET": [0, 0, 1, 2], "NEW": [0, 0, 0, 1]}
    lesions = [
        Lesion(
            f"{kind[:3]}{number}", kind, draw.choice(["LIVER", "LIVER", "PERITONEUM", "LYMPH NODE"]),
            draw.choice([*LATER_DAYS, -5, 0, None, None, None]) if kind == "NEW" else -10,
        )
        for kind, counts in numbers.items()
        for number in range(draw.choice(counts))
    ]  # fmt: skip
    first = {lesion.lesion_id: draw.choice(SIZES) for lesion in lesions}
    days = {*draw.choice([(), (-10,), (-10,), (-10,), (0,), (-40, -1)]), *draw.sample(LATER_DAYS, draw.randint(0, 8))}
    scans = _scans(draw, lesions, first, days)
    second = {}
    if draw.randint(0, 2) == 0:
        seen_too = {on for on in days if draw.random() < 0.8} | set(draw.sample(LATER_DAYS, draw.randint(0, 1)))
        second = _scans(draw, lesions, first, seen_too)
    subject = Subject(lesions, scans, CUT, second=second, **_course(draw))
    subject.adjudicated = {on: draw.choice(RESPONSES) for on in scans.keys() & second.keys() if draw.random() < 0.5}
    return _alive(subject)


def drawn_report(draw: random.Random) -> Subject:
    """A subject whose responses were reported, whatever was measured; in half of them by a second reader too."""
    subject = drawn_subject(draw)
    for reader in draw.choice([("R1",), ("R1", "R2")]):
        courses = []
        for _ in range(2):
            days = draw.sample([0, *LATER_DAYS], draw.randint(0, 9))
            courses.append({on: draw.choice(RESPONSES) for on in sorted(days)})
        subject.reports[reader] = (courses[0], courses[1])
    subject.adjudicated = {on: draw.choice(RESPONSES) for on in LATER_DAYS if draw.random() < 0.3}
    return _alive(subject)


def _alive(subject: Subject) -> Subject:
    """Nobody is seen after their death."""
    end = subject.death
    if end is None:
        return subject
    return replace(
        subject,
        lesions=[lesion for lesion in subject.lesions if lesion.seen is None or lesion.seen <= end],
        scans={on: readings for on, readings in subject.scans.items() if on <= end},
        second={on: readings for on, readings in subject.second.items() if on <= end},
        contacts=[on for on in subject.contacts if on <= end],
        therapies=[on for on in subject.therapies if on <= end],
        procedures=[on for on in subject.procedures if on <= end],
        adjudicated={on: response for on, response in subject.adjudicated.items() if on <= end},
        reports={
            reader: (_until(end, overall), _until(end, organ)) for reader, (overall, organ) in subject.reports.items()
        },
    )


def _until(end: int, responses: Responses) -> Responses:
    return {on: response for on, response in responses.items() if on <= end}


def _scans(draw: random.Random, lesions: list[Lesion], first: dict[str, Fraction], days: set[int]) -> Scans:
    trend = draw.choice([None, 50, 70, 100])
    scans: Scans = {}
    for on in sorted(days):
        readings: dict[str, Reading] = {"B1": "PRESENT"}  # outside the tables; the day is an assessment
        for lesion in lesions:
            reading = _reading(draw, lesion, first[lesion.lesion_id], on, trend)
            if reading is not None:
                readings[lesion.lesion_id] = reading
        scans[on] = readings
    return scans


def _reading(draw: random.Random, lesion: Lesion, first: Fraction, on: int, trend: int | None) -> Reading | None:
    kind = draw.randint(0, 24)
    if lesion.kind == "NEW":
        return "PRESENT" if lesion.seen is None and kind < 4 else None
    if on <= 0 and lesion.kind == "TARGET":
        return first if kind else None
    if lesion.kind == "NON-TARGET" and kind < 18:
        return draw.choice(["PRESENT"] * 5 + ["ABSENT"] * 5 + ["PROGRESSION"])
    if kind > 21:
        return ("ABSENT", "NOT EVALUABLE", None)[kind - 22]
    percent = trend if trend is not None and draw.random() < 0.7 else draw.choice(PERCENTS)
    return Fraction(round(first * percent / 100, 2))


def _course(draw: random.Random) -> dict[str, Any]:
    arm = draw.choice(["CONTROL", "CONTROL", "TREATED"])
    again = draw.choice([[], [], [], [draw.choice(LATER_DAYS)]])
    return {
        "arm": arm,
        "procedures": [0, *again] if arm == "TREATED" else again,
        "death": draw.choice([None, None, None, 1, 42, 100, 260, CUT, CUT + 1]),
        "is_day_of_death_known": draw.randint(0, 4) > 0,
        "contacts": draw.sample(LATER_DAYS, draw.randint(0, 2)),
        "therapies": draw.choice([[], [], [], [draw.choice([0, *LATER_DAYS])], [-5, 84]]),
    }


class WrittenCohort:
    """Rows collected subject by subject, and written to a TinyCohort at once; all dates are moved by ``shift`` days."""

    def __init__(self, shift: int = 0) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.shift = shift

    def day(self, number: int) -> date:
        return day(number + self.shift)

    def add(self, table: str, subject: str, **values: Any) -> None:
        self.rows.setdefault(table, []).append({"subject_id": subject, **values})

    def subject(self, name: str, subject: Subject) -> None:
        # The arm says what starts the clock; a control's procedure does not, nor a treated subject's index date.
        index_date = self.day(-5 if subject.arm == "TREATED" else 0)
        self.add("patients", name, site="A", arm=subject.arm, index_date=index_date)
        for lesion in subject.lesions:
            self.add(
                "lesions", name, lesion_id=lesion.lesion_id, lesion_class=lesion.kind, organ=lesion.organ,
                first_seen_date=None if lesion.seen is None else self.day(lesion.seen),
            )  # fmt: skip
        for reader, scans in (("R1", subject.scans), ("R2", subject.second)):
            self._scans(name, reader, scans, {lesion.lesion_id for lesion in subject.lesions if lesion.is_node})
        for reader, (overall, organ) in subject.reports.items():
            self._report(name, reader, overall, organ)
        for on, response in subject.adjudicated.items():
            self.add("response_assessments", name, scan_date=self.day(on), reader="R2", adjudicated_response=response)
        for on in subject.contacts:
            self.add("follow_up", name, vital_status="ALIVE", contact_date=self.day(on))
        for on in subject.therapies:
            self.add("drug_courses", name, drug="OTHER", start_date=self.day(on))
        for on in subject.procedures:
            self.add("procedures", name, procedure_date=self.day(on))
        if subject.death is not None:
            death: dict[str, Any] = {"death_date": self.day(subject.death)}
            if not subject.is_day_of_death_known:
                death = {"death_date": self.day(subject.death).replace(day=1), "death_date_precision": "D"}
            self.add("follow_up", name, vital_status="DEAD", **death)

    def _scans(self, name: str, reader: str, scans: Scans, nodes: set[str]) -> None:
        for on, readings in scans.items():
            for lesion_id, reading in readings.items():
                value: dict[str, Any] = {"lesion_status": reading}
                if isinstance(reading, Fraction):
                    value = {"diameter_mm": f"{float(reading):.2f}"}
                    if lesion_id in nodes:  # counts with its short axis, whatever its length
                        value = {"diameter_mm": f"{float(2 * reading):.2f}", "short_axis_mm": value["diameter_mm"]}
                self.add(
                    "lesion_measurements", name, lesion_id=lesion_id, scan_date=self.day(on), reader=reader, **value
                )

    def _report(self, name: str, reader: str, overall: Mapping[int, str], organ: Mapping[int, str]) -> None:
        for on in sorted({*overall, *organ}):
            self.add(
                "response_assessments", name, scan_date=self.day(on), reader=reader,
                overall_response=overall.get(on), liver_response=organ.get(on),
            )  # fmt: skip

    def shuffle(self, draw: random.Random) -> None:
        """Puts the rows of every table in another order, and so in other lines of the files."""
        for rows in self.rows.values():
            draw.shuffle(rows)

    def write(self, cohort: TinyCohort, only: Container[str] | None = None) -> None:
        """All rows, or those of some subjects; a row has the same number either way."""
        for table, rows in self.rows.items():
            numbered = [
                {
                    "row_id": number,
                    "source_file": f"{table}.csv",
                    "source_row": number + 1,
                    "is_duplicate": False,
                    **row,
                }
                for number, row in enumerate(rows, start=1)
                if only is None or row["subject_id"] in only
            ]
            if not numbered:
                continue
            cohort.connection.register("written", pl.DataFrame(numbered, infer_schema_length=None).to_arrow())
            cohort.connection.execute(f"insert into clean.{table} by name select * from written")
            cohort.connection.unregister("written")
