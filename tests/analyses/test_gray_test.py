"""Gray's test: R's numbers, and what must hold of any such test."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analyses.gray_test import gray_test

HERE = Path(__file__).parent / "reference"
EXPECTED = json.loads((HERE / "gray.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    return pl.read_csv(HERE / "pbc_causes.csv")


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("name", ["arms", "tied"])
def test_chi_square_and_p_as_in_cmprsk(rows: pl.DataFrame, name: str, cause: int) -> None:
    time, status = rows["time"].to_numpy().astype(float), rows["status"].to_numpy()
    group = rows["trt"].to_numpy()
    if name == "tied":  # years as times, so that up to a dozen have an event at once; three groups
        time, group = np.ceil(time / 365), (np.arange(len(rows)) + 1) % 3
    made = gray_test(time, status, group, cause)
    assert made.chi2 == pytest.approx(EXPECTED[name]["chi2"][cause - 1], rel=1e-9)
    assert made.p == pytest.approx(EXPECTED[name]["p"][cause - 1], rel=1e-9)


def test_the_names_of_the_groups_and_the_order_of_the_rows_do_not_matter(rows: pl.DataFrame) -> None:
    time, status, group = rows["time"].to_numpy(), rows["status"].to_numpy(), rows["trt"].to_numpy()
    order = np.random.default_rng(2).permutation(len(rows))
    renamed = np.where(group[order] == 1, "b", "a")
    assert gray_test(time[order], status[order], renamed).chi2 == pytest.approx(gray_test(time, status, group).chi2)


def test_groups_that_had_the_same_do_not_differ(rows: pl.DataFrame) -> None:
    time, status = np.tile(rows["time"].to_numpy(), 2), np.tile(rows["status"].to_numpy(), 2)
    made = gray_test(time, status, np.repeat([0, 1], len(rows)))
    assert made.chi2 == pytest.approx(0, abs=1e-12)


def test_a_competing_event_keeps_one_at_risk_where_censoring_does_not() -> None:
    """Group b loses half of its patients early to the other cause, so its own cause happens less often."""
    time = np.concatenate((np.arange(1.0, 21), np.full(10, 0.5), np.arange(1.0, 21, 2)))
    group = np.repeat(["a", "b"], 20)
    competing = np.concatenate((np.ones(20, int), np.full(10, 2), np.ones(10, int)))
    censored = np.where(competing == 2, 0, competing)
    assert (gray_test(time, competing, group).p or 1) < 0.05
    assert (gray_test(time, censored, group).p or 0) > 0.5


@pytest.mark.parametrize(
    ("time", "cause", "group", "note"),
    [
        ([1.0, 2.0], [1, 1], ["a", "a"], "no test: fewer than two groups"),
        ([1.0, 2.0], [0, 2], ["a", "b"], "no test: no events"),
        ([3.0, 3.0], [1, 1], ["a", "b"], "no test: too few events to compare"),
    ],
)
def test_where_nothing_can_be_tested_there_is_a_sentence(
    time: list[float], cause: list[int], group: list[str], note: str
) -> None:
    made = gray_test(np.array(time), np.array(cause), np.array(group))
    assert (made.chi2, made.p, made.note) == (None, None, note)


def test_a_negative_time_is_refused() -> None:
    with pytest.raises(ValueError, match="negative or missing"):
        gray_test(np.array([1.0, -1.0]), np.array([1, 1]), np.array(["a", "b"]))
