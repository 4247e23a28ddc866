"""Adverse events of drawn patients and the laboratory values that go with them (CTCAE 3.0)."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulate.drawn.draws import Bools, Ints, dates, numbers, texts, whole
from simulate.drawn.patients import Patients
from simulate.safety import (
    LAB_DAYS,
    LAB_INTERVAL_DAYS,
    LAB_TESTS,
    LATEST_ONSET_DAY,
    SECOND_SPELL_DAYS,
    SECOND_SPELL_SHARE,
)
from studies import Protocol

NO_SAMPLE = 10**6


@dataclass(frozen=True)
class Spells:
    """Arrays of patients by terms by spells (two at most): study days, both included, and the grade."""

    is_there: Bools
    grade: Ints
    first_day: Ints
    last_day: Ints


def draw_spells(patients: Patients, rng: np.random.Generator) -> Spells:
    """For each term its worst grade once, and sometimes a lesser spell after it that does not overlap."""
    grade, os_days = patients.ae_grades, patients.os_days[:, None]
    first = whole(rng, 1, np.clip(os_days - 20, 1, LATEST_ONSET_DAY), grade.shape)
    last = np.minimum(first + whole(rng, 3, 14, grade.shape), os_days)
    is_again = (grade > 1) & (os_days > 140) & (rng.random(grade.shape) < SECOND_SPELL_SHARE)
    again = whole(rng, *SECOND_SPELL_DAYS, grade.shape)
    return Spells(
        np.stack([grade > 0, is_again], axis=2),
        np.stack([grade, grade - 1], axis=2),
        np.stack([first, again], axis=2),
        np.stack([last, again + whole(rng, 3, 10, grade.shape)], axis=2),
    )


def adverse_events(
    patients: Patients, spells: Spells, protocol: Protocol, rng: np.random.Generator, key: str
) -> pl.DataFrame:
    """One record a spell, numbered within the patient."""
    of_patient, term, spell = np.nonzero(spells.is_there)
    counted = spells.is_there.reshape(patients.count, -1).astype(np.int64)
    number = np.cumsum(counted, axis=1).reshape(spells.is_there.shape)
    grade = spells.grade[of_patient, term, spell]
    serious = (grade >= 4) | ((grade == 3) & (rng.random(len(grade)) < 0.5))
    index = patients.index[of_patient]
    return pl.DataFrame(
        {
            key: patients.number[of_patient],
            "ae_number": numbers(number[of_patient, term, spell]),
            "reported_term": texts([term.label for term in protocol.ae_terms], term),
            "term": texts([term.term for term in protocol.ae_terms], term),
            "grade": numbers(grade),
            "start_date": dates(index + spells.first_day[of_patient, term, spell] - 1),
            "end_date": dates(index + spells.last_day[of_patient, term, spell] - 1),
            "serious": texts(("N", "Y"), serious.astype(np.int64)),
            "outcome": texts(["RESOLVED"], np.zeros(len(grade), dtype=np.int64)),
            "ctcae_version": texts([protocol.study.ctcae_version], np.zeros(len(grade), dtype=np.int64)),
        }
    )


def lab_results(
    patients: Patients, spells: Spells, protocol: Protocol, record_ids: pl.Series, rng: np.random.Generator, key: str
) -> pl.DataFrame:
    """A panel within two weeks before the index date, one at every interval in life, one when a value goes wrong.

    A value is abnormal in the spells of its adverse event, by the grade of the spell, and normal outside them.
    """
    terms = [term.term for term in protocol.ae_terms]
    days = _sample_days(patients, spells, [terms.index(test.term) for test in LAB_TESTS.values() if test.term], rng)
    values = np.empty((*days.shape, len(LAB_TESTS)))
    for column, test in enumerate(LAB_TESTS.values()):
        grade = _active_grade(spells, terms.index(test.term), days) if test.term else np.zeros(days.shape, dtype=int)
        low, high = np.array([test.normal, *test.grades]).T
        values[:, :, column] = np.round(rng.uniform(low[grade], high[grade]), test.digits)
    is_taken = np.broadcast_to((days < NO_SAMPLE)[:, :, None], values.shape)
    of_patient, sample, place = np.nonzero(is_taken)
    tests = list(LAB_TESTS.values())
    return pl.DataFrame(
        {
            key: patients.number[of_patient],
            "record_id": record_ids.gather(of_patient),
            "sample_date": dates(patients.index[of_patient] + days[of_patient, sample] - 1),
            "test": texts(list(LAB_TESTS), place),
            "value": _with_digits(values[is_taken], np.array([test.digits for test in tests])[place]),
            "unit": texts([test.unit for test in tests], place),
            "lower_limit": texts([f"{test.lower:g}" for test in tests], place),
            "upper_limit": texts([f"{test.upper:g}" for test in tests], place),
        }
    )


def _sample_days(patients: Patients, spells: Spells, shown: list[int], rng: np.random.Generator) -> Ints:
    """Study days of the panels in order, ``NO_SAMPLE`` behind the last."""
    regular = np.arange(LAB_INTERVAL_DAYS, LAB_DAYS, LAB_INTERVAL_DAYS)
    in_life = np.where(regular < patients.os_days[:, None], regular, NO_SAMPLE)
    onsets = np.where(spells.is_there[:, shown], spells.first_day[:, shown], NO_SAMPLE).reshape(patients.count, -1)
    days = np.sort(np.column_stack([-whole(rng, 0, 9, patients.count), in_life, onsets]), axis=1)
    days[:, 1:][days[:, 1:] == days[:, :-1]] = NO_SAMPLE
    days.sort(axis=1)
    return days[:, (days < NO_SAMPLE).any(axis=0)]


def _active_grade(spells: Spells, term: int, days: Ints) -> Ints:
    """The highest grade of the term that lasts on each day; 0 where none does."""
    day = days[:, :, None]
    lasts = (
        spells.is_there[:, None, term]
        & (spells.first_day[:, None, term] <= day)
        & (day <= spells.last_day[:, None, term])
    )
    return np.where(lasts, spells.grade[:, None, term], 0).max(axis=2)


def _with_digits(values: np.ndarray, digits: Ints) -> pl.Series:
    """Text with the decimals of each test: none or one."""
    frame = pl.DataFrame({"value": values, "digits": digits})
    whole_number, one_decimal = pl.col("value").cast(pl.Int64).cast(pl.String), pl.col("value").cast(pl.String)
    return frame.select(pl.when(pl.col("digits") == 0).then(whole_number).otherwise(one_decimal)).to_series()
