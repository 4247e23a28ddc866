"""The patient level of a cohort that a file describes: who the patients are and when their events happen.

Days are counted as in ADTTE: the index date is day 1 (AVAL = ADT - STARTDT + 1).
"""

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from studies import Study

LESION_COUNTS = {"1": (1, 1), "2-5": (2, 5), ">5": (6, 9)}
SHARE_FIRST_ARM = 22 / 60
FIRST_DRUG_DAYS = (500, 1500)


@dataclass(frozen=True)
class Patient:
    """One patient. ``ae_grades`` holds the worst grade of each term that occurred; ``liver_*`` is the organ's.

    ``drug_failure`` says why the first drug was stopped before the index date, ``first_drug_days`` how many days before
    the index date it was begun.
    """

    number: int
    arm: str
    has_procedures: bool
    sex: str
    age: int
    ecog: int
    primary: str
    lesion_group: str
    extrahepatic: bool
    second_drug_before: bool
    drug_again: str | None
    liver_percent: int
    blood_supply: str | None
    sessions: int
    index: date
    os_days: int
    died: bool
    pfs_days: int
    progressed: bool
    liver_days: int
    liver_event: bool
    best_liver: str
    best_overall: str
    ae_grades: dict[str, int]
    drug_failure: str
    first_drug_days: int

    def day(self, number: int) -> date:
        """The calendar date of study day ``number``; day 1 is the index date, day 0 the one before."""
        return self.index + timedelta(days=number - 1)

    @property
    def liver_event_is_death(self) -> bool:
        return self.liver_event and self.died and self.liver_days == self.os_days > self.pfs_days

    @property
    def liver_progressed(self) -> bool:
        return self.liver_event and not self.liver_event_is_death


def read_cohort(path: Path, study: Study, seed: int) -> list[Patient]:
    """The patients of a file with one row a patient; what it does not give is drawn with ``seed``.

    Raises:
        ValueError: a row names an arm that the study does not have, or a value is no number or date.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return [
            _from_row(row, rows.line_num, study, random.Random(f"{seed} patient {row['patient_id']}")) for row in rows
        ]


def _from_row(row: dict[str, str], line: int, study: Study, rng: random.Random) -> Patient:
    arms = {arm.code.casefold(): arm for arm in study.protocol.arms}
    if (arm := arms.get(row["arm"].casefold())) is None:
        known = ", ".join(arm.code for arm in arms.values())
        raise ValueError(f"line {line}: {row['arm']!r} is no arm of the study; its arms are {known}")
    os_days, died = int(row["os_days"]), row["os_event"] == "1"
    pfs_days, progressed = int(row["pfs_days"]), row["pfs_event"] == "1"
    best_overall = row["best_overall_response"]
    if row["liver_pfs_days"]:
        liver_days, liver_event = int(row["liver_pfs_days"]), row["liver_pfs_event"] == "1"
        best_liver = row["best_liver_response"]
    elif progressed and best_overall != "PD" and died and rng.random() < 0.3:
        # Not given: here the progression lies outside the liver, and the liver is stable until death.
        liver_days, liver_event, best_liver = os_days, True, "SD"
    else:
        liver_days, liver_event, best_liver = pfs_days, progressed, best_overall
    terms = [term.term for term in study.protocol.ae_terms]
    grades = [int(row[name]) for name in row if name.startswith("ae_")]
    drug = row["tki_drug"].split()[0].upper()
    return Patient(
        number=int(row["patient_id"]),
        arm=arm.code,
        has_procedures=arm.procedures_expected,
        sex=row["sex"],
        age=int(row["age"]),
        ecog=2 if row["ecog_group"] == "2" else rng.choice((0, 1, 1)),
        primary=row["primary_location"].upper().replace("INTESTINAL", "INTESTINE"),
        lesion_group=row["n_liver_lesions_group"],
        extrahepatic=row["extrahepatic_mets"] == "Y",
        second_drug_before=row["second_line_before"] == "Y",
        drug_again=None if drug == "NONE" else drug,
        liver_percent=_percent(row["liver_extent_pct"], rng),
        blood_supply=row["blood_supply"].upper() or None,
        sessions=int(row["tace_sessions"]),
        index=date.fromisoformat(row["index_date"]),
        os_days=os_days,
        died=died,
        pfs_days=pfs_days,
        progressed=progressed,
        liver_days=liver_days,
        liver_event=liver_event,
        best_liver=best_liver,
        best_overall=best_overall,
        ae_grades={term: grade for term, grade in zip(terms, grades, strict=True) if grade},
        drug_failure=_drug_failure(rng),
        first_drug_days=rng.randint(*FIRST_DRUG_DAYS),
    )


def _drug_failure(rng: random.Random) -> str:
    return rng.choices(("PROGRESSION", "INTOLERANCE"), (0.85, 0.15))[0]


def _percent(group: str, rng: random.Random) -> int:
    low, high = {"<=50": (10, 50), "50-70": (51, 70), ">70": (71, 85)}.get(group, (10, 70))
    return rng.randint(low, high)
