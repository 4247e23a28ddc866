"""Which lesions patients have, and what shows their progression."""

from dataclasses import dataclass

import numpy as np

from simulate.cohort import LESION_COUNTS
from simulate.drawn.draws import Bools, Floats, Ints, choices, whole
from simulate.drawn.patients import PD, Patients
from simulate.lesions import (
    CHEST,
    ELSEWHERE,
    LIVER,
    NEW_ELSEWHERE,
    NEW_IN_LIVER,
    NEW_IN_THE_CHEST,
    NODE,
    SECOND_OUTSIDE_SHARE,
    SEGMENTS,
    TARGETS_PER_ORGAN,
)
from simulate.schedule import STABLE_FROM_DAY

PLACES = (*((LIVER, segment) for segment in SEGMENTS), *ELSEWHERE, *NEW_ELSEWHERE, *NEW_IN_THE_CHEST, *NEW_IN_LIVER)
ORGANS = tuple(organ for organ, _ in PLACES)
OUTSIDE_FROM = len(SEGMENTS)
NEW_ELSEWHERE_FROM = OUTSIDE_FROM + len(ELSEWHERE)
NEW_IN_THE_CHEST_FROM = NEW_ELSEWHERE_FROM + len(NEW_ELSEWHERE)
NEW_IN_LIVER_FROM = NEW_IN_THE_CHEST_FROM + len(NEW_IN_THE_CHEST)
MOST_IN_LIVER = max(most for _, most in LESION_COUNTS.values())
SLOT_NEW_ELSEWHERE, SLOT_NEW_IN_LIVER = MOST_IN_LIVER + 2, MOST_IN_LIVER + 3
SLOTS = MOST_IN_LIVER + 4
CLASSES = ("TARGET", "NON-TARGET", "NEW")
TARGET, NONTARGET, NEW = range(3)
IS_LIVER, IS_NODE, IS_BONE, IS_CHEST = (
    np.array([organ in organs for organ in ORGANS]) for organs in ({LIVER}, {NODE}, {"BONE"}, CHEST)
)
BY_TARGET, BY_NEW, BY_NONTARGET, BY_NOTHING = range(4)
"""What shows a progression: the targets, a new lesion, a non-target."""


@dataclass(frozen=True)
class Lesions:
    """Arrays of patients by slots: liver first, then elsewhere, then what is new elsewhere and in the liver.

    ``place`` is a place in PLACES, ``size`` mm at baseline (short axis of a node), ``number`` the lesion's own.
    """

    is_there: Bools
    place: Ints
    kind: Ints
    size: Ints
    long_per_short: Floats

    @property
    def in_liver(self) -> Bools:
        return self.is_there & IS_LIVER[self.place]

    @property
    def is_node(self) -> Bools:
        return self.is_there & IS_NODE[self.place]

    @property
    def in_chest(self) -> Bools:
        return self.is_there & IS_CHEST[self.place]

    @property
    def number(self) -> Ints:
        return np.cumsum(self.is_there, axis=1)

    def of(self, kind: int) -> Bools:
        return self.is_there & (self.kind == kind)


@dataclass(frozen=True)
class Plan:
    """What shows the progression ``elsewhere`` (before that of the liver) and ``in_liver``; whether the scan that
    found a lesion elsewhere missed the liver (``is_unseen``)."""

    elsewhere: Ints
    in_liver: Ints
    is_unseen: Bools


def draw_lesions(patients: Patients, rng: np.random.Generator) -> tuple[Lesions, Plan]:
    """Baseline lesions (at most five targets, two an organ), the plan of progression, and the new lesions it asks."""
    lesions = _baseline(patients, rng)
    plan = _plan(patients, lesions, rng)
    for slot, is_new, (first, choices_of) in (
        (SLOT_NEW_ELSEWHERE, (plan.elsewhere == BY_NEW) & ~plan.is_unseen, (NEW_ELSEWHERE_FROM, NEW_ELSEWHERE)),
        (SLOT_NEW_ELSEWHERE, plan.is_unseen, (NEW_IN_THE_CHEST_FROM, NEW_IN_THE_CHEST)),
        (SLOT_NEW_IN_LIVER, plan.in_liver == BY_NEW, (NEW_IN_LIVER_FROM, NEW_IN_LIVER)),
    ):
        place = first + whole(rng, 0, len(choices_of) - 1, patients.count)
        lesions.place[:, slot] = np.where(is_new, place, lesions.place[:, slot])
        lesions.is_there[:, slot] |= is_new
        lesions.kind[:, slot] = NEW
    return lesions, plan


