"""Defects that can be planted in a clean extract: each breaks one rule and changes no endpoint and no table."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from simulate.records import Record
from simulate.safety import LATEST_ONSET_DAY, SECOND_SPELL_DAYS
from studies import Protocol

Tables = dict[str, list[Record]]
SPOILT = "_spoilt"  # marks a record that must stay as it is; never written
QUIET_DAYS = (LATEST_ONSET_DAY + 15, SECOND_SPELL_DAYS[0] - 1)  # no spell of a clean extract lies here
EXTRA_EVENT_NUMBER = 40
MANY_CM = 52  # a tenth of this is above the size that is too small to measure
KEYS = {
    "procedures": ("session_number",),
    "drug_courses": ("drug", "start_date"),
    "lesion_measurements": ("lesion_id", "scan_date", "reader"),
    "response_assessments": ("scan_date", "reader"),
    "adverse_events": ("ae_number",),
    "lab_results": ("sample_date", "test"),
    "follow_up": ("contact_date",),
}


@dataclass(frozen=True)
class Defect:
    """A planted defect: the rule it breaks and the record itself; its line is known once the file is written."""

    rule_id: str
    table: str
    record: Record
    subject: str
    what: str

    @property
    def key(self) -> str:
        """What tells the record from the others of its patient and table."""
        return ", ".join(f"{name} {self.record[name]}" for name in KEYS.get(self.table, ()))


class Planter:
    """Plants each defect in the record of a patient who has no other defect."""

    def __init__(self, tables: Tables, protocol: Protocol, rng: random.Random) -> None:
        self.tables = tables
        self.data_cut = protocol.study.data_cut
        self.first_line = protocol.cohort.drug_lines[0]
        self.rng = rng
        self.planted: list[Defect] = []
        self.subjects: set[str] = set()
        self.by_record = {row["record_id"]: row["subject_id"] for row in tables["patients"]}
        self.index = {row["subject_id"]: date.fromisoformat(row["index_date"]) for row in tables["patients"]}
        self.deaths = {
            row["subject_id"]: date.fromisoformat(row["death_date"]) for row in tables["follow_up"] if row["death_date"]
        }

    def subject(self, record: Record) -> str:
        return record.get("subject_id") or self.by_record[record["record_id"]]

    def lives_for(self, subject: str, days: int) -> bool:
        return self.deaths.get(subject, date.max) > self.index[subject] + timedelta(days=days)

    def pick(self, table: str, suits: Callable[[Record], bool] = lambda _: True) -> Record:
        """A record that suits, of a patient without another defect.

        Raises:
            ValueError: the cohort has none.
        """
        free = [row for row in self.tables[table] if self.subject(row) not in self.subjects and suits(row)]
        if not free:
            raise ValueError(f"the cohort is too small to plant every defect: no further record of {table} suits")
        record = self.rng.choice(free)
        self.subjects.add(self.subject(record))
        return record

    def spoil(self, rule_id: str, table: str, record: Record, what: str, **values: str) -> None:
        record |= values
        record[SPOILT] = rule_id
        self.planted.append(Defect(rule_id, table, record, self.subject(record), what))

    def add(self, rule_id: str, table: str, like: Record, what: str, **values: str) -> None:
        """A further record like an existing one, right behind it."""
        record = dict(like)
        rows = self.tables[table]
        place = next(place for place, row in enumerate(rows) if row is like)
        rows.insert(place + 1, record)
        self.spoil(rule_id, table, record, what, **values)


def plant_defects(tables: Tables, protocol: Protocol, rng: random.Random) -> list[Defect]:
    """Plants every defect once, in place, and gives them in the order of their rules.

    Raises:
        ValueError: the cohort is too small to hold every defect in a patient of its own.
    """
    planter = Planter(tables, protocol, rng)
    for plant in (_in_measurements, _in_treatment, _in_reports, _in_dates, _in_master_data, _in_events_and_laboratory):
        plant(planter)
    return sorted(planter.planted, key=lambda defect: defect.rule_id)


def _in_dates(planter: Planter) -> None:
    sample = planter.pick("lab_results", lambda row: _is_after_start(planter, row))
    planter.spoil("DT01", "lab_results", sample, "a date that is none", sample_date="2010-13-45")
    contact = planter.pick("follow_up", lambda row: row["vital_status"] == "ALIVE")
    planter.add("DT03", "follow_up", contact, "the default date of the system", contact_date="1900-01-01")

    later = timedelta(days=9)
    sample = planter.pick(
        "lab_results",
        lambda row: planter.deaths.get(planter.subject(row), date.max - later) + later <= planter.data_cut,
    )
    died = planter.deaths[planter.subject(sample)]
    after = (died + later).isoformat()
    planter.add("DT04", "lab_results", sample, "a sample nine days after death", sample_date=after)
    first, last = QUIET_DAYS
    _add_event(planter, "DT06", "a lesser spell that ends before it starts", "1", start_day=last, end_day=first)


def _is_after_start(planter: Planter, sample: Record) -> bool:
    """Whether the patient keeps the panel before the start, by which eligibility is judged."""
    return date.fromisoformat(sample["sample_date"]) > planter.index[planter.subject(sample)]


def _add_event(planter: Planter, rule_id: str, what: str, grade: str, *, start_day: int, end_day: int) -> None:
    """A further spell of a term whose worst grade stays what it is, when no other spell of it lasts."""
    event = planter.pick(
        "adverse_events", lambda row: int(row["grade"]) >= 2 and planter.lives_for(row["subject_id"], max(QUIET_DAYS))
    )
    index = planter.index[event["subject_id"]]
    planter.add(
        rule_id,
        "adverse_events",
        event,
        what,
        ae_number=str(int(event["ae_number"]) + EXTRA_EVENT_NUMBER),
        grade=grade,
        start_date=(index + timedelta(days=start_day - 1)).isoformat(),
        end_date=(index + timedelta(days=end_day - 1)).isoformat(),
        serious="N",
    )


def _in_master_data(planter: Planter) -> None:
    patient = planter.pick("patients", lambda row: row["birth_year"][5:] != "02-29" and int(row["age_years"]) < 80)
    birthday = date.fromisoformat(patient["birth_year"])
    earlier = birthday.replace(year=birthday.year - 3).isoformat()
    planter.spoil("DM04", "patients", patient, "a birth date three years off the age", birth_year=earlier)
    patient = planter.pick("patients", lambda row: row["reported_liver_lesion_group"] == "1")
    what = "a number of liver lesions that the lesions do not have"
    planter.spoil("DM13", "patients", patient, what, reported_liver_lesion_group="2-5")


def _in_treatment(planter: Planter) -> None:
    planter.spoil("EX03", "procedures", planter.pick("procedures"), "more oil than plausible", iodised_oil_ml="25")
    planter.spoil("EX04", "procedures", planter.pick("procedures"), "a low dose", doxorubicin_mg="20")
    course = planter.pick(
        "drug_courses",
        lambda row: (
            row["drug"] == planter.first_line
            and date.fromisoformat(row["start_date"]) < planter.index[row["subject_id"]]
        ),
    )
    dose = f"{1.5 * float(course['daily_dose_mg']):g}"
    planter.spoil("TK01", "drug_courses", course, "a higher daily dose", daily_dose_mg=dose)


def _in_events_and_laboratory(planter: Planter) -> None:
    first, last = QUIET_DAYS
    _add_event(planter, "AE01", "a grade that does not exist", "7", start_day=first, end_day=last)
    planter.spoil("AE03", "adverse_events", planter.pick("adverse_events"), "another version", ctcae_version="4.0")
    sample = planter.pick("lab_results", lambda row: _is_after_start(planter, row))
    planter.spoil("LB01", "lab_results", sample, "a value without a unit", unit="")


def _in_measurements(planter: Planter) -> None:
    table = "lesion_measurements"
    scans_of = defaultdict(list)
    for row in planter.tables[table]:
        if row["reader"] == "R2" and row["diameter"]:
            scans_of[row["subject_id"], row["lesion_id"]].append(row["scan_date"])
    lesions = {(row["subject_id"], row["lesion_id"]): row for row in planter.tables["lesions"]}

    def of_second_reader(lesion_class: str, at_least: int) -> Callable[[Record], bool]:
        """Measurements between two others of a lesion that is no node."""

        def suits(row: Record) -> bool:
            name = (row["subject_id"], row["lesion_id"])
            if row["reader"] != "R2" or not row["diameter"] or row["short_axis"]:
                return False
            is_between = min(scans_of[name]) < row["scan_date"] < max(scans_of[name])
            return is_between and int(row["diameter"]) >= at_least and lesions[name]["lesion_class"] == lesion_class

        return suits

    measured = planter.pick(table, of_second_reader("NON-TARGET", MANY_CM))
    in_cm = f"{int(measured['diameter']) / 10:g}"
    planter.spoil("TR02", table, measured, "centimetres under the unit mm", diameter=in_cm)
    measured = planter.pick(table, of_second_reader("TARGET", 20))
    planter.spoil("TR01", table, measured, "a diameter of four metres", diameter="4100")
    measured = planter.pick(table, of_second_reader("TARGET", 20))
    other = str(int(measured["diameter"]) + 9)
    planter.spoil("TR09", table, measured, "one of two values for one lesion, scan and reader")
    planter.add("TR09", table, measured, "the other of the two values", diameter=other)
    measured = planter.pick(table, of_second_reader("TARGET", 20))
    planter.add("TU13", table, measured, "a lesion that is not in the lesions file", lesion_id="L19")


def _in_reports(planter: Planter) -> None:
    table = "response_assessments"

    def is_stable(row: Record) -> bool:
        return row["reader"] == "R2" and row["target_response"] == row["overall_response"] == "SD"

    report = planter.pick(table, lambda row: is_stable(row) and int(row["sum_mm"]) >= 60)
    wrong = str(int(report["sum_mm"]) + 10)
    planter.spoil("TR07", table, report, "a sum that its diameters do not give", sum_mm=wrong)
    report = planter.pick(table, lambda row: is_stable(row) and row["nontarget_response"] == "NON-CR/NON-PD")
    planter.spoil("RS03", table, report, "an overall response that its parts do not give", overall_response="PR")
