"""Scans and measurements of a patient, such that the planned responses follow from them by RECIST 1.1.

Sizes are drawn until the reports of both readers are the planned ones: the plan decides what grows and when, the draw
how much.
"""

import random
from dataclasses import dataclass
from datetime import date

from simulate.cohort import Patient
from simulate.lesions import (
    CHEST,
    NEW_ELSEWHERE,
    NEW_IN_LIVER,
    NEW_IN_THE_CHEST,
    Lesion,
    baseline_lesions,
    new_lesion,
)
from simulate.plausible import is_plausible
from simulate.recist import (
    ABSENT,
    NOT_EVALUABLE,
    PRESENT,
    PROGRESSION,
    Finding,
    Report,
    best_response,
    first_progression,
    last_adequate,
    report_scans,
)
from simulate.schedule import STABLE_FROM_DAY, scan_days
from studies import Protocol

READERS = ("R1", "R2")
NOT_SEEN = "Chest CT only, abdomen not imaged"
GROWTH, GROWTH_OF_ALL = 1.39, 1.35
SHRUNK, FIRST_SHRUNK, STABLE = (0.51, 0.58), (0.80, 0.86), (0.94, 1.06)
GONE_SHARE = 0.15
ATTEMPTS = 400


@dataclass(frozen=True)
class Reading:
    """What a reader saw of a lesion: the mm that count, None where unseen or not measured, and the status."""

    size: int | None
    status: str


@dataclass(frozen=True)
class Scan:
    """One scan: readings by reader and lesion id."""

    day: int
    on: date
    modality: str
    readings: dict[str, dict[str, Reading]]


@dataclass(frozen=True)
class Tumours:
    """All lesions and scans, and each reader's reports of the scans after the baseline."""

    lesions: list[Lesion]
    scans: list[Scan]
    reports: dict[str, list[Report]]


@dataclass(frozen=True)
class Plan:
    """What shows the progressions: ``elsewhere`` (before that of the liver) and ``in_liver``, each one of
    "new", "nontarget", "target" or, where there is none, ""."""

    elsewhere: str
    in_liver: str
    unseen_day: int | None


def grow(patient: Patient, protocol: Protocol, rng: random.Random) -> Tumours:
    """The lesions, scans and reports of ``patient``.

    Raises:
        ValueError: the days of the patient cannot be reached, whatever the sizes.
    """
    for _ in range(ATTEMPTS):
        days = scan_days(patient, protocol, rng)
        lesions = baseline_lesions(patient, patient.day(days[0]), rng)
        plan = _plan(patient, lesions, rng)
        if plan.elsewhere == "new":
            choices = NEW_IN_THE_CHEST if plan.unseen_day else NEW_ELSEWHERE
            lesions.append(new_lesion(patient, patient.pfs_days, lesions, choices, rng))
        if plan.in_liver == "new":
            lesions.append(new_lesion(patient, patient.liver_days, lesions, NEW_IN_LIVER, rng))
        scans = _scans(patient, lesions, days, plan, rng)
        in_liver = frozenset(lesion.lesion_id for lesion in lesions if lesion.in_liver)
        reports = {
            reader: report_scans([_finding(lesions, scan, reader) for scan in scans], in_liver) for reader in READERS
        }
        tumours = Tumours(lesions, scans, reports)
        if _is_as_planned(patient, tumours) and is_plausible(_sizes(tumours)):
            return tumours
    raise ValueError(f"no measurements give the planned responses of patient {patient.number}")


