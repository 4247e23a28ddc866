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
