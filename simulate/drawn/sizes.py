"""How large each lesion is at each scan for each reader: the plan decides what grows and when, the draw how much."""

from dataclasses import dataclass

import numpy as np

from simulate.drawn.draws import Bools, Floats, Ints
from simulate.drawn.lesions import BY_NONTARGET, BY_TARGET, NEW, NONTARGET, SLOT_NEW_ELSEWHERE, TARGET, Lesions, Plan
from simulate.drawn.patients import PR, Patients
from simulate.drawn.scans import NO_SCAN
from simulate.tumours import FIRST_SHRUNK, GONE_SHARE, GROWTH, GROWTH_OF_ALL, SHRUNK, STABLE

STATUSES = ("PRESENT", "ABSENT", "PROGRESSION", "NOT EVALUABLE")
PRESENT, ABSENT, PROGRESSION, NOT_EVALUABLE = range(4)
NOT_MEASURED = -1
OFFSETS, NODE_OFFSETS = np.array([-2, -1, 0, 1, 1, 2]), np.array([-1, 0])


@dataclass(frozen=True)
class Readings:
    """What was seen: arrays of patients by scans by lesion slots, ``size`` with a first axis for the two readers.

    ``size`` is the mm that count, NOT_MEASURED where unseen or not measured. Both readers see the same ``status``.
    """

    is_seen: Bools
    size: Ints
    status: Ints


def draw_readings(patients: Patients, lesions: Lesions, days: Ints, plan: Plan, rng: np.random.Generator) -> Readings:
    """The readings of every scan. New lesions have a status and no size."""
    scan = days < NO_SCAN
    is_new, is_target = lesions.of(NEW), lesions.of(TARGET)
    appears = np.full(is_new.shape, NO_SCAN)
    appears[:, SLOT_NEW_ELSEWHERE:] = np.column_stack([patients.pfs_days, patients.liver_days])
    appears = np.where(is_new, appears, np.where(lesions.is_there, -NO_SCAN, NO_SCAN))
    is_seen = scan[:, :, None] & (days[:, :, None] >= appears[:, None, :])
    hidden = plan.is_unseen[:, None] & (days == patients.pfs_days[:, None])
    is_hidden = hidden[:, :, None] & ~lesions.in_chest[:, None, :]

    factor, progresses = _factors(patients, lesions, days, plan, is_hidden, rng)
    is_gone = days[:, :, None] >= _gone_from(patients, lesions, days, rng)[:, None, :]
    first = np.rint(lesions.size[:, None, :] * factor)
    is_small_node = lesions.is_node & ~is_target
    # A node that is followed but no target stays between 10 and 15 mm for both readers.
    offset = np.where(is_small_node, rng.choice(NODE_OFFSETS, is_new.shape), rng.choice(OFFSETS, is_new.shape))
    error = rng.choice(np.array([-1, 0, 0, 1]), factor.shape)
    second = np.maximum(np.rint((lesions.size + offset)[:, None, :] * factor) + error, 1)
    size = np.where(is_gone, 0, np.stack([first, second])).astype(np.int64)
    not_measured = ~is_seen | is_hidden | is_new[:, None, :]
    status = np.where(is_gone, ABSENT, np.where(progresses, PROGRESSION, PRESENT))
    status = np.where(is_new[:, None, :], PRESENT, status)
    return Readings(is_seen, np.where(not_measured, NOT_MEASURED, size), np.where(is_hidden, NOT_EVALUABLE, status))


def _factors(
    patients: Patients, lesions: Lesions, days: Ints, plan: Plan, is_hidden: Bools, rng: np.random.Generator
) -> tuple[Floats, Bools]:
    """Sizes against the baseline, and which lesions are in unequivocal progression."""
    shape = is_hidden.shape
    day = days[:, :, None]
    is_target, in_liver = lesions.of(TARGET)[:, None, :], lesions.in_liver[:, None, :]
    is_nontarget = lesions.of(NONTARGET)[:, None, :]
    noise = rng.uniform(0.98, 1.02, shape)
    after_pfs = day >= patients.pfs_days[:, None, None]
    after_liver = patients.progressed[:, None, None] & (day >= patients.liver_days[:, None, None])
    liver_grows = is_target & after_liver & (plan.in_liver == BY_TARGET)[:, None, None]
    others_grow = is_target & ~in_liver & after_pfs & (plan.elsewhere == BY_TARGET)[:, None, None] & ~liver_grows
    steady = _common_factor(patients, days, rng)[:, :, None] * noise
    steady[:, 0] = 1.0

    # What grows does so from the smallest size that was seen before.
    before = np.where(is_hidden | liver_grows | others_grow, np.inf, steady)
    smallest = np.minimum.accumulate(before, axis=1)
    growth = np.where(
        liver_grows, np.where(in_liver, GROWTH, GROWTH_OF_ALL), _growth_that_tells(lesions)[:, None, None]
    )
    of_target = np.where(liver_grows | others_grow, smallest * growth * noise, steady)
    in_progression = is_nontarget & np.where(
        in_liver,
        after_liver & (plan.in_liver == BY_NONTARGET)[:, None, None],
        after_pfs & (plan.elsewhere == BY_NONTARGET)[:, None, None],
    )
    of_nontarget = np.where(in_progression, 1.7 * noise, rng.uniform(0.96, 1.04, shape))
    of_nontarget[:, 0] = 1.0
    return np.where(is_target, of_target, of_nontarget), in_progression


def _common_factor(patients: Patients, days: Ints, rng: np.random.Generator) -> Floats:
    """How the targets of a patient have changed since the baseline, while nothing progresses."""
    stable, shrunk = rng.uniform(*STABLE, days.shape), rng.uniform(*SHRUNK, days.shape)
    if days.shape[1] > 2:
        is_first_of_several = days[:, 2] < patients.pfs_days
        shrunk[:, 1] = np.where(is_first_of_several, rng.uniform(*FIRST_SHRUNK, len(days)), shrunk[:, 1])
    return np.where((patients.best == PR)[:, None], shrunk, stable)


def _growth_that_tells(lesions: Lesions) -> Floats:
    """The growth of the targets outside the liver that makes the sum of all targets grow by a good third."""
    targets = np.where(lesions.of(TARGET), lesions.size, 0)
    outside = np.where(lesions.in_liver, 0, targets).sum(axis=1)
    return 1 + (GROWTH - 1) * targets.sum(axis=1) / np.maximum(outside, 1)


def _gone_from(patients: Patients, lesions: Lesions, days: Ints, rng: np.random.Generator) -> Ints:
    """Small liver non-targets of a responding patient may vanish, for good: the study day from which they are gone."""
    scans = (days < NO_SCAN).sum(axis=1)
    may_vanish = lesions.in_liver & lesions.of(NONTARGET) & (lesions.size < 25)
    may_vanish &= ((patients.best == PR) & (scans >= 4))[:, None]
    vanishes = may_vanish & (rng.random(may_vanish.shape) < GONE_SHARE)
    place = 2 + np.floor(rng.random(may_vanish.shape) * np.maximum(scans - 2, 1)[:, None]).astype(np.int64)
    place = np.minimum(place, days.shape[1] - 1)
    return np.where(vanishes, np.take_along_axis(days, place, axis=1), NO_SCAN + 1)
