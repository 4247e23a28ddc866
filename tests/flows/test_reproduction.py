"""The sample's derived endpoints are the calibrated cohort's, and its tables the paper's, where the paper is right."""

import csv
from html import escape

import pandas as pd
import pytest

from studies import Study
from tests.flows.conftest import Refreshed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cohort(study: Study) -> list[dict[str, str]]:
    with (study.directory / "calibrated_cohort.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_endpoint_of_every_patient(sample: Refreshed, cohort: list[dict[str, str]]) -> None:
    adtte = pd.read_parquet(sample.run / "analysis" / "adtte.parquet")
    adtte["subject"] = adtte["usubjid"].str.extract(r"(\d+)$")[0].astype(int)
    derived = {(row.subject, row.paramcd): (int(row.aval), int(row.cnsr == 0)) for row in adtte.itertuples()}
    for patient in cohort:
        number = int(patient["patient_id"])
        for paramcd, name in (("OS", "os"), ("PFS", "pfs"), ("LPFS", "liver_pfs")):
            if patient[f"{name}_days"]:
                expected = (int(patient[f"{name}_days"]), int(patient[f"{name}_event"]))
                assert derived[number, paramcd] == expected, (number, paramcd)


def test_every_best_response_of_every_patient(sample: Refreshed, cohort: list[dict[str, str]]) -> None:
    adrs = pd.read_parquet(sample.run / "analysis" / "adrs.parquet")
    adrs["subject"] = adrs["usubjid"].str.extract(r"(\d+)$")[0].astype(int)
    best = {(row.subject, row.paramcd): row.avalc for row in adrs.itertuples() if row.paramcd in ("BOR", "LBOR")}
    for patient in cohort:
        number = int(patient["patient_id"])
        assert best[number, "BOR"] == patient["best_overall_response"], number
        if patient["best_liver_response"]:
            assert best[number, "LBOR"] == patient["best_liver_response"], number


def test_every_published_figure_that_can_be_recomputed_agrees(sample: Refreshed, study: Study) -> None:
    comparison = pd.read_csv(sample.run / "results" / "published.csv", dtype=str, keep_default_na=False)
    published = study.read_published()
    assert published is not None
    reference = published.set_index("id")["verdict"]
    sound = comparison[comparison["id"].map(reference).isin(["reproduces", "consistent"])]
    computed = sound[sound["verdict"] != "not computed"]
    assert len(computed) > 250
    disagreeing = computed[~computed["verdict"].str.startswith("reproduces")]
    # The calibrated cohort has the crude hazard ratio, .109, and not the width of its interval.
    assert list(disagreeing["id"]) == ["X.HR.OS.ci_low", "X.HR.OS.ci_high"]
    assert (disagreeing["reason"] != "").all()
    assert (sound.loc[sound["verdict"] == "not computed", "reason"] != "").all()


def test_every_result_that_the_paper_is_compared_with_is_computed(sample: Refreshed, study: Study) -> None:
    statistics = pd.read_csv(sample.run / "results" / "statistics.csv")
    published = study.read_published()
    assert published is not None
    assert set(published["result_id"]) - {""} <= set(statistics["result_id"])


def test_what_the_paper_has_wrong_is_shown_as_such_with_the_reason(sample: Refreshed) -> None:
    comparison = pd.read_csv(sample.run / "results" / "published.csv", dtype=str, keep_default_na=False)
    wrong = comparison[comparison["verdict"] == "paper contradicts itself"]
    assert {"T1.sex.p", "T3.hemorrhage.all.TACE.pct", "X.liverprog.pct", "T1.nmet.p"} <= set(wrong["id"])
    assert (wrong["reason"].str.len() >= 20).all()


def test_the_page_of_the_publication_has_every_figure(sample: Refreshed, study: Study) -> None:
    """365 figures stand in published.csv: the counts say so first, and each has its line with its verdict."""
    published = study.read_published()
    assert published is not None
    page = (sample.run / "reproduction.html").read_text(encoding="utf-8")
    counts = pd.read_csv(sample.run / "results" / "published_verdicts.csv").set_index("verdict")["figures"]
    assert counts["all"] == len(published) == counts.drop("all").sum()
    for name in published["id"]:
        assert f'id="f-{escape(name.replace(" ", "_"))}"' in page, name
    for verdict, count in counts.drop("all").items():
        assert page.count(f">{verdict}</span>") == count
