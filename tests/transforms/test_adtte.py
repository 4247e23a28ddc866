"""ADTTE: overall, progression-free and organ progression-free survival; event, censoring and the record behind it."""

from datetime import date, timedelta
from typing import Any

import pytest
from tiny_cohort import DATA_CUT, START, TinyCohort, day


def time_to_event(cohort: TinyCohort, paramcd: str, columns: str = "adt, cnsr") -> tuple[Any, ...]:
    cohort.derive()
    return cohort.one(f"select {columns} from analysis.adtte where usubjid = 'STUDY-S1' and paramcd = '{paramcd}'")


def scans(cohort: TinyCohort, *sizes: tuple[int, Any]) -> list[int]:
    """A target of 100 mm at baseline, then as named; gives the row_ids of the scans after the baseline."""
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 100})
    return [cohort.scan(on, {"L1": size})["L1"] for on, size in sizes]


def dies(cohort: TinyCohort, on: date) -> int:
    return cohort.add("follow_up", vital_status="DEAD", death_date=on)


def test_one_row_a_subject_and_endpoint(cohort: TinyCohort) -> None:
    cohort.subject("S2")
    cohort.derive()
    labels = {
        "LPFS": "label of LPFS",  # the protocol reports it and names it
        "LTTR": "Time to response (liver)",
        "OS": "label of OS",
        "PFS": "label of PFS",
        "PFSFDA": "Progression-free survival without missed assessments",
        "PFSNACT": "Progression-free survival before new anticancer therapy",
        "TTLP": "Time to progression (liver)",
        "TTR": "Time to response",
    }
    assert cohort.rows("select usubjid, paramcd, param, anl01fl from analysis.adtte order by all") == [
        (f"STUDY-{subject}", name, label, "Y" if label.startswith("label") else None)
        for subject in ("S1", "S2")
        for name, label in labels.items()
    ]


def test_survival_ends_with_death(cohort: TinyCohort) -> None:
    row_id = dies(cohort, day(99))
    columns = "startdt, adt, aval, cnsr, evntdesc, cnsdtdsc, adtf, srcdom, srcvar, srcseq, srcfile, srcrow"
    assert time_to_event(cohort, "OS", columns) == (
        START, day(99), 100, 0, "Death", None, None, "follow_up", "death_date", row_id, "follow_up.csv", row_id + 1,
    )  # fmt: skip


def test_an_imputed_date_of_death_is_flagged(cohort: TinyCohort) -> None:
    cohort.add("follow_up", vital_status="DEAD", death_date=date(2011, 3, 1), death_date_precision="D")
    assert time_to_event(cohort, "OS", "adt, adtf") == (date(2011, 3, 1), "D")


def test_a_death_on_the_cut_date_is_an_event(cohort: TinyCohort) -> None:
    dies(cohort, DATA_CUT)
    assert time_to_event(cohort, "OS") == (DATA_CUT, 0)


def test_a_death_after_the_cut_is_censored_at_the_cut(cohort: TinyCohort) -> None:
    row_id = dies(cohort, DATA_CUT + timedelta(days=1))
    assert time_to_event(cohort, "OS", "adt, cnsr, evntdesc, srcdom, srcvar, srcseq") == (
        DATA_CUT, 1, "Ongoing at data cut", "follow_up", "death_date", row_id,
    )  # fmt: skip
    assert cohort.one("select dthfl, dthdt, lstalvdt from analysis.adsl") == (None, None, DATA_CUT)


def test_a_death_without_a_day_in_the_month_of_the_cut_but_after_it_is_no_event(cohort: TinyCohort) -> None:
    cohort.protocol(data_cut=date(2012, 5, 10))
    cohort.add("follow_up", vital_status="ALIVE", contact_date=date(2012, 5, 20))
    cohort.add("follow_up", vital_status="DEAD", death_date=date(2012, 5, 1), death_date_precision="D")
    assert time_to_event(cohort, "OS") == (date(2012, 5, 10), 1)


@pytest.mark.parametrize(
    ("days_before_cut", "cnsr", "reason"), [(90, 1, "Ongoing at data cut"), (91, 5, "Lost to follow-up")]
)
def test_not_heard_of_for_more_than_90_days_is_lost_to_follow_up(
    cohort: TinyCohort, days_before_cut: int, cnsr: int, reason: str
) -> None:
    known_alive = DATA_CUT - timedelta(days=days_before_cut)
    cohort.add("follow_up", vital_status="ALIVE", contact_date=known_alive)
    assert time_to_event(cohort, "OS", "adt, cnsr, evntdesc, cnsdtdsc") == (
        known_alive, cnsr, reason, "Last date known alive",
    )  # fmt: skip


