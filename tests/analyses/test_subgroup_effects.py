"""The effect of treatment in subgroups: counts on the fingers, and the interaction against statsmodels."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from six_patients import frames

from analyses.statistic import Statistic
from analyses.subgroup_effects import subgroup_effects
from studies import DEFAULT_STUDY, Protocol, load_study


def with_covariates(names: list[str]) -> Protocol:
    protocol = load_study(DEFAULT_STUDY).protocol
    figure = protocol.figures_of("subgroups")[0].model_copy(update={"covariates": names})
    return protocol.model_copy(update={"figures": [figure]})


def by_id(adtte: pd.DataFrame, adsl: pd.DataFrame, protocol: Protocol) -> dict[str, Statistic]:
    rows = list(subgroup_effects(adtte, adsl, protocol))
    assert len({row.result_id for row in rows}) == len(rows)
    return {row.result_id: row for row in rows}


def drawn_cohort() -> tuple[pd.DataFrame, pd.DataFrame]:
    """120 patients whose men live longer on the first arm and whose women do not; months, so that times are tied."""
    random = np.random.default_rng(5)
    arm, male = random.integers(0, 2, 120), random.integers(0, 2, 120)
    location = random.integers(0, 3, 120)
    time = 30 * np.ceil(random.exponential(12 * np.exp(1.2 * arm * male)))
    subjects = [f"S{place:03d}" for place in range(120)]
    adsl = pd.DataFrame(
        {
            "usubjid": subjects,
            "arm": np.where(arm == 1, "TACE", "CONTROL"),
            "sex": np.where(male == 1, "M", "F"),
            "primloc": np.array(["STOMACH", "SMALL INTESTINE", "OTHER"])[location],
        }
    )
    adtte = pd.DataFrame({"usubjid": subjects, "paramcd": "OS", "aval": time, "cnsr": (time > 500).astype(int)})
    return adtte, adsl


def test_six_patients_counted_by_level() -> None:
    """Men: P1 (alive) and P2 of one arm, P4 and P5 of the other; women: P3 and P6."""
    data = frames()
    men = set(data["adsl"].loc[data["adsl"]["sex"] == "M", "usubjid"])
    rows = by_id(data["adtte"], data["adsl"], with_covariates(["sex"]))
    for arm, of_arm in (("TACE", {"P1", "P2", "P3"}), ("CONTROL", {"P4", "P5", "P6"})):
        assert rows[f"subgroup_effects.OS.sex.M.{arm}.n"].value == len(of_arm & men)
        assert rows[f"subgroup_effects.OS.sex.M.{arm}.events"].value == len((of_arm & men) - {"P1"})
        assert rows[f"subgroup_effects.OS.sex.F.{arm}.n"].value == len(of_arm - men)
        assert rows[f"subgroup_effects.OS.all.{arm}.n"].value == 3


def test_the_effect_in_all_is_that_of_the_crude_model() -> None:
    from analyses.models import cox_models

    adtte, adsl = drawn_cohort()
    protocol = with_covariates(["sex"])
    crude = {row.result_id: row.value for row in cox_models(adtte, adsl.assign(**absent(protocol)), protocol)}
    ours = by_id(adtte, adsl, protocol)
    for name in ("hr", "hr_lower", "hr_upper"):
        assert ours[f"subgroup_effects.OS.all.TACE-CONTROL.{name}"].value == pytest.approx(
            crude[f"cox.OS.arm=TACE.crude.{name}"]
        )


def absent(protocol: Protocol) -> dict[str, Any]:
    names = {*protocol.cox.multivariate, *protocol.tables.prognostic.covariates} - {"arm", "sex", "primloc"}
    return dict.fromkeys(names)


@pytest.mark.parametrize(("covariate", "df"), [("sex", 1), ("primloc", 2)])
def test_the_interaction_is_the_likelihood_ratio_of_statsmodels(covariate: str, df: int) -> None:
    from statsmodels.duration.hazard_regression import PHReg

    adtte, adsl = drawn_cohort()
    rows = by_id(adtte, adsl, with_covariates([covariate]))
    treated = (adsl["arm"] == "TACE").to_numpy(float)
    levels = [(adsl[covariate] == level).to_numpy(float) for level in sorted(set(adsl[covariate]))[1:]]
    main = np.column_stack([treated, *levels])
    products = np.column_stack([main, *(treated * level for level in levels)])
    time, event = adtte["aval"].to_numpy(float), (adtte["cnsr"] == 0).to_numpy(int)
    without, whole = (PHReg(time, x, status=event, ties="breslow").fit().llf for x in (main, products))
    key = f"subgroup_effects.OS.{covariate}.all.TACE-CONTROL.interaction"
    assert rows[f"{key}_chi2"].value == pytest.approx(2 * (whole - without), rel=1e-6)
    assert rows[f"{key}_df"].value == df
    assert rows[f"{key}_p"].value == pytest.approx(float(stats.chi2.sf(2 * (whole - without), df)), rel=1e-6)


def test_a_level_without_anybody_of_an_arm_costs_its_degree_of_freedom() -> None:
    adtte, adsl = drawn_cohort()
    one_arm = adsl["primloc"].eq("OTHER") & adsl["arm"].eq("TACE")
    adsl = adsl[~one_arm]
    rows = by_id(adtte[adtte["usubjid"].isin(adsl["usubjid"])], adsl, with_covariates(["primloc"]))
    assert rows["subgroup_effects.OS.primloc.all.TACE-CONTROL.interaction_df"].value == 1
    missing = rows["subgroup_effects.OS.primloc.OTHER.TACE-CONTROL.hr"]
    assert missing.value is None
    assert missing.note == "not estimable: all patients have the same level"


def test_without_events_there_is_a_sentence() -> None:
    adtte, adsl = drawn_cohort()
    rows = by_id(adtte.assign(cnsr=1), adsl, with_covariates(["sex"]))
    assert rows["subgroup_effects.OS.sex.all.TACE-CONTROL.interaction_p"].note == "no test: no events"
    assert rows["subgroup_effects.OS.all.TACE-CONTROL.hr"].note == "not estimable: no events"
