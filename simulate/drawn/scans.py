"""When patients are scanned: so that the planned progression, response and censoring days are scan days."""

import numpy as np

from simulate.drawn.draws import Ints, whole
from simulate.drawn.patients import PD, Patients
from simulate.schedule import EARLIEST_SCAN_DAY, LONGEST_BASELINE_DAYS, SPREAD_DAYS, STABLE_FROM_DAY
from studies import Protocol

NO_SCAN = 10**6
"""Where a patient has no further scan; later than every study day."""


def scan_days(patients: Patients, protocol: Protocol, rng: np.random.Generator) -> Ints:
    """Study days of the scans in order, a row a patient, the baseline first and ``NO_SCAN`` behind the last.

    No two neighbours are further apart than the visit window of the arm allows, none closer than two weeks.
    """
    limit = _longest_gap(patients, protocol)
    gap = limit - 2 * SPREAD_DAYS
    n, pfs = patients.count, patients.pfs_days
    is_early = patients.best == PD
    first = np.minimum(STABLE_FROM_DAY + whole(rng, 0, 3, n), pfs)
    stable = np.where(is_early[:, None], NO_SCAN, _spread(first, pfs, gap, rng))
    # No scan may count as stable disease before an early progression: one before it at most.
    earliest, latest = np.maximum(EARLIEST_SCAN_DAY, pfs - gap), np.minimum(STABLE_FROM_DAY - 1, pfs - 15)
    early = np.where(is_early & (earliest <= latest), whole(rng, earliest, np.maximum(earliest, latest)), NO_SCAN)
    goes_on = patients.progressed & (patients.liver_days > pfs)
    later = np.where(goes_on[:, None], _spread(pfs, patients.liver_days, gap, rng), NO_SCAN)

    after_start = np.sort(np.column_stack([stable, early, pfs, later]), axis=1)
    after_start[:, 1:][after_start[:, 1:] == after_start[:, :-1]] = NO_SCAN  # a day that ends one span begins the next
    after_start.sort(axis=1)
    room = limit - after_start[:, 0] + 1
    baseline = 1 - whole(rng, 1, np.clip(room, 1, LONGEST_BASELINE_DAYS))
    days = np.column_stack([baseline, after_start])
    return days[:, (days < NO_SCAN).any(axis=0)]


def _longest_gap(patients: Patients, protocol: Protocol) -> Ints:
    expected = {arm.code: arm.procedures_expected for arm in protocol.arms}
    limits = {
        expected[window.arm]: int(window.interval_days.high) + window.tolerance_days
        for window in protocol.visit_windows
    }
    return np.where(patients.treated, limits[True], limits[False])


def _spread(first: Ints, last: Ints, gap: Ints, rng: np.random.Generator) -> Ints:
    """Days from ``first`` to ``last``, both included, about evenly and never further apart than ``gap`` allows."""
    steps = np.maximum(1, -(-(last - first) // gap))[:, None]
    place = np.arange(steps.max() + 1)[None, :]
    step = (last - first)[:, None] / steps
    jitter = whole(rng, -SPREAD_DAYS, SPREAD_DAYS, (len(first), place.size))
    is_between = (place > 0) & (place < steps)
    days = first[:, None] + np.rint(place * step).astype(np.int64) + np.where(is_between, jitter, 0)
    return np.where(place <= steps, days, NO_SCAN)
