"""The log-rank test: by hand, and what is no test."""

from collections.abc import Sequence

import pandas as pd
import pytest

from analyses.logrank import LogRank, log_rank


def log_rank_of(rows: Sequence[tuple[float, int, str]]) -> LogRank:
    frame = pd.DataFrame(rows, columns=["time", "event", "group"])
    return log_rank(frame["time"], frame["event"] == 1, frame["group"])


def test_five_patients_by_hand() -> None:
    """a: died at 1 and 3, censored at 4. b: died at 2 and 5.

    time  at risk a  b  deaths  expected in a   variance (one death: n_a n_b / n^2)
    1             3  2  1       3/5             6/25
    2             2  2  1       2/4             4/16
    3             2  1  1       2/3             2/9
    5             0  1  1       0               0
    sum: observed in a 2, expected 53/30, variance 641/900; chi2 = (2 - 53/30)^2 / (641/900) = 49/641 = .07644.
    """
    test = log_rank_of([(1, 1, "a"), (3, 1, "a"), (4, 0, "a"), (2, 1, "b"), (5, 1, "b")])
    assert test.chi2 == pytest.approx(49 / 641)
    assert test.df == 1
    assert test.p == pytest.approx(0.7822, abs=5e-5)
    assert test.note == ""


def test_tied_deaths_take_the_hypergeometric_variance() -> None:
    """a and b two each; at 1 one of each dies of 4: expected 1, variance 2 x (2/4)(2/4)(4 - 2)/(4 - 1) = 1/3. At 2
    the other a dies of 2: expected 1/2, variance 1/4. chi2 = (2 - 3/2)^2 / (7/12) = 3/7.
    """
    test = log_rank_of([(1, 1, "a"), (1, 1, "b"), (2, 1, "a"), (3, 0, "b")])
    assert test.chi2 == pytest.approx(3 / 7)


def test_three_groups_have_two_degrees_of_freedom() -> None:
    test = log_rank_of([(time, 1, group) for time, group in enumerate("abcabc", start=1)])
    assert test.df == 2


def test_a_group_gone_before_the_first_event_costs_no_degree_of_freedom() -> None:
    """Nobody of c is at risk at any event: c expects none, and R's survdiff does not count it either."""
    two = [(2, 1, "a"), (3, 1, "a"), (4, 1, "b"), (5, 1, "a"), (6, 1, "b")]
    assert log_rank_of([(1, 0, "c"), *two]) == log_rank_of(two)
    assert log_rank_of(two).df == 1


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([], "no test: fewer than two groups"),
        ([(1, 1, "a"), (2, 1, "a")], "no test: fewer than two groups"),
        ([(1, 0, "a"), (2, 0, "b")], "no test: no events"),
        ([(1, 0, "a"), (2, 1, "b")], "no test: fewer than two groups at risk at the first event"),
        ([(2, 1, "a"), (2, 1, "b")], "no test: all have the event at the same time"),
    ],
)
def test_where_nothing_can_be_compared_there_is_a_note_and_no_p(rows: list[tuple[float, int, str]], note: str) -> None:
    assert log_rank_of(rows) == LogRank(None, None, None, note)


# Weighted and stratified


FIVE = [(1, 1, "a"), (3, 1, "a"), (4, 0, "a"), (2, 1, "b"), (5, 1, "b")]


def weighted(weights: str, **more: float) -> LogRank:
    frame = pd.DataFrame(FIVE, columns=["time", "event", "group"])
    return log_rank(frame["time"], frame["event"] == 1, frame["group"], weights=weights, **more)


def test_gehan_weighs_a_death_by_who_is_at_risk() -> None:
    """The table above, with weights 5, 4, 3, 1: sum of w (O - E) = 5 x 2/5 - 4 x 1/2 + 3 x 1/3 = 1; variance
    25 x 6/25 + 16/4 + 9 x 2/9 = 12; chi2 = 1/12.
    """
    assert weighted("gehan").chi2 == pytest.approx(1 / 12)


def test_tarone_and_ware_weigh_by_its_root() -> None:
    difference = 5**0.5 * 2 / 5 - 4**0.5 / 2 + 3**0.5 / 3
    assert weighted("tarone-ware").chi2 == pytest.approx(difference**2 / (5 * 6 / 25 + 4 / 4 + 3 * 2 / 9))


def test_fleming_and_harrington_weigh_by_the_curve_just_before() -> None:
    """S(t-) is 1, 4/5, 3/5, 3/10; with rho = 0, gamma = 1 the weights are 0, 1/5, 2/5, 7/10."""
    late = weighted("fleming-harrington", rho=0, gamma=1)
    assert late.chi2 == pytest.approx((-1 / 10 + 2 / 15) ** 2 / (1 / 25 / 4 + 4 / 25 * 2 / 9))
    assert weighted("fleming-harrington", rho=1) == weighted("peto")
    assert weighted("fleming-harrington").chi2 == pytest.approx(49 / 641)  # no weights: the plain test


def test_strata_are_compared_within_and_added_up() -> None:
    """The same five twice, as two strata: differences and variances double, so chi-square doubles. As one they would
    be ten with ties.
    """
    frame = pd.DataFrame(FIVE + FIVE, columns=["time", "event", "group"]).assign(layer=["x"] * 5 + ["y"] * 5)
    test = log_rank(frame["time"], frame["event"] == 1, frame["group"], strata=frame["layer"])
    assert test.chi2 == pytest.approx(2 * 49 / 641)


def test_weights_that_are_not_known_are_refused() -> None:
    with pytest.raises(ValueError, match="'wilcoxon' are no weights"):
        weighted("wilcoxon")
