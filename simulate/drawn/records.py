"""What an EMR holds about drawn patients besides tumours and safety data: master data, treatment, contacts.

Frames of records; the column ``key`` holds the number of the patient. A name of ours that is missing here (subject_id)
is put in where the tables are put together.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from simulate.drawn.draws import Ints, dates, numbers, texts, where, whole
from simulate.drawn.patients import FAILURES, LESION_GROUPS, NO_DRUG, PRIMARIES, SUPPLIES, Patients
from simulate.records import CONTACT_INTERVAL_DAYS, FAMILY_NAMES, GIVEN_NAMES, SITES
from studies import Protocol

PHONE_PREFIXES = (3, 5, 7, 8)
PHONES = 9 * 10**8
PHONE_STEP = 314_159_269  # prime, so that no two patients share a number
DEATH_CAUSES = ("Tumour progression", "Liver failure", "Tumour progression", "Bleeding")


def record_numbers(patients: Patients, rng: np.random.Generator) -> pl.Series:
    """The number under which the laboratory knows each patient."""
    start = numbers(whole(rng, 10**7, 10**8 - 1, patients.count))
    return "MRN" + start + numbers(patients.number).str.zfill(4)


def master_data(
    patients: Patients, protocol: Protocol, record_ids: pl.Series, rng: np.random.Generator, key: str
) -> pl.DataFrame:
    """One record a patient."""
    n, cohort = patients.count, protocol.cohort
    born = _years_before(patients.index, patients.age) - whole(rng, 1, 364, n)
    is_worse = (patients.liver_percent > 50) & (rng.random(n) < 0.6)
    first, second = (arm.code for arm in sorted(protocol.arms, key=lambda arm: not arm.procedures_expected))
    phones = 10**8 + (patients.number * PHONE_STEP + 10**6) % PHONES
    return pl.DataFrame(
        {
            key: patients.number,
            "name_id": _names(patients.number),
            "record_id": record_ids,
            "phone_id": "1" + numbers(rng.choice(PHONE_PREFIXES, n)) + numbers(phones),
            "birth_year": dates(born),
            "site": texts(SITES, (rng.random(n) < 0.45).astype(np.int64)),
            "arm": texts((second, first), patients.treated.astype(np.int64)),
            "sex": texts(("F", "M"), patients.male.astype(np.int64)),
            "age_years": numbers(patients.age),
            "histology": cohort.histology[0],
            "cd117": cohort.cd117[0],
            "ecog": numbers(patients.ecog),
            "child_pugh_class": texts(("A", "B"), is_worse.astype(np.int64)),
            "child_pugh_score": numbers(np.where(is_worse, whole(rng, 7, 9, n), whole(rng, 5, 6, n))),
            "primary_location": texts(PRIMARIES, patients.primary),
            "liver_involvement_pct": numbers(patients.liver_percent),
            "blood_supply": texts(SUPPLIES, patients.blood_supply),
            "diagnosis_date": dates(_first_drug_start(patients) - whole(rng, 20, 400, n)),
            "consent_date": dates(patients.index - whole(rng, 0, 10, n)),
            "index_date": dates(patients.index),
            "prior_therapy": "Y",
            "prior_therapy_stop_reason": texts(FAILURES, patients.drug_failure),
            "reported_liver_lesion_group": texts(LESION_GROUPS, patients.lesion_group),
            "reported_extrahepatic": texts(("N", "Y"), patients.extrahepatic.astype(np.int64)),
            "reported_tki_reintroduction": texts(("N", "Y"), (patients.drug_again != NO_DRUG).astype(np.int64)),
        }
    )


def _names(number: Ints) -> pl.Series:
    """Invented; different up to two hundred thousand patients, with longer given names where there are many."""
    first, second = GIVEN_NAMES
    rest, family = np.divmod(number, len(FAMILY_NAMES))
    place = (rest + 17 * number) % (len(first) * len(second))
    names = texts(FAMILY_NAMES, family) + texts(first, place // len(second)) + texts(second, place % len(second))
    more = number // (len(FAMILY_NAMES) * len(first) * len(second))
    return names + texts(["", *(one + two for one in first for two in second)], more % (1 + len(first) * len(second)))


def _years_before(days: Ints, years: Ints) -> Ints:
    moved = pl.DataFrame({"day": dates(days), "years": years}).select(
        pl.col("day").dt.offset_by(pl.format("-{}y", "years"))
    )
    return moved.to_series().cast(pl.Int32).to_numpy().astype(np.int64)


def _first_drug_start(patients: Patients) -> Ints:
    return patients.index - patients.first_drug_days


def procedures(patients: Patients, rng: np.random.Generator, key: str) -> pl.DataFrame:
    """The sessions: the first on the index date, none in the last weeks of life."""
    most = patients.sessions.max(initial=1)
    step = np.minimum(56, np.maximum(patients.os_days - 45, 15) // np.maximum(patients.sessions, 1))
    gaps = np.maximum(15, step[:, None] - whole(rng, 0, 5, (patients.count, most)))
    days = 1 + np.cumsum(gaps, axis=1)
    days = np.column_stack([np.ones(patients.count, dtype=np.int64), days[:, :-1]])
    of_patient, session = np.nonzero(np.arange(most) < patients.sessions[:, None])
    count = len(session)
    return pl.DataFrame(
        {
            key: patients.number[of_patient],
            "session_number": numbers(session + 1),
            "procedure_date": dates(patients.index[of_patient] + days[of_patient, session] - 1),
            "iodised_oil_ml": numbers(whole(rng, 5, 20, count)),
            "doxorubicin_mg": numbers(10 * whole(rng, 4, 8, count)),
            "embolic_agent": texts(["Gelatin sponge 1-2 mm"], np.zeros(count, dtype=np.int64)),
        }
    )


def drug_courses(patients: Patients, doses: Mapping[str, str], rng: np.random.Generator, key: str) -> pl.DataFrame:
    """The first line, perhaps the second, up to shortly before the index date; perhaps one of them again after it."""
    n, again = patients.count, patients.drug_again != NO_DRUG
    start, until = _first_drug_start(patients), patients.index - 1 - whole(rng, 14, 40, n)
    change = until - whole(rng, 120, 260, n)
    second = patients.second_drug_before
    restart = patients.index + np.where(patients.treated, 14, 0)
    ended = patients.progressed & (patients.pfs_days > 15)
    of_patient, place = np.nonzero(np.column_stack([np.ones(n, dtype=bool), second, again]))
    drugs = np.column_stack([np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64), patients.drug_again])
    starts = np.column_stack([start, change + 7, restart])
    ends = np.column_stack([np.where(second, change, until), until, patients.index + patients.pfs_days - 1])
    has_end = np.column_stack([np.ones((n, 2), dtype=bool), ended])
    reasons = np.column_stack([patients.drug_failure, np.zeros((n, 2), dtype=np.int64)])
    drug, is_over = drugs[of_patient, place], has_end[of_patient, place]
    return pl.DataFrame(
        {
            key: patients.number[of_patient],
            "drug": texts(tuple(doses), drug),
            "daily_dose_mg": texts(tuple(doses.values()), drug),
            "start_date": dates(starts[of_patient, place]),
            "end_date": where(is_over, dates(ends[of_patient, place])),
            "stop_reason": where(is_over, texts(FAILURES, reasons[of_patient, place])),
        }
    )


def follow_up(patients: Patients, rng: np.random.Generator, key: str) -> pl.DataFrame:
    """Contacts from the index date to death or the data cut."""
    n = patients.count
    most = int(patients.os_days.max(initial=1) // (CONTACT_INTERVAL_DAYS - 10)) + 1
    gaps = CONTACT_INTERVAL_DAYS + whole(rng, -10, 10, (n, most))
    days = np.column_stack([np.ones(n, dtype=np.int64), 1 + np.cumsum(gaps, axis=1)])
    is_before = days < patients.os_days[:, None]
    days = np.column_stack([np.where(is_before, days, 0), patients.os_days])
    of_patient, place = np.nonzero(days > 0)
    is_death = patients.died[of_patient] & (place == most + 1)
    on = dates(patients.index[of_patient] + days[of_patient, place] - 1)
    count = len(place)
    return pl.DataFrame(
        {
            key: patients.number[of_patient],
            "contact_date": on,
            "contact_type": texts(("VISIT", "PHONE"), (rng.random(count) >= 0.6).astype(np.int64)),
            "vital_status": texts(("ALIVE", "DEAD"), is_death.astype(np.int64)),
            "death_date": where(is_death, on),
            "death_cause": where(is_death, texts(DEATH_CAUSES, whole(rng, 0, len(DEATH_CAUSES) - 1, count))),
        }
    )
