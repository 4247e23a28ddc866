"""Lesions, scans and measurements of a patient, such that the planned responses follow from them by RECIST 1.1."""

import math
import random
from dataclasses import dataclass, field
from datetime import date

from simulate.cohort import LESION_COUNTS, Patient
from simulate.recist import Finding, Report, report_scans

READERS = ("R1", "R2")
LONGEST_GAP = {True: 46, False: 58}
STABLE_FROM_DAY = 43  # an assessment 42 days after the index date is on day 43
NOT_SEEN = "Chest CT only, liver not imaged"
GROWTH, SHRUNK, FIRST_SHRUNK = 1.35, 0.58, 0.82


@dataclass(frozen=True)
class Lesion:
    lesion_id: str
    organ: str
    place: str
    lesion_class: str
    first_seen: date

    @property
    def in_liver(self) -> bool:
        return self.organ == "LIVER"


@dataclass(frozen=True)
class Scan:
    """One scan: sizes in mm by reader and lesion, None where a lesion was not evaluable."""

    day: int
    on: date
    modality: str
    sizes: dict[str, dict[str, int | None]]
    new_lesions: tuple[str, ...]


@dataclass(frozen=True)
class Tumours:
    lesions: list[Lesion]
    scans: list[Scan]
    reports: dict[str, list[Report]] = field(default_factory=dict)


def grow(patient: Patient, rng: random.Random) -> Tumours:
    """The lesions and scans of ``patient``, with each reader's reports of the scans after the baseline."""
    baseline_day = -rng.randint(1, 5)
    lesions = _baseline_lesions(patient, patient.day(baseline_day), rng)
    days = [baseline_day, *_scan_days(patient, rng)]
    outside = patient.progressed and (patient.liver_days > patient.pfs_days)
    if outside:
        organ, place = rng.choice((("PERITONEUM", "Pelvis"), ("LUNG", "Right lower lobe"), ("BONE", "L3 vertebra")))
        lesions.append(Lesion(f"L{len(lesions) + 1:02d}", organ, place, "NEW", patient.day(patient.pfs_days)))
    scans = _scans(patient, lesions, days, rng)
    in_liver = frozenset(lesion.lesion_id for lesion in lesions if lesion.in_liver)
    reports = {reader: report_scans([_finding(lesions, scan, reader) for scan in scans], in_liver) for reader in READERS}
    return Tumours(lesions, scans, reports)


def _baseline_lesions(patient: Patient, on: date, rng: random.Random) -> list[Lesion]:
    segments = ["S2", "S3", "S4", "S5", "S6", "S7", "S8", "S1", "S4b"]
    rng.shuffle(segments)
    count = rng.randint(*LESION_COUNTS[patient.lesion_group])
    lesions = [
        Lesion(f"L{i + 1:02d}", "LIVER", segments[i], "TARGET" if i < 2 else "NON-TARGET", on) for i in range(count)
    ]
    if patient.extrahepatic:
        # A partial response of the whole needs targets that shrink: what does not is then followed as a non-target.
        kind = "TARGET" if patient.best_overall != "PR" and rng.random() < 0.6 else "NON-TARGET"
        organ, place = rng.choice((("PERITONEUM", "Left flank"), ("PERITONEUM", "Mesentery"), ("LUNG", "Left upper lobe")))
        lesions.append(Lesion(f"L{count + 1:02d}", organ, place, kind, on))
    return lesions


def _scan_days(patient: Patient, rng: random.Random) -> list[int]:
    """Scans after the start: to the progression, then on to the organ's progression or towards death."""
    gap = LONGEST_GAP[patient.has_procedures]
    end = patient.pfs_days
    if patient.best_overall == "PD":
        # No response may count as stable disease before the progression: an early scan at most.
        early = [] if end <= 44 else [min(STABLE_FROM_DAY - 2, max(end - gap + 1, 28))]
    else:
        first = min(STABLE_FROM_DAY + rng.randint(0, 3), end)
        early = [*_spread(first, end, gap)][:-1]
    days = [*early, end]
    if not patient.progressed or patient.liver_days == end:
        return days
    last = patient.os_days - 6 if patient.liver_event_is_death or not patient.liver_event else patient.liver_days
    return days if last <= end else [*days, *_spread(end, last, gap)[1:]]


