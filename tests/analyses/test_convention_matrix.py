"""The convention matrix: each column is what a study under that convention would report."""

from typing import Any

import pandas as pd
import pytest
from six_patients import frames

from analyses import run_analyses
from analyses.convention_matrix import convention_matrix
from analyses.conventions import CONVENTIONS, MEDIAN_RULE
from studies import DEFAULT_STUDY, Protocol, load_study

# Four controls die on 1, 2, 3 and 4 weeks: S is 1/2 from 2 to 3. Two of the arm die, at 5 and 9.
FLAT = {"P4": (7, 1), "P5": (14, 1), "P6": (21, 1), "P3": (28, 1), "P1": (35, 1), "P2": (63, 1)}


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_study(DEFAULT_STUDY).protocol


def flat_frames() -> dict[str, pd.DataFrame]:
    made = frames(os=FLAT)
    made["adsl"].loc[made["adsl"]["usubjid"] == "P3", "arm"] = "CONTROL"
    return made


def matrix_of(protocol: Protocol) -> dict[tuple[str, ...], dict[str, Any]]:
    made = flat_frames()
    rows = convention_matrix(made["adtte"], made["adsl"], protocol).to_dict("records")
    return {(row["endpoint"], row["level"], row["group"], row["statistic"]): row for row in rows}  # type: ignore[misc]


def test_a_flat_median_moves_with_the_package(protocol: Protocol) -> None:
    """R and SAS take the middle, SPSS the start; this protocol is SPSS with the middle, as published."""
    row = matrix_of(protocol)["OS", "", "CONTROL", "median"]
    assert [row[name] for name in ("protocol", *CONVENTIONS)] == [2.5, 2.5, 2.5, 2.0]
    assert row["moves"] == "spss"


def test_each_column_is_a_run_under_that_convention(protocol: Protocol) -> None:
    matrix = matrix_of(protocol)
    for name in CONVENTIONS:
        changed = {"convention": name, "median_rule": MEDIAN_RULE[name]}
        other = protocol.model_copy(update={"statistics": protocol.statistics.model_copy(update=changed)})
        statistics = run_analyses(**flat_frames(), protocol=other)["statistics"]
        keys = ["endpoint", "level", "group", "statistic"]
        values = {
            tuple(row[key] for key in keys): row["value"]
            for row in statistics.to_dict("records")
            if row["analysis"] in ("survival", "cox")
        }
        for key, row in matrix.items():
            ours, theirs = row[name], values[key]
            assert (pd.isna(ours) and pd.isna(theirs)) or ours == theirs, key


def test_what_moves_is_what_differs(protocol: Protocol) -> None:
    for row in matrix_of(protocol).values():
        for name in CONVENTIONS:
            both_missing = pd.isna(row[name]) and pd.isna(row["protocol"])
            same = both_missing or row[name] == pytest.approx(row["protocol"], rel=1e-6)
            assert (name in row["moves"].split()) != same
