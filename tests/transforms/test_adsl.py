"""ADSL: the covariates of the protocol and the dates of a subject."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tiny_cohort import START, TinyCohort, day


def subject_level(cohort: TinyCohort, columns: str) -> tuple[Any, ...]:
    cohort.derive()
    return cohort.one(f"select {columns} from analysis.adsl where subjid = 'S1'")


def test_what_is_known_at_the_start_is_taken_from_the_patient_row(cohort: TinyCohort) -> None:
    cohort.connection.execute(
        "update clean.patients set age_years = 61, sex = 'F', ecog = 2, primary_location = 'STOMACH',"
        " blood_supply = 'GOOD', child_pugh_class = 'A', liver_involvement_pct = 40"
    )
    columns = "usubjid, siteid, arm, armn, age, sex, ecog, primloc, bloodsup, chpugh, livpct, trtsdt, srcfile, srcrow"
    assert subject_level(cohort, columns) == (
        "STUDY-S1", "A", "CONTROL", 2, 61, "F", 2, "STOMACH", "GOOD", "A", 40, START, "patients.csv", 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"),
    [("0", "<=50"), ("50", "<=50"), ("50.5", "50-70"), ("70", "50-70"), ("71", ">70"), ("101", None), (None, None)],
)
def test_a_grouped_covariate_is_the_lowest_level_that_holds_the_value(
    cohort: TinyCohort, value: str | None, expected: str | None
) -> None:
    cohort.levels("livpctg1", ("<=50", 0, 50), ("50-70", 51, 70), (">70", 71, 100))
    cohort.connection.execute("update clean.patients set liver_involvement_pct = $1", [value and Decimal(value)])
    assert subject_level(cohort, "livpctg1") == (expected,)


def test_ecog_lesions_and_procedures_are_grouped_by_the_protocol(cohort: TinyCohort) -> None:
    cohort.levels("ecoggr1", ("0-1", 0, 1), ("2", 2, 2))
    cohort.levels("nlivgr1", ("1", 1, 1), ("2-5", 2, 5))
    cohort.levels("nprocgr1", ("1", 1, 1), (">1", 2, 999))
    cohort.connection.execute("update clean.patients set ecog = 1")
    cohort.lesion("L1")
    cohort.lesion("L2", "NON-TARGET")
    cohort.lesion("L3", "NEW", seen=42)  # not at baseline
    cohort.lesion("L4", "NON-TARGET", seen=42)  # neither
    for on in (0, 50, 1000):  # the last one is after the cut
        cohort.add("procedures", procedure_date=day(on))
    assert subject_level(cohort, "ecoggr1, nliver, nlivgr1, nproc, nprocgr1") == ("0-1", 2, "2-5", 2, ">1")


@pytest.mark.parametrize(
    ("lesion_class", "organ", "expected"),
    [("TARGET", "LIVER", "N"), ("NON-TARGET", "LYMPH NODE", "Y"), ("NEW", "LUNG", "N")],
)
def test_extrahepatic_disease_is_a_baseline_lesion_of_another_organ(
    cohort: TinyCohort, lesion_class: str, organ: str, expected: str
) -> None:
    cohort.lesion("L1", lesion_class, organ=organ)
    assert subject_level(cohort, "extrahep") == (expected,)


@pytest.mark.parametrize(
    ("courses", "expected"),
    [
        ([], ("N", "N", None)),
        ([("SUNITINIB", -1)], ("Y", "N", None)),
        ([("SUNITINIB", 0)], ("N", "Y", "SUNITINIB")),
        ([("IMATINIB", -300), ("SUNITINIB", 40), ("IMATINIB", 30)], ("N", "Y", "IMATINIB")),
        ([("OTHER", 30)], ("N", "N", None)),  # new anticancer therapy
        ([("IMATINIB", 2000)], ("N", "N", None)),  # after the cut
    ],
)
def test_second_line_before_and_reintroduction_after_the_start(
    cohort: TinyCohort, courses: list[tuple[str, int]], expected: tuple[str, str, str | None]
) -> None:
    for drug, start in courses:
        cohort.add("drug_courses", drug=drug, start_date=day(start))
    assert subject_level(cohort, "line2pr, tkire, tkidrug") == expected


@pytest.mark.parametrize(
    ("last_scan", "size", "expected"),
    [
        (90, 150, "N"),  # aval 91: progression by day 91
        (91, 150, "Y"),
        (91, 100, "Y"),  # followed beyond day 91 without progression
        (90, 100, None),  # censored before: not known
    ],
)
def test_disease_control_beyond_day_91(cohort: TinyCohort, last_scan: int, size: int, expected: str | None) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 100})
    cohort.scan(last_scan, {"L1": size})
    assert subject_level(cohort, "dcr3mfl") == (expected,)


def test_death_and_the_last_date_known_alive(cohort: TinyCohort) -> None:
    cohort.add("follow_up", vital_status="ALIVE", contact_date=day(40))
    cohort.add("follow_up", vital_status="DEAD", death_date=date(2010, 3, 1), death_date_precision="D")
    assert subject_level(cohort, "dthfl, dthdt, dthdtf, lstalvdt") == ("Y", date(2010, 3, 1), "D", day(40))
