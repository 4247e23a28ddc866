"""The SQL and the slow reference agree on random small cohorts, near the borders of the rules."""

from fractions import Fraction
from typing import Any

import duckdb
import reference_recist as reference
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference_recist import Lesion, Reading, Subject
from tiny_cohort import START, TinyCohort, day

CUT = 400
BASELINE_SIZES = st.sampled_from([Fraction(size) for size in (10, 15, 20, 25, 30, 50, 100)])
FACTORS = st.sampled_from(
    [Fraction(percent, 100) for percent in (0, 1, 20, 49, 50, 69, 70, 71, 99, 100, 119, 120, 121)]
)
ORGANS = st.sampled_from(["LIVER", "LIVER", "PERITONEUM", "LYMPH NODE"])
STATUSES = st.sampled_from([*["PRESENT"] * 4, *["ABSENT"] * 4, "PROGRESSION", "NOT EVALUABLE", None])
NUMBERS = {"TARGET": [0, 1, 1, 2, 3], "NON-TARGET": [0, 0, 1, 2], "NEW": [0, 0, 0, 1]}
LATER_DAYS = st.sampled_from([1, 27, 28, 41, 42, 56, 84, 90, 91, 126, CUT, CUT + 1])


@st.composite
def target_readings(draw: st.DrawFn, baseline: Fraction) -> Reading | None:
    """Mostly a share of the baseline size, around the borders of 70 and 120 %; to two decimals, as it is stored."""
    kind = draw(st.integers(0, 15))
    if kind < 3:
        return ("ABSENT", "NOT EVALUABLE", None)[kind]
    return Fraction(round(baseline * draw(FACTORS), 2))


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    numbers = {kind: draw(st.sampled_from(counts)) for kind, counts in NUMBERS.items()}
    lesions = [
        Lesion(f"{kind[:3]}{number}", kind, draw(ORGANS), draw(LATER_DAYS) if kind == "NEW" else -10)
        for kind, count in numbers.items()
        for number in range(count)
    ]
    first_sizes = {lesion: draw(BASELINE_SIZES) for lesion in lesions}
    baseline_days = draw(st.sampled_from([set(), {-10}, {-10}, {0}, {-40, -1}]))
    scans: dict[int, dict[str, Reading]] = {}
    for on in sorted({*baseline_days, *draw(st.sets(LATER_DAYS, min_size=draw(st.integers(0, 3)), max_size=6))}):
        # A lesion outside the tables is always read, so that the day is an assessment.
        readings: dict[str, Reading | None] = {"B1": "PRESENT"}
        for lesion in lesions:
            if lesion.kind == "TARGET" and on <= 0:
                is_read = draw(st.integers(0, 9)) > 0
                readings[lesion.lesion_id] = first_sizes[lesion] if is_read else None
            elif lesion.kind == "TARGET":
                readings[lesion.lesion_id] = draw(target_readings(first_sizes[lesion]))
            elif lesion.kind == "NON-TARGET":
                readings[lesion.lesion_id] = draw(st.one_of(STATUSES, STATUSES, target_readings(first_sizes[lesion])))
        scans[on] = {lesion_id: reading for lesion_id, reading in readings.items() if reading is not None}
    death = draw(st.sampled_from([None, None, None, 1, 42, 100, CUT, CUT + 1]))
    return Subject(lesions, scans, CUT, death, draw(st.lists(LATER_DAYS, max_size=2)))


def write(cohort: TinyCohort, name: str, subject: Subject) -> None:
    cohort.subject(name)
    for lesion in subject.lesions:
        cohort.lesion(lesion.lesion_id, lesion.kind, organ=lesion.organ, seen=lesion.seen, subject=name)
    for on, readings in subject.scans.items():
        as_written: dict[str, Any] = {
            lesion_id: reading if isinstance(reading, str) else f"{float(reading):.2f}"
            for lesion_id, reading in readings.items()
        }
        for lesion_id, reading in as_written.items():
            is_status = isinstance(readings[lesion_id], str)
            is_node = any(lesion.lesion_id == lesion_id and lesion.is_node for lesion in subject.lesions)
            column = "lesion_status" if is_status else "short_axis_mm" if is_node else "diameter_mm"
            cohort.add(
                "lesion_measurements", name, lesion_id=lesion_id, scan_date=day(on), reader="R1", **{column: reading}
            )
    for on in subject.contacts:
        cohort.add("follow_up", name, vital_status="ALIVE", contact_date=day(on))
    if subject.death is not None:
        cohort.add("follow_up", name, vital_status="DEAD", death_date=day(subject.death))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.lists(subjects(), min_size=4, max_size=10))
def test_responses_and_endpoints_are_those_of_the_reference(members: list[Subject]) -> None:
    with duckdb.connect(":memory:") as connection:
        cohort = TinyCohort(connection)
        cohort.protocol(data_cut=day(CUT))
        names = {f"S{number}": subject for number, subject in enumerate(members)}
        for name, subject in names.items():
            write(cohort, name, subject)
        cohort.derive()

        expected_responses, expected_best, expected_times = set(), set(), set()
        for name, subject in names.items():
            expected_times.add((name, "OS", *reference.overall_survival(subject)))
            for scope, organ, paramcd in (("ALL", None, "PFS"), ("ORGAN", "LIVER", "LPFS")):
                responses = reference.overall_responses(subject, organ)
                expected_responses |= {(name, scope, on, response) for on, response in responses.items()}
                expected_best.add((name, scope, reference.best_response(responses, stable_disease_days=42)))
                expected_times.add((name, paramcd, *reference.progression_free_survival(subject, responses)))

        since_start = f"date_diff('day', date '{START}', "
        assert expected_responses == set(
            cohort.rows(f"select subject_id, scope, {since_start} scan_date), response from recist.overall_responses")
        )
        assert expected_best == set(cohort.rows("select subject_id, scope, best_response from recist.best_responses"))
        times = cohort.rows(
            f"select substr(usubjid, 7), paramcd, {since_start} adt), cnsr, srcdom, srcseq, srcrow from analysis.adtte"
        )
        assert expected_times == {row[:4] for row in times}
        assert all(None not in row for row in times)
        assert not cohort.rows(
            "select usubjid, paramcd, treval, adt from analysis.adrs group by all having count(*) > 1"
        )
        assert not cohort.rows(
            "select usubjid, paramcd, trlnkid, treval, adt from analysis.adtr group by all having count(*) > 1"
        )
