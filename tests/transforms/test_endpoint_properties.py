"""What must hold of any cohort: growth, later assessments, calendar, order, data cut, halves.

Hypothesis draws the subjects by number (drawn_subject, near the borders of the rules), and shrinks a cohort that breaks
a property to the fewest subjects and the smallest change that do.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import Any

import duckdb
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from reference_recist import Lesion, Reading, Responses, Subject
from tiny_cohort import TinyCohort, day
from written_cohort import CUT, LATER_DAYS, RESPONSES, WrittenCohort, drawn_report, drawn_subject

Subjects = dict[str, Subject]
Row = tuple[Any, ...]

numbers = st.lists(st.integers(0, 10**6), min_size=1, max_size=25, unique=True)
few = settings(deadline=None, max_examples=4, derandomize=True, phases=(Phase.explicit, Phase.generate, Phase.shrink))


def drawn(seeds: list[int]) -> Subjects:
    return {f"S{seed}": drawn_subject(random.Random(seed)) for seed in seeds}


def with_dated_deaths(subjects: Subjects) -> Subjects:
    """A death without its day is imputed by the month, which the calendar moves."""
    return {name: replace(subject, is_day_of_death_known=True) for name, subject in subjects.items()}


@contextmanager
def derived(written: WrittenCohort, **protocol: Any) -> Iterator[TinyCohort]:
    with duckdb.connect(":memory:") as connection:
        cohort = TinyCohort(connection)
        cohort.protocol(**{"data_cut": day(CUT), **protocol})
        written.write(cohort)
        yield cohort.derive()


def written(subjects: Subjects, shift: int = 0) -> WrittenCohort:
    cohort = WrittenCohort(shift)
    for name, subject in subjects.items():
        cohort.subject(name, subject)
    return cohort


ENDPOINTS = """
    select substr(usubjid, 7) as subject, paramcd, 'ADTTE' as found, startdt, adt, aval, cnsr, evntdesc, cnsdtdsc
    from analysis.adtte
"""
ONCE = """
    select substr(usubjid, 7) as subject, paramcd, 'ADRS' as found, null, adt, aval, null, avalc, null
    from analysis.adrs where paramcd similar to 'L?(BOR|CBOR|DCR|RSP|CRSP|CB|PD|DCDAY)'
