"""What ``datacut diff`` says of the steps of a hazard ratio."""

import pytest

from flows.history_text import _step


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_a_ratio_that_did_not_move_has_no_share_to_give(nothing: float | None) -> None:
    row = {"swapped": "data", "step": "", "percent_of_change": nothing, "factor": 1.0, "hr": 0.109, "note": ""}
    assert _step(row) == "  swapped data: 0.109 (× 1.0000)"
