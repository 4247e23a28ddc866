"""The factors of the steps multiply to the whole change, and a step that cannot be made says why."""

import math

from analyses import Step, hazard_ratio_change


def test_each_step_has_its_factor_and_its_share_of_the_change() -> None:
    """0.50 → 0.40 by the code, → 0.40 by the contracts, → 0.45 by the data."""
    told = hazard_ratio_change(
        [
            Step("run a", 0.5),
            Step("code", 0.4, "code"),
            Step("contracts", 0.4, "contracts"),
            Step("run b", 0.45, "data"),
        ]
    )
    assert told["factor"].tolist()[1:] == [0.8, 1.0, 1.125]
    whole = math.log(0.45 / 0.5)
    shares = [100 * math.log(0.8) / whole, 0.0, 100 * math.log(1.125) / whole]
    assert [round(share, 9) for share in told["percent_of_change"].tolist()[1:]] == [
        round(share, 9) for share in shares
    ]
    assert abs(sum(shares) - 100) < 1e-9


def test_a_step_that_cannot_be_made_is_left_out_of_the_product() -> None:
    told = hazard_ratio_change([Step("run a", 0.5), Step("code", None, "code", "no"), Step("run b", 0.6, "data")])
    assert told["hr"].isna().tolist() == [False, True, False]
    assert told["factor"].isna().tolist() == [True, True, False]
    assert (told["factor"][2], told["note"][1]) == (1.2, "no")


def test_no_change_has_no_shares() -> None:
    told = hazard_ratio_change([Step("run a", 0.5), Step("run b", 0.5, "data")])
    assert told["percent_of_change"].isna().all()


def test_a_run_without_an_estimate_has_no_factor() -> None:
    told = hazard_ratio_change([Step("run a", None), Step("run b", 0.5, "data")])
    assert told["factor"].isna().all()
