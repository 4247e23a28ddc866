"""ADLB: units, baseline, change, and the grade of CTCAE 3.0 that a value has, exact on every limit."""

from decimal import Decimal
from typing import Any

import pytest
from tiny_cohort import TinyCohort, day

LIMITS = {
    "ALT": ("U/L", 0, 40),
    "BILI": ("umol/L", 3, 20),
    "ALB": ("g/L", 35, 55),
    "HGB": ("g/L", 110, 160),
    "ANC": ("10^9/L", "1.8", "6.3"),
    "PLT": ("10^9/L", 125, 350),
}


@pytest.fixture
def tested(cohort: TinyCohort) -> TinyCohort:
    """S1, whose start is day 0, in a study that grades by CTCAE 3.0."""
    cohort.laboratory()
    return cohort


def result(cohort: TinyCohort, on: int, test: str, value: object, **values: object) -> None:
    unit, low, high = LIMITS[test]
    given = {"unit": unit, "lower_limit": low, "upper_limit": high, **values}
    cohort.add("lab_results", sample_date=day(on), test=test, value=value, **given)


def of(cohort: TinyCohort, columns: str) -> list[tuple[Any, ...]]:
    return cohort.rows(f"select {columns} from analysis.adlb order by adt, srcseq")


@pytest.mark.parametrize(
    ("test", "value", "grade"),
    [
        # CTCAE 3.0: ALT > ULN - 2.5 x ULN; > 2.5 - 5.0; > 5.0 - 20.0; > 20.0. ULN is 40.
        *[("ALT", value, grade) for value, grade in [
            ("40", 0), ("40.001", 1), ("100", 1), ("100.001", 2), ("200", 2), ("200.001", 3), ("800", 3),
            ("800.001", 4),
        ]],
        # Bilirubin > ULN - 1.5; > 1.5 - 3.0; > 3.0 - 10.0; > 10.0. ULN is 20.
        *[("BILI", value, grade) for value, grade in [
            ("20", 0), ("20.001", 1), ("30", 1), ("30.001", 2), ("60", 2), ("60.001", 3), ("200", 3), ("200.001", 4),
        ]],
        # Albumin < LLN - 30 g/L; < 30 - 20; < 20. LLN is 35. There is no grade 4.
        *[("ALB", value, grade) for value, grade in [
            ("35", 0), ("34.999", 1), ("30", 1), ("29.999", 2), ("20", 2), ("19.999", 3), ("1", 3),
        ]],
        # Haemoglobin < LLN - 100 g/L; < 100 - 80; < 80 - 65; < 65. LLN is 110.
        *[("HGB", value, grade) for value, grade in [
            ("110", 0), ("109.999", 1), ("100", 1), ("99.999", 2), ("80", 2), ("79.999", 3), ("65", 3), ("64.999", 4),
        ]],
        # Neutrophils < LLN - 1.5; < 1.5 - 1.0; < 1.0 - 0.5; < 0.5. LLN is 1.8.
        *[("ANC", value, grade) for value, grade in [
            ("1.8", 0), ("1.799", 1), ("1.5", 1), ("1.499", 2), ("1", 2), ("0.999", 3), ("0.5", 3), ("0.499", 4),
        ]],
        # Platelets < LLN - 75; < 75 - 50; < 50 - 25; < 25. LLN is 125.
        *[("PLT", value, grade) for value, grade in [
            ("125", 0), ("124.999", 1), ("75", 1), ("74.999", 2), ("50", 2), ("49.999", 3), ("25", 3), ("24.999", 4),
        ]],
    ],
)  # fmt: skip
def test_a_value_on_a_limit_has_the_grade_below(tested: TinyCohort, test: str, value: str, grade: int) -> None:
    result(tested, 10, test, Decimal(value))
    tested.derive()
    direction = None if grade == 0 else ("HIGH" if test in ("ALT", "BILI") else "LOW")
    assert of(tested, "atoxgr, atoxdir, atoxrsn") == [(grade, direction, None)]


@pytest.mark.parametrize(("value", "grade"), [("2.1", 2), ("2.101", 3)])
def test_a_multiple_of_the_limit_of_normal_is_exact(tested: TinyCohort, value: str, grade: int) -> None:
    # 3 x 0.7 is 2.1; in floating point it is 2.0999999999999996, and 2.1 would be above it.
    result(tested, 10, "BILI", Decimal(value), upper_limit=Decimal("0.7"))
    tested.derive()
    assert of(tested, "atoxgr") == [(grade,)]


@pytest.mark.parametrize(
    ("test", "value", "unit", "aval", "grade"),
    [
        ("HGB", "9.9", "g/dL", "99", 2),
        ("HGB", "10", "G/DL", "100", 1),
        ("ANC", "999", "/mm3", "0.999", 3),
        ("PLT", "49999", "/uL", "49.999", 3),
    ],
)
def test_units_are_converted_before_the_limits_are_asked(
    tested: TinyCohort, test: str, value: str, unit: str, aval: str, grade: int
) -> None:
    low = {"HGB": 11, "ANC": 1800, "PLT": 125000}[test]
    result(tested, 10, test, Decimal(value), unit=unit, lower_limit=low, upper_limit=low * 2)
    tested.derive()
    assert of(tested, "aval, avalu, atoxgr") == [(Decimal(aval), LIMITS[test][0], grade)]


