"""The tables of a random cohort, a batch of patients at a time: any number of them in little memory."""

import hashlib
from collections.abc import Iterator

import numpy as np
import polars as pl

from simulate.drawn import records, safety
from simulate.drawn.draws import numbers
from simulate.drawn.patients import draw_patients
from simulate.drawn.tumours import draw_tumours
from simulate.drugs import drug_doses
from studies import Study

BATCH = 1000
PATIENT = "_patient"
"""The column of every frame that holds the number of the patient; never written."""


def generator(*what: object) -> np.random.Generator:
    """The random numbers of one purpose; equal words give equal numbers, whatever else is drawn."""
    name = " ".join(str(part) for part in what)
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()))


def draw_tables(count: int, study: Study, seed: int) -> Iterator[dict[str, pl.DataFrame]]:
    """The records of ``count`` random patients by table, in our columns and codes, batch by batch.

    A batch is drawn whole and then cut, so that more patients leave the first ones as they were. Dates are dates, all
    else is text, a blank is null; columns that the mapping does not name are left out.
    """
    for first in range(1, count + 1, BATCH):
        tables = _draw_batch(first, study, seed)
        yield {
            name: tables[name].filter(pl.col(PATIENT) <= count).select(PATIENT, *_known(tables[name], table.columns))
            for name, table in study.mapping.tables.items()
        }


def _known(frame: pl.DataFrame, columns: dict[str, str]) -> list[str]:
    return [name for name in columns if name in frame.columns]


def _draw_batch(first: int, study: Study, seed: int) -> dict[str, pl.DataFrame]:
    rng = generator(seed, "patients from", first)
    protocol = study.protocol
    patients = draw_patients(first, BATCH, study, rng)
    record_ids = records.record_numbers(patients, rng)
    spells = safety.draw_spells(patients, rng)
    tables = {
        "patients": records.master_data(patients, protocol, record_ids, rng, PATIENT),
        "procedures": records.procedures(patients, rng, PATIENT),
        "drug_courses": records.drug_courses(patients, drug_doses(protocol), rng, PATIENT),
        **draw_tumours(patients, protocol, rng, PATIENT),
        "adverse_events": safety.adverse_events(patients, spells, protocol, rng, PATIENT),
        "lab_results": safety.lab_results(patients, spells, protocol, record_ids, rng, PATIENT),
        "follow_up": records.follow_up(patients, rng, PATIENT),
    }
    subject_ids = "P" + numbers(patients.number).str.zfill(3)
    return {
        name: table.with_columns(subject_ids.gather(table[PATIENT] - first).alias("subject_id"))
        for name, table in tables.items()
    }
