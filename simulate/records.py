"""Everything an EMR holds about a patient besides the lesions: master data, treatment, adverse events, laboratory, contacts.

A record is a plain dict from our column names (schemas, what an extract must bring) to text.
"""

import random
from datetime import date, timedelta

from simulate.cohort import Patient
from simulate.tumours import NOT_SEEN, READERS, Tumours
from studies import Protocol

Record = dict[str, str]

SITES = ("Ward 3", "Ward 7")
FAMILY_NAMES = ("欧阳", "司马", "上官", "诸葛", "慕容", "尉迟", "令狐", "皇甫", "宇文", "长孙", "Okonkwo", "Vasquez")
GIVEN_NAMES = ("明远", "秀兰", "建国", "淑芬", "志强", "丽华", "文博", "桂英", "海涛", "玉珍", "晓峰", "春梅")
NORMAL_VALUES = {
    "ALT": ("U/L", 12, 38, 0, 40),
    "BILI": ("umol/L", 5, 19, 3, 21),
    "ALB": ("g/L", 34, 46, 35, 55),
    "HGB": ("g/L", 105, 150, 120, 160),
    "ANC": ("10^9/L", 2, 6, 1.8, 6.3),
    "PLT": ("10^9/L", 130, 320, 125, 350),
}
LAB_INTERVAL_DAYS = 42
CONTACT_INTERVAL_DAYS = 56
DRUG_DOSES = {"IMATINIB": "400", "SUNITINIB": "37.5"}


def subject_id(patient: Patient) -> str:
    """P001; more digits where the cohort needs them."""
    return f"P{patient.number:03d}"


def record_number(patient: Patient, seed: int) -> str:
    return f"MRN{random.Random(f'{seed} record {patient.number}').randint(10**7, 10**8 - 1)}{patient.number:04d}"


