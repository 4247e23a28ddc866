"""What the readers report: RECIST 1.1 (Eisenhauer 2009) for all patients at once, and whether it is as planned.

The same rules as simulate/recist.py, on arrays; in a drawn cohort every patient has a target in the liver at every
scan, so that a complete response and disease without targets cannot occur.
"""

from dataclasses import dataclass

import numpy as np

from simulate.drawn.draws import Bools, Ints
from simulate.drawn.lesions import NEW, NONTARGET, TARGET, Lesions
from simulate.drawn.patients import NE, PD, PR, SD, Patients
from simulate.drawn.scans import NO_SCAN
from simulate.drawn.sizes import ABSENT, NOT_EVALUABLE, NOT_MEASURED, PROGRESSION, Readings
from simulate.plausible import SMALLEST_MM
from simulate.recist import STABLE_DAYS

NONTARGET_RESPONSES = ("CR", "NON-CR/NON-PD", "PD", "NE", None)
NONTARGET_CR, NONTARGET_STABLE, NONTARGET_PD, NONTARGET_NE, NO_NONTARGET = range(5)


@dataclass(frozen=True)
class Responses:
    """Arrays of patients by scans, for one reader and some of the lesions. The baseline scan has no meaning."""

    sum_mm: Ints
    target: Ints
    nontarget: Ints
    new_lesion: Bools
    overall: Ints


def respond(lesions: Lesions, readings: Readings, reader: int, scope: Bools) -> Responses:
    """The responses of ``reader`` from the lesions of ``scope``; ``sum_mm`` is NOT_MEASURED unless complete."""
    is_target = (lesions.of(TARGET) & scope)[:, None, :]
    size = readings.size[reader]
    measured = np.where(is_target & (size != NOT_MEASURED), size, 0).sum(axis=2)
    is_complete: Bools = ~np.any(is_target & (size == NOT_MEASURED), axis=2)
    baseline = measured[:, :1]
    sums = np.where(is_complete, measured, NO_SCAN)
    nadir = np.minimum.accumulate(sums, axis=1)
    nadir = np.column_stack([baseline, nadir[:, :-1]])
    is_progression = (10 * measured >= 12 * nadir) & (measured - nadir >= 5)
    is_partial = 10 * measured <= 7 * baseline
    target = np.where(is_progression, PD, np.where(~is_complete, NE, np.where(is_partial, PR, SD)))
    nontarget = _nontarget_responses(lesions.of(NONTARGET) & scope, readings.status)
    new_lesion: Bools = np.asarray((readings.is_seen & (lesions.of(NEW) & scope)[:, None, :]).any(axis=2))
    overall = np.where(new_lesion | (nontarget == NONTARGET_PD), PD, target)
    return Responses(np.where(is_complete, measured, NOT_MEASURED), target, nontarget, new_lesion, overall)


def _nontarget_responses(is_nontarget: Bools, status: Ints) -> Ints:
    followed = is_nontarget[:, None, :]
    progresses = (followed & (status == PROGRESSION)).any(axis=2)
    is_unseen = (followed & (status == NOT_EVALUABLE)).any(axis=2)
    is_gone = (~followed | (status == ABSENT)).all(axis=2)
    seen = np.where(is_gone, NONTARGET_CR, NONTARGET_STABLE)
    response = np.where(progresses, NONTARGET_PD, np.where(is_unseen, NONTARGET_NE, seen))
    return np.where(is_nontarget.any(axis=1, keepdims=True), response, NO_NONTARGET)


def are_as_planned(patients: Patients, days: Ints, overall: Ints, liver: Ints) -> Bools:
    """Which patients have the planned days and best responses, from one reader's overall and liver responses."""
    post = (days > 0) & (days < NO_SCAN)
    progression = np.where(patients.progressed, patients.pfs_days, NO_SCAN)
    liver_progression = np.where(patients.progressed, patients.liver_days, NO_SCAN)
    stays = ~(post & (days >= progression[:, None]) & (overall != PD)).any(axis=1)
    # Who does not progress is censored at the last scan: it can be evaluated by all lesions and by the liver.
    last = np.where(post & (overall != NE) & (liver != NE), days, 0).max(axis=1)
    return (
        (_first_progression(post, days, overall) == progression)
        & (_first_progression(post, days, liver) == liver_progression)
        & (_best(post, days, overall) == patients.best)
        & (_best(post, days, liver) == patients.best)
        & stays
        & (patients.progressed | (last == patients.pfs_days))
    )


def _first_progression(post: Bools, days: Ints, responses: Ints) -> Ints:
    return np.where(post & (responses == PD), days, NO_SCAN).min(axis=1)


def _best(post: Bools, days: Ints, responses: Ints) -> Ints:
    """The best unconfirmed response up to and including the first PD; SD counts from 42 days after the start on."""
    counted = post & (days <= _first_progression(post, days, responses)[:, None])
    partial = (counted & (responses == PR)).any(axis=1)
    stable = (counted & (responses == SD) & (days - 1 >= STABLE_DAYS)).any(axis=1)
    progressive = (counted & (responses == PD)).any(axis=1)
    return np.where(partial, PR, np.where(stable, SD, np.where(progressive, PD, NE)))


def are_plausible(readings: Readings) -> Bools:
    """Which patients have nothing too small to measure and nothing copied forward over three scans."""
    size = readings.size
    too_small = ((size > 0) & (size < SMALLEST_MM)).any(axis=(0, 2, 3))
    same = (size[:, :, 1:] == size[:, :, :-1]).all(axis=3) & (size[:, :, 1:] != NOT_MEASURED).any(axis=3)
    copied = (same[:, :, 1:] & same[:, :, :-1]).any(axis=(0, 2))
    return ~(too_small | copied)