def test_the_limits_of_normal_are_converted_with_the_value(tested: TinyCohort) -> None:
    result(tested, 10, "BILI", Decimal("1.5"), unit="mg/dL", lower_limit=Decimal("0.2"), upper_limit=1)
    tested.derive()
    assert of(tested, "aval, anrhi, atoxgr, lborres, lborresu") == [
        (Decimal("25.656"), Decimal("17.104"), 1, Decimal("1.5"), "mg/dL")
    ]


@pytest.mark.parametrize(
    ("test", "given", "reason"),
    [
        ("ALT", {"unit": "mg"}, "The unit is not known for this test"),
        ("ALT", {"unit": None}, "No unit"),
        ("ALT", {"upper_limit": None}, "No upper limit of normal"),
        ("ALT", {"upper_limit": 0}, "No upper limit of normal"),
        ("ALT", {"value": None}, "No value"),
        ("HGB", {"lower_limit": None}, "No lower limit of normal"),
    ],
)
def test_without_unit_value_or_limit_of_normal_there_is_no_grade_and_a_reason(
    tested: TinyCohort, test: str, given: dict[str, Any], reason: str
) -> None:
    result(tested, 10, test, **{"value": 105, **given})
    tested.derive()
    assert of(tested, "atoxgr, atoxdir, atoxrsn") == [(None, None, reason)]


def test_an_absolute_limit_decides_without_the_limit_of_normal(tested: TinyCohort) -> None:
    result(tested, 10, "HGB", 64, lower_limit=None)
    tested.derive()
    assert of(tested, "atoxgr, atoxrsn") == [(4, None)]


def test_the_other_limit_of_normal_is_not_needed(tested: TinyCohort) -> None:
    result(tested, 10, "ALT", 120, lower_limit=None)
    tested.derive()
    assert of(tested, "atoxgr, atoxrsn") == [(2, None)]


def test_a_study_without_grading_limits_has_values_and_no_grade(tested: TinyCohort) -> None:
    tested.connection.execute("delete from study.grading_limits")
    result(tested, 10, "ALT", 120)
    tested.derive()
    assert of(tested, "aval, atoxgr, atoxrsn") == [(Decimal(120), None, "The test has no grading limits")]


def test_the_baseline_is_the_last_value_of_the_window_before_the_start(tested: TinyCohort) -> None:
    for on, value in ((-15, 10), (-14, 20), (-3, 110), (0, None), (7, 50)):
        result(tested, on, "ALT", value)
    tested.derive()
    assert of(tested, "ady, aval, ablfl, base, chg, btoxgr") == [
        (-15, 10, None, 110, None, 2),
        (-14, 20, None, 110, None, 2),
        (-3, 110, "Y", 110, None, 2),
        (1, None, None, 110, None, 2),  # without a value it is no baseline
        (8, 50, None, 110, -60, 2),
    ]


@pytest.mark.parametrize(("on", "base"), [(-14, 20), (-15, None), (0, 20)])
def test_a_value_older_than_the_window_is_no_baseline(tested: TinyCohort, on: int, base: int | None) -> None:
    result(tested, on, "ALT", 20)
    result(tested, 7, "ALT", 50)
    tested.derive()
    assert of(tested, "base, chg")[-1] == (base, None if base is None else 30)


def test_one_worst_grade_after_the_start_is_flagged(tested: TinyCohort) -> None:
    for on, value in ((-2, 900), (5, 50), (9, 210), (12, 300), (20, 41)):
        result(tested, on, "ALT", value)
    tested.derive()
    assert tested.rows("select ady, atoxgr from analysis.adlb where anl01fl = 'Y'") == [(10, 3)]


@pytest.mark.parametrize(
    ("on", "reported"),
    [(9, None), (10, 2), (14, 2), (15, None), (30, 3), (31, None), (41, 1), (60, 1)],
)
def test_the_reported_grade_is_that_of_the_events_that_last_on_the_day(
    tested: TinyCohort, on: int, reported: int | None
) -> None:
    for number, (start, end, grade, outcome) in enumerate(
        [(10, 14, 2, "RESOLVED"), (30, None, 3, "RESOLVED"), (41, None, 1, "ONGOING")], start=1
    ):
        tested.add(
            "adverse_events", ae_number=number, term="ALT INCREASED", grade=grade, start_date=day(start),
            end_date=None if end is None else day(end), outcome=outcome,
        )  # fmt: skip
    tested.add("adverse_events", ae_number=9, term="ANAEMIA", grade=4, start_date=day(0), outcome="ONGOING")
    result(tested, on, "ALT", 45)
    tested.derive()
    assert of(tested, "aedecod, aetoxgr") == [("ALT INCREASED", reported)]


def test_a_test_that_the_study_does_not_analyse_is_not_there(tested: TinyCohort) -> None:
    tested.add("lab_results", sample_date=day(1), test="CREA", value=80, unit="umol/L")
    tested.add("lab_results", sample_date=None, test="ALT", value=80, unit="U/L")
    tested.derive()
    assert of(tested, "*") == []
