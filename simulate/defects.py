"""Defects that can be planted in a clean extract: each breaks one rule and changes no endpoint and no table."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from simulate.records import Record

Tables = dict[str, list[Record]]
SPOILT = "_spoilt"  # marks a record that must stay as it is; never written


@dataclass(frozen=True)
class Defect:
    """A planted defect: the rule it breaks and the record itself, so that its line is known once the file is written."""

    rule_id: str
    table: str
    record: Record
    subject: str
    what: str


class Planter:
    """Plants each defect in a record that no other defect touches."""

    def __init__(self, tables: Tables, rng: random.Random) -> None:
        self.tables = tables
        self.rng = rng
        self.planted: list[Defect] = []
        self.subjects: set[str] = set()
        self.deaths = {row["subject_id"]: row["death_date"] for row in tables["follow_up"] if row["death_date"]}
        self.by_record = {row["record_id"]: row["subject_id"] for row in tables["patients"]}

    def pick(self, table: str, suits: Callable[[Record], bool] = lambda _: True) -> Record:
        """A record that suits, of a patient without another defect."""
        free = [row for row in self.tables[table] if self.subject(row) not in self.subjects and suits(row)]
        record = self.rng.choice(free)
        self.subjects.add(self.subject(record))
        return record

    def subject(self, record: Record) -> str:
        return record.get("subject_id") or self.by_record[record["record_id"]]

    def spoil(self, rule_id: str, table: str, record: Record, what: str, **values: str) -> None:
        record |= values
        record[SPOILT] = rule_id
        self.planted.append(Defect(rule_id, table, record, self.subject(record), what))

    def add(self, rule_id: str, table: str, like: Record, what: str, **values: str) -> Record:
        """A further record like an existing one, right behind it."""
        record = dict(like)
        rows = self.tables[table]
        rows.insert(rows.index(like) + 1, record)
        self.spoil(rule_id, table, record, what, **values)
        return record


def plant_defects(tables: Tables, rng: random.Random) -> list[Defect]:
    """Plants every defect once, in place, and gives them in the order of their rules."""
    planter = Planter(tables, rng)
    for plant in (_in_dates, _in_master_data, _in_treatment, _in_events_and_laboratory, _in_measurements, _in_reports):
        plant(planter)
    return sorted(planter.planted, key=lambda defect: defect.rule_id)


def _in_dates(planter: Planter) -> None:
    planter.spoil("DT01", "lab_results", planter.pick("lab_results"), "a date that is none", sample_date="2010-13-45")
    contact = planter.pick("follow_up", lambda row: row["vital_status"] == "ALIVE")
    planter.add("DT03", "follow_up", contact, "the default date of the system", contact_date="1900-01-01")
    sample = planter.pick("lab_results", lambda row: planter.by_record[row["record_id"]] in planter.deaths)
    died = date.fromisoformat(planter.deaths[planter.subject(sample)])
    later = (died + timedelta(days=9)).isoformat()
    planter.add("DT04", "lab_results", sample, "a sample nine days after death", sample_date=later)
    event = planter.pick("adverse_events", lambda row: int(row["grade"]) >= 2)
    start = date.fromisoformat(event["end_date"]) + timedelta(days=30)
    planter.add(
        "DT06", "adverse_events", event, "a lesser spell that ends before it starts",
        ae_number=str(int(event["ae_number"]) + 40), grade="1", start_date=start.isoformat(),
        end_date=(start - timedelta(days=6)).isoformat(), serious="N",
    )  # fmt: skip


def _in_master_data(planter: Planter) -> None:
    patient = planter.pick("patients", lambda row: row["birth_year"][5:] != "02-29" and int(row["age_years"]) < 80)
    birthday = date.fromisoformat(patient["birth_year"])
    earlier = birthday.replace(year=birthday.year - 3, day=min(birthday.day, 28)).isoformat()
    planter.spoil("DM04", "patients", patient, "a birth date three years off the age", birth_year=earlier)
    patient = planter.pick("patients", lambda row: row["reported_liver_lesion_group"] == "1")
    planter.spoil(
        "DM13", "patients", patient, "a number of liver lesions that the lesions do not have",
        reported_liver_lesion_group="2-5",
    )  # fmt: skip


def _in_treatment(planter: Planter) -> None:
    planter.spoil("EX03", "procedures", planter.pick("procedures"), "more oil than plausible", iodised_oil_ml="25")
    planter.spoil("EX04", "procedures", planter.pick("procedures"), "a low dose", doxorubicin_mg="20")
    index = {row["subject_id"]: row["index_date"] for row in planter.tables["patients"]}
    course = planter.pick(
        "drug_courses", lambda row: row["drug"] == "IMATINIB" and row["start_date"] < index[row["subject_id"]]
    )
    planter.spoil("TK01", "drug_courses", course, "a higher daily dose", daily_dose_mg="600")


def _in_events_and_laboratory(planter: Planter) -> None:
    event = planter.pick("adverse_events", lambda row: int(row["grade"]) >= 2)
    last = date.fromisoformat(event["end_date"])
    planter.add(
        "AE01", "adverse_events", event, "a grade that does not exist",
        ae_number=str(int(event["ae_number"]) + 40), grade="7", start_date=(last + timedelta(days=5)).isoformat(),
        end_date=(last + timedelta(days=8)).isoformat(),
    )  # fmt: skip
    planter.spoil("AE03", "adverse_events", planter.pick("adverse_events"), "another version", ctcae_version="4.0")
    planter.spoil("LB01", "lab_results", planter.pick("lab_results"), "a value without a unit", unit="")


def _in_measurements(planter: Planter) -> None:
    tables = planter.tables
    kind = {(row["subject_id"], row["lesion_id"]): row["lesion_class"] for row in tables["lesions"]}

    def second_reader(lesion_class: str) -> Callable[[Record], bool]:
        return lambda row: (
            row["reader"] == "R2"
            and bool(row["diameter"])
            and kind.get((row["subject_id"], row["lesion_id"])) == lesion_class
            and any(_scans_after(tables, row)) and any(_scans_before(tables, row))
        )  # fmt: skip

    measured = planter.pick("lesion_measurements", second_reader("TARGET"))
    planter.spoil("TR01", "lesion_measurements", measured, "a diameter of four metres", diameter="4100")
    measured = planter.pick("lesion_measurements", second_reader("NON-TARGET"))
    in_cm = f"{int(measured['diameter']) / 10:g}"
    planter.spoil("TR02", "lesion_measurements", measured, "centimetres under the unit mm", diameter=in_cm)
    measured = planter.pick("lesion_measurements", second_reader("TARGET"))
    other = str(int(measured["diameter"]) + 9)
    planter.spoil("TR09", "lesion_measurements", measured, "one of two values for one lesion, scan and reader")
    planter.add("TR09", "lesion_measurements", measured, "the other of the two values", diameter=other)
    measured = planter.pick("lesion_measurements", second_reader("TARGET"))
    planter.add("TU13", "lesion_measurements", measured, "a lesion that is not in the lesions file", lesion_id="L19")


def _scans_after(tables: Tables, row: Record) -> Iterator[Record]:
    return (other for other in _same_lesion(tables, row) if other["scan_date"] > row["scan_date"])


def _scans_before(tables: Tables, row: Record) -> Iterator[Record]:
    return (other for other in _same_lesion(tables, row) if other["scan_date"] < row["scan_date"])


def _same_lesion(tables: Tables, row: Record) -> Iterator[Record]:
    key = ("subject_id", "lesion_id", "reader")
    return (
        other for other in tables["lesion_measurements"]
        if other["diameter"] and all(other[name] == row[name] for name in key)
    )  # fmt: skip


def _in_reports(planter: Planter) -> None:
    report = planter.pick("response_assessments", lambda row: row["reader"] == "R2" and bool(row["sum_mm"]))
    wrong = str(int(report["sum_mm"]) + 10)
    planter.spoil("TR07", "response_assessments", report, "a sum that its diameters do not give", sum_mm=wrong)
    report = planter.pick(
        "response_assessments",
        lambda row: row["reader"] == "R2" and row["target_response"] == row["overall_response"] == "SD",
    )
    planter.spoil(
        "RS03", "response_assessments", report, "an overall response that its parts do not give", overall_response="PR"
    )