def _plan(patient: Patient, lesions: list[Lesion], rng: random.Random) -> Plan:
    elsewhere = in_liver = ""
    unseen_day = None
    if patient.progressed and patient.liver_days > patient.pfs_days:
        elsewhere = "new"
        if _liver_is_unseen(patient):
            unseen_day = patient.pfs_days
        else:
            outside = [lesion for lesion in lesions if not lesion.in_liver]
            ways = ["new", "new", "target"] if any(lesion.is_target for lesion in outside) else ["new"]
            ways += ["nontarget"] if any(not lesion.is_target for lesion in outside) else []
            elsewhere = rng.choice(ways)
    if patient.liver_progressed:
        with_nontargets = any(lesion.in_liver and not lesion.is_target for lesion in lesions)
        in_liver = rng.choices(("target", "new", "nontarget"), (0.7, 0.18, 0.12 if with_nontargets else 0))[0]
    return Plan(elsewhere, in_liver, unseen_day)


def _liver_is_unseen(patient: Patient) -> bool:
    """Whether the scan that found a lesion elsewhere missed the liver: it would have been stable there for long enough
    to count, or it progressed days later."""
    best_is_progression = patient.best_liver == "PD" and patient.pfs_days >= STABLE_FROM_DAY
    return best_is_progression or patient.liver_days - patient.pfs_days < 7


def _scans(patient: Patient, lesions: list[Lesion], days: list[int], plan: Plan, rng: random.Random) -> list[Scan]:
    modality = "MRI" if plan.unseen_day is None and rng.random() < 0.2 else "CT"
    # A node that is followed but no target stays between 10 and 15 mm for both readers.
    offset = {
        lesion.lesion_id: rng.choice((-1, 0) if lesion.is_node and not lesion.is_target else (-2, -1, 0, 1, 1, 2))
        for lesion in lesions
    }
    known = [lesion for lesion in lesions if not lesion.is_new]
    gone_from = _gone_from(patient, known, days, rng)
    smallest = {lesion.lesion_id: 1.0 for lesion in known}
    scans = []
    for place, day in enumerate(days):
        readings: dict[str, dict[str, Reading]] = {reader: {} for reader in READERS}
        common = _common_factor(patient, days, place, rng)
        for lesion in lesions:
            name = lesion.lesion_id
            if lesion.is_new:
                if patient.day(day) >= lesion.first_seen:
                    unseen = day == plan.unseen_day and lesion.organ not in CHEST
                    for reader in READERS:
                        readings[reader][name] = Reading(None, NOT_EVALUABLE if unseen else PRESENT)
                continue
            if day == plan.unseen_day and lesion.organ not in CHEST:
                for reader in READERS:
                    readings[reader][name] = Reading(None, NOT_EVALUABLE)
                continue
            factor, progresses = _factor(patient, lesion, known, day, common, smallest[name], plan, rng)
            smallest[name] = min(smallest[name], factor)
            for reader in READERS:
                if day >= gone_from.get(name, day + 1):
                    readings[reader][name] = Reading(0, ABSENT)
                    continue
                size = round(lesion.size * factor)
                if reader == "R2":
                    size = max(round((lesion.size + offset[name]) * factor) + rng.choice((-1, 0, 0, 1)), 1)
                readings[reader][name] = Reading(size, PROGRESSION if progresses else PRESENT)
        scans.append(Scan(day, patient.day(day), modality, readings))
    return scans


def _gone_from(patient: Patient, known: list[Lesion], days: list[int], rng: random.Random) -> dict[str, int]:
    """Small liver non-targets of a responding patient may vanish, for good: lesion id to study day."""
    if patient.best_liver != "PR" or len(days) < 4:
        return {}
    small = [lesion for lesion in known if lesion.in_liver and not lesion.is_target and lesion.size < 25]
    return {lesion.lesion_id: rng.choice(days[2:]) for lesion in small if rng.random() < GONE_SHARE}


def _common_factor(patient: Patient, days: list[int], place: int, rng: random.Random) -> float:
    """How the targets of a patient have changed since the baseline, while nothing progresses."""
    if place == 0:
        return 1.0
    if patient.best_overall != "PR" and patient.best_liver != "PR":
        return rng.uniform(*STABLE)
    is_first_of_several = place == 1 and days[2] < patient.pfs_days if len(days) > 2 else False
    return rng.uniform(*FIRST_SHRUNK) if is_first_of_several else rng.uniform(*SHRUNK)


