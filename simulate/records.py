"""What an EMR holds about a patient besides safety data: master data, treatment, lesions, responses, contacts.

A record is a plain dict from our column names (schemas, what an extract must bring) to text.
"""

import random
from collections.abc import Mapping
from datetime import date, timedelta

from simulate.cohort import Patient
from simulate.recist import NOT_EVALUABLE, PRESENT
from simulate.tumours import NOT_SEEN, READERS, Tumours
from studies.protocol import Cohort

Record = dict[str, str]

SITES = ("Ward 3", "Ward 7")
FAMILY_NAMES = ("欧阳", "司马", "上官", "诸葛", "慕容", "尉迟", "令狐", "皇甫", "宇文", "长孙", "Okonkwo", "Vasquez")
GIVEN_NAMES = (
    ("明", "秀", "建", "淑", "志", "丽", "文", "桂", "海", "玉", "晓", "春"),
    ("远", "兰", "国", "芬", "强", "华", "博", "英", "涛", "珍", "峰", "梅"),
)
CONTACT_INTERVAL_DAYS = 56


def subject_id(patient: Patient) -> str:
    """P001; more digits where the cohort needs them."""
    return f"P{patient.number:03d}"


def record_number(patient: Patient, seed: int) -> str:
    return f"MRN{random.Random(f'{seed} record {patient.number}').randint(10**7, 10**8 - 1)}{patient.number:04d}"


def master_data(patient: Patient, cohort: Cohort, rng: random.Random, seed: int) -> Record:
    """The patients row."""
    birthday = _years_before(patient.index, patient.age) - timedelta(days=rng.randint(1, 364))
    first_course = _first_drug_start(patient)
    grade = "B" if patient.liver_percent > 50 and rng.random() < 0.6 else "A"
    return {
        "subject_id": subject_id(patient),
        "name_id": _name(patient),
        "record_id": record_number(patient, seed),
        "phone_id": f"1{rng.choice((3, 5, 7, 8))}{rng.randint(10**8, 10**9 - 1)}",
        "birth_year": birthday.isoformat(),
        "site": SITES[rng.random() < 0.45],
        "arm": patient.arm,
        "sex": patient.sex,
        "age_years": str(patient.age),
        "histology": cohort.histology[0],
        "cd117": cohort.cd117[0],
        "ecog": str(patient.ecog),
        "child_pugh_class": grade,
        "child_pugh_score": str(rng.randint(5, 6) if grade == "A" else rng.randint(7, 9)),
        "primary_location": patient.primary,
        "liver_involvement_pct": str(patient.liver_percent),
        "blood_supply": patient.blood_supply or "",
        "diagnosis_date": (first_course - timedelta(days=rng.randint(20, 400))).isoformat(),
        "consent_date": patient.day(1 - rng.randint(0, 10)).isoformat(),
        "index_date": patient.index.isoformat(),
        "prior_therapy": "Y",
        "prior_therapy_stop_reason": patient.drug_failure,
        "reported_liver_lesion_group": patient.lesion_group,
        "reported_extrahepatic": "Y" if patient.extrahepatic else "N",
        "reported_tki_reintroduction": "Y" if patient.drug_again else "N",
    }


def _name(patient: Patient) -> str:
    """Invented, and different for the first few thousand patients."""
    first, second = GIVEN_NAMES
    rest, family = divmod(patient.number, len(FAMILY_NAMES))
    place = (rest + 17 * patient.number) % (len(first) * len(second))
    return FAMILY_NAMES[family] + first[place // len(second)] + second[place % len(second)]


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years) if (day.month, day.day) != (2, 29) else date(day.year - years, 2, 28)


def _first_drug_start(patient: Patient) -> date:
    return patient.index - timedelta(days=patient.first_drug_days)


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


def drug_courses(patient: Patient, doses: Mapping[str, str], rng: random.Random) -> list[Record]:
    """The first line, perhaps the second, up to shortly before the index date; perhaps one of them again after it."""
    first_line, second_line = doses
    first, until = _first_drug_start(patient), patient.day(-rng.randint(14, 40))
    courses = []
    if patient.second_drug_before:
        change = until - timedelta(days=rng.randint(120, 260))
        courses.append(_course(patient, first_line, doses, first, change, patient.drug_failure))
        courses.append(_course(patient, second_line, doses, change + timedelta(days=7), until, "PROGRESSION"))
    else:
        courses.append(_course(patient, first_line, doses, first, until, patient.drug_failure))
    if patient.drug_again:
        start = patient.day(15 if patient.has_procedures else 1)
        ended = patient.progressed and patient.pfs_days > 15
        end = patient.day(patient.pfs_days) if ended else None
        courses.append(_course(patient, patient.drug_again, doses, start, end, "PROGRESSION" if ended else ""))
    return courses


def _course(
    patient: Patient, drug: str, doses: Mapping[str, str], start: date, end: date | None, reason: str
) -> Record:
    return {
        "subject_id": subject_id(patient),
        "drug": drug,
        "daily_dose_mg": doses[drug],
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
                if (seen := scan.readings[reader].get(lesion.lesion_id)) is None:
                    continue
                measured = seen.size is not None
                longest = "" if seen.size is None else str(round(seen.size * lesion.long_per_short))
                is_usual = lesion.is_target and seen.status == PRESENT
                records.append(
                    {
                        "subject_id": subject_id(patient),
                        "lesion_id": lesion.lesion_id,
                        "scan_date": scan.on.isoformat(),
                        "reader": reader,
                        "modality": scan.modality,
                        "diameter": longest,
                        "diameter_unit": "mm" if measured else "",
                        "short_axis": str(seen.size) if measured and lesion.is_node else "",
                        "lesion_status": "" if is_usual else seen.status,
                        "not_evaluable_reason": NOT_SEEN if seen.status == NOT_EVALUABLE else "",
                    }
                )
    return records


def response_records(patient: Patient, tumours: Tumours) -> list[Record]:
    """What each reader reported of each scan after the baseline."""
    records = []
    for place, scan in enumerate(tumours.scans[1:]):
        for reader in READERS:
            report = tumours.reports[reader][place]
            is_ne = "NE" in (report.target, report.overall, report.liver)
            records.append(
                {
                    "subject_id": subject_id(patient),
                    "scan_date": scan.on.isoformat(),
                    "reader": reader,
                    "sum_mm": "" if report.sum_mm is None else str(report.sum_mm),
                    "target_response": report.target or "",
                    "nontarget_response": report.nontarget or "",
                    "new_lesion": "Y" if report.new_lesion else "N",
                    "overall_response": report.overall,
                    "liver_response": report.liver,
                    "not_evaluable_reason": NOT_SEEN if is_ne else "",
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
        "death_cause": ""
        if alive
        else rng.choice(("Tumour progression", "Liver failure", "Tumour progression", "Bleeding")),
    }
