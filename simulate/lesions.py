"""Which lesions a patient has: at most five targets, two an organ, and what appears later."""

import random
from dataclasses import dataclass
from datetime import date

from simulate.cohort import LESION_COUNTS, Patient

LIVER, NODE = "LIVER", "LYMPH NODE"
SEGMENTS = ("S1", "S2", "S3", "S4", "S4b", "S5", "S6", "S7", "S8")
ELSEWHERE = (
    ("PERITONEUM", "Left flank"),
    ("PERITONEUM", "Mesentery"),
    ("PERITONEUM", "Greater omentum"),
    ("LUNG", "Left upper lobe"),
    (NODE, "Para-aortic"),
    ("BONE", "T12 vertebra"),
)
NEW_IN_LIVER = ((LIVER, "S2/S3 border"), (LIVER, "S5/S8 border"), (LIVER, "S6/S7 border"))
NEW_ELSEWHERE = (
    ("PERITONEUM", "Pelvis"),
    ("PERITONEUM", "Right flank"),
    ("BONE", "L3 vertebra"),
    ("OTHER", "Left adrenal"),
)
NEW_IN_THE_CHEST = (("LUNG", "Right lower lobe"), ("LUNG", "Right middle lobe"), ("BONE", "Left sixth rib"))
CHEST = frozenset({"LUNG", "BONE"})
TARGETS_PER_ORGAN = 2
SECOND_OUTSIDE_SHARE = 0.3


@dataclass(frozen=True)
class Lesion:
    """A lesion. ``size`` is what counts at baseline, in mm (short axis of a node); 0 for a new one."""

    lesion_id: str
    organ: str
    place: str
    lesion_class: str
    first_seen: date
    size: int
    long_per_short: float = 1.0

    @property
    def in_liver(self) -> bool:
        return self.organ == LIVER

    @property
    def is_node(self) -> bool:
        return self.organ == NODE

    @property
    def is_target(self) -> bool:
        return self.lesion_class == "TARGET"

    @property
    def is_new(self) -> bool:
        return self.lesion_class == "NEW"


def baseline_lesions(patient: Patient, on: date, rng: random.Random) -> list[Lesion]:
    """The lesions of the baseline scan, liver first; the first two of the liver are its targets."""
    count = rng.randint(*LESION_COUNTS[patient.lesion_group])
    places = [(LIVER, segment) for segment in rng.sample(SEGMENTS, count)]
    if patient.extrahepatic:
        outside = rng.sample(ELSEWHERE, 2 if rng.random() < SECOND_OUTSIDE_SHARE else 1)
        places += sorted(outside, key=ELSEWHERE.index)
    lesions: list[Lesion] = []
    for number, (organ, place) in enumerate(places, start=1):
        is_target = _is_target(lesions, organ, rng)
        kind = "TARGET" if is_target else "NON-TARGET"
        ratio = round(rng.uniform(1.3, 1.7), 2) if organ == NODE else 1.0
        lesions.append(Lesion(f"L{number:02d}", organ, place, kind, on, _size(organ, is_target, rng), ratio))
    return lesions


def new_lesion(
    patient: Patient, day: int, known: list[Lesion], choices: tuple[tuple[str, str], ...], rng: random.Random
) -> Lesion:
    """A lesion first seen on study day ``day``, at a place of ``choices`` where none is known."""
    taken = {(lesion.organ, lesion.place) for lesion in known}
    organ, place = rng.choice([choice for choice in choices if choice not in taken])
    return Lesion(f"L{len(known) + 1:02d}", organ, place, "NEW", patient.day(day), 0)


def _is_target(before: list[Lesion], organ: str, rng: random.Random) -> bool:
    """A bone lesion without soft tissue is not measurable (RECIST 1.1, 3.1.2)."""
    if sum(lesion.organ == organ and lesion.is_target for lesion in before) >= TARGETS_PER_ORGAN or organ == "BONE":
        return False
    return organ == LIVER or rng.random() < 0.6


def _size(organ: str, is_target: bool, rng: random.Random) -> int:
    if organ == NODE:
        return rng.randint(18, 30) if is_target else rng.randint(12, 13)
    if organ == LIVER:
        return rng.randint(34, 98) if is_target else rng.randint(12, 66)
    return rng.randint(22, 60) if is_target else rng.randint(12, 40)
