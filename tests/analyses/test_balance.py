"""Standardised mean differences by hand, before and after weighting."""

import math

import pandas as pd
import pytest
import twelve_patients as twelve
from six_patients import frames

from analyses.balance import COLUMNS, balance, differences
from studies import DEFAULT_STUDY, load_study


def of(made: pd.DataFrame, covariate: str, level: str = "", column: str = "smd") -> float:
    (value,) = made.loc[(made["covariate"] == covariate) & (made["level"] == level), column]
    return float(value)


def test_shares_and_means_by_hand() -> None:
    """Women: 1 of 3 and 1 of 3. Lesions 2-5: 1 of 3 against 2 of 3, variances 2/9. Ages 50, 60, 40 and 70, 30, 65."""
    made = balance(frames()["adsl"], None, load_study(DEFAULT_STUDY).protocol)
    assert list(made.columns) == COLUMNS
    assert of(made, "sex", "F") == 0
    assert of(made, "nlivgr1", "2-5") == pytest.approx((1 / 3 - 2 / 3) / math.sqrt(2 / 9))
    variance = (100 + (15**2 + 25**2 + 10**2) / 2) / 2
    assert of(made, "age") == pytest.approx((50 - 55) / math.sqrt(variance))
    assert made["weighted_smd"].isna().all()


def test_a_covariate_of_two_levels_as_a_whole_is_its_level() -> None:
    made = balance(twelve.adsl(), None, only_sex_and_age())
    assert of(made, "sex") == pytest.approx(abs(of(made, "sex", "M"))) == pytest.approx(abs(of(made, "sex", "F")))


def test_several_levels_as_a_whole_by_the_formula_of_yang_and_dalton() -> None:
    """With the first level left out: d' S^-1 d, S the mean of the multinomial covariances."""
    import numpy as np

    adsl = pd.concat([frames()["adsl"]] * 3).reset_index(drop=True)
    adsl["usubjid"] = [f"P{number:02d}" for number in range(len(adsl))]
    adsl.loc[[3, 4], "nlivgr1"] = ["2-5", ">5"]
    shares = [
        np.array([(adsl.loc[adsl["arm"] == arm, "nlivgr1"] == level).mean() for level in ("2-5", ">5")])
        for arm in ("TACE", "CONTROL")
    ]
    covariance = sum((np.diag(share) - np.outer(share, share)) / 2 for share in shares)
    expected = math.sqrt((shares[0] - shares[1]) @ np.linalg.inv(covariance) @ (shares[0] - shares[1]))
    assert of(balance(adsl, None, load_study(DEFAULT_STUDY).protocol), "nlivgr1") == pytest.approx(expected)


def test_a_weight_of_one_changes_nothing_and_another_moves_the_share() -> None:
    adsl = twelve.adsl()
    ones = pd.Series(1.0, index=adsl["usubjid"])
    made = balance(adsl, ones, only_sex_and_age())
    assert made["weighted_smd"].tolist() == pytest.approx(made["smd"].tolist())
    # Treated women are P00 and P02 of five; three times their weight makes 6/9 of 2/5. Controls: 4 of 7.
    ones[["P00", "P02"]] = 3.0
    spread = math.sqrt((2 / 5 * 3 / 5 + 4 / 7 * 3 / 7) / 2)
    moved = balance(adsl, ones, only_sex_and_age())
    assert of(moved, "sex", "F", "weighted_smd") == pytest.approx((6 / 9 - 4 / 7) / spread)
    assert of(moved, "sex", "F") == pytest.approx((2 / 5 - 4 / 7) / spread)


def test_table_1_has_the_absolute_difference_beside_its_test() -> None:
    rows = {row.variable: row for row in differences(twelve.adsl(), only_sex_and_age())}
    assert rows["sex"].value == pytest.approx(abs(2 / 5 - 4 / 7) / math.sqrt((6 / 25 + 12 / 49) / 2))
    assert rows["sex"].group == "TACE-CONTROL"
    one_arm = {row.variable: row for row in differences(twelve.adsl().assign(arm="TACE"), only_sex_and_age())}
    assert one_arm["sex"].value is None
    assert "an arm has no patients" in one_arm["sex"].note


def only_sex_and_age():  # type: ignore[no-untyped-def]
    protocol = twelve.protocol()
    table = protocol.tables.baseline.model_copy(update={"covariates": ["sex"]})
    return protocol.model_copy(update={"tables": protocol.tables.model_copy(update={"baseline": table})})
