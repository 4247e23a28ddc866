"""The arms compared by weight: hazard ratio, robust limits and curve as R makes them."""

import pandas as pd
import pytest
import twelve_patients as twelve

from analyses import Statistic
from analyses.propensity import treatment_weights
from analyses.weighted_comparison import weighted_comparison, weighted_curves


def made(adsl: pd.DataFrame, adtte: pd.DataFrame) -> dict[str, Statistic]:
    protocol = twelve.protocol()
    rows = weighted_comparison(adtte, adsl, treatment_weights(adsl, protocol), protocol)
    return {row.result_id: row for row in rows}


def test_the_weighted_hazard_ratio_and_its_robust_limits_are_those_of_r() -> None:
    rows = made(twelve.adsl(), twelve.adtte())
    found = [rows[f"iptw.OS.arm=TACE.weighted.{name}"].value for name in ("hr", "hr_lower", "hr_upper", "p")]
    assert found == pytest.approx([*twelve.HAZARD_RATIO, twelve.P], rel=1e-6)
    assert "robust variance" in rows["iptw.OS.arm=TACE.weighted.hr"].method


def test_the_weighted_curve_is_that_of_r() -> None:
    protocol = twelve.protocol()
    curves = weighted_curves(twelve.adtte(), twelve.adsl(), treatment_weights(twelve.adsl(), protocol), protocol)
    for arm, expected in (("TACE", twelve.TREATED_CURVE), ("CONTROL", twelve.CONTROL_CURVE)):
        of_arm = curves[curves["group"] == arm]
        steps = dict(zip(of_arm["time"], of_arm["survival"], strict=True))
        assert steps == pytest.approx({0: 1, **expected}, rel=1e-8)
        inside = of_arm[of_arm["lower"].notna()]
        assert (inside["lower"] <= inside["survival"]).all()
        assert (inside["survival"] <= inside["upper"]).all()


def test_the_weights_are_described_by_arm() -> None:
    rows = made(twelve.adsl(), twelve.adtte())
    weights = [weight for weight, arm in zip(twelve.WEIGHTS, twelve.adsl()["arm"], strict=True) if arm == "TACE"]
    assert rows["iptw.all.TACE.weighted_n"].value == 5
    assert rows["iptw.all.TACE.weight_max"].value == pytest.approx(max(weights))
    assert rows["iptw.all.TACE.effective_n"].value == pytest.approx(sum(weights) ** 2 / sum(w * w for w in weights))


def test_each_ratio_has_its_e_value() -> None:
    rows = made(twelve.adsl(), twelve.adtte())
    assert rows["iptw.OS.arm=TACE.weighted.e_value_limit"].value == 1  # the interval holds 1
    estimate = rows["iptw.OS.arm=TACE.weighted.e_value"]
    assert estimate.value is not None
    assert estimate.value > 1
    assert "common outcome" in estimate.method


@pytest.mark.parametrize("arms", [(), ("TACE",), ("CONTROL",)])
def test_without_two_arms_there_is_a_sentence(arms: tuple[str, ...]) -> None:
    adsl = twelve.adsl()[lambda rows: rows["arm"].isin(arms)]
    rows = made(adsl, twelve.adtte())
    for group in ("weighted", "unweighted"):
        ratio = rows[f"iptw.OS.arm=TACE.{group}.hr"]
        assert ratio.value is None
        assert ratio.note.startswith("not estimable")
    assert rows["iptw.all.TACE.effective_n"].note.startswith("not estimable")


def test_nobody_with_an_event_is_a_sentence() -> None:
    rows = made(twelve.adsl(), twelve.adtte().assign(cnsr=1))
    assert rows["iptw.OS.arm=TACE.weighted.hr"].note == "not estimable: no events"
    assert rows["iptw.OS.arm=TACE.weighted.e_value"].value is None
    assert rows["iptw.OS.all.TACE.median"].note == "not reached"


def test_a_protocol_that_asks_for_no_weights_gets_none() -> None:
    protocol = twelve.protocol().model_copy(update={"weighting": None})
    assert list(weighted_comparison(twelve.adtte(), twelve.adsl(), None, protocol)) == []
    assert weighted_curves(twelve.adtte(), twelve.adsl(), None, protocol).empty