"""


def endpoints(cohort: TinyCohort) -> set[Row]:
    """All rows of ADTTE, and those of ADRS that a subject has once."""
    return set(cohort.rows(f"{ENDPOINTS} union all {ONCE}"))


LINES = {
    "adtr": "srcseq, srcfile, srcrow",
    "adrs": "srcseq, srcfile, srcrow",
    "adtte": "srcvar, srcseq, srcfile, srcrow",
    "adsl": "srcfile, srcrow",
}
"""Data sets and their columns that name a cell of a file."""


def values(cohort: TinyCohort) -> dict[str, set[Row]]:
    """Every row of every analysis data set, but for the columns that name a cell of a file."""
    return {table: set(cohort.rows(f"select * exclude ({lines}) from analysis.{table}"))
            for table, lines in LINES.items()}  # fmt: skip


def rows(cohort: TinyCohort) -> dict[str, set[Row]]:
    """Every row of every analysis data set."""
    return {table: set(cohort.rows(f"select * from analysis.{table}")) for table in LINES}


WORSE = {"CR": 1, "PR": 2, "SD": 3, "NON-CR/NON-PD": 3, "NE": 4, "PD": 5}
"""What cannot be evaluated stays so or becomes PD; CR becomes NE when disease is back and its baseline is unknown."""
NEXT_STATUS = {"ABSENT": "PRESENT", "PRESENT": "PROGRESSION"}


def grown(subject: Subject, draw: random.Random) -> tuple[Subject, int] | None:
    """The subject with one lesion larger at one scan after the start, and the day of that scan."""
    can_grow = [
        (on, lesion.lesion_id)
        for on, readings in subject.scans.items()
        for lesion in subject.lesions
        if 0 < on <= CUT and (isinstance(readings.get(lesion.lesion_id), Fraction)
                              or readings.get(lesion.lesion_id) in NEXT_STATUS)
    ]  # fmt: skip
    if not can_grow:
        return None
    on, lesion_id = draw.choice(can_grow)
    reading = subject.scans[on][lesion_id]
    larger: Reading = (
        NEXT_STATUS[reading] if isinstance(reading, str)
        else reading + Fraction(draw.choice(["0.01", "0.1", "1", "5", "20"]))
    )  # fmt: skip
    scans = {**subject.scans, on: {**subject.scans[on], lesion_id: larger}}
    return replace(subject, scans=scans), on


@few
@given(numbers)
def test_a_response_never_improves_when_a_lesion_grows(seeds: list[int]) -> None:
    pairs, days = {}, {}
    for name, subject in drawn(seeds).items():
        found = grown(subject, random.Random(name))
        if found is not None:
            pairs[name], (pairs[f"{name} grown"], days[name]) = subject, found
    with derived(written(pairs)) as cohort:
        read = cohort.rows(
            "select subject_id, scope, scan_date, response from recist.overall_responses where reader = 'R1'"
        )
    responses = {(name, scope, on): response for name, scope, on, response in read}
    for name, on in days.items():
        for scope in ("ALL", "ORGAN"):
            before, after = (responses[who, scope, day(on)] for who in (name, f"{name} grown"))
            assert WORSE[after] >= WORSE[before], (name, scope, on)


def assert_longer_is_the_same(found: set[Row]) -> None:
    """Of each subject there is one of the same name that was assessed longer: what came of both is the same."""
    shorter = {row for row in found if not row[0].endswith(" longer")}
    assert {(row[0].removesuffix(" longer"), *row[1:]) for row in found - shorter} == shorter


def _longer(course: Responses, draw: random.Random) -> Responses:
    """With three more assessments after the first progression."""
    first = min(on for on, response in course.items() if response == "PD")
    later = [on for on in range(first + 1, CUT + 1) if on not in course]
    return {**course, **{on: draw.choice(RESPONSES) for on in draw.sample(later, 3)}}


@few
@given(numbers)
def test_an_assessment_after_the_first_progression_changes_no_endpoint(seeds: list[int]) -> None:
    pairs = {}
    for seed in seeds:
        draw = random.Random(seed)
        drawn = drawn_report(draw)
        # A contact at the cut: else a later assessment is the last sign of life.
        subject = replace(drawn, contacts=[CUT], death=None)
        longer = {}
        for reader, courses in drawn.reports.items():
            for course in courses:
                course[draw.choice(LATER_DAYS[:9])] = "PD"
            longer[reader] = (_longer(courses[0], draw), _longer(courses[1], draw))
        pairs[f"{seed}"] = subject
        pairs[f"{seed} longer"] = replace(subject, reports=longer)
    cohort = written(pairs)
    with derived(cohort, response_source="reported") as found:
        assert_longer_is_the_same(endpoints(found))


@few
@given(numbers)
def test_a_scan_after_the_first_progression_changes_no_endpoint(seeds: list[int]) -> None:
    pairs = {}
    for name, subject in drawn(seeds).items():
        draw = random.Random(name)
        worse = Lesion("WORSE", "NON-TARGET", "LIVER")
        first = draw.choice(LATER_DAYS[:9])
        scans = {on: dict(readings) for on, readings in subject.scans.items()}
        scans.setdefault(first, {})["WORSE"] = "PROGRESSION"
        base = replace(subject, lesions=[*subject.lesions, worse], scans=scans, contacts=[CUT], death=None)
        pairs[name] = base
        again = {lesion.lesion_id: draw.choice([Fraction(0), Fraction(50), "ABSENT"]) for lesion in base.lesions}
        pairs[f"{name} longer"] = replace(base, scans={**scans, first + 1: again, 399: again})
    with derived(written(pairs)) as found:
        assert_longer_is_the_same(endpoints(found))


@few
@given(numbers, st.integers(-2000, 2000))
def test_the_calendar_does_not_matter(seeds: list[int], shift: int) -> None:
    subjects = with_dated_deaths(drawn(seeds))
    columns = "usubjid, paramcd, aval, cnsr, evntdesc, cnsdtdsc, cmpevfl, adt - startdt"
    found = []
    for days in (0, shift):
        with derived(written(subjects, days), data_cut=day(CUT + days)) as cohort:
            found.append((
                set(cohort.rows(f"select {columns} from analysis.adtte")),
                set(cohort.rows("select usubjid, paramcd, treval, ady, avalc from analysis.adrs")),
                set(cohort.rows("select usubjid, paramcd, trlnkid, ady, aval, base, nadir, pchg from analysis.adtr")),
            ))  # fmt: skip
    assert found[0] == found[1]


@few
@given(numbers, st.integers(0, 10**6))
def test_the_order_of_rows_and_files_does_not_matter(seeds: list[int], order: int) -> None:
    subjects = drawn(seeds)
    with derived(written(subjects)) as cohort:
        expected = values(cohort)
    draw = random.Random(order)
    names = list(subjects)
    draw.shuffle(names)
    shuffled = written({name: subjects[name] for name in names})
    shuffled.shuffle(draw)
    with derived(shuffled) as cohort:
        assert values(cohort) == expected


@few
@given(numbers, st.lists(st.integers(0, CUT), min_size=2, max_size=2, unique=True))
def test_a_later_data_cut_never_shortens_a_time_nor_undoes_an_event(seeds: list[int], cuts: list[int]) -> None:
    columns = "usubjid, paramcd, startdt, aval, cnsr"
    found = []
    with derived(written(drawn(seeds))) as cohort:
        for cut in sorted(cuts):
            cohort.protocol(data_cut=day(cut))
            read = cohort.derive().rows(f"select {columns} from analysis.adtte")
            found.append({(who, paramcd): rest for who, paramcd, *rest in read})
    earlier, later = found
    for key, (start, aval, cnsr) in earlier.items():
        start_later, aval_later, cnsr_later = later[key]
        assert start_later == start, key
        assert aval_later >= aval, key
        if cnsr in (0, 6):
            assert (aval_later, cnsr_later) == (aval, cnsr), key


@few
@given(numbers, st.booleans())
def test_no_time_outlasts_survival_and_no_variant_outlasts_what_it_varies(seeds: list[int], reported: bool) -> None:
    draws = drawn_report if reported else drawn_subject
    subjects = {f"{seed}": draws(random.Random(seed)) for seed in seeds}
    with derived(written(subjects), response_source="reported" if reported else "derived") as found:
        read = found.rows("select usubjid, paramcd, aval from analysis.adtte where startdt = date '2010-01-04'")
    days: dict[str, dict[str, int]] = {}
    for who, paramcd, aval in read:
        days.setdefault(who, {})[paramcd] = aval
    for who, of in days.items():
        assert max(of.values()) == of["OS"], who
        assert of["PFSNACT"] <= of["PFS"], who
        assert of["PFSFDA"] <= of["PFS"], who
        assert of["TTLP"] >= of["LPFS"], who  # censored at any imaging of the organ, not only at an adequate one


@few
@given(numbers, st.integers(0, 25))
def test_the_halves_of_a_cohort_make_the_whole(seeds: list[int], first: int) -> None:
    subjects = drawn(seeds)
    cohort = written(subjects)
    names = list(subjects)
    found = []
    for only in (names, names[:first], names[first:]):
        with duckdb.connect(":memory:") as connection:
            tiny = TinyCohort(connection)
            tiny.protocol(data_cut=day(CUT))
            cohort.write(tiny, set(only))
            found.append(rows(tiny.derive()))
    whole, half, other = found
    for table in whole:
        assert half[table] | other[table] == whole[table]
        assert not half[table] & other[table]
