"""ADPR and ADSYN: the procedures in order, the death within 30 days of one, and the syndrome that followed it."""

from datetime import date, timedelta

import pytest
from tiny_cohort import DATA_CUT, TinyCohort, day


@pytest.fixture
def treated(cohort: TinyCohort) -> TinyCohort:
    """T1, whose first procedure on day 0 starts the clock."""
    cohort.subject("T1", arm="TREATED", index_date=day(0))
    procedure(cohort, 0, number=1)
    return cohort


def procedure(cohort: TinyCohort, on: int, **values: int) -> None:
    number = values.get("number")
    cohort.add("procedures", "T1", session_number=number, procedure_date=day(on), iodised_oil_ml=10, doxorubicin_mg=50)


def contact(cohort: TinyCohort, on: int) -> None:
    cohort.add("follow_up", "T1", contact_date=day(on), vital_status="ALIVE")


def death(cohort: TinyCohort, on: date, precision: str | None = None) -> None:
    cohort.add("follow_up", "T1", contact_date=on, vital_status="DEAD", death_date=on, death_date_precision=precision)


def event(cohort: TinyCohort, number: int, on: int | None, term: str = "FEVER", **values: object) -> None:
    start = None if on is None else day(on)
    cohort.add("adverse_events", "T1", ae_number=number, term=term, start_date=start, **{"grade": 1, **values})


def test_procedures_are_numbered_by_date_whatever_number_they_were_given(treated: TinyCohort) -> None:
    procedure(treated, 98, number=2)
    procedure(treated, 42, number=3)
    treated.derive()
    assert treated.rows("select prseq, prspid, prstdt, ady, prevdays from analysis.adpr order by prseq") == [
        (1, 1, day(0), 1, None),
        (2, 3, day(42), 43, 42),
        (3, 2, day(98), 99, 56),
    ]


def test_a_procedure_after_the_data_cut_is_not_there(treated: TinyCohort) -> None:
    treated.add("procedures", "T1", session_number=2, procedure_date=DATA_CUT)
    treated.add("procedures", "T1", session_number=3, procedure_date=DATA_CUT + timedelta(days=1))
    treated.derive()
    assert treated.rows("select prstdt from analysis.adpr order by prseq") == [(day(0),), (DATA_CUT,)]


@pytest.mark.parametrize(("died_on", "expected"), [(0, "Y"), (30, "Y"), (31, "N")])
def test_a_death_counts_from_the_day_of_the_procedure_to_thirty_days_after_it(
    treated: TinyCohort, died_on: int, expected: str
) -> None:
    death(treated, day(died_on))
    treated.derive()
    assert treated.one("select dthdays, dth30fl from analysis.adpr") == (died_on, expected)


@pytest.mark.parametrize(("alive_on", "expected"), [(29, None), (30, "N")])
def test_who_was_not_followed_for_thirty_days_is_neither_dead_nor_alive(
    treated: TinyCohort, alive_on: int, expected: str | None
) -> None:
    contact(treated, alive_on)
    treated.derive()
    assert treated.one("select dthdays, dth30fl from analysis.adpr") == (None, expected)


def test_a_death_counts_for_every_procedure_within_thirty_days_before_it(treated: TinyCohort) -> None:
    procedure(treated, 60, number=2)
    procedure(treated, 80, number=3)
    death(treated, day(90))
    treated.derive()
    assert treated.rows("select prseq, dth30fl from analysis.adpr order by prseq") == [(1, "N"), (2, "Y"), (3, "Y")]


def test_a_death_after_the_cut_is_not_known_at_it(treated: TinyCohort) -> None:
    treated.add("procedures", "T1", session_number=2, procedure_date=DATA_CUT - timedelta(days=5))
    death(treated, DATA_CUT + timedelta(days=1))
    treated.derive()
    assert treated.rows("select dthdays, dth30fl from analysis.adpr order by prseq") == [(None, "N"), (None, None)]


@pytest.mark.parametrize(("onset", "expected"), [(-1, "N"), (0, "Y"), (14, "Y"), (15, "N"), (None, "N")])
def test_the_syndrome_is_an_onset_from_the_day_of_the_procedure_to_the_last_of_its_days(
    treated: TinyCohort, onset: int | None, expected: str
) -> None:
    treated.syndrome("SYN", "FEVER", "NAUSEA", days=14)
    event(treated, 1, onset)
    treated.derive()
    assert treated.one("select syncd, syn, avalc from analysis.adsyn") == ("SYN", "label of SYN", expected)


def test_as_many_terms_as_the_protocol_asks_for_make_it_a_syndrome(treated: TinyCohort) -> None:
    treated.syndrome("TWO", "FEVER", "NAUSEA", days=14, least=2)
    procedure(treated, 42, number=2)
    event(treated, 1, 1, grade=3, end_date=day(4))
    event(treated, 2, 3, grade=1, end_date=day(9))  # a second fever is no second term
    event(treated, 3, 43, grade=1, end_date=day(45))
    event(treated, 4, 44, "NAUSEA", grade=2)  # lasts still
    event(treated, 5, 44, "FATIGUE", grade=4)
    treated.derive()
    columns = "prseq, avalc, nterms, aetoxgr, astdt, aendt"
    assert treated.rows(f"select {columns} from analysis.adsyn order by prseq") == [
        (1, "N", 1, 3, day(1), day(9)),
        (2, "Y", 2, 2, day(43), None),
    ]


def test_an_event_belongs_to_the_last_procedure_before_it(treated: TinyCohort) -> None:
    treated.syndrome("SYN", "FEVER", days=14)
    procedure(treated, 10, number=2)
    event(treated, 1, 12)
    treated.derive()
    assert treated.rows("select prseq, avalc from analysis.adsyn order by prseq") == [(1, "N"), (2, "Y")]


@pytest.mark.parametrize(("alive_on", "expected"), [(13, "N"), (14, "Y")])
def test_it_says_whether_the_subject_was_followed_to_the_end_of_the_days(
    treated: TinyCohort, alive_on: int, expected: str
) -> None:
    treated.syndrome("SYN", "FEVER", days=14)
    contact(treated, alive_on)
    treated.derive()
    assert treated.one("select avalc, followfl from analysis.adsyn") == ("N", expected)


def test_without_a_syndrome_in_the_protocol_there_is_none(treated: TinyCohort) -> None:
    treated.derive()
    assert treated.rows("select * from analysis.adsyn") == []
