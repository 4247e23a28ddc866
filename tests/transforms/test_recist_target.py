"""Target lesions: what counts as their size, and the response they give (RECIST 1.1, sections 4.2 and 4.3.1)."""

from decimal import Decimal
from typing import Any

import pytest
from tiny_cohort import TinyCohort, day


def target_responses(cohort: TinyCohort, *scans: dict[str, Any]) -> list[str]:
    """The target responses after a baseline on day -10, the other scans six weeks apart."""
    for number, readings in enumerate(scans):
        cohort.scan(-10 if number == 0 else 42 * number, readings)
    return cohort.derive().responses("target_responses")


@pytest.mark.parametrize(
    ("nadir", "now", "expected"),
    [
        (100, "119.9", "SD"),  # 19.9 % above the nadir
        (100, "120.0", "PD"),  # 20.0 %
        (20, "24.9", "SD"),  # 24.5 %, but 4.9 mm
        (20, "25.0", "PD"),  # 25 % and 5.0 mm
    ],
)
def test_progression_is_20_percent_and_5_mm_above_the_nadir(
    cohort: TinyCohort, nadir: int, now: str, expected: str
) -> None:
    cohort.lesion("L1")
    assert target_responses(cohort, {"L1": nadir}, {"L1": Decimal(now)}) == [expected]


@pytest.mark.parametrize(("now", "expected"), [("70.1", "SD"), ("70.0", "PR"), ("69.9", "PR")])
def test_partial_response_is_30_percent_below_the_baseline(cohort: TinyCohort, now: str, expected: str) -> None:
    cohort.lesion("L1")
    assert target_responses(cohort, {"L1": 100}, {"L1": Decimal(now)}) == [expected]


def test_exact_decimals_where_floating_point_would_be_wrong(cohort: TinyCohort) -> None:
    # 0.7 * 35.9 is 25.129999999999995 in floating point; 25.13 is 70 % exactly.
    cohort.lesion("L1")
    assert target_responses(cohort, {"L1": Decimal("35.90")}, {"L1": Decimal("25.13")}) == ["PR"]