def test_nothing_known_after_the_start_is_censored_at_the_start(cohort: TinyCohort) -> None:
    cohort.scan(-10, {"L1": 20})
    for paramcd, cnsr in (("OS", 5), ("PFS", 2), ("LPFS", 2)):
        assert time_to_event(cohort, paramcd, "adt, aval, cnsr, srcdom, srcseq") == (START, 1, cnsr, "patients", 1)


def test_progression_ends_progression_free_survival(cohort: TinyCohort) -> None:
    *_, row_id = scans(cohort, (42, 100), (84, 130))
    columns = "adt, aval, cnsr, evntdesc, srcdom, srcvar, srcseq"
    source = ("lesion_measurements", "diameter_mm", row_id)
    assert time_to_event(cohort, "PFS", columns) == (day(84), 85, 0, "Disease progression", *source)
    assert time_to_event(cohort, "LPFS", columns) == (day(84), 85, 0, "Disease progression (liver)", *source)


def test_a_new_lesion_is_the_source_of_its_progression(cohort: TinyCohort) -> None:
    scans(cohort, (42, 100))
    row_id = cohort.lesion("X1", "NEW", organ="LUNG", seen=42)
    assert time_to_event(cohort, "PFS", "adt, cnsr, srcdom, srcvar, srcseq") == (
        day(42), 0, "lesions", "first_seen_date", row_id,
    )  # fmt: skip
    assert time_to_event(cohort, "LPFS") == (day(42), 1)  # the liver was stable on that day


def test_death_without_progression_is_the_event(cohort: TinyCohort) -> None:
    scans(cohort, (42, 100))
    dies(cohort, day(300))
    assert time_to_event(cohort, "PFS", "adt, cnsr, evntdesc") == (day(300), 0, "Death")


def test_progression_and_death_of_one_day_are_a_progression(cohort: TinyCohort) -> None:
    scans(cohort, (42, 150))
    dies(cohort, day(42))
    assert time_to_event(cohort, "PFS", "adt, cnsr, evntdesc") == (day(42), 0, "Disease progression")


def test_censoring_is_at_the_last_adequate_assessment(cohort: TinyCohort) -> None:
    adequate, _ = scans(cohort, (42, 100), (84, "NOT EVALUABLE"))
    assert time_to_event(cohort, "PFS", "adt, cnsr, cnsdtdsc, srcdom, srcseq") == (
        day(42), 1, "Last adequate assessment", "lesion_measurements", adequate,
    )  # fmt: skip


def test_without_an_adequate_assessment_censoring_is_at_the_start(cohort: TinyCohort) -> None:
    scans(cohort, (42, "NOT EVALUABLE"))
    columns = "adt, aval, cnsr, evntdesc, srcdom"
    assert time_to_event(cohort, "PFS", columns) == (
        START, 1, 2, "No adequate post-baseline assessment", "patients",
    )  # fmt: skip


def test_without_an_adequate_assessment_death_is_still_the_event(cohort: TinyCohort) -> None:
    scans(cohort, (42, "NOT EVALUABLE"))
    dies(cohort, day(60))
    assert time_to_event(cohort, "PFS") == (day(60), 0)


def test_progression_after_the_cut_is_dropped(cohort: TinyCohort) -> None:
    cohort.protocol(data_cut=day(50))
    scans(cohort, (42, 100), (84, 150))
    assert time_to_event(cohort, "PFS") == (day(42), 1)


def test_only_the_evaluator_makes_the_endpoint(cohort: TinyCohort) -> None:
    scans(cohort, (42, 100))
    cohort.scan(-10, {"L1": 100}, reader="R2")
    cohort.scan(42, {"L1": 150}, reader="R2")
    assert time_to_event(cohort, "PFS") == (day(42), 1)


def test_progression_elsewhere_leaves_the_organ_endpoint(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("P1", organ="PERITONEUM")
    cohort.scan(-10, {"L1": 50, "P1": 50})
    cohort.scan(42, {"L1": 50, "P1": 90})
    cohort.scan(84, {"L1": 70, "P1": 90})
    assert time_to_event(cohort, "PFS") == (day(42), 0)
    assert time_to_event(cohort, "LPFS") == (day(84), 0)


def test_a_death_before_the_start_is_not_moved(cohort: TinyCohort) -> None:
    dies(cohort, day(-3))
    assert time_to_event(cohort, "OS", "adt, aval, cnsr") == (day(-3), -2, 0)
