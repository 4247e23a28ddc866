"""When a patient is scanned: so that the planned progression, response and censoring days are scan days."""

import math
import random

from simulate.cohort import Patient
from simulate.recist import STABLE_DAYS
from studies import Protocol

STABLE_FROM_DAY = STABLE_DAYS + 1  # 42 days after the start is day 43
SPREAD_DAYS = 2  # a scan is given this many days around the even schedule
EARLIEST_SCAN_DAY = 28
LAST_BEFORE_DEATH_DAYS = 6
LONGEST_BASELINE_DAYS = 14


def scan_days(patient: Patient, protocol: Protocol, rng: random.Random) -> list[int]:
    """Study days of all scans, the baseline first; no two neighbours further apart than the visit window allows."""
    limit = _longest_gap(patient, protocol)
    gap = limit - 2 * SPREAD_DAYS
    later = [*_before_progression(patient, gap, rng), patient.pfs_days, *_after_progression(patient, gap, rng)]
    room = limit - later[0] + 1
    baseline = 1 - rng.randint(1, max(1, min(LONGEST_BASELINE_DAYS, room)))
    return [baseline, *later]


def _longest_gap(patient: Patient, protocol: Protocol) -> int:
    window = next(window for window in protocol.visit_windows if window.arm == patient.arm)
    return int(window.interval_days.high) + window.tolerance_days


def _before_progression(patient: Patient, gap: int, rng: random.Random) -> list[int]:
    end = patient.pfs_days
    if patient.best_overall != "PD":
        first = min(STABLE_FROM_DAY + rng.randint(0, 3), end)
        return _spread(first, end, gap, rng)[:-1]
    # No scan may count as stable disease before the progression: an early one at most.
    earliest, latest = max(EARLIEST_SCAN_DAY, end - gap), min(STABLE_FROM_DAY - 1, end - 15)
    return [rng.randint(earliest, latest)] if earliest <= latest else []


def _after_progression(patient: Patient, gap: int, rng: random.Random) -> list[int]:
    """On to the organ's progression, to its last scan, or towards a death without one."""
    if not patient.progressed or patient.liver_days == patient.pfs_days:
        return []
    last = patient.os_days - LAST_BEFORE_DEATH_DAYS if patient.liver_event_is_death else patient.liver_days
    return _spread(patient.pfs_days, last, gap, rng)[1:] if last > patient.pfs_days else []


def _spread(first: int, last: int, gap: int, rng: random.Random) -> list[int]:
    """Days from ``first`` to ``last``, both included, about evenly and never further apart than ``gap`` allows."""
    steps = max(1, math.ceil((last - first) / gap))
    step = (last - first) / steps
    days = {first, last}
    for place in range(1, steps):
        jitter = rng.randint(-SPREAD_DAYS, SPREAD_DAYS) if step > 20 else 0
        days.add(first + round(place * step) + jitter)
    return sorted(days)
