"""Each published figure beside ours: what the verdict is, and why."""

from typing import Any

import pandas as pd
import pytest

from analyses.comparison import compare_published, verdict_counts

FIGURE = {
    "id": "F1", "location": "Table 1", "group": "TACE", "kind": "percent", "value": "72.7", "denominator": "22",
    "test": "", "recomputed": "", "verdict": "reproduces", "note": "", "result_id": "r", "tolerance": "",
    "tolerance_reason": "", "reason": "",
}  # fmt: skip


def compared(ours: float | None, **figure: str) -> dict[str, Any]:
    """One published figure with the changes given, beside one statistic called ``r``."""
    statistics = pd.DataFrame({"result_id": ["r", "other"], "value": [ours, 1.0]})
    [row] = compare_published(pd.DataFrame([FIGURE | figure]), statistics).to_dict("records")
    return {str(name): value for name, value in row.items()}


def verdict(ours: float | None, **figure: str) -> tuple[object, object]:
    row = compared(ours, **figure)
    return row["verdict"], row["reason"]


@pytest.mark.parametrize(
    ("ours", "figure", "expected"),
    [
        (72.7273, {}, ("reproduces", "")),
        (72.6, {}, ("differs", "")),
        (72.6, {"verdict": "not-recomputable", "reason": "Needs patients."}, ("differs", "Needs patients.")),
        (
            72.6,
            {"tolerance": "0.1", "tolerance_reason": "Truncated."},  # 72.7 - 72.6 is not 0.1 in binary; it is here
            ("reproduces within tolerance", "Truncated."),
        ),
        (72.5, {"tolerance": "0.1", "tolerance_reason": "Truncated."}, ("differs", "")),
        (72.7, {"tolerance": "0.1", "tolerance_reason": "Truncated."}, ("reproduces", "")),
        (72.7, {"result_id": "", "reason": "Another trial."}, ("not computed", "Another trial.")),
        (None, {}, ("differs", "not estimable here")),
        (72.7, {"value": "all progressed"}, ("differs", "the publication prints no number")),
    ],
)
def test_verdict(ours: float | None, figure: dict[str, str], expected: tuple[str, str]) -> None:
    assert verdict(ours, **figure) == expected


@pytest.mark.parametrize("reference", ["does-not-reproduce", "inconsistent"])
@pytest.mark.parametrize("result_id", ["r", ""])
def test_a_figure_that_contradicts_the_paper_itself_is_in_error_whatever_ours_is(
    reference: str, result_id: str
) -> None:
    figure = {"verdict": reference, "note": "16/22 = 72.7", "result_id": result_id}
    assert verdict(72.7, **figure) == ("paper contradicts itself", "16/22 = 72.7")


@pytest.mark.parametrize(
    ("ours", "value", "printed"),
    [
        (2.5, "3", "3"),  # half up; Python's round gives 2
        (3.5, "4", "4"),
        (0.125, "0.13", "0.13"),
        (2.675, "2.68", "2.68"),  # the bits are 2.67499999...; the digits are what counts
        (86.3636363636, "86.0", "86.4"),
        (7e-08, "0.0001", "0.0000"),
        (22.0, "22", "22"),
        (0.366667, "NA", "0.367"),  # no decimals to follow; to none, it would be 0
        (1.0, "NA", "1"),
    ],
)
def test_ours_is_printed_as_theirs_is(ours: float, value: str, printed: str) -> None:
    assert compared(ours, value=value)["ours_printed"] == printed


def test_what_is_missing_prints_as_nothing() -> None:
    row = compared(None)
    assert row["ours_printed"] == ""
    assert pd.isna(row["ours"])


@pytest.mark.parametrize(
    ("ours", "kind", "expected"),
    [
        (7e-8, "p", "reproduces"),  # .0001 stands for P < .0001
        (0.0001, "p", "reproduces"),
        (0.0002, "p", "differs"),
        (7e-8, "hr", "differs"),  # only a P is printed with a floor
    ],
)
def test_the_smallest_p_a_paper_prints_is_a_floor(ours: float, kind: str, expected: str) -> None:
    assert verdict(ours, kind=kind, value="0.0001")[0] == expected


def test_no_p_on_either_side_agrees() -> None:
    assert verdict(None, kind="p", value="NA") == ("reproduces", "there is no test here either")
    assert verdict(0.5, kind="p", value="NA")[0] == "differs"


def test_a_result_that_this_run_does_not_have_is_not_computed_and_named() -> None:
    """An early cut may have nobody on a drug of the paper; that is no reason to stop. No other number stands in."""
    row = compared(72.7, result_id="table9.nothing")
    assert row["verdict"] == "not computed"
    assert row["reason"] == "This run has no result table9.nothing."
    assert row["ours_printed"] == ""


def test_the_order_is_the_papers() -> None:
    published = pd.DataFrame([FIGURE | {"id": name} for name in ("Z", "A", "M")])
    statistics = pd.DataFrame({"result_id": ["r"], "value": [72.7]})
    assert compare_published(published, statistics)["id"].tolist() == ["Z", "A", "M"]


def test_the_figures_are_counted_by_verdict_and_in_all() -> None:
    compared = pd.DataFrame({"verdict": ["differs", "reproduces", "not computed", "reproduces"]})
    rows = list(verdict_counts(compared).itertuples(index=False, name=None))
    assert rows == [("reproduces", 2), ("differs", 1), ("not computed", 1), ("all", 4)]
