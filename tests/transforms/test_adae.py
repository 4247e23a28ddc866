"""ADAE: treatment emergence, the worst grade a subject and term, and what the data cut hides."""

from datetime import date
from typing import Any

import pytest
from tiny_cohort import DATA_CUT, TinyCohort, day


def event(
    cohort: TinyCohort, number: int, start: int | None, grade: int | None, term: str | None = "FEVER", **more: Any
) -> None:
    cohort.add(
        "adverse_events", ae_number=number, term=term, grade=grade,
        start_date=None if start is None else day(start), **more,
    )  # fmt: skip


@pytest.mark.parametrize(("start", "expected"), [(-1, "N"), (0, "Y"), (10, "Y"), (None, "Y")])
def test_treatment_emergent_is_an_onset_from_the_start_on_or_an_unknown_one(
    cohort: TinyCohort, start: int | None, expected: str
) -> None:
    event(cohort, 1, start, 2)
    cohort.derive()
    assert cohort.one("select trtemfl from analysis.adae") == (expected,)


def test_one_worst_record_a_subject_and_term(cohort: TinyCohort) -> None:
    event(cohort, 1, 10, 2)
    event(cohort, 2, 30, 3)  # as bad as the next, but later
    event(cohort, 4, 20, 3)
    event(cohort, 3, 20, 3)  # the worst grade, earliest, lowest number
    event(cohort, 5, -5, 4)  # not treatment-emergent
    event(cohort, 6, 5, None)  # no grade
    event(cohort, 7, 5, 1, term="FATIGUE")
    event(cohort, 8, 5, 5, term=None)  # no coded term
    cohort.derive()
    assert cohort.rows("select aeseq from analysis.adae where aoccpifl = 'Y' order by aeseq") == [(3,), (7,)]


def test_a_number_that_is_no_grade_of_ctcae_is_none_though_a_waiver_let_it_in(cohort: TinyCohort) -> None:
    # The patient still had the event, at the grade of the other record.
    event(cohort, 1, 10, 7)
    event(cohort, 2, 20, 2)
    cohort.derive()
    assert cohort.rows("select aeseq, aetoxgr, aoccpifl from analysis.adae order by aeseq") == [
        (1, None, None), (2, 2, "Y"),
    ]  # fmt: skip


def test_the_record_carries_its_term_grade_and_source(cohort: TinyCohort) -> None:
    event(cohort, 1, 10, 2, reported_term="hot", end_date=day(12), serious="N", outcome="RESOLVED", ctcae_version="3.0")
    cohort.derive()
    assert cohort.one("select * from analysis.adae") == (
        "STUDY-S1", "A", "CONTROL", 1, "hot", "FEVER", 2, day(10), day(12), "N", "RESOLVED", "3.0", "Y", "Y",
        "adverse_events", 1, "adverse_events.csv", 2,
    )  # fmt: skip


def test_without_a_reported_term_the_text_that_was_coded_stands_for_it(cohort: TinyCohort) -> None:
    event(cohort, 1, 10, 2, term_text="Fever ")
    cohort.derive()
    assert cohort.one("select aeterm, aedecod from analysis.adae") == ("Fever ", "FEVER")


def test_what_began_after_the_cut_is_dropped_and_what_ended_after_it_is_ongoing(cohort: TinyCohort) -> None:
    event(cohort, 1, None, 2, end_date=date(2012, 6, 1), outcome="RESOLVED")
    cohort.add("adverse_events", ae_number=2, term="FEVER", grade=2, start_date=date(2012, 6, 1))
    cohort.add(
        "adverse_events", ae_number=3, term="FATIGUE", grade=2, start_date=DATA_CUT, end_date=DATA_CUT,
        outcome="RESOLVED",
    )  # fmt: skip
    cohort.derive()
    assert cohort.rows("select aeseq, aeendt, aeout from analysis.adae order by aeseq") == [
        (1, None, "ONGOING"),
        (3, DATA_CUT, "RESOLVED"),
    ]
