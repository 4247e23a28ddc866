"""Stabilised weights: those of R, and a sentence where nobody is comparable."""

import numpy as np
import pytest
import twelve_patients as twelve

from analyses.propensity import effective_size, treatment_weights


def test_the_weights_are_those_of_r() -> None:
    made = treatment_weights(twelve.adsl(), twelve.protocol())
    assert made.weight is not None
    assert made.weight.to_numpy() == pytest.approx(np.array(twelve.WEIGHTS), rel=1e-8)
    assert list(made.weight.index) == list(twelve.adsl()["usubjid"])


def test_the_order_of_the_rows_changes_nothing() -> None:
    made, again = (treatment_weights(rows, twelve.protocol()) for rows in (twelve.adsl(), twelve.adsl().iloc[::-1]))
    assert made.weight is not None
    assert again.weight is not None
    assert again.weight.equals(made.weight)


def test_who_lacks_a_covariate_has_no_weight() -> None:
    rows = twelve.adsl().assign(sex=lambda made: made["sex"].where(made["usubjid"] != "P03", "UNKNOWN"))
    made = treatment_weights(rows, twelve.protocol())
    assert made.weight is not None
    assert "P03" not in made.weight.index
    assert made.n == 11


def test_a_covariate_that_all_share_is_left_out() -> None:
    made = treatment_weights(twelve.adsl().assign(sex="M"), twelve.protocol())
    assert made.weight is not None
    assert np.isfinite(made.weight).all()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"arm": "TACE"}, "only one arm"),
        ({"age": [50 if arm == "TACE" else 70 for arm in twelve.adsl()["arm"]]}, "tell the arms apart"),
        ({"sex": None}, "only one arm"),  # nobody has every covariate
    ],
)
def test_where_nobody_is_comparable_there_are_no_weights_and_a_sentence(changed: dict[str, object], words: str) -> None:
    made = treatment_weights(twelve.adsl().assign(**changed), twelve.protocol())
    assert made.weight is None
    assert words in made.note


def test_the_effective_size() -> None:
    assert effective_size(np.ones(7)) == 7
    assert effective_size(np.array([1.0, 1.0, 2.0])) == pytest.approx(16 / 6)
    assert effective_size(np.array([])) == 0
