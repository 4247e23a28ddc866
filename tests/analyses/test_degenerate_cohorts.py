"""Cohorts in which there is little to say: every analysis says why, in a sentence, and none says nothing or stops."""

import warnings
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest
from six_patients import frames

from analyses import audit_printed, beside, run_analyses
from studies import DEFAULT_STUDY, Protocol, load_study

Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_study(DEFAULT_STUDY).protocol


def of_subjects(*names: str) -> Frames:
    return {name: rows[rows["usubjid"].isin(names)] for name, rows in frames().items()}


def nobody_has_an_event() -> Frames:
    cohort = frames()
    return {**cohort, "adtte": cohort["adtte"].assign(cnsr=1, evntdesc=None)}


def all_events_at_once() -> Frames:
    cohort = frames()
    return {**cohort, "adtte": cohort["adtte"].assign(aval=100, cnsr=0)}


def one_level_of_everything() -> Frames:
    cohort = frames()
    first = {
        name: cohort["adsl"][name].dropna().iloc[0] for name in ("sex", "ecoggr1", "primloc", "nlivgr1", "extrahep")
    }
    return {**cohort, "adsl": cohort["adsl"].assign(**first, line2pr="N", tkire="N", age=50)}


def arms_told_apart_by_a_covariate() -> Frames:
    cohort = frames()
    apart = np.where(cohort["adsl"]["arm"] == "TACE", "M", "F")
    return {**cohort, "adsl": cohort["adsl"].assign(sex=apart)}


def survivors_told_apart_by_a_covariate() -> Frames:
    cohort = frames(os={"P1": (10, 1), "P2": (20, 1), "P3": (30, 1), "P4": (40, 0), "P5": (50, 0), "P6": (60, 0)})
    return {**cohort, "adsl": cohort["adsl"].assign(extrahep=["Y", "Y", "Y", "N", "N", "N"])}


def nothing_is_known() -> Frames:
    cohort = frames()
    blank = dict.fromkeys(("sex", "ecoggr1", "primloc", "nlivgr1", "extrahep", "line2pr", "tkire", "age"))
    adsl = cohort["adsl"].assign(**blank)
    return {**cohort, "adsl": adsl.assign(age=pd.to_numeric(adsl["age"]))}


COHORTS: Mapping[str, Callable[[], Frames]] = {
    "nobody": lambda: of_subjects(),
    "one subject": lambda: of_subjects("P2"),
    "one subject an arm": lambda: of_subjects("P2", "P5"),
    "one arm": lambda: frames(("TACE",)),
    "no events": nobody_has_an_event,
    "all events at one time": all_events_at_once,
    "constant covariates": one_level_of_everything,
    "arms separated": arms_told_apart_by_a_covariate,
    "events separated": survivors_told_apart_by_a_covariate,
    "no covariate known": nothing_is_known,
}


@pytest.mark.parametrize("convention", ["spss", "r"])
@pytest.mark.parametrize("cohort", COHORTS)
def test_every_number_that_is_not_there_has_its_reason(protocol: Protocol, cohort: str, convention: str) -> None:
    own = protocol.model_copy(update={"statistics": protocol.statistics.model_copy(update={"convention": convention})})
    with warnings.catch_warnings():
        warnings.filterwarnings("error", category=RuntimeWarning)
        made = run_analyses(**COHORTS[cohort](), protocol=own)
    statistics = made["statistics"]
    missing = statistics[statistics["value"].isna()]
    assert (missing["note"].str.len() >= 5).all()
    assert np.isfinite(statistics["value"].dropna()).all()
    assert statistics["source_hash"].str.len().eq(16).all()
    p = statistics.loc[statistics["statistic"].isin(["p", "log_rank_p"]), "value"].dropna()
    assert p.between(0, 1).all()
    assert beside(statistics, statistics, own) is not None
    assert audit_printed(statistics, own.statistics.confidence_level).empty


@pytest.mark.parametrize(
    ("cohort", "result_id", "words"),
    [
        ("nobody", "iptw.OS.arm=TACE.weighted.hr", "only one arm has patients"),
        ("one subject", "landmark_cox.OS.nprocgr1.>1.TACE.hr", "not estimable"),
        ("one arm", "interval_censored.PFS.arm=TACE.interval-censored.hr", "only one arm has patients"),
        ("no events", "time_dependent_cox.OS.nprocgr1.>1.TACE.hr", "no events"),
        ("all events at one time", "iptw.OS.arm=TACE.unweighted.hr", "at the same time"),
        ("constant covariates", "cox.OS.sex=F.crude.hr", "same level"),
        ("arms separated", "iptw.OS.arm=TACE.weighted.hr", "tell the arms apart"),
        ("events separated", "cox.OS.extrahep=N.crude.hr", "no events in one of the groups"),
        ("no covariate known", "iptw.all.TACE.effective_n", "only one arm has patients with every covariate"),
    ],
)
def test_the_sentence_is_the_right_one(protocol: Protocol, cohort: str, result_id: str, words: str) -> None:
    statistics = run_analyses(**COHORTS[cohort](), protocol=protocol)["statistics"].set_index("result_id")
    assert pd.isna(statistics.loc[result_id, "value"])
    assert words in statistics.loc[result_id, "note"]


def test_of_three_arms_two_are_weighed_and_none_stops(protocol: Protocol) -> None:
    """The first that is not the reference against the reference; what would need two arms says so."""
    third = protocol.arms[0].model_copy(update={"code": "OTHER", "label": "Other"})
    three = protocol.model_copy(update={"arms": [*protocol.arms, third]})
    cohort = frames()
    adsl = cohort["adsl"].assign(arm=lambda rows: rows["arm"].where(rows["usubjid"] != "P6", "OTHER"))
    statistics = run_analyses(**{**cohort, "adsl": adsl}, protocol=three)["statistics"].set_index("result_id")
    assert (statistics.loc[statistics["value"].isna(), "note"].str.len() >= 5).all()
    assert statistics.loc["assessments.all.TACE-CONTROL-OTHER.p", "note"] == "no test: more than two arms"
    assert statistics.loc["table1.sex.all.TACE-CONTROL-OTHER.smd", "method"].endswith("TACE against CONTROL")
    assert statistics.loc["table1.sex.all.TACE-CONTROL-OTHER.smd", "denominator"] == 5
