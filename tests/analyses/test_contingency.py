"""Tests of counts as the tables of the paper make them, and exact limits of a proportion."""

import math

import pytest

from analyses.contingency import FISHER, PEARSON, exact_interval, table_test


def test_pearson_has_no_continuity_correction() -> None:
    """ECOG 0-1 / 2: 16 and 6 of 22 against 20 and 18 of 38.

    chi2 = 60 (16 x 18 - 6 x 20)^2 / (22 x 38 x 36 x 24) = 2.3445; with Yates it would be 1.59.
    """
    test = table_test([[16, 6], [20, 18]], fisher_below=5)
    assert test.method == PEARSON
    assert test.chi2 == pytest.approx(60 * 168**2 / (22 * 38 * 36 * 24))
    assert test.chi2 == pytest.approx(2.3445, abs=5e-5)
    assert test.df == 1
    assert test.p == pytest.approx(0.12573, abs=5e-6)


def test_fisher_where_an_expected_count_is_below_the_threshold() -> None:
    """5 of 22 against 0 of 38: 5 x 22 / 60 = 1.8 expected. P = C(22,5) / C(60,5): no other table is as rare."""
    test = table_test([[5, 17], [0, 38]], fisher_below=5)
    assert test.method == FISHER
    assert (test.chi2, test.df) == (None, None)
    assert test.p == pytest.approx(math.comb(22, 5) / math.comb(60, 5))
    assert test.p == pytest.approx(0.004822, abs=5e-7)


@pytest.mark.parametrize(("fisher_below", "method"), [(5, FISHER), (1.8, PEARSON), (1, PEARSON)])
def test_the_threshold_is_the_protocols(fisher_below: float, method: str) -> None:
    """The smallest expected count is 1.83: the paper's tables ask for Fisher below 5, its Methods below 1."""
    assert table_test([[5, 17], [0, 38]], fisher_below).method == method


def test_an_expected_count_at_the_threshold_is_not_below_it() -> None:
    assert table_test([[5, 5], [5, 5]], fisher_below=5).method == PEARSON


def test_more_than_two_levels_stay_with_pearson_however_few_patients() -> None:
    test = table_test([[1, 1, 1], [1, 1, 1]], fisher_below=5)
    assert (test.method, test.chi2, test.df, test.p) == (PEARSON, 0, 2, 1)


def test_a_level_that_nobody_has_is_left_out() -> None:
    assert table_test([[16, 0, 6], [20, 0, 18]], 5) == table_test([[16, 6], [20, 18]], 5)


@pytest.mark.parametrize(
    ("counts", "note"),
    [
        ([[22, 0], [38, 0]], "no test: all patients have the same level"),
        ([[16, 6], [0, 0]], "no test: fewer than two groups have patients"),
        ([[0, 0], [0, 0]], "no test: fewer than two groups have patients"),
    ],
)
def test_where_nothing_can_be_compared_there_is_a_note_and_no_p(counts: list[list[int]], note: str) -> None:
    test = table_test(counts, 5)
    assert (test.p, test.chi2, test.note) == (None, None, note)


@pytest.mark.parametrize(
    ("n", "of", "lower", "upper"),
    [
        (0, 10, 0, 100 * (1 - 0.025**0.1)),  # the rule for zero of n: 1 - (alpha/2)^(1/n) = 30.85 %
        (10, 10, 100 * 0.025**0.1, 100),
        (5, 10, 18.7086, 81.2914),  # R binom.test(5, 10): 0.1870860-0.8129140
    ],
)
def test_clopper_pearson(n: int, of: int, lower: float, upper: float) -> None:
    assert exact_interval(n, of, 0.95) == pytest.approx((lower, upper), abs=5e-5)


def test_of_nobody_there_are_no_limits() -> None:
    assert all(math.isnan(limit) for limit in exact_interval(0, 0, 0.95))
