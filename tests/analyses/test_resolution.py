"""Times to resolution on a few episodes: the median in days, and how many have resolved by a day."""

from typing import Any

import pandas as pd
import pytest

from analyses.resolution import resolution
from analyses.statistic import statistics_frame
from studies import DEFAULT_STUDY, load_study

# Of TACE three fevers resolved after 4, 7 and 20 days, and one lasts still after 10; of control one lasts.
ADAETTE = pd.DataFrame(
    [
        ("P1", "TACE", "FEVER", 4, 0),
        ("P2", "TACE", "FEVER", 7, 0),
        ("P3", "TACE", "FEVER", 20, 0),
        ("P4", "TACE", "FEVER", 10, 1),
        ("P5", "CONTROL", "FEVER", 3, 2),
    ],
    columns=["usubjid", "arm", "aedecod", "aval", "cnsr"],
)


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    frame = statistics_frame(resolution(ADAETTE, load_study(DEFAULT_STUDY).protocol), "spss")
    return {row["result_id"]: row for row in frame.to_dict("records")}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("result_id", "value"),
    [
        ("resolution.FEVER.all.TACE.n", 4),
        ("resolution.FEVER.all.TACE.events", 3),
        # S is .75 from day 4, .5 from day 7 to 20: the midpoint rule of the study gives 13.5 days.
        ("resolution.FEVER.all.TACE.median", 13.5),
        ("resolution.FEVER.7 days.TACE.resolved_percent", 50),
        ("resolution.FEVER.14 days.TACE.resolved_percent", 50),
        ("resolution.FEVER.all.CONTROL.events", 0),
    ],
)
def test_each_patient_counts_once_a_term(rows: dict[str, dict[str, Any]], result_id: str, value: float) -> None:
    assert rows[result_id]["value"] == pytest.approx(value)


def test_limits_are_those_of_what_still_lasts_the_other_way_round(rows: dict[str, dict[str, Any]]) -> None:
    # Greenwood: var S(7) = .5^2 x (1/(4x3) + 1/(3x2)) = .0625; plain limits .5 -/+ 1.96 x .25.
    lower, upper = (rows[f"resolution.FEVER.7 days.TACE.resolved_percent_{end}"]["value"] for end in ("lower", "upper"))
    assert (lower, upper) == (pytest.approx(1.0009, abs=1e-3), pytest.approx(98.9991, abs=1e-3))


def test_what_cannot_be_estimated_says_why(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["resolution.FEVER.all.CONTROL.median"]["note"] == "not reached"
    beyond = rows["resolution.FEVER.14 days.CONTROL.resolved_percent"]
    assert (pd.isna(beyond["value"]), beyond["note"]) == (True, "not estimable: beyond follow-up")
