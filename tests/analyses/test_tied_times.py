"""Times that differ in their last bits alone are ties; all others stay as they are."""

import numpy as np

from analyses.tied_times import settle_ties


def test_the_same_interval_reached_in_two_ways_is_one_time() -> None:
    broken = np.array([0.3, 0.1 + 0.2, 0.3, 0.4])
    assert len(set(broken.tolist())) == 3
    assert settle_ties(broken).tolist() == [0.3, 0.3, 0.3, 0.4]


def test_days_and_zero_stay_as_they_are() -> None:
    days = np.array([3.0, 0.0, 1.0, 400.0])
    assert settle_ties(days).tolist() == days.tolist()
    assert settle_ties(np.zeros(3)).tolist() == [0.0] * 3
    assert settle_ties(np.array([])).tolist() == []
