"""Firth's penalised estimate: the maximum of what its authors define, finite where the likelihood has none."""

import math

import numpy as np
import pytest

from analyses.cox_regression import CoxFit, fit_cox
from analyses.firth import firth_table

TIMES = np.array([1, 1, 2, 2, 3, 3, 3, 4, 5, 5, 6, 6], dtype=float)
SEPARATING = np.array([1.0] * 6 + [0.0] * 6)
MIXED = np.array([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 0], dtype=float)


def fit_of(ties: str) -> CoxFit:
    return fit_cox(TIMES, np.ones(12, dtype=bool), np.column_stack([SEPARATING, MIXED]), ["s", "m"], ties=ties)


def penalised(fit: CoxFit, coefficients: np.ndarray) -> float:
    """The definition: the log likelihood and half the logarithm of the determinant of the information."""
    moments = fit.sets.moments(coefficients)
    return moments.loglik + 0.5 * float(np.linalg.slogdet(moments.information())[1])


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_it_is_the_maximum_of_the_penalised_likelihood(ties: str) -> None:
    from scipy.optimize import minimize

    fit = fit_of(ties)
    options = {"xatol": 1e-9, "fatol": 1e-13}
    found = minimize(lambda b: -penalised(fit, b), np.zeros(2), method="Nelder-Mead", options=options)
    rows = firth_table(fit)
    assert [row.coef for row in rows] == pytest.approx(found.x.tolist(), abs=1e-6)
    assert [row.hr for row in rows] == pytest.approx(np.exp(found.x).tolist(), rel=1e-5)


def test_limits_are_where_the_profile_has_fallen_by_half_a_chi_square() -> None:
    """One covariate: the profile is the penalised likelihood itself, 3.8415 / 2 below its top at both limits."""
    fit = fit_cox(TIMES, np.ones(12, dtype=bool), SEPARATING[:, None], ["s"])
    (row,) = firth_table(fit)
    assert row.coef is not None
    top = penalised(fit, np.array([row.coef]))
    for limit in (row.lower, row.upper):
        assert limit is not None
        assert top - penalised(fit, np.array([math.log(limit)])) == pytest.approx(3.841458821 / 2, rel=1e-6)
    assert row.p == pytest.approx(math.erfc(math.sqrt(top - penalised(fit, np.zeros(1)))), rel=1e-6)


def test_two_against_two_by_hand() -> None:
    """x and o, x dies first: likelihood h / (h + 1), information h / (h + 1)^2, so the penalised one is the greatest of
    h / (h + 1) x sqrt(h) / (h + 1): 3/2 (1 - h/(h+1)) = h/(h+1) / 2, that is h = 3.
    """
    fit = fit_cox(np.array([1.0, 2.0]), np.array([True, True]), np.array([[1.0], [0.0]]), ["x"])
    assert fit.infinite == ("x",)
    (row,) = firth_table(fit)
    assert row.hr == pytest.approx(3, rel=1e-6)


def test_an_aliased_covariate_has_none() -> None:
    fit = fit_cox(TIMES, np.ones(12, dtype=bool), np.column_stack([SEPARATING, np.ones(12)]), ["s", "constant"])
    separating, constant = firth_table(fit)
    assert separating.coef is not None
    assert constant.coef is None
    assert constant.note
