"""Every analysis on six patients whose numbers can be counted on the fingers (six_patients)."""

import math
from typing import Any

import pandas as pd
import pytest
from six_patients import OS, frames

from analyses import run_analyses
from studies import DEFAULT_STUDY, Protocol, load_study


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_study(DEFAULT_STUDY).protocol


@pytest.fixture(scope="module")
def numbers(protocol: Protocol) -> dict[str, pd.DataFrame]:
    return run_analyses(**frames(), protocol=protocol)


@pytest.fixture(scope="module")
def rows(numbers: dict[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    return by_id(numbers)


def by_id(numbers: dict[str, pd.DataFrame]) -> dict[str, dict[str, Any]]:
    records: list[dict[str, Any]] = numbers["statistics"].to_dict("records")  # type: ignore[assignment]
    return {row["result_id"]: row for row in records}


def with_convention(protocol: Protocol, convention: str) -> Protocol:
    return protocol.model_copy(update={"statistics": protocol.statistics.model_copy(update={"convention": convention})})


@pytest.mark.parametrize(
    ("result_id", "value", "denominator"),
    [
        # Table 1 and the description
        ("table1.sex.M.TACE.n", 2, 3),
        ("table1.sex.M.TACE.percent", 200 / 3, 3),
        ("table1.sex.all.TACE-CONTROL.p", 1.0, 6),  # 2 of 3 in both arms
        ("table1.primloc.STOMACH.CONTROL.n", 2, 3),
        ("table1.primloc.STOMACH.CONTROL.percent", 200 / 3, 3),  # of all, the one without a location included
        ("table1.primloc.all.TACE-CONTROL.df", 2, 5),  # who has no location is not in the test
        ("table1.primloc.all.TACE-CONTROL.chi2", 5 * (1 / 9 + 4 / 6 + 1 / 3 + 1 / 3) - 5, 5),
        ("table1.age.all.TACE.median", 50, 3),
        ("table1.age.all.TACE.q1", 45, 3),
        ("table1.age.all.TACE.sd", 10, 3),
        ("table1.age.all.all.median", 55, 6),
        ("table1.age.all.TACE-CONTROL.u", 3, 6),  # 50, 60, 40 are above 30 only: 3 of 9 pairs
        ("table1.age.all.TACE-CONTROL.p", math.erfc(1.5 / math.sqrt(9 * 7 / 12) / math.sqrt(2)), 6),
        ("description.arm.all.all.n", 6, None),
        ("description.sex.M.all.n", 4, 6),
        ("description.nproc.all.TACE.total", 6, 3),
        ("description.nproc.all.TACE.mean", 2, 3),
        ("description.tkidrug.IMATINIB.TACE.n", 1, 3),
        # Response: NE and never assessed stay in the denominator; the second reader does not count
        ("response.BOR.PR.TACE.n", 1, 3),
        ("response.BOR.NE.CONTROL.n", 1, 3),
        ("response.BOR.MISSING.CONTROL.n", 1, 3),
        ("response.BOR.CR.CONTROL.n", 0, 3),
        ("response.BOR.ORR.TACE.n", 1, 3),
        ("response.BOR.DCR.TACE.n", 2, 3),
        ("response.BOR.DCR.TACE.percent", 200 / 3, 3),
        ("response.BOR.DCR.CONTROL.n", 0, 3),
        ("response.BOR.DCR.CONTROL.upper", 100 * (1 - 0.025 ** (1 / 3)), 3),
        ("response.BOR.DCR.TACE-CONTROL.p", 0.4, 6),  # two of six, both in one arm: 3/15, either way round
        ("response_by.BOR.tkire=Y.PR.TACE.n", 1, 1),
        ("response_by.BOR.tkire=N.DCR.TACE.n", 1, 2),
        # Table 3: of all patients of the arm, with or without any adverse event
        ("table3.FEVER.any grade.TACE.n", 2, 3),
        ("table3.FEVER.any grade.TACE.percent", 200 / 3, 3),
        ("table3.FEVER.any grade.CONTROL.n", 0, 3),  # P4's fever was there before
        ("table3.FEVER.any grade.TACE-CONTROL.p", 0.4, 6),
        ("table3.FEVER.grade 3-4.TACE.n", 1, 3),
        ("table3.ANY.any grade.TACE.n", 2, 3),  # P2 has two terms and counts once
        ("table3.ANY.grade 3-4.TACE.n", 1, 3),
        # Survival in weeks
        ("survival.OS.all.TACE.n", 3, 3),
        ("survival.OS.all.TACE.events", 2, 3),
        ("survival.OS.all.TACE.censored", 1, 3),
        ("survival.OS.all.TACE.median", 50, 3),
        ("survival.OS.all.CONTROL.median", 15, 3),
        # Follow-up, where the end of observation is the event: P1 at 100 weeks; P3, P2 and P1 at 12, 20 and 50
        ("survival.OS.all.TACE.follow_up", 100, 3),
        ("survival.LPFS.all.TACE.follow_up", 20, 3),
        # O - E of control = 3 - (3/6 + 2/5 + 1/4 + 1/3) = 91/60; variance 1/4 + 6/25 + 3/16 + 2/9 = 3239/3600
        ("survival.OS.all.TACE-CONTROL.log_rank_chi2", 8281 / 3239, 6),
        ("survival.OS.all.TACE-CONTROL.log_rank_df", 1, 6),
        # Beyond the median. At 26 weeks one of three of the arm had died, and two of three controls
        ("survival.OS.all.TACE.quartile_1", 20, 3),
        ("survival.OS.all.CONTROL.quartile_3", 30, 3),
        ("survival.OS.26 weeks.TACE.rate_percent", 200 / 3, 3),
        ("survival.OS.26 weeks.CONTROL.rate_percent", 100 / 3, 3),
        ("survival.OS.52 weeks.CONTROL.rate_percent", 0, 3),  # nobody is left: known, though beyond the last time
        # Up to 30 weeks, the last control's: 20 + 10 x 2/3, and (10 + 15 + 30) / 3
        ("survival.OS.30 weeks.TACE.restricted_mean", 80 / 3, 3),
        ("survival.OS.30 weeks.CONTROL.restricted_mean", 55 / 3, 3),
        ("survival.OS.30 weeks.TACE-CONTROL.restricted_mean_difference", 25 / 3, 6),
        (
            "survival.OS.30 weeks.TACE-CONTROL.restricted_mean_difference_upper",
            25 / 3 + 1.959963985 * ((20 / 3) ** 2 / 6 + (25 / 3) ** 2 / 6 + 5**2 / 2) ** 0.5,
            6,
        ),
        ("survival.LPFS.all.CONTROL.n", 0, 0),
        ("table2.OS.sex.M.all.n", 4, 4),
        ("table2.OS.arm.TACE.all.median", 50, 3),
        ("table2.OS.primloc.all.all.log_rank_df", 2, 5),
        ("subgroup.OS.nprocgr1.>1.TACE.n", 2, 2),
        ("subgroup.OS.dcr3mfl.all.TACE.log_rank_df", 1, 2),  # of P3 it is not known
    ],
)
def test_number(rows: dict[str, dict[str, Any]], result_id: str, value: float, denominator: int | None) -> None:
    row = rows[result_id]
    assert row["value"] == pytest.approx(value)
    assert (None if row["denominator"] is pd.NA else row["denominator"]) == denominator


@pytest.mark.parametrize(
    ("result_id", "note"),
    [
        ("survival.LPFS.all.TACE.median", "not reached"),
        ("survival.LPFS.all.CONTROL.median", "no patients"),
        ("survival.LPFS.all.CONTROL.follow_up", "no patients"),
        ("survival.OS.all.CONTROL.follow_up", "not estimable: nobody is censored"),  # all three died
        ("survival.OS.all.CONTROL.follow_up_upper", "not estimable: nobody is censored"),
        ("survival.OS.all.TACE.follow_up_upper", "not estimable"),  # one observation to the end has no spread
        ("survival.OS.all.TACE.quartile_3", "not reached"),
        ("survival.OS.104 weeks.TACE.rate_percent", "not estimable: beyond follow-up"),  # one was alive at 100
        ("survival.OS.52 weeks.CONTROL.rate_percent_upper", "not estimable: nobody is left"),
        ("survival.LPFS.26 weeks.CONTROL.rate_percent", "no patients"),
        ("cox.OS.GLOBAL.multivariate.ph_p", "no test: the model has no estimate"),
        ("survival.LPFS.all.CONTROL.events_percent", "no patients"),
        ("survival.LPFS.all.TACE-CONTROL.log_rank_p", "no test: fewer than two groups"),
        ("table3.NAUSEA.any grade.TACE-CONTROL.p", "no event in either arm"),
        ("cox.OS.arm=TACE.multivariate.hr", "not estimable: the groups are separated"),  # 4 columns, 6 patients
    ],
)
def test_no_number_and_why(rows: dict[str, dict[str, Any]], result_id: str, note: str) -> None:
    assert pd.isna(rows[result_id]["value"])
    assert rows[result_id]["note"] == note


def test_every_missing_number_says_why_and_every_number_its_convention(numbers: dict[str, pd.DataFrame]) -> None:
    statistics = numbers["statistics"]
    assert (statistics.loc[statistics["value"].isna(), "note"] != "").all()
    assert set(statistics["convention"]) == {"spss"}
    assert (statistics["method"] != "").all()
    assert statistics["source_hash"].nunique() == 1
    assert statistics["result_id"].is_unique


@pytest.mark.parametrize(
    ("factor", "naive"), [("extrahep", False), ("tkire", False), ("nprocgr1", True), ("dcr3mfl", True)]
)
def test_a_factor_known_only_after_start_is_labelled_naive(
    rows: dict[str, dict[str, Any]], factor: str, naive: bool
) -> None:
    """Who had several sessions must have lived for them: the paper's comparison is shown, and called what it is."""
    row = rows[f"subgroup.OS.{factor}.all.TACE.log_rank_p"]
    assert ("naive: immortal time, the factor is known only after start" in row["method"]) == naive
    assert row["population"] == "treated patients of arm TACE"


def test_table_2_labels_such_a_factor_too_and_no_cox_model_takes_it(protocol: Protocol) -> None:
    """The protocol refuses it in the multivariate model (studies); a table of prognosis may still ask for it."""
    prognostic = protocol.tables.prognostic.model_copy(update={"covariates": ["sex", "nprocgr1"]})
    tables = protocol.tables.model_copy(update={"prognostic": prognostic})
    rows = by_id(run_analyses(**frames(), protocol=protocol.model_copy(update={"tables": tables})))
    assert "naive" in rows["table2.OS.nprocgr1.all.all.log_rank_p"]["method"]
    assert "naive" not in rows["table2.OS.sex.all.all.log_rank_p"]["method"]
    assert any(name.startswith("cox.OS.sex=F.crude.") for name in rows)
    assert not any("nprocgr1" in name for name in rows if name.startswith("cox."))


@pytest.mark.parametrize(("convention", "ties"), [("spss", "Breslow"), ("sas", "Breslow"), ("r", "Efron")])
def test_the_convention_decides_limits_and_ties_and_says_so(protocol: Protocol, convention: str, ties: str) -> None:
    rows = by_id(run_analyses(**frames(), protocol=with_convention(protocol, convention)))
    limits = {"spss": "symmetric limits", "sas": "log-log limits", "r": "log limits"}[convention]
    assert rows["survival.OS.all.TACE.median"]["method"].endswith(f", {limits}")
    assert rows["cox.OS.arm=TACE.crude.hr"]["method"] == f"Cox regression, {ties} ties, Wald limits"
    assert rows["cox.OS.arm=TACE.crude.hr"]["convention"] == convention
    assert rows["cox.OS.arm=TACE.crude efron.hr"]["method"] == "Cox regression, Efron ties, Wald limits"


def test_a_hazard_ratio_of_few_events_says_so(rows: dict[str, dict[str, Any]]) -> None:
    """Ten events a variable is the rule (Peduzzi 1995); here there are five."""
    ratio = rows["cox.OS.arm=TACE.crude.hr"]
    assert 0 < ratio["value"] < 1
    assert ratio["note"] == "5 events for 1 variable"
    assert rows["cox.OS.nlivgr1=2-5.crude.hr"]["note"] == "5 events for 2 variables"
    assert rows["cox.OS.arm=TACE.crude.risk_reduction"]["value"] == pytest.approx(100 * (1 - ratio["value"]))


def test_a_ratio_that_separation_hides_has_a_penalised_one_beside_it(rows: dict[str, dict[str, Any]]) -> None:
    """Six patients and four columns: the likelihood has no maximum, Firth's has; a wide one."""
    penalised = rows["cox.OS.arm=TACE.multivariate.hr_penalised"]
    assert 0 < penalised["value"] < 1
    assert penalised["method"].endswith("Firth's penalised likelihood, profile limits")
    assert "cox.OS.arm=TACE.crude.hr_penalised" not in rows  # it has a ratio of its own


def test_hazards_of_each_crude_model_are_tested_for_being_proportional(rows: dict[str, dict[str, Any]]) -> None:
    test = rows["cox.OS.arm=TACE.crude.ph_p"]
    assert 0 < test["value"] < 1
    assert test["method"] == "score test of proportional hazards, Kaplan-Meier time scale, Breslow ties"
    assert rows["cox.OS.nlivgr1=GLOBAL.crude.ph_df"]["value"] == 2


def test_a_value_that_is_no_level_is_left_out_and_never_the_reference(
    protocol: Protocol, rows: dict[str, dict[str, Any]]
) -> None:
    """P6 has no primary location; were it called UNKNOWN, every number would have to stay as it is."""
    unknown = frames()
    unknown["adsl"] = unknown["adsl"].fillna({"primloc": "UNKNOWN"})
    made = by_id(run_analyses(**unknown, protocol=protocol))
    assert rows["table2.OS.primloc.all.all.log_rank_df"]["denominator"] == 5
    assert rows["cox.OS.primloc=OTHER.crude.hr"]["denominator"] == 5
    for name in (name for name in rows if "primloc" in name):
        same = {**rows[name], "source_hash": made[name]["source_hash"]}  # the data are other data
        assert pd.Series(made[name]).equals(pd.Series(same)), name


# Curves


def test_a_curve_starts_at_one_and_steps_at_each_time(numbers: dict[str, pd.DataFrame]) -> None:
    curves = numbers["curves"]
    steps = curves[(curves["endpoint"] == "OS") & (curves["group"] == "TACE")]
    assert steps["time"].tolist() == [0, 20, 50, 100]
    assert steps["time_days"].tolist() == [0, 140, 350, 700]
    assert steps["survival"].tolist() == pytest.approx([1, 2 / 3, 1 / 3, 1 / 3])
    assert steps["n_risk"].tolist() == [3, 3, 2, 1]
    assert steps["n_event"].tolist() == [0, 1, 1, 0]
    assert steps["n_censored"].tolist() == [0, 0, 0, 1]
    assert (steps["lower"] <= steps["survival"]).all()
    assert (steps["upper"] >= steps["survival"]).all()


def test_numbers_at_risk_stand_at_round_times_of_both_arms(numbers: dict[str, pd.DataFrame]) -> None:
    at_risk = numbers["at_risk"][numbers["at_risk"]["endpoint"] == "OS"]
    read = {code: dict(zip(rows["time"], rows["n_risk"], strict=True)) for code, rows in at_risk.groupby("group")}
    assert read == {
        "TACE": {0: 3, 20: 3, 40: 2, 60: 1, 80: 1, 100: 1},
        "CONTROL": {0: 3, 20: 1, 40: 0, 60: 0, 80: 0, 100: 0},
    }


# What a first cut of a study looks like


@pytest.mark.parametrize("arms", [("TACE",), ("CONTROL",), ()])
@pytest.mark.parametrize("convention", ["spss", "sas", "r"])
def test_an_arm_without_patients_leaves_gaps_with_reasons(
    protocol: Protocol, arms: tuple[str, ...], convention: str
) -> None:
    numbers = run_analyses(**frames(arms), protocol=with_convention(protocol, convention))
    statistics, rows = numbers["statistics"], by_id(numbers)
    assert (statistics.loc[statistics["value"].isna(), "note"] != "").all()
    for code in {"TACE", "CONTROL"} - set(arms):
        assert rows[f"table1.sex.M.{code}.n"]["value"] == 0
        assert rows[f"table1.sex.M.{code}.percent"]["note"] == "no patients"
        assert rows[f"survival.OS.all.{code}.median"]["note"] == "no patients"
    assert rows["table1.sex.all.TACE-CONTROL.p"]["note"] == "no test: fewer than two groups have patients"
    assert rows["cox.OS.arm=TACE.crude.hr"]["note"].startswith("not estimable")


@pytest.mark.parametrize("convention", ["spss", "sas", "r"])
def test_an_endpoint_without_events_is_not_reached_and_not_tested(protocol: Protocol, convention: str) -> None:
    alive = {subject: (days, 0) for subject, (days, _) in OS.items()}
    rows = by_id(run_analyses(**frames(os=alive), protocol=with_convention(protocol, convention)))
    assert rows["survival.OS.all.TACE.median"]["note"] == "not reached"
    assert rows["survival.OS.all.TACE-CONTROL.log_rank_p"]["note"] == "no test: no events"
    assert rows["cox.OS.arm=TACE.crude.hr"]["note"] == "not estimable: no events"
    assert pd.isna(rows["cox.OS.arm=TACE.crude.hr"]["value"])


def test_the_order_of_the_rows_changes_nothing(protocol: Protocol, numbers: dict[str, pd.DataFrame]) -> None:
    backwards = {name: frame.iloc[::-1] for name, frame in frames().items()}
    again = run_analyses(**backwards, protocol=protocol)
    for name, frame in numbers.items():
        pd.testing.assert_frame_equal(again[name], frame, rtol=1e-9)


def test_two_rows_of_one_patient_and_endpoint_are_an_error(protocol: Protocol) -> None:
    doubled = frames()
    doubled["adtte"] = pd.concat([doubled["adtte"], doubled["adtte"].head(1)])
    with pytest.raises(pd.errors.MergeError):
        run_analyses(**doubled, protocol=protocol)
