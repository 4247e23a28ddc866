"""The patient level, drawn at random: who the patients are and when their events happen.

Days are counted as in ADTTE: the index date is day 1. Every patient is followed to death or the data cut, with
PFS <= organ PFS <= OS.
"""

from dataclasses import dataclass, fields

import numpy as np

from simulate.cohort import FIRST_DRUG_DAYS, LESION_COUNTS, SHARE_FIRST_ARM
from simulate.drawn.draws import Bools, Ints, choices, since_1970, whole
from studies import Study

PR, SD, PD, NE = range(4)
RESPONSES = ("PR", "SD", "PD", "NE")
PRIMARIES = ("STOMACH", "SMALL INTESTINE", "OTHER")
SUPPLIES = ("GOOD", "POOR", None)
FIRST_LINE, SECOND_LINE, NO_DRUG = range(3)
FAILURES = ("PROGRESSION", "INTOLERANCE")
LESION_GROUPS = tuple(LESION_COUNTS)


@dataclass(frozen=True)
class Patients:
    """Vectors with one item a patient; codes are places in the lists above, ``index`` is days since 1970.

    ``ae_grades`` has a column for each term of the protocol with the worst grade, 0 where it did not occur.
    ``best`` is the best response, of the organ too; ``liver_days`` counts only where ``progressed``.
    """

    number: Ints
    treated: Bools
    male: Bools
    age: Ints
    ecog: Ints
    primary: Ints
    lesion_group: Ints
    extrahepatic: Bools
    second_drug_before: Bools
    drug_again: Ints
    liver_percent: Ints
    blood_supply: Ints
    sessions: Ints
    index: Ints
    os_days: Ints
    died: Bools
    pfs_days: Ints
    progressed: Bools
    liver_days: Ints
    best: Ints
    ae_grades: Ints
    drug_failure: Ints
    first_drug_days: Ints

    @property
    def count(self) -> int:
        return len(self.number)

    def take(self, places: Ints) -> "Patients":
        """Some of the patients."""
        return Patients(**{field.name: getattr(self, field.name)[places] for field in fields(self)})


def draw_patients(first: int, count: int, study: Study, rng: np.random.Generator) -> Patients:
    """``count`` random patients, numbered from ``first`` on."""
    protocol, n = study.protocol, count
    recruitment = protocol.study.recruitment
    index = since_1970(recruitment.first) + whole(rng, 0, (recruitment.last - recruitment.first).days, n)
    until_cut = since_1970(protocol.study.data_cut) - index + 1

    treated = rng.random(n) < SHARE_FIRST_ARM
    best = np.where(treated, choices(rng, (0.5, 0.2, 0.3), n), choices(rng, (0.02, 0.38, 0.6), n))
    planned = np.choose(best, [whole(rng, 130, 420, n), whole(rng, 92, 300, n), whole(rng, 42, 66, n)])
    progressed = planned < until_cut
    pfs_days = np.where(progressed, planned, until_cut)
    planned_os = pfs_days + 21 + rng.exponential(np.where(treated, 300, 110)).astype(np.int64)
    died = planned_os <= until_cut
    os_days = np.where(died, planned_os, until_cut)
    best = np.where(~progressed & (best == PD), SD, best)
    later = pfs_days + np.where(best == PD, whole(rng, 20, 45, n), whole(rng, 30, 150, n))
    liver_later = progressed & (rng.random(n) < 0.4) & (later < os_days - 5)

    extents = [whole(rng, 10, 50, n), whole(rng, 51, 70, n), whole(rng, 71, 85, n)]
    sessions = np.clip(1 + rng.exponential(1.6, n).astype(np.int64), 1, np.maximum(os_days // 60, 1))
    grades = 1 + choices(rng, (0.5, 0.35, 0.15), n * len(protocol.ae_terms)).reshape(n, -1)
    occurs = rng.random(grades.shape) < np.where(treated, 0.45, 0.3)[:, None]
    return Patients(
        number=np.arange(first, first + n),
        treated=treated,
        male=rng.random(n) < 0.75,
        age=np.clip(np.rint(rng.normal(55, 12, n)), 20, 88).astype(np.int64),
        ecog=choices(rng, (0.2, 0.4, 0.4), n),
        primary=choices(rng, (0.4, 0.42, 0.18), n),
        lesion_group=choices(rng, (0.27, 0.48, 0.25), n),
        extrahepatic=rng.random(n) < 0.43,
        second_drug_before=rng.random(n) < 0.58,
        drug_again=np.where(rng.random(n) < 0.57, whole(rng, FIRST_LINE, SECOND_LINE, n), NO_DRUG),
        liver_percent=np.choose(choices(rng, (0.68, 0.27, 0.05), n), extents),
        blood_supply=np.where(treated, choices(rng, (0.68, 0.32), n), SUPPLIES.index(None)),
        sessions=np.where(treated, sessions, 0),
        index=index,
        os_days=os_days,
        died=died,
        pfs_days=pfs_days,
        progressed=progressed,
        liver_days=np.where(liver_later, later, pfs_days),
        best=best,
        ae_grades=np.where(occurs, grades, 0),
        drug_failure=choices(rng, (0.85, 0.15), n),
        first_drug_days=whole(rng, *FIRST_DRUG_DAYS, n),
    )
