"""ADTR: lesions and sums with baseline and nadir. ADRS: responses by assessment, best response, disease control."""

from typing import Any

import pytest
from tiny_cohort import TinyCohort, day


def test_a_sum_stands_beside_its_baseline_and_nadir(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    for on, size in ((-10, 50), (42, 40), (84, 45)):
        cohort.scan(on, {"L1": size})
    cohort.derive()
    assert cohort.rows(
        "select ady, aval, base, nadir, chg, pchg, chgnadir, pchgnad, ablfl from analysis.adtr"
        " where paramcd = 'SUMDIAM' order by adt"
    ) == [
        (-10, 50, 50, None, None, None, None, None, "Y"),
        (43, 40, 50, 50, -10, -20.0, -10, -20.0, None),
        (85, 45, 50, 40, -5, -10.0, 5, 12.5, None),
    ]


def test_change_from_nothing_has_no_percentage(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    for on, size in ((-10, 50), (42, 0), (84, 5)):
        cohort.scan(on, {"L1": size})
    cohort.derive()
    assert cohort.rows("select nadir, chgnadir, pchgnad from analysis.adtr where paramcd = 'LDIAM' order by adt") == [
        (None, None, None),
        (50, -50, -100.0),
        (0, 5, None),
    ]


def test_lesions_sums_and_the_organs_sum(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("P1", organ="PERITONEUM")
    cohort.lesion("L2", "NON-TARGET")
    row_ids = cohort.scan(-10, {"P1": 30, "L1": 20, "L2": 9})
    cohort.scan(42, {"L1": 20, "P1": "NOT EVALUABLE"})
    cohort.derive()
    assert cohort.rows(
        "select adt, paramcd, trlnkid, trloc, aval, srcseq from analysis.adtr order by adt, paramcd, trlnkid"
    ) == [
        (day(-10), "LDIAM", "L1", "LIVER", 20, row_ids["L1"]),
        (day(-10), "LDIAM", "P1", "PERITONEUM", 30, row_ids["P1"]),
        (day(-10), "LSUMDIAM", None, "LIVER", 20, row_ids["L1"]),
        (day(-10), "SUMDIAM", None, None, 50, row_ids["P1"]),
        (day(42), "LDIAM", "L1", "LIVER", 20, 4),
        (day(42), "LSUMDIAM", None, "LIVER", 20, 4),  # the sum of all lesions is incomplete and not there
    ]


def test_the_evaluators_records_are_flagged_for_analysis(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    for reader in ("R1", "R2"):
        cohort.scan(-10, {"L1": 50}, reader=reader)
        cohort.scan(42, {"L1": 50}, reader=reader)
    cohort.derive()
    for table in ("adtr", "adrs"):
        assert cohort.rows(f"select distinct treval, anl01fl from analysis.{table} order by treval") == [
            ("R1", "Y"),
            ("R2", None),
        ]


def test_responses_of_an_assessment_and_of_the_subject(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("P1", "NON-TARGET", organ="PERITONEUM")
    cohort.lesion("X1", "NEW", organ="LUNG", seen=42)
    cohort.scan(-10, {"L1": 50, "P1": "PRESENT"})
    row_ids = cohort.scan(42, {"L1": 30, "P1": "ABSENT"})
    cohort.derive()
    target, nontarget = ("lesion_measurements", row_ids["L1"]), ("lesion_measurements", row_ids["P1"])
    unknown = ("patients", 1)
    assert cohort.rows("select paramcd, avalc, aval, ady, srcdom, srcseq from analysis.adrs order by paramcd") == [
        ("BOR", "PD", 5, 43, "lesions", 3),
        ("CB", "N", 0, None, *unknown),
        ("CBOR", "PD", 5, 43, "lesions", 3),
        ("CRSP", "N", 0, None, *unknown),
        ("DCDAY", "N", 0, 43, "lesions", 3),
        ("DCR", "N", 0, 43, "lesions", 3),
        ("LBOR", "PR", 2, 43, *target),
        ("LCB", "Y", 1, 43, *target),
        ("LCBOR", "SD", 3, 43, *target),  # nothing confirms the response, which is no less than stable
        ("LCRSP", "N", 0, None, *unknown),
        ("LDCDAY", None, None, 43, *target),  # censored before day 91
        ("LDCR", "Y", 1, 43, *target),
        ("LNEWLES", "N", 0, 43, *target),
        ("LPD", "N", 0, None, *unknown),
        ("LRSP", "Y", 1, 43, *target),
        ("LTRGRESP", "PR", 2, 43, *target),
        ("LVRRESP", "PR", 2, 43, *target),
        ("NEWLES", "Y", 1, 43, "lesions", 3),
        ("NTRGRESP", "CR", 1, 43, *nontarget),
        ("OVRLRESP", "PD", 5, 43, "lesions", 3),
        ("PD", "Y", 1, 43, "lesions", 3),
        ("RSP", "N", 0, None, *unknown),
        ("TRGRESP", "PR", 2, 43, *target),
    ]
    assert cohort.one("select param from analysis.adrs where paramcd = 'LBOR'") == ("Best overall response (liver)",)


@pytest.mark.parametrize(
    ("on", "reading", "best", "control"),
    [
        (42, 0, ("CR", 1), "Y"),
        (42, 50, ("PR", 2), "Y"),
        (42, 100, ("SD", 3), "Y"),
        (42, 150, ("PD", 5), "N"),
        (41, 100, ("NE", 6), "N"),
        (None, None, ("MISSING", 7), "N"),  # stays in the denominator
    ],
)
def test_disease_control_is_read_from_the_best_response(
    cohort: TinyCohort, on: int | None, reading: Any, best: tuple[str, int], control: str
) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 100})
    if on is not None:
        cohort.scan(on, {"L1": reading})
    cohort.derive()
    assert cohort.one("select avalc, aval from analysis.adrs where paramcd = 'BOR'") == best
    assert cohort.one("select avalc from analysis.adrs where paramcd = 'DCR'") == (control,)


def test_nontarget_only_disease_under_control(cohort: TinyCohort) -> None:
    cohort.lesion("L1", "NON-TARGET")
    cohort.scan(-10, {"L1": "PRESENT"})
    cohort.scan(42, {"L1": "PRESENT"})
    cohort.derive()
    assert cohort.rows("select paramcd, avalc, aval from analysis.adrs where paramcd in ('BOR', 'DCR') order by 1") == [
        ("BOR", "NON-CR/NON-PD", 4),
        ("DCR", "Y", 1),
    ]


def test_a_sum_counts_for_the_best_response_up_to_the_first_progression(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    for on, size in ((-10, 50), (42, 30), (84, 45), (126, 20)):  # day 84: 15 mm and half above the nadir
        cohort.scan(on, {"L1": size})
    cohort.scan(42, {"L1": 30}, reader="R2")
    cohort.derive()
    assert cohort.rows(
        "select treval, ady, anl02fl from analysis.adtr where paramcd = 'SUMDIAM' order by treval, adt"
    ) == [("R1", -10, None), ("R1", 43, "Y"), ("R1", 85, "Y"), ("R1", 127, None), ("R2", 43, None)]