def _factor(
    patient: Patient,
    lesion: Lesion,
    known: list[Lesion],
    day: int,
    common: float,
    smallest: float,
    plan: Plan,
    rng: random.Random,
) -> tuple[float, bool]:
    """Size against the baseline, and whether this lesion is in unequivocal progression."""
    if day < 1:
        return 1.0, False
    noise = rng.uniform(0.98, 1.02)
    liver_grows = patient.liver_progressed and day >= patient.liver_days
    if lesion.is_target:
        if liver_grows and plan.in_liver == "target":
            return smallest * (GROWTH if lesion.in_liver else GROWTH_OF_ALL) * noise, False
        if plan.elsewhere == "target" and not lesion.in_liver and day >= patient.pfs_days:
            return smallest * _growth_that_tells(known) * noise, False
        return common * noise, False
    steady = rng.uniform(0.96, 1.04)
    progresses = (
        liver_grows and plan.in_liver == "nontarget"
        if lesion.in_liver
        else plan.elsewhere == "nontarget" and day >= patient.pfs_days
    )
    return (1.7 * noise, True) if progresses else (steady, False)


def _growth_that_tells(known: list[Lesion]) -> float:
    """The growth of the targets outside the liver that makes the sum of all targets grow by a good third."""
    outside = sum(lesion.size for lesion in known if lesion.is_target and not lesion.in_liver)
    return 1 + (GROWTH - 1) * sum(lesion.size for lesion in known if lesion.is_target) / outside


def _finding(lesions: list[Lesion], scan: Scan, reader: str) -> Finding:
    readings = scan.readings[reader]
    targets = [lesion.lesion_id for lesion in lesions if lesion.is_target]
    nontargets = [lesion.lesion_id for lesion in lesions if lesion.lesion_class == "NON-TARGET"]
    return Finding(
        targets={name: readings[name].size for name in targets},
        nontargets={name: readings[name].status for name in nontargets},
        new_lesions=frozenset(lesion.lesion_id for lesion in lesions if lesion.is_new and lesion.lesion_id in readings),
        nodes=frozenset(lesion.lesion_id for lesion in lesions if lesion.is_node),
    )


def _is_as_planned(patient: Patient, tumours: Tumours) -> bool:
    """Whether each reader's reports give the planned days and best responses, and both agree scan by scan."""
    days = [scan.day for scan in tumours.scans[1:]]
    progression = patient.pfs_days if patient.progressed else None
    liver_progression = patient.liver_days if patient.liver_progressed else None
    for reader in READERS:
        reports = tumours.reports[reader]
        overall = [(day, report.overall) for day, report in zip(days, reports, strict=True)]
        liver = [(day, report.liver) for day, report in zip(days, reports, strict=True)]
        if first_progression(overall) != progression or first_progression(liver) != liver_progression:
            return False
        if best_response(overall) != patient.best_overall or best_response(liver) != patient.best_liver:
            return False
        if not patient.progressed and last_adequate(overall) != patient.pfs_days:
            return False
        if not patient.liver_event and last_adequate(liver) != patient.liver_days:
            return False
        if any(response != "PD" for day, response in overall if progression is not None and day >= progression):
            return False
    first, second = (tumours.reports[reader] for reader in READERS)
    return all((one.overall, one.liver) == (two.overall, two.liver) for one, two in zip(first, second, strict=True))


def _sizes(tumours: Tumours) -> list[list[tuple[int, dict[str, int]]]]:
    """For each reader, the study day and measured sizes of each scan, with what must hold at baseline checked there."""
    return [
        [
            (scan.day, {name: seen.size for name, seen in scan.readings[reader].items() if seen.size is not None})
            for scan in tumours.scans
        ]
        for reader in READERS
    ]