def master_data(patient: Patient, tumours: Tumours, rng: random.Random, seed: int) -> Record:
    """The patients row."""
    birthday = _years_before(patient.index, patient.age) - timedelta(days=rng.randint(1, 364))
    family = FAMILY_NAMES[patient.number % len(FAMILY_NAMES)]
    given = GIVEN_NAMES[(patient.number // len(FAMILY_NAMES) + 5 * patient.number) % len(GIVEN_NAMES)]
    first_course = _first_drug_start(patient)
    grade = "B" if patient.liver_percent > 50 and rng.random() < 0.6 else "A"
    return {
        "subject_id": subject_id(patient),
        "name_id": f"{family}{given}",
        "record_id": record_number(patient, seed),
        "phone_id": f"1{rng.choice((3, 5, 7, 8))}{rng.randint(10**8, 10**9 - 1)}",
        "birth_year": birthday.isoformat(),
        "site": SITES[rng.random() < 0.45],
        "arm": patient.arm,
        "sex": patient.sex,
        "age_years": str(patient.age),
        "histology": "GIST",
        "cd117": "POSITIVE",
        "ecog": str(patient.ecog),
        "child_pugh_class": grade,
        "child_pugh_score": str(rng.randint(5, 6) if grade == "A" else rng.randint(7, 9)),
        "primary_location": patient.primary,
        "liver_involvement_pct": str(patient.liver_percent),
        "blood_supply": patient.blood_supply or "",
        "diagnosis_date": (first_course - timedelta(days=rng.randint(20, 400))).isoformat(),
        "consent_date": patient.day(1 - rng.randint(0, 10)).isoformat(),
        "index_date": patient.index.isoformat(),
        "prior_imatinib": "Y",
        "imatinib_stop_reason": "PROGRESSION" if rng.random() < 0.85 else "INTOLERANCE",
        "reported_liver_lesion_group": patient.lesion_group,
        "reported_extrahepatic": "Y" if patient.extrahepatic else "N",
        "reported_tki_reintroduction": "Y" if patient.drug_again else "N",
    }


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years) if (day.month, day.day) != (2, 29) else date(day.year - years, 2, 28)


def _first_drug_start(patient: Patient) -> date:
    return patient.day(-(700 + 37 * (patient.number % 20)))


def procedures(patient: Patient, rng: random.Random) -> list[Record]:
    """The sessions: the first on the index date, none in the last weeks of life."""
    if not patient.sessions:
        return []
    room = max(patient.os_days - 45, 15)
    step = min(56, room // patient.sessions)
    day, records = 1, []
    for session in range(1, patient.sessions + 1):
        records.append(
            {
                "subject_id": subject_id(patient),
                "session_number": str(session),
                "procedure_date": patient.day(day).isoformat(),
                "iodised_oil_ml": str(rng.randint(5, 20)),
                "doxorubicin_mg": str(rng.randrange(40, 81, 10)),
                "embolic_agent": "Gelatin sponge 1-2 mm",
            }
        )
        day += max(15, step - rng.randint(0, 5))
    return records


def drug_courses(patient: Patient, rng: random.Random) -> list[Record]:
    """Imatinib, perhaps sunitinib, up to shortly before the index date; perhaps one of them again after it."""
    first, until = _first_drug_start(patient), patient.day(-rng.randint(14, 40))
    courses = []
    if patient.second_drug_before:
        change = until - timedelta(days=rng.randint(120, 260))
        courses.append(_course(patient, "IMATINIB", first, change, "PROGRESSION"))
        courses.append(_course(patient, "SUNITINIB", change + timedelta(days=7), until, "PROGRESSION"))
    else:
        courses.append(_course(patient, "IMATINIB", first, until, "PROGRESSION"))
    if patient.drug_again:
        start = patient.day(15 if patient.has_procedures else 1)
        ended = patient.progressed and patient.pfs_days > 15
        end = patient.day(patient.pfs_days) if ended else None
        courses.append(_course(patient, patient.drug_again, start, end, "PROGRESSION" if ended else ""))
    return courses


def _course(patient: Patient, drug: str, start: date, end: date | None, reason: str) -> Record:
    return {
        "subject_id": subject_id(patient),
        "drug": drug,
        "daily_dose_mg": DRUG_DOSES[drug],
        "start_date": start.isoformat(),
        "end_date": end.isoformat() if end else "",
        "stop_reason": reason,
    }


def lesion_records(patient: Patient, tumours: Tumours) -> list[Record]:
    return [
        {
            "subject_id": subject_id(patient),
            "lesion_id": lesion.lesion_id,
            "organ": lesion.organ,
            "location_text": lesion.place,
            "lesion_class": lesion.lesion_class,
            "first_seen_date": lesion.first_seen.isoformat(),
        }
        for lesion in tumours.lesions
    ]


def measurement_records(patient: Patient, tumours: Tumours) -> list[Record]:
    """A row a lesion, scan and reader; a lesion that was not evaluable has a row that says why."""
    records = []
    for scan in tumours.scans:
        for reader in READERS:
            for lesion in tumours.lesions:
                if lesion.lesion_class == "NEW" and lesion.lesion_id not in scan.new_lesions:
                    continue
                size = scan.sizes[reader].get(lesion.lesion_id)
                unseen = lesion.lesion_class != "NEW" and size is None
                status = "NOT EVALUABLE" if unseen else "PRESENT" if lesion.lesion_class != "TARGET" else ""
                records.append(
                    {
                        "subject_id": subject_id(patient),
                        "lesion_id": lesion.lesion_id,
                        "scan_date": scan.on.isoformat(),
                        "reader": reader,
                        "modality": scan.modality,
                        "diameter": "" if size is None else str(size),
                        "diameter_unit": "" if size is None else "mm",
                        "short_axis": "",
                        "lesion_status": status,
                        "not_evaluable_reason": NOT_SEEN if unseen else "",
                    }
                )
    return records


def response_records(patient: Patient, tumours: Tumours) -> list[Record]:
    """What each reader reported of each scan after the baseline."""
    records = []
    for place, scan in enumerate(tumours.scans[1:], start=1):
        for reader in READERS:
            report = tumours.reports[reader][place]
            is_ne = "NE" in (report.target, report.overall, report.liver)
            records.append(
                {
                    "subject_id": subject_id(patient),
                    "scan_date": scan.on.isoformat(),
                    "reader": reader,
                    "sum_mm": "" if report.sum_mm is None else str(report.sum_mm),
                    "target_response": report.target,
                    "nontarget_response": report.nontarget or "",
                    "new_lesion": "Y" if report.new_lesion else "N",
                    "overall_response": report.overall,
                    "liver_response": report.liver,
                    "not_evaluable_reason": NOT_SEEN if is_ne else "",
                }
            )
    return records


def adverse_events(patient: Patient, protocol: Protocol, rng: random.Random) -> list[Record]:
    """For each term its worst grade once, and sometimes a lesser spell after it that does not overlap."""
    records: list[Record] = []
    labels = {term.term: term.label for term in protocol.ae_terms}
    for term, grade in patient.ae_grades.items():
        start = rng.randint(1, max(1, min(60, patient.os_days - 20)))
        spells = [(grade, start, min(start + rng.randint(3, 14), patient.os_days))]
        if grade > 1 and patient.os_days > 140 and rng.random() < 0.35:
            again = rng.randint(90, 110)
            spells.append((grade - 1, again, again + rng.randint(3, 10)))
        for spell_grade, first, last in spells:
            records.append(
                {
                    "subject_id": subject_id(patient),
                    "ae_number": str(len(records) + 1),
                    "reported_term": labels[term],
                    "term": term,
                    "grade": str(spell_grade),
                    "start_date": patient.day(first).isoformat(),
                    "end_date": patient.day(last).isoformat(),
                    "serious": "Y" if spell_grade >= 3 and rng.random() < 0.5 else "N",
                    "outcome": "RESOLVED",
                    "ctcae_version": protocol.study.ctcae_version,
                }
            )
    return records


def lab_results(patient: Patient, rng: random.Random, seed: int) -> list[Record]:
    """A panel within two weeks before the index date, then one at every interval while the patient is followed."""
    days = [-rng.randint(0, 9), *range(LAB_INTERVAL_DAYS, min(patient.os_days, 500), LAB_INTERVAL_DAYS)]
    records = []
    for day in days:
        for test, (unit, low, high, lower, upper) in NORMAL_VALUES.items():
            value = rng.uniform(low, high)
            records.append(
                {
                    "record_id": record_number(patient, seed),
                    "sample_date": patient.day(day).isoformat(),
                    "test": test,
                    "value": f"{value:.1f}" if test in ("ANC", "BILI") else str(round(value)),
                    "unit": unit,
                    "lower_limit": f"{lower:g}",
                    "upper_limit": f"{upper:g}",
                }
            )
    return records


def follow_up(patient: Patient, rng: random.Random) -> list[Record]:
    """Contacts from the index date to death or the data cut."""
    records = []
    day = 1
    while day < patient.os_days:
        records.append(_contact(patient, day, rng, alive=True))
        day += CONTACT_INTERVAL_DAYS + rng.randint(-10, 10)
    records.append(_contact(patient, patient.os_days, rng, alive=not patient.died))
    return records


def _contact(patient: Patient, day: int, rng: random.Random, *, alive: bool) -> Record:
    on = patient.day(day).isoformat()
    return {
        "subject_id": subject_id(patient),
        "contact_date": on,
        "contact_type": "VISIT" if rng.random() < 0.6 else "PHONE",
        "vital_status": "ALIVE" if alive else "DEAD",
        "death_date": "" if alive else on,
        "death_cause": "" if alive else rng.choice(("Tumour progression", "Liver failure", "Tumour progression", "Bleeding")),
    }