def _baseline(patients: Patients, rng: np.random.Generator) -> Lesions:
    n = patients.count
    fewest, most = np.array(list(LESION_COUNTS.values())).T
    in_liver = whole(rng, fewest[patients.lesion_group], most[patients.lesion_group])
    outside = np.where(patients.extrahepatic, 1 + (rng.random(n) < SECOND_OUTSIDE_SHARE), 0)
    segments = np.argsort(rng.random((n, len(SEGMENTS))), axis=1)[:, :MOST_IN_LIVER]
    others = np.argsort(rng.random((n, len(ELSEWHERE))), axis=1)[:, :2]
    others = np.where(outside[:, None] == 2, np.sort(others, axis=1), others)

    is_there = np.zeros((n, SLOTS), dtype=bool)
    is_there[:, :MOST_IN_LIVER] = np.arange(MOST_IN_LIVER) < in_liver[:, None]
    is_there[:, MOST_IN_LIVER:SLOT_NEW_ELSEWHERE] = np.arange(2) < outside[:, None]
    place = np.zeros((n, SLOTS), dtype=np.int64)
    place[:, :MOST_IN_LIVER], place[:, MOST_IN_LIVER:SLOT_NEW_ELSEWHERE] = segments, OUTSIDE_FROM + others
    # A bone lesion without soft tissue is not measurable (RECIST 1.1, 3.1.2); two lie elsewhere at most.
    is_target = ~IS_BONE[place] & (rng.random((n, SLOTS)) < 0.6)
    is_target[:, :MOST_IN_LIVER] = np.arange(MOST_IN_LIVER) < TARGETS_PER_ORGAN
    size = np.where(
        IS_NODE[place],
        np.where(is_target, whole(rng, 18, 30, (n, SLOTS)), whole(rng, 12, 13, (n, SLOTS))),
        np.where(
            IS_LIVER[place],
            np.where(is_target, whole(rng, 34, 98, (n, SLOTS)), whole(rng, 12, 66, (n, SLOTS))),
            np.where(is_target, whole(rng, 22, 60, (n, SLOTS)), whole(rng, 12, 40, (n, SLOTS))),
        ),
    )
    ratio = np.where(IS_NODE[place], np.round(rng.uniform(1.3, 1.7, (n, SLOTS)), 2), 1.0)
    return Lesions(is_there, place, np.where(is_target, TARGET, NONTARGET), size, ratio)


def _plan(patients: Patients, lesions: Lesions, rng: np.random.Generator) -> Plan:
    n = patients.count
    outside = lesions.is_there & ~lesions.in_liver
    first_elsewhere = patients.progressed & (patients.liver_days > patients.pfs_days)
    # It would have been stable there for long enough to count, or it progressed days later.
    would_be_stable = (patients.best == PD) & (patients.pfs_days >= STABLE_FROM_DAY)
    is_unseen = first_elsewhere & (would_be_stable | (patients.liver_days - patients.pfs_days < 7))
    with_target = (outside & lesions.of(TARGET)).any(axis=1)
    with_nontarget = (outside & lesions.of(NONTARGET)).any(axis=1)
    ways = choices(rng, np.column_stack([with_target, 1 + with_target, with_nontarget]), n)
    elsewhere = np.where(first_elsewhere, np.where(is_unseen, BY_NEW, ways), BY_NOTHING)
    liver_nontarget = (lesions.in_liver & lesions.of(NONTARGET)).any(axis=1)
    weights = np.column_stack([np.full(n, 0.7), np.full(n, 0.18), np.where(liver_nontarget, 0.12, 0)])
    return Plan(elsewhere, np.where(patients.progressed, choices(rng, weights, n), BY_NOTHING), is_unseen)
