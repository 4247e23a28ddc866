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
SIZES = [
    *(Fraction(number) for number in (0, 0, 5, 6, 10, 11, 12, 14, 15, 20, 24, 25, 28, 30, 36, 40, 50, 60)),
    *(Fraction(text) for text in ("0.1", "4.9", "9.9", "24.9")),
]
ORGANS = st.sampled_from(["LIVER", "LIVER", "PERITONEUM", "LYMPH NODE"])
TARGET_READINGS = st.one_of(*[st.sampled_from(SIZES)] * 6, st.sampled_from(["ABSENT", "NOT EVALUABLE", None]))
NONTARGET_READINGS = st.one_of(
    st.sampled_from(["PRESENT", "PRESENT", "ABSENT", "ABSENT", "PROGRESSION", "NOT EVALUABLE", None]),
    st.sampled_from(SIZES),
)
BASELINE_DAYS = st.sampled_from([-40, -10, -1, 0])
LATER_DAYS = st.sampled_from([1, 27, 28, 41, 42, 56, 84, 90, 91, 126, CUT, CUT + 1])


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    numbers = {"TARGET": draw(st.integers(0, 3)), "NON-TARGET": draw(st.integers(0, 2)), "NEW": draw(st.integers(0, 1))}
    if not any(numbers.values()):
        numbers["TARGET"] = 1
    lesions = [
        Lesion(f"{kind[:3]}{number}", kind, draw(ORGANS), draw(LATER_DAYS) if kind == "NEW" else -10)
        for kind, count in numbers.items()
        for number in range(count)
    ]
    days = {*draw(st.sets(BASELINE_DAYS, max_size=2)), *draw(st.sets(LATER_DAYS, max_size=5))}
    scans: dict[int, dict[str, Reading]] = {}
    for on in sorted(days):
        # A lesion outside the tables is always read, so that the day is an assessment.
        readings: dict[str, Reading] = {"B1": "PRESENT"}
        for lesion in lesions:
            if lesion.kind != "NEW":
                reading = draw(TARGET_READINGS if lesion.kind == "TARGET" else NONTARGET_READINGS)
                if reading is not None:
                    readings[lesion.lesion_id] = reading
        scans[on] = readings
    death = draw(st.one_of(st.none(), st.sampled_from([1, 42, 100, CUT, CUT + 1])))
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
