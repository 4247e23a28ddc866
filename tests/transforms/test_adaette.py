"""ADAETTE: from the onset of the worst episode to its end, and what happens where the end is not known."""

from datetime import date, timedelta
from typing import Any

import pytest
from tiny_cohort import DATA_CUT, TinyCohort, day

COLUMNS = "startdt, adt, aval, cnsr, evntdesc"


def event(
    cohort: TinyCohort, number: int, start: int | None, end: int | None, outcome: str | None, **more: Any
) -> None:
    given = {"term": "FEVER", "grade": 2, **more}
    dates = {"start_date": None if start is None else day(start), "end_date": None if end is None else day(end)}
    cohort.add("adverse_events", ae_number=number, outcome=outcome, **dates, **given)


def of(cohort: TinyCohort, columns: str = COLUMNS) -> list[tuple[Any, ...]]:
    cohort.derive()
    return cohort.rows(f"select {columns} from analysis.adaette order by usubjid, aedecod")


@pytest.fixture
def followed(cohort: TinyCohort) -> TinyCohort:
    """S1, last known alive on day 100."""
    cohort.add("follow_up", contact_date=day(100), vital_status="ALIVE")
    return cohort


def died(cohort: TinyCohort, on: date) -> None:
    cohort.add("follow_up", contact_date=on, vital_status="DEAD", death_date=on)


def test_an_event_that_ended_is_resolved_on_its_last_day_and_the_onset_is_day_one(followed: TinyCohort) -> None:
    event(followed, 1, 10, 16, "RESOLVED")
    assert of(followed) == [(day(10), day(16), 7, 0, "Resolved")]


def test_one_that_ended_on_the_day_of_its_onset_lasted_a_day(followed: TinyCohort) -> None:
    event(followed, 1, 10, 10, "RESOLVED")
    assert of(followed, "aval, cnsr") == [(1, 0)]


def test_an_ongoing_event_is_censored_at_the_last_date_known_alive(followed: TinyCohort) -> None:
    event(followed, 1, 10, None, "ONGOING")
    assert of(followed) == [(day(10), day(100), 91, 1, "Ongoing")]


def test_one_that_ended_after_the_cut_is_ongoing_at_it(cohort: TinyCohort) -> None:
    later = DATA_CUT + timedelta(days=4)
    cohort.add(
        "adverse_events", ae_number=1, term="FEVER", grade=1, start_date=DATA_CUT - timedelta(days=9), end_date=later,
        outcome="RESOLVED",
    )  # fmt: skip
    cohort.add("follow_up", contact_date=later, vital_status="ALIVE")
    assert of(cohort, "adt, aval, cnsr") == [(DATA_CUT, 10, 1)]


@pytest.mark.parametrize(("end", "outcome"), [(None, "ONGOING"), (30, "FATAL"), (None, "FATAL"), (None, None)])
def test_death_before_the_resolution_is_no_resolution(
    followed: TinyCohort, end: int | None, outcome: str | None
) -> None:
    event(followed, 1, 10, end, outcome)
    died(followed, day(110))
    assert of(followed) == [(day(10), day(110), 101, 2, "Death before resolution")]


def test_a_resolution_without_a_day_is_censored_at_the_onset(followed: TinyCohort) -> None:
    event(followed, 1, 10, None, "RESOLVED")
    assert of(followed) == [(day(10), day(10), 1, 3, "End not known")]


def test_of_each_term_the_first_of_the_worst_episodes_is_followed(followed: TinyCohort) -> None:
    event(followed, 1, 5, 9, "RESOLVED", grade=1)
    event(followed, 2, 20, 21, "RESOLVED", grade=3)
    event(followed, 3, 40, 59, "RESOLVED", grade=3)
    event(followed, 4, 30, 34, "RESOLVED", term="FATIGUE")
    event(followed, 5, -20, 0, "RESOLVED", term="NAUSEA")  # not treatment-emergent
    event(followed, 6, None, 50, "RESOLVED", term="ASCITES")  # begins on a day that is not known
    assert of(followed, "aedecod, aeseq, aetoxgr, aval") == [("FATIGUE", 4, 2, 5), ("FEVER", 2, 3, 2)]


def test_the_row_names_its_source(followed: TinyCohort) -> None:
    event(followed, 1, 10, 16, "RESOLVED")
    assert of(followed, "srcdom, srcvar, srcseq, srcfile, srcrow") == [
        ("adverse_events", "end_date", 1, "adverse_events.csv", 2)
    ]
