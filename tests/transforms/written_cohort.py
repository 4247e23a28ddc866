"""Subjects of the reference, drawn at random near the borders of the rules, and written as rows for the SQL at once."""

import random
from collections.abc import Container, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl
import reference_recist as reference
from reference_endpoints import Course, Responses
from reference_recist import Lesion, Reading, Subject
from tiny_cohort import TinyCohort, day

CUT = 400
LATER_DAYS = [1, 27, 28, 41, 42, 56, 70, 84, 90, 91, 119, 126, 155, 200, 253, 254, 300, CUT, CUT + 1]
SIZES = [Fraction(size) for size in (10, 15, 20, 25, 30, 50, 100)]
PERCENTS = [0, 0, 1, 20, 49, 50, 69, 70, 70, 71, 99, 100, 119, 120, 121]
RESPONSES = [*["CR"] * 4, *["PR"] * 5, "SD", "SD", "NE", "NE", "NE", "NON-CR/NON-PD", "PD"]


def drawn_subject(draw: random.Random) -> Subject:
    """A subject with up to six lesions and eight scans."""
    numbers = {"TARGET": [0, 1, 1, 2, 3], "NON-TARGET": [0, 0, 1, 2], "NEW": [0, 0, 0, 1]}
    lesions = [
        Lesion(
            f"{kind[:3]}{number}", kind, draw.choice(["LIVER", "LIVER", "PERITONEUM", "LYMPH NODE"]),
            draw.choice(LATER_DAYS) if kind == "NEW" else -10,
        )
        for kind, counts in numbers.items()
        for number in range(draw.choice(counts))
    ]  # fmt: skip
    first = {lesion.lesion_id: draw.choice(SIZES) for lesion in lesions}
    days = {*draw.choice([(), (-10,), (-10,), (-10,), (0,), (-40, -1)]), *draw.sample(LATER_DAYS, draw.randint(0, 8))}
    trend = draw.choice([None, 50, 70, 100])
    scans: dict[int, dict[str, Reading]] = {}
    for on in sorted(days):
        readings: dict[str, Reading] = {"B1": "PRESENT"}  # outside the tables; the day is an assessment
        for lesion in lesions:
            reading = _reading(draw, lesion, first[lesion.lesion_id], on, trend)
            if reading is not None:
                readings[lesion.lesion_id] = reading
        scans[on] = readings
    subject = Subject(lesions, scans, CUT, **_course(draw))
    if subject.death is not None:  # nobody is seen after their death
        subject.scans = {on: readings for on, readings in scans.items() if on <= subject.death}
        subject.lesions = [lesion for lesion in lesions if lesion.kind != "NEW" or lesion.seen <= subject.death]
        subject.contacts = [on for on in subject.contacts if on <= subject.death]
    return subject


def _reading(draw: random.Random, lesion: Lesion, first: Fraction, on: int, trend: int | None) -> Reading | None:
    kind = draw.randint(0, 24)
    if lesion.kind == "NEW":
        return None
    if on <= 0 and lesion.kind == "TARGET":
        return first if kind else None
    if lesion.kind == "NON-TARGET" and kind < 18:
        return draw.choice(["PRESENT"] * 5 + ["ABSENT"] * 5 + ["PROGRESSION"])
    if kind > 21:
        return ("ABSENT", "NOT EVALUABLE", None)[kind - 22]
    percent = trend if trend is not None and draw.random() < 0.7 else draw.choice(PERCENTS)
    return Fraction(round(first * percent / 100, 2))


def _course(draw: random.Random) -> dict[str, Any]:
    return {
        "death": draw.choice([None, None, None, 1, 42, 100, 260, CUT, CUT + 1]),
        "contacts": draw.sample(LATER_DAYS, draw.randint(0, 2)),
        "therapies": draw.choice([[], [], [], [draw.choice(LATER_DAYS)], [-5, 84]]),
    }


def drawn_report(draw: random.Random) -> tuple[Subject, Responses, Responses]:
    """A subject without measurements, and the responses that a reader reported, of all lesions and of the organ."""
    subject = Subject([], {}, CUT, **_course(draw))
    at_most = CUT + 1 if subject.death is None else subject.death
    courses = []
    for _ in range(2):
        days = [on for on in draw.sample([0, *LATER_DAYS], draw.randint(0, 9)) if on <= at_most]
        courses.append({on: draw.choice(RESPONSES) for on in sorted(days)})
    return subject, courses[0], courses[1]


def course_of(subject: Subject, overall: Responses | None = None, organ: Responses | None = None) -> Course:
    """What the reference derives the endpoints from: reported responses, or those of the lesions."""
    reported = {*(overall or {}), *(organ or {})}
    lesions_seen = [lesion.seen for lesion in subject.lesions]
    seen = [*subject.contacts, *subject.scans, *subject.therapies, *lesions_seen, *reported]
    courses = [
        reference.overall_responses(subject, name) if given is None
        else {on: response for on, response in given.items() if 0 <= on <= subject.cut}
        for name, given in ((None, overall), ("LIVER", organ))
    ]  # fmt: skip
    therapies = [on for on in subject.therapies if 0 <= on <= subject.cut]
    return Course(
        courses[0], courses[1], subject.cut, subject.death, max(seen, default=0), min(therapies, default=None),
        None if organ is not None else reference.imaged_days(subject, "LIVER"),
    )  # fmt: skip


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
        self.add("patients", name, site="A", arm="CONTROL", index_date=self.day(0))
        nodes = {lesion.lesion_id for lesion in subject.lesions if lesion.is_node}
        for lesion in subject.lesions:
            self.add(
                "lesions", name, lesion_id=lesion.lesion_id, lesion_class=lesion.kind, organ=lesion.organ,
                first_seen_date=self.day(lesion.seen),
            )  # fmt: skip
        for on, readings in subject.scans.items():
            for lesion_id, reading in readings.items():
                is_status = isinstance(reading, str)
                column = "lesion_status" if is_status else "short_axis_mm" if lesion_id in nodes else "diameter_mm"
                value = reading if is_status else f"{float(reading):.2f}"
                self.add(
                    "lesion_measurements",
                    name,
                    lesion_id=lesion_id,
                    scan_date=self.day(on),
                    reader="R1",
                    **{column: value},
                )
        for on in subject.contacts:
            self.add("follow_up", name, vital_status="ALIVE", contact_date=self.day(on))
        for on in subject.therapies:
            self.add("drug_courses", name, drug="OTHER", start_date=self.day(on))
        if subject.death is not None:
            self.add("follow_up", name, vital_status="DEAD", death_date=self.day(subject.death))

    def report(self, name: str, overall: Mapping[int, str], organ: Mapping[int, str]) -> None:
        for on in sorted({*overall, *organ}):
            self.add(
                "response_assessments", name, scan_date=self.day(on), reader="R1",
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