def test_the_nadir_includes_the_baseline_and_every_earlier_sum(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    responses = target_responses(cohort, {"L1": 50}, {"L1": 70}, {"L1": 40}, {"L1": 47})
    assert responses == ["PD", "SD", "SD"]
    assert cohort.rows("select nadir_mm from recist.sums_of_diameters where scope = 'ALL' order by scan_date") == [
        (None,), (50,), (50,), (40,),
    ]  # fmt: skip


def test_progression_comes_before_partial_response(cohort: TinyCohort) -> None:
    # 60 mm is 40 % below the baseline and yet 50 % above the nadir.
    cohort.lesion("L1")
    assert target_responses(cohort, {"L1": 100}, {"L1": 40}, {"L1": 60}) == ["PR", "PD"]


def test_from_a_nadir_of_0_reappearance_is_progression(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    assert target_responses(cohort, {"L1": 30}, {"L1": 0}, {"L1": 0}, {"L1": 2}) == ["CR", "CR", "PD"]


@pytest.mark.parametrize(("axis", "expected"), [("9.9", "CR"), ("10.0", "PR")])
def test_complete_response_needs_nodes_below_10_mm_not_a_sum_of_0(cohort: TinyCohort, axis: str, expected: str) -> None:
    cohort.lesion("L1")
    cohort.lesion("N1", organ="LYMPH NODE")
    baseline = {"L1": 30, "N1": 15}
    assert target_responses(cohort, baseline, {"L1": 0, "N1": Decimal(axis)}) == [expected]


def test_a_node_that_grows_within_the_normal_is_complete_response(cohort: TinyCohort) -> None:
    cohort.lesion("N1", organ="LYMPH NODE")
    assert target_responses(cohort, {"N1": 15}, {"N1": 0}, {"N1": 9}, {"N1": 10}) == ["CR", "CR", "PD"]


def test_a_node_counts_with_its_short_axis(cohort: TinyCohort) -> None:
    cohort.lesion("N1", organ="LYMPH NODE")
    cohort.add("lesion_measurements", lesion_id="N1", scan_date=day(-10), reader="R1", diameter_mm=25,
               short_axis_mm=15)  # fmt: skip
    cohort.derive()
    assert cohort.one("select sum_mm from recist.sums_of_diameters where scope = 'ALL'") == (15,)


@pytest.mark.parametrize(("diameter", "size"), [(0, 0), (25, None)])
def test_a_node_without_its_short_axis_is_gone_or_not_measured(
    cohort: TinyCohort, diameter: int, size: int | None
) -> None:
    cohort.lesion("N1", organ="LYMPH NODE")
    cohort.add("lesion_measurements", lesion_id="N1", scan_date=day(-10), reader="R1", diameter_mm=diameter)
    cohort.derive()
    assert cohort.one("select size_mm from recist.lesion_readings") == (size,)


@pytest.mark.parametrize(("read", "size"), [("0.1", 5), ("4.9", 5), ("5.0", 5), ("5.1", Decimal("5.1")), ("0", 0)])
def test_too_small_to_measure_is_5_mm_and_gone_is_0(cohort: TinyCohort, read: str, size: Decimal) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": Decimal(read)})
    cohort.derive()
    assert cohort.one("select size_mm from recist.lesion_readings") == (size,)


def test_an_absent_target_is_0(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    assert target_responses(cohort, {"L1": 30}, {"L1": "ABSENT"}) == ["CR"]


@pytest.mark.parametrize("second", [{"L1": 30}, {"L1": 30, "L2": "NOT EVALUABLE"}])
def test_a_missing_target_is_not_evaluable(cohort: TinyCohort, second: dict[str, Any]) -> None:
    cohort.lesion("L1")
    cohort.lesion("L2")
    assert target_responses(cohort, {"L1": 50, "L2": 20}, second) == ["NE"]


@pytest.mark.parametrize(("rest", "expected"), [("83.9", "NE"), ("84.0", "PD")])
def test_a_missing_target_is_progression_when_the_rest_proves_it(cohort: TinyCohort, rest: str, expected: str) -> None:
    # The nadir is 70 mm with both lesions; 84 mm of the first alone is 20 % more.
    cohort.lesion("L1")
    cohort.lesion("L2")
    assert target_responses(cohort, {"L1": 50, "L2": 20}, {"L1": Decimal(rest)}) == [expected]


def test_an_incomplete_sum_is_no_nadir(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("L2")
    scans = {"L1": 50, "L2": 20}, {"L1": 40, "L2": "NOT EVALUABLE"}, {"L1": 50, "L2": 20}
    assert target_responses(cohort, *scans) == ["NE", "SD"]


def test_without_a_complete_baseline_only_progression_and_complete_response_can_be_told(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("L2")
    scans = {"L1": 50}, {"L1": 50, "L2": 20}, {"L1": 5, "L2": 5}, {"L1": 15, "L2": 5}, {"L1": 0, "L2": 0}
    assert target_responses(cohort, *scans) == ["NE", "NE", "PD", "CR"]


def test_the_baseline_is_the_last_scan_on_or_before_the_start(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    for on, size in ((-30, 90), (0, 100), (42, 70)):
        cohort.scan(on, {"L1": size})
    assert cohort.derive().responses("target_responses") == ["PR"]
    assert cohort.one("select distinct baseline_mm from recist.sums_of_diameters where scope = 'ALL'") == (100,)


def test_the_organ_has_its_own_sum_baseline_and_nadir(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.lesion("P1", organ="PERITONEUM")
    target_responses(cohort, {"L1": 20, "P1": 80}, {"L1": 26, "P1": 30})
    assert cohort.responses("target_responses") == ["PR"]
    assert cohort.responses("target_responses", scope="ORGAN") == ["PD"]


def test_each_reader_stands_alone(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.scan(-10, {"L1": 50}, reader="R2")
    cohort.scan(42, {"L1": 30}, reader="R2")
    assert target_responses(cohort, {"L1": 50}, {"L1": 50}) == ["SD"]
    assert cohort.responses("target_responses", reader="R2") == ["PR"]


def test_a_scan_after_the_data_cut_is_dropped(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.protocol(data_cut=day(42))
    assert target_responses(cohort, {"L1": 50}, {"L1": 50}, {"L1": 90}) == ["SD"]


def test_of_two_readings_of_one_lesion_the_first_of_the_file_counts(cohort: TinyCohort) -> None:
    cohort.lesion("L1")
    cohort.scan(42, {"L1": 60})
    assert target_responses(cohort, {"L1": 50}, {"L1": 50}) == ["PD"]