def _spread(first: int, last: int, gap: int) -> list[int]:
    """Days from ``first`` to ``last``, both included, evenly and never further apart than ``gap``."""
    steps = max(1, math.ceil((last - first) / gap))
    return sorted({first + round(i * (last - first) / steps) for i in range(steps + 1)})


def _scans(patient: Patient, lesions: list[Lesion], days: list[int], rng: random.Random) -> list[Scan]:
    known = [lesion for lesion in lesions if lesion.lesion_class != "NEW"]
    start = {
        lesion.lesion_id: rng.randint(32, 95) if lesion.lesion_class == "TARGET" else rng.randint(12, 60)
        for lesion in known
    }
    offset = {lesion.lesion_id: rng.choice((-2, -1, 0, 1, 1, 2)) for lesion in known}
    liver_sum = sum(start[lesion.lesion_id] for lesion in known if lesion.in_liver and lesion.lesion_class == "TARGET")
    other_sum = sum(start[lesion.lesion_id] for lesion in known if not lesion.in_liver and lesion.lesion_class == "TARGET")
    scans = []
    smallest = 1.0
    for place, day in enumerate(days):
        factor = 1.0 if place == 0 else _liver_factor(patient, place, day, smallest, other_sum / liver_sum, rng)
        smallest = min(smallest, factor)
        drift = 1.0 if place == 0 else rng.uniform(0.97, 1.03)
        unseen = place > 0 and _liver_is_unseen(patient, day)
        new = tuple(
            lesion.lesion_id for lesion in lesions if lesion.lesion_class == "NEW" and lesion.first_seen <= patient.day(day)
        )
        sizes: dict[str, dict[str, int | None]] = {}
        for reader in READERS:
            sizes[reader] = {}
            for lesion in known:
                size = start[lesion.lesion_id] + (offset[lesion.lesion_id] if reader == "R2" else 0)
                scale = factor if lesion.in_liver and lesion.lesion_class == "TARGET" else drift
                sizes[reader][lesion.lesion_id] = None if unseen and lesion.in_liver else round(size * scale)
        scans.append(Scan(day, patient.day(day), "MRI" if place and rng.random() < 0.25 and not unseen else "CT", sizes, new))
    return scans


def _liver_factor(
    patient: Patient, place: int, day: int, smallest: float, others: float, rng: random.Random
) -> float:
    """Size of the liver targets against the baseline; ``others`` is the share of targets that do not grow with them."""
    if patient.liver_progressed and day >= patient.liver_days:
        return smallest * (GROWTH + 0.04) + (GROWTH - 1) * others
    if patient.best_liver == "PR":
        return rng.uniform(FIRST_SHRUNK - 0.02, FIRST_SHRUNK + 0.03) if place == 1 else rng.uniform(SHRUNK - 0.02, SHRUNK)
    return rng.uniform(0.96, 1.05)


def _liver_is_unseen(patient: Patient, day: int) -> bool:
    """The scan that found a lesion elsewhere did not show the liver: else it would have been stable, or was seen a day later."""
    if day != patient.pfs_days or patient.liver_days == patient.pfs_days or not patient.progressed:
        return False
    unseen_as_best_is_pd = patient.best_liver == "PD" and day >= STABLE_FROM_DAY
    return unseen_as_best_is_pd or patient.liver_days - day < 7


def _finding(lesions: list[Lesion], scan: Scan, reader: str) -> Finding:
    sizes = scan.sizes[reader]
    return Finding(
        targets={lesion.lesion_id: sizes[lesion.lesion_id] for lesion in lesions if lesion.lesion_class == "TARGET"},
        nontargets={lesion.lesion_id: sizes[lesion.lesion_id] for lesion in lesions if lesion.lesion_class == "NON-TARGET"},
        new_lesions=frozenset(scan.new_lesions),
    )
