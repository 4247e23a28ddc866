"""Patients by the batch: their records, and the same rows as somebody typed them into the EMR."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from simulate import records, safety
from simulate.cohort import read_cohort
from simulate.defects import SPOILT, Defect, Tables, plant_defects
from simulate.drawn import PATIENT, draw_tables
from simulate.drawn.cohort import generator
from simulate.drawn.untidy import make_untidy as make_table_untidy
from simulate.drugs import drug_doses
from simulate.records import Record
from simulate.tumours import grow
from simulate.untidy import make_untidy
from studies import Study

SHARE_OF_COPIES = 0.004
ENTERED_ONCE = "patients"


@dataclass(frozen=True)
class Batch:
    """Some patients of an extract, by table.

    ``records`` has our columns (dates as dates, or as text; a blank is null) and the number of the patient; ``typed``
    the same rows as text of an EMR; ``is_copied`` marks the rows that stand in the file twice. ``planted`` are the
    defects of these rows, each with its line in the file.
    """

    records: dict[str, pl.DataFrame]
    typed: dict[str, pl.DataFrame]
    is_copied: dict[str, pl.Series]
    planted: Sequence[tuple[Defect, int]] = ()


def read_batch(cohort_file: Path, study: Study, seed: int, *, defects: bool) -> Batch:
    """The patients of a file, all in one batch, drawn and typed one by one.

    Raises:
        ValueError: the cohort is too small to plant every defect, or has days that no scans can give.
        OSError: ``cohort_file`` cannot be read.
    """
    tables: Tables = {name: [] for name in study.mapping.tables}
    doses = drug_doses(study.protocol)
    for patient in read_cohort(cohort_file, study, seed):
        rng = random.Random(f"{seed} records {patient.number}")
        tumours = grow(patient, study.protocol, rng)
        tables["patients"].append(records.master_data(patient, study.protocol.cohort, rng, seed))
        tables["procedures"] += records.procedures(patient, rng)
        tables["drug_courses"] += records.drug_courses(patient, doses, rng)
        tables["lesions"] += records.lesion_records(patient, tumours)
        tables["lesion_measurements"] += records.measurement_records(patient, tumours)
        tables["response_assessments"] += records.response_records(patient, tumours)
        spells = safety.spells(patient, rng)
        tables["adverse_events"] += safety.adverse_events(patient, spells, study.protocol, rng)
        tables["lab_results"] += safety.lab_results(patient, spells, rng, seed)
        tables["follow_up"] += records.follow_up(patient, rng)
    planted = plant(tables, study, seed) if defects else []
    typed: dict[str, pl.DataFrame] = {}
    is_copied: dict[str, pl.Series] = {}
    for name, rows in tables.items():
        rng = random.Random(f"{seed} file {name}")
        typed_rows, copies = [], []
        for row in rows:
            typed_rows.append(make_untidy(row, study.mapping, rng))
            copies.append(name != ENTERED_ONCE and SPOILT not in row and rng.random() < SHARE_OF_COPIES)
        typed[name] = _frame(typed_rows, list(study.mapping.tables[name].columns))
        is_copied[name] = pl.Series(copies, dtype=pl.Boolean)
    return Batch(as_frames(tables), typed, is_copied, planted)


def draw_batches(count: int, study: Study, seed: int, *, defects: bool) -> Iterator[Batch]:
    """``count`` random patients; the defects are planted in the first batch.

    Raises:
        ValueError: the first batch is too small to plant every defect.
    """
    for number, drawn in enumerate(draw_tables(count, study, seed)):
        frames, planted = drawn, []
        if defects and number == 0:
            tables = {name: _as_records(frame) for name, frame in drawn.items()}
            planted = plant(tables, study, seed)
            frames = as_frames(tables)
        rng = generator(seed, "typing of batch", number)
        typed, is_copied = {}, {}
        for name, frame in frames.items():
            typed[name] = make_table_untidy(frame.drop(PATIENT), study.mapping, rng)
            is_copied[name] = pl.Series(rng.random(frame.height) < SHARE_OF_COPIES)
            if name == ENTERED_ONCE:
                is_copied[name] &= False
            elif SPOILT in frame.columns:
                is_copied[name] &= frame[SPOILT].is_null()
        yield Batch(frames, typed, is_copied, planted)


def plant(tables: Tables, study: Study, seed: int) -> list[tuple[Defect, int]]:
    """Plants every defect once, in place; each with the line of its record, where the header is line 1."""
    planted = plant_defects(tables, study.protocol, random.Random(f"{seed} defects"))
    lines = {id(row): line for rows in tables.values() for line, row in enumerate(rows, start=2)}
    return [(defect, lines[id(defect.record)]) for defect in planted]


def as_frames(tables: Tables) -> dict[str, pl.DataFrame]:
    """Records as frames, with the number of the patient in front."""
    subjects = {row["record_id"]: row["subject_id"] for row in tables["patients"]}
    numbers = {row["subject_id"]: place for place, row in enumerate(tables["patients"], start=1)}
    frames = {}
    for name, rows in tables.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        of_patient = [numbers[row.get("subject_id") or subjects[row["record_id"]]] for row in rows]
        frames[name] = _frame(rows, columns).insert_column(0, pl.Series(PATIENT, of_patient, dtype=pl.Int64))
    return frames


def _frame(rows: Sequence[Record], columns: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series([row.get(name) or None for row in rows], dtype=pl.String) for name in columns})


def _as_records(frame: pl.DataFrame) -> list[Record]:
    """Plain records of text; dates in ISO form."""
    return [
        {name: value.isoformat() if isinstance(value, date) else value or "" for name, value in row.items()}
        for row in frame.drop(PATIENT).iter_rows(named=True)
    ]
