"""What is known of a cohort on one day of follow-up: the records from before it; what lasts has no end yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from simulate.batches import Batch
from simulate.drawn import PATIENT
from simulate.drawn.draws import Bools, Ints, since_1970

KNOWN_FROM = {
    "patients": "index_date",
    "procedures": "procedure_date",
    "drug_courses": "start_date",
    "lesions": "first_seen_date",
    "lesion_measurements": "scan_date",
    "response_assessments": "scan_date",
    "adverse_events": "start_date",
    "lab_results": "sample_date",
    "follow_up": "contact_date",
}
"""The date from which on a record is known."""

LASTS: dict[str, dict[str, str | None]] = {
    "drug_courses": {"stop_reason": None},
    "adverse_events": {"outcome": "ONGOING"},
}
"""What stands in a record that has no end_date yet."""

FAR = 10**6
SHARE_WITHDRAWN = 0.02
SHARE_DEATHS_LATE = 0.05
LATE_DAYS = (20, 80)
SETTLED_DAYS = 60
"""Nobody withdraws in the first days after the start."""


@dataclass(frozen=True)
class Followed:
    """How the patients of a batch are followed; one item a patient, days since 1970, ``FAR`` where it does not happen.

    ``restart`` is the start of a drug on or after the index date; of the dead, ``death_known`` is the day on which the
    site learns of the death.
    """

    first: int
    subjects: Sequence[str]
    index: Ints
    restart: Ints
    death: Ints
    death_known: Ints
    withdrawn: Ints

    def place(self, table: pl.DataFrame) -> Ints:
        """The place of each record's patient."""
        return table[PATIENT].to_numpy() - self.first


@dataclass(frozen=True)
class Extract:
    """What an extract holds of a batch: by table the typed rows, and which of them stand there twice."""

    cells: dict[str, tuple[pl.DataFrame, pl.Series]]
    patients: int
    deaths: int


def follow(batch: Batch, cuts: Sequence[date], rng: np.random.Generator) -> Followed:
    """Draws who withdraws between the first cuts, at least one if somebody can, and whose death is reported late."""
    patients, courses, contacts = (batch.records[name] for name in ("patients", "drug_courses", "follow_up"))
    first, count = patients[PATIENT].min(), patients.height
    assert isinstance(first, int)
    index = days(patients, "index_date")
    is_again = days(courses, "start_date") >= index[courses[PATIENT].to_numpy() - first]
    restart = _of_each(courses.filter(pl.Series(is_again)), "start_date", first, count)
    death = _of_each(contacts.filter(pl.col("vital_status") == "DEAD"), "death_date", first, count)
    last_contact = _of_each(contacts.sort(KNOWN_FROM["follow_up"]), "contact_date", first, count, FAR)
    is_late = (death < FAR) & (rng.random(count) < SHARE_DEATHS_LATE)
    late = rng.integers(LATE_DAYS[0], LATE_DAYS[1] + 1, count)

    earliest, latest = since_1970(cuts[0]), since_1970(cuts[-2])
    withdrawal = rng.integers(earliest, max(latest, earliest + 1), count)
    may_withdraw = (withdrawal > index + SETTLED_DAYS) & (withdrawal < last_contact)
    withdraws = may_withdraw & (rng.random(count) < SHARE_WITHDRAWN)
    if may_withdraw.any() and not withdraws.any():
        withdraws[rng.choice(np.flatnonzero(may_withdraw))] = True
    return Followed(
        first=first,
        subjects=patients["subject_id"].to_list(),
        index=index,
        restart=restart,
        death=death,
        death_known=np.where(is_late, death + late, death),
        withdrawn=np.where(withdraws, withdrawal, FAR),
    )


def known(batch: Batch, followed: Followed, cut: date, missing: int | None = None) -> Extract:
    """The extract as of ``cut``; of the patient ``missing`` (a number) it holds nothing."""
    cut_day = since_1970(cut)
    until = np.minimum(cut_day, followed.withdrawn)
    is_in = followed.index <= cut_day
    if missing is not None:
        is_in &= np.arange(len(is_in)) != missing - followed.first
    cells: dict[str, tuple[pl.DataFrame, pl.Series]] = {}
    for name, records in batch.records.items():
        place = followed.place(records)
        is_known = is_in[place] & (days(records, KNOWN_FROM[name]) <= until[place])
        if name == "follow_up":
            is_death = (records["vital_status"] == "DEAD").to_numpy()
            is_known &= ~is_death | (followed.death_known[place] <= cut_day)
        typed = batch.typed[name]
        if name in LASTS:
            typed = _still_lasting(typed, days(records, "end_date") > until[place], LASTS[name])
        if name == "patients":
            not_yet = followed.restart[place] > until[place]
            typed = _put(typed, not_yet, {"reported_tki_reintroduction": "N"})
        mask = pl.Series(is_known)
        cells[name] = (typed.filter(mask), batch.is_copied[name].filter(mask))
    is_dead = is_in & (followed.death <= until) & (followed.death_known <= cut_day)
    return Extract(cells, int(is_in.sum()), int(is_dead.sum()))


def days(table: pl.DataFrame, column: str) -> Ints:
    """A column of dates as days since 1970; blanks are before every day."""
    dates = table[column]
    if dates.dtype == pl.String:
        dates = dates.str.to_date("%Y-%m-%d")
    return dates.cast(pl.Int32).cast(pl.Int64).fill_null(-FAR).to_numpy()


def _of_each(table: pl.DataFrame, column: str, first: int, count: int, missing: int = FAR) -> Ints:
    """The day of each patient's last record in the table."""
    of_each = np.full(count, missing)
    of_each[table[PATIENT].to_numpy() - first] = days(table, column)
    return of_each


def _still_lasting(typed: pl.DataFrame, lasts: Bools, cells: dict[str, str | None]) -> pl.DataFrame:
    return _put(typed, lasts, {"end_date": None, **cells})


def _put(typed: pl.DataFrame, rows: Bools, cells: dict[str, str | None]) -> pl.DataFrame:
    """The table with these cells in some rows; columns that it does not have are passed over."""
    mask = pl.Series(rows)
    return typed.with_columns(
        pl.when(mask).then(pl.lit(text, dtype=pl.String)).otherwise(name).alias(name)
        for name, text in cells.items()
        if name in typed.columns
    )
