"""The paper's numbers from the calibrated cohort: sixty invented patients whose totals are those of the paper.

Expected values: the reference of the calibrated cohort, made with R and lifelines, and the paper where it is right.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd
import pytest
from calibrated_frames import calibrated_frames

from analyses import compare_published, run_analyses
from analyses.contingency import FISHER, PEARSON
from studies import DEFAULT_STUDY, Study, load_study


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(DEFAULT_STUDY)


@pytest.fixture(scope="module")
def statistics(study: Study) -> pd.DataFrame:
    day = study.protocol.response.disease_control_day
    frames = calibrated_frames(study.directory / "calibrated_cohort.csv", day)
    return run_analyses(**frames, protocol=study.protocol)["statistics"]


@pytest.fixture(scope="module")
def values(statistics: pd.DataFrame) -> dict[str, Any]:
    return dict(zip(statistics["result_id"], statistics["value"], strict=True))


@pytest.mark.parametrize(
    ("level", "days"),
    [
        ("sex.M", 240),
        ("sex.F", 180),
        ("primloc.STOMACH", 180),
        ("primloc.SMALL INTESTINE", 240),
        ("primloc.OTHER", 210),
        ("ecoggr1.0-1", 250.5),  # the middle of a flat median: the paper's 35.8 weeks is no whole number of days
        ("ecoggr1.2", 171.5),  # likewise 24.5 weeks
        ("nlivgr1.1", 300),
        ("nlivgr1.2-5", 180),
        ("nlivgr1.>5", 270),
        ("extrahep.Y", 180),
        ("extrahep.N", 300),
        ("tkire.Y", 210),
        ("tkire.N", 210),
        ("arm.TACE", 480),  # 68.6 weeks; the paper prints 68.5
        ("arm.CONTROL", 180),
    ],
)
def test_median_survival_of_each_row_of_table_2(values: dict[str, Any], level: str, days: float) -> None:
    assert values[f"table2.OS.{level}.all.median"] * 7 == pytest.approx(days)


@pytest.mark.parametrize(
    ("factor", "p"),
    [
        ("sex", 0.133),
        ("primloc", 0.824),  # the paper prints .825
        ("ecoggr1", 0.102),
        ("nlivgr1", 0.079),
        ("extrahep", 0.005),
        ("tkire", 0.657),
    ],
)
def test_log_rank_p_of_each_factor_of_table_2(values: dict[str, Any], factor: str, p: float) -> None:
    assert round(values[f"table2.OS.{factor}.all.all.log_rank_p"], 3) == p


def test_the_arms_differ_far_below_the_floor_that_the_paper_prints(values: dict[str, Any]) -> None:
    p = values["table2.OS.arm.all.all.log_rank_p"]
    assert f"{p:.0e}" == "7e-08"
    assert values["survival.OS.all.TACE-CONTROL.log_rank_p"] == p


@pytest.mark.parametrize(
    ("endpoint", "arm", "median", "lower", "upper"),
    [
        ("PFS", "TACE", 30.0, 20.1, 39.9),
        ("PFS", "CONTROL", 12.9, 11.9, 13.9),
        ("LPFS", "TACE", 47.1, 24.0, 70.3),
        ("OS", "TACE", 68.6, 57.5, 79.6),
        ("OS", "CONTROL", 25.7, 23.1, 28.3),
    ],
)
def test_medians_and_symmetric_limits_in_weeks(
    values: dict[str, Any], endpoint: str, arm: str, median: float, lower: float, upper: float
) -> None:
    named = ("median", "median_lower", "median_upper")
    made = [round(values[f"survival.{endpoint}.all.{arm}.{name}"], 1) for name in named]
    assert made == [median, lower, upper]


@pytest.mark.parametrize(("group", "expected"), [("crude", 0.109), ("crude breslow", 0.109), ("crude efron", 0.107)])
def test_hazard_ratio_of_death_for_tace(values: dict[str, Any], group: str, expected: float) -> None:
    """The paper's .109 is Breslow's."""
    assert round(values[f"cox.OS.arm=TACE.{group}.hr"], 3) == expected


@pytest.mark.parametrize(
    ("factor", "p"),
    [
        ("extrahep", 0.006),
        ("nprocgr1", 0.0235),  # (14 - 16.44592)^2 / 1.165736 = 5.131982; the reference prints .024
        ("dcr3mfl", 0.012),
        ("tkire", 0.643),
    ],
)
def test_log_rank_p_within_tace(values: dict[str, Any], factor: str, p: float) -> None:
    decimals = len(str(p).partition(".")[2])
    assert round(values[f"subgroup.OS.{factor}.all.TACE.log_rank_p"], decimals) == p


def test_the_paper_is_met_wherever_its_own_counts_are_right(study: Study, statistics: pd.DataFrame) -> None:
    """Every figure that the reference calls reproducible or consistent agrees, from Table 1 to the responses.

    Save the limits of the hazard ratio: the cohort was calibrated on the ratio, not on the width of its interval.
    """
    published = study.read_published()
    assert published is not None
    compared = compare_published(published, statistics)
    sound = published["verdict"].isin(["reproduces", "consistent"]).to_numpy()
    computed = compared[sound & (compared["verdict"] != "not computed").to_numpy()]
    assert len(computed) > 250
    differing = computed[~computed["verdict"].str.startswith("reproduces")]
    assert set(differing["id"]) == {"X.HR.OS.ci_low", "X.HR.OS.ci_high"}


def test_every_result_that_the_published_figures_name_exists(study: Study, statistics: pd.DataFrame) -> None:
    """A misspelt result id would otherwise pass as "not computed"."""
    published = study.read_published()
    assert published is not None
    assert set(published["result_id"]) - {""} <= set(statistics["result_id"])


NAMED_TESTS = {"Pearson": PEARSON, "Fisher": FISHER}


def test_every_p_that_the_paper_can_reproduce_comes_from_the_test_it_names(
    study: Study, statistics: pd.DataFrame
) -> None:
    """Of the tables of counts: the test that the paper used, to the decimals it printed, and no other test."""
    published = study.read_published()
    assert published is not None
    rows = {row["result_id"]: row for row in statistics.to_dict("records")}
    checked = 0
    for figure in published[published["verdict"] == "reproduces"].to_dict("records"):
        named = next((method for word, method in NAMED_TESTS.items() if figure["test"].startswith(word)), None)
        if figure["kind"] not in ("p", "chi2") or named is None:
            continue
        ours = rows[figure["result_id"]]
        assert ours["method"] == named, figure["id"]
        printed = Decimal(repr(ours["value"])).quantize(Decimal(figure["value"]), ROUND_HALF_UP)
        assert printed == Decimal(figure["value"]) or (figure["value"], ours["value"] < 1e-4) == ("0.0001", True)
        checked += 1
    assert checked == 26  # 21 P values and 5 chi-squares


def test_where_the_paper_has_no_test_for_want_of_events_there_is_none(study: Study, statistics: pd.DataFrame) -> None:
    published = study.read_published()
    assert published is not None
    without = published.loc[published["test"] == "none (no events)", "result_id"]
    found = statistics[statistics["result_id"].isin(without)]
    assert len(found) == 2
    assert found["value"].isna().all()
    assert set(found["note"]) == {"no event in either arm"}
