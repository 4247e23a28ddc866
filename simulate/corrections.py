"""What happens in a series of extracts besides accrual: values that are wrong at first, a patient who is missing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from simulate.accrual import FAR, KNOWN_FROM, Followed, days
from simulate.batches import Batch
from simulate.drawn import PATIENT
from simulate.drawn.draws import Bools, Ints, since_1970

DEATH_MOVES_DAYS = 12


@dataclass(frozen=True, order=True)
class Change:
    """What sets an extract apart from the one before, beyond accrual; ``rule_id`` is the rule that says so."""

    refresh: int
    what: str
    subject_id: str
    table: str = ""
    column: str = ""
    rule_id: str = ""


@dataclass(frozen=True)
class Mistake:
    """A kind of wrong value: in which records it can stand and what stands there at first."""

    what: str
    table: str
    column: str
    rule_id: str
    suits: Callable[[pl.DataFrame], pl.Series]
    wrong: Callable[[dict[str, str]], dict[str, str | None]]
    settles_days: int = 0
    is_seen_when_corrected: bool = False


def _moved(record: dict[str, str]) -> dict[str, str | None]:
    later = (date.fromisoformat(record["death_date"]) + timedelta(days=DEATH_MOVES_DAYS)).isoformat()
    return {"contact_date": later, "death_date": later}


MISTAKES = (
    Mistake(
        "a unit is filled in", "lab_results", "unit", "LB01", lambda table: table["unit"].is_not_null(),
        lambda _: {"unit": None},
    ),
    Mistake(
        "an amount of oil is corrected", "procedures", "iodised_oil_ml", "EX03",
        lambda table: table["iodised_oil_ml"].is_not_null(), lambda _: {"iodised_oil_ml": "25"},
    ),
    Mistake(
        "a reported sum is corrected", "response_assessments", "sum_mm", "TR07",
        lambda table: table["sum_mm"].is_not_null(), lambda record: {"sum_mm": str(int(record["sum_mm"]) + 10)},
    ),
    Mistake(
        "a date of death is corrected", "follow_up", "death_date", "DS07",
        lambda table: table["vital_status"] == "DEAD",
        _moved, settles_days=DEATH_MOVES_DAYS, is_seen_when_corrected=True,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Correction:
    """A wrong value in the extracts from ``first`` to the one before ``corrected``."""

    mistake: Mistake
    row: int
    patient: int
    subject_id: str
    cells: dict[str, str | None]
    first: int
    corrected: int

    def changes(self) -> Iterator[Change]:
        mistake = self.mistake
        where = (self.subject_id, mistake.table, mistake.column)
        if not mistake.is_seen_when_corrected:
            yield Change(self.first, "a wrong value is entered", *where, mistake.rule_id)
        yield Change(self.corrected, mistake.what, *where, mistake.rule_id if mistake.is_seen_when_corrected else "")


@dataclass(frozen=True)
class Missing:
    """The patient of whom one extract, that of ``refresh``, holds nothing."""

    refresh: int
    patient: int
    subject_id: str

    def changes(self, refreshes: int) -> Iterator[Change]:
        yield Change(self.refresh, "a patient is missing", self.subject_id, "patients", "subject_id", "RF01")
        if self.refresh < refreshes:
            yield Change(self.refresh + 1, "the missing patient is there again", self.subject_id, "patients")


def choose_corrections(
    batch: Batch, followed: Followed, cuts: Sequence[date], rng: np.random.Generator
) -> list[Correction]:
    """One wrong value of each kind, in records that are new in some refresh but the last; a patient has one at most.

    Raises:
        ValueError: the cohort is too small for one of each kind.
    """
    limits = np.array([since_1970(cut) for cut in cuts])
    chosen: list[Correction] = []
    # Deaths are the fewest: they come first.
    for mistake in sorted(MISTAKES, key=lambda mistake: -mistake.settles_days):
        table = batch.records[mistake.table]
        place = followed.place(table)
        day = days(table, KNOWN_FROM[mistake.table])
        refresh = _first_refresh(day, followed.index[place], limits)
        suits = mistake.suits(table).to_numpy() & (refresh < len(cuts)) & _is_undisturbed(followed)[place]
        suits &= day + mistake.settles_days <= limits[np.minimum(refresh, len(cuts)) - 1]
        suits &= ~np.isin(place + followed.first, [correction.patient for correction in chosen])
        if not suits.any():
            raise ValueError(f"the cohort is too small for a series of extracts: {mistake.what} needs a further record")
        row = int(rng.choice(np.flatnonzero(suits)))
        first = int(refresh[row])
        corrected = int(rng.integers(first + 1, min(first + 2, len(cuts)) + 1))
        cells = mistake.wrong({name: _text(value) for name, value in table.row(row, named=True).items()})
        patient = int(table[PATIENT][row])
        subject = followed.subjects[patient - followed.first]
        chosen.append(Correction(mistake, row, patient, subject, cells, first, corrected))
    return chosen


def choose_missing(
    followed: Followed, cuts: Sequence[date], corrections: Sequence[Correction], rng: np.random.Generator
) -> Missing:
    """The patient who is missing: one who was there in every extract before, in the middle of the series.

    Raises:
        ValueError: the cohort is too small to have one.
    """
    refresh = min(len(cuts) // 2 + 1, len(cuts))
    suits = _is_undisturbed(followed) & (followed.index <= since_1970(cuts[0]))
    suits[[correction.patient - followed.first for correction in corrections]] = False
    if not suits.any():
        raise ValueError("the cohort is too small for a series of extracts: nobody is left to be missing from one")
    place = int(rng.choice(np.flatnonzero(suits)))
    return Missing(refresh, place + followed.first, followed.subjects[place])


def withdrawals(followed: Followed, cuts: Sequence[date]) -> Iterator[Change]:
    """Who withdraws before the last cut: each in the first refresh that knows it."""
    for place in np.flatnonzero(followed.withdrawn < FAR).tolist():
        refresh = next(n for n, cut in enumerate(cuts, start=1) if followed.withdrawn[place] <= since_1970(cut))
        yield Change(refresh, "withdraws from follow-up", followed.subjects[place], "follow_up", "contact_date", "DS06")


def with_corrections(batch: Batch, corrections: Sequence[Correction], refresh: int) -> Batch:
    """The batch as typed before the values were corrected that still are wrong at ``refresh``."""
    typed = dict(batch.typed)
    for correction in corrections:
        if refresh < correction.corrected:
            table = typed[correction.mistake.table]
            typed[correction.mistake.table] = table.with_columns(
                table[name].scatter(correction.row, text) for name, text in correction.cells.items()
            )
    return replace(batch, typed=typed)


def _first_refresh(day: Ints, index: Ints, limits: Ints) -> Ints:
    """The refresh in which a record appears: when its day has come and its patient has entered."""
    return np.searchsorted(limits, np.maximum(day, index)) + 1


def _is_undisturbed(followed: Followed) -> Bools:
    """Patients who do not withdraw and whose death is known at once."""
    return (followed.withdrawn == FAR) & (followed.death == followed.death_known)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
