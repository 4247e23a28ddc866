"""Lesions, measurements and reports of drawn patients, such that the planned responses follow by RECIST 1.1.

Sizes are drawn again for those patients whose reports are not the planned ones, until those of all are.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulate.drawn.draws import Bools, Ints, dates, numbers, texts, where
from simulate.drawn.lesions import CLASSES, ORGANS, PLACES, TARGET, Lesions, draw_lesions
from simulate.drawn.patients import NE, RESPONSES, Patients
from simulate.drawn.responses import (
    NONTARGET_RESPONSES,
    Responses,
    are_as_planned,
    are_plausible,
    respond,
)
from simulate.drawn.scans import NO_SCAN, scan_days
from simulate.drawn.sizes import NOT_EVALUABLE, NOT_MEASURED, PRESENT, STATUSES, Readings, draw_readings
from simulate.tumours import ATTEMPTS, NOT_SEEN, READERS
from studies import Protocol

TABLES = ("lesions", "lesion_measurements", "response_assessments")


@dataclass(frozen=True)
class Drawn:
    """One draw: for each reader the responses by all lesions and by those of the liver; MRI where ``is_mri``."""

    patients: Patients
    days: Ints
    lesions: Lesions
    readings: Readings
    everything: list[Responses]
    liver: list[Responses]
    is_mri: Bools

    def dates(self) -> Ints:
        """The days of the scans, since 1970."""
        return self.patients.index[:, None] + self.days - 1

    def fits(self) -> Bools:
        """Which patients are as planned for both readers, who agree scan by scan."""
        fits = are_plausible(self.readings)
        for overall, liver in zip(self.everything, self.liver, strict=True):
            fits &= are_as_planned(self.patients, self.days, overall.overall, liver.overall)
        post = (self.days > 0) & (self.days < NO_SCAN)
        for one, two in (self.everything, self.liver):
            fits &= ~(post & (one.overall != two.overall)).any(axis=1)
        return fits


def draw_tumours(patients: Patients, protocol: Protocol, rng: np.random.Generator, key: str) -> dict[str, pl.DataFrame]:
    """The records of ``TABLES``, ordered by patient; the column ``key`` holds the number of the patient.

    Raises:
        ValueError: the days of a patient cannot be reached, whatever the sizes.
    """
    parts: list[dict[str, pl.DataFrame]] = []
    left = patients
    for _ in range(ATTEMPTS):
        drawn = _draw(left, protocol, rng)
        fits = drawn.fits()
        parts.append(_records(drawn, fits, key))
        left = left.take(np.flatnonzero(~fits))
        if not left.count:
            return {
                table: pl.concat([part[table] for part in parts]).sort(key, maintain_order=True) for table in TABLES
            }
    raise ValueError(f"no measurements give the planned responses of patient {left.number[0]}")


def _draw(patients: Patients, protocol: Protocol, rng: np.random.Generator) -> Drawn:
    days = scan_days(patients, protocol, rng)
    lesions, plan = draw_lesions(patients, rng)
    readings = draw_readings(patients, lesions, days, plan, rng)
    everything, liver = (
        [respond(lesions, readings, reader, scope) for reader in range(len(READERS))]
        for scope in (lesions.is_there, lesions.in_liver)
    )
    is_mri = ~plan.is_unseen & (rng.random(patients.count) < 0.2)
    return Drawn(patients, days, lesions, readings, everything, liver, is_mri)


def _records(drawn: Drawn, fits: Bools, key: str) -> dict[str, pl.DataFrame]:
    return {
        "lesions": _lesion_records(drawn, fits, key),
        "lesion_measurements": _measurement_records(drawn, fits, key),
        "response_assessments": _response_records(drawn, fits, key),
    }


def _lesion_ids(drawn: Drawn, of_patient: Ints, slot: Ints) -> pl.Series:
    return texts(
        [f"L{number:02d}" for number in range(drawn.lesions.place.shape[1] + 1)], drawn.lesions.number[of_patient, slot]
    )


def _lesion_records(drawn: Drawn, fits: Bools, key: str) -> pl.DataFrame:
    of_patient, slot = np.nonzero(drawn.lesions.is_there & fits[:, None])
    place, kind = drawn.lesions.place[of_patient, slot], drawn.lesions.kind[of_patient, slot]
    first_scan = np.argmax(drawn.readings.is_seen, axis=1)[of_patient, slot]
    return pl.DataFrame(
        {
            key: drawn.patients.number[of_patient],
            "lesion_id": _lesion_ids(drawn, of_patient, slot),
            "organ": texts(ORGANS, place),
            "location_text": texts([where for _, where in PLACES], place),
            "lesion_class": texts(CLASSES, kind),
            "first_seen_date": dates(drawn.dates()[of_patient, first_scan]),
        }
    )


def _measurement_records(drawn: Drawn, fits: Bools, key: str) -> pl.DataFrame:
    """A row a lesion, scan and reader; a lesion that was not evaluable has a row that says why."""
    lesions, readings = drawn.lesions, drawn.readings
    seen = np.broadcast_to(
        (readings.is_seen & fits[:, None, None])[:, :, None, :],
        (*readings.is_seen.shape[:2], len(READERS), readings.is_seen.shape[2]),
    )
    of_patient, scan, reader, slot = np.nonzero(seen)
    size = readings.size[reader, of_patient, scan, slot]
    status = readings.status[of_patient, scan, slot]
    is_measured = size != NOT_MEASURED
    longest = np.rint(size * lesions.long_per_short[of_patient, slot]).astype(np.int64)
    is_usual = (lesions.kind[of_patient, slot] == TARGET) & (status == PRESENT)
    return pl.DataFrame(
        {
            key: drawn.patients.number[of_patient],
            "lesion_id": _lesion_ids(drawn, of_patient, slot),
            "scan_date": dates(drawn.dates()[of_patient, scan]),
            "reader": texts(READERS, reader),
            "modality": texts(("CT", "MRI"), drawn.is_mri[of_patient].astype(np.int64)),
            "diameter": where(is_measured, numbers(longest)),
            "diameter_unit": texts(("mm", None), (~is_measured).astype(np.int64)),
            "short_axis": where(is_measured & lesions.is_node[of_patient, slot], numbers(size)),
            "lesion_status": where(~is_usual, texts(STATUSES, status)),
            "not_evaluable_reason": texts((NOT_SEEN, None), (status != NOT_EVALUABLE).astype(np.int64)),
        }
    )


def _response_records(drawn: Drawn, fits: Bools, key: str) -> pl.DataFrame:
    """What each reader reported of each scan after the baseline."""
    is_reported = (drawn.days > 0) & (drawn.days < NO_SCAN) & fits[:, None]
    of_patient, scan, reader = np.nonzero(np.repeat(is_reported[:, :, None], len(READERS), axis=2))

    def reported(name: str, scope: list[Responses]) -> Ints:
        return np.stack([getattr(responses, name) for responses in scope])[reader, of_patient, scan]

    sums, target = reported("sum_mm", drawn.everything), reported("target", drawn.everything)
    overall, liver = reported("overall", drawn.everything), reported("overall", drawn.liver)
    is_ne = (target == NE) | (overall == NE) | (liver == NE)
    return pl.DataFrame(
        {
            key: drawn.patients.number[of_patient],
            "scan_date": dates(drawn.dates()[of_patient, scan]),
            "reader": texts(READERS, reader),
            "sum_mm": where(sums != NOT_MEASURED, numbers(sums)),
            "target_response": texts(RESPONSES, target),
            "nontarget_response": texts(NONTARGET_RESPONSES, reported("nontarget", drawn.everything)),
            "new_lesion": texts(("N", "Y"), reported("new_lesion", drawn.everything).astype(np.int64)),
            "overall_response": texts(RESPONSES, overall),
            "liver_response": texts(RESPONSES, liver),
            "not_evaluable_reason": texts((NOT_SEEN, None), (~is_ne).astype(np.int64)),
        }
    )
