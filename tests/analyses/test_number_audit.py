"""The audit of printed numbers: a defect and a legal near-miss for each check."""

import pandas as pd
import pytest
from hand_written_figures import (
    ANY,
    FISHER,
    FOUR_BY_HAND,
    HEADER,
    PEARSON,
    SPARSE,
    SPARSE_AT,
    Row,
    ages,
    audited,
    compared,
    counts,
    estimate,
    ranks,
    share,
    text,
)

from analyses.number_audit import COLUMNS, audit_numbers
from analyses.number_audit_figures import COLUMNS as FIGURE_COLUMNS


@pytest.mark.parametrize(
    ("legal", "defect", "found"),
    [
        pytest.param(share("22", "100", "22"), [text("X.y.n", "A", "n", "23")], ["X.y.n"], id="more than all"),
        pytest.param(share("3", "13.6", "22"), share("3", "8.3", "22"), ["X.y.pct"], id="share"),
        pytest.param(share("1", "13", "8"), share("1", "12", "8"), ["X.y.pct"], id="12.5 is 13, half up"),
        pytest.param(share("1", "6.3", "16"), share("1", "6.2", "16"), ["X.y.pct"], id="6.25 is 6.3, half up"),
        pytest.param(share("19", "86", "22"), share("19", "86.0", "22"), ["X.y.pct"], id="86.4 is 86 but not 86.0"),
        pytest.param(
            [text("X.y.pct", "A", "percent", "100")],
            [text("X.y.pct", "A", "percent", "100.1")],
            ["X.y.pct"],
            id="more than 100 %",
        ),
        pytest.param(
            [*FOUR_BY_HAND, compared("p", "0.773", PEARSON)],
            [*counts("9", "17"), *counts("14", "21", "No"), compared("p", "0.83", "t")],
            ["T1.x.Yes.A.n"],
            id="levels above the group",
        ),
        pytest.param(
            [*counts("9", "16"), *counts("13", "21", "No"), compared("p", "0.8", "t", of="59")],  # one is unknown
            [*counts("9", "16"), *counts("13", "21", "No"), compared("p", "0.8", "t")],
            ["T1.x.Yes.B.n"],
            id="levels below the group",
        ),
        pytest.param(
            [*HEADER, *counts("9", "17"), *counts("13", "21", "No")],
            [*HEADER[:1], ("T1.N.B", "T1 / header", "B", "n", "37", "60", ""), compared("p", "0.5", "t")],
            ["T1.N.A"],
            id="arms are all",
        ),
        pytest.param(
            [*FOUR_BY_HAND, ("T2.x.Yes.n", "T2 / X / Yes / n", "Yes", "n", "26", "60", ""), compared("p", ".773", "t")],
            [*FOUR_BY_HAND, ("T2.x.Yes.n", "T2 / X / Yes / n", "Yes", "n", "27", "60", ""), compared("p", ".773", "t")],
            ["T2.x.Yes.n"],
            id="arms make the whole in another table",
        ),
        pytest.param(
            [*counts("5", "5", "All grades"), *counts("5", "5", "Grade 3-4")],
            [*counts("5", "5", "All grades"), *counts("6", "5", "Grade 3-4")],
            ["T1.x.Grade 3-4.A.n"],
            id="grade 3-4 above any",
        ),
        pytest.param(
            [*FOUR_BY_HAND, compared("chi2", "0.083", PEARSON), compared("p", ".773", PEARSON)],
            [*FOUR_BY_HAND, compared("chi2", "0.084", PEARSON), compared("p", ".772", PEARSON)],
            ["T1.x.chi2", "T1.x.p"],
            id="Pearson",
        ),
        pytest.param(
            [*FOUR_BY_HAND, compared("p", ".8", "Yates")],  # a test that we do not make
            [*FOUR_BY_HAND, compared("p", ".984", PEARSON)],  # which is Yates
            ["T1.x.p"],
            id="Yates is not Pearson",
        ),
        pytest.param(
            [*SPARSE, compared("p", "0.131", FISHER, SPARSE_AT)],
            [*SPARSE, compared("p", "0.061", "linear-by-linear", SPARSE_AT)],
            ["T1.x.p"],
            id="two columns have no trend",
        ),
        pytest.param(
            [*SPARSE, compared("p", "0.059", PEARSON, SPARSE_AT)],  # named, so taken at its word
            [*SPARSE, compared("p", "0.059", FISHER, SPARSE_AT)],
            ["T1.x.p"],
            id="Fisher",
        ),
        pytest.param(
            [*counts("0", "0", "Grade 3-4"), compared("p", "NA", "none (no events)", SPARSE_AT)],
            [*counts("5", "8", "Grade 3-4"), compared("p", "NA", ANY, SPARSE_AT)],
            ["T1.x.p"],
            id="a test that could be made",
        ),
        pytest.param(
            [*counts("0", "0", "Grade 3-4"), compared("p", "NA", ANY, SPARSE_AT)],
            [*counts("0", "0", "Grade 3-4"), compared("p", "1.0", FISHER, SPARSE_AT)],
            ["T1.x.p"],
            id="a test that could not",
        ),
        pytest.param(
            [*counts("20", "5", "Any grade"), compared("p", "0.0001", PEARSON, "T1 / X / Any grade")],  # 4e-9: a floor
            [*counts("9", "17", "Any grade"), compared("p", "<0.001", PEARSON, "T1 / X / Any grade")],
            ["T1.x.p"],
            id="a floor is no value",
        ),
        pytest.param(
            [compared("chi2", "3.841", "log-rank, df=1"), compared("p", "0.050", "log-rank, df=1")],
            [compared("chi2", "3.841", "log-rank, df=2"), compared("p", "0.050", "log-rank, df=2")],
            ["T1.x.p"],
            id="chi-square and its P",
        ),
        pytest.param(ranks("347.5", "0.279"), ranks("5.0", "0.279"), ["T1.x.u", "T1.x.p"], id="U and its P"),
        pytest.param(
            estimate("median", "68.5", "57.4", "79.6"),
            estimate("median", "80.0", "57.4", "79.6"),
            ["X.e.median"],
            id="outside its interval",
        ),
        pytest.param(
            estimate("median", "68.5", "57.4", "79.6", "median +/- 1.96 SE"),
            estimate("median", "66.5", "57.4", "79.6", "median +/- 1.96 SE"),
            ["X.e.median"],
            id="symmetric",
        ),
        pytest.param(
            estimate("hr", "0.109", "0.044", "0.271"),
            estimate("hr", "0.158", "0.044", "0.271"),  # the middle, but not of the logarithms
            ["X.e.hr"],
            id="geometric",
        ),
        pytest.param(
            estimate("hr", "0.50", "0.25", "1.00", p="0.050"),
            estimate("hr", "0.50", "0.25", "1.00", p="0.005"),
            ["X.e.p"],
            id="ratio and its P",
        ),
        pytest.param(
            estimate("hr", "0.50", "0.28", "0.89", "Wald, 90 %", "0.050"),
            estimate("hr", "0.50", "0.28", "0.89", "Wald, 95 %", "0.050"),
            ["X.e.p"],
            id="an interval of the level it states",
        ),
        pytest.param(
            [
                text("X.e.n", "A", "n", "12", "22"),
                *estimate("percent", "54.5", "32.2", "75.6", "Clopper-Pearson", of="22"),
            ],
            [
                text("X.e.n", "A", "n", "12", "22"),
                *estimate("percent", "54.5", "32.2", "76.6", "Clopper-Pearson", of="22"),
            ],
            ["X.e.ci_high"],
            id="exact limits",
        ),
        pytest.param(
            [text("X.y", "all", "n", "45", "60", "16+29"), text("X.z", "A", "percent", "77.3", test="(12+5)/22")],
            [text("X.y", "all", "n", "44", "60", "16+29"), text("X.z", "A", "percent", "77.4", test="(12+5)/22")],
            ["X.y", "X.z"],
            id="stated arithmetic",
        ),
        pytest.param(
            [text("X.y.hr", "B", "hr", "0.415"), text("X.y.rr", "B", "percent", "58.5", test="100*(1-HR)")],
            [text("X.y.hr", "B", "hr", "0.415"), text("X.y.rr", "B", "percent", "41.5", test="100*(1-HR)")],
            ["X.y.rr"],
            id="risk reduction",
        ),
        pytest.param(
            [text("X.y", "A", "mean", "2.64", test="total/22")],
            [text("X.y", "A", "mean", "2.66", test="total/22")],  # 58/22 = 2.636, 59/22 = 2.682
            ["X.y"],
            id="mean of whole numbers",
        ),
        pytest.param(
            ages(("53.0", "49.25", "59.75"), ("55.0", "48.0", "62.0"), ("55.0", "51.8", "58.2")),  # quartiles
            ages(("53.0", "49.3", "59.6"), ("55.0", "48.0", "62.0"), ("55.0", "51.8", "58.2")),
            ["T1.x.A.ci_low", "T1.x.A.ci_high", "T1.x.B.ci_low", "T1.x.B.ci_high"],
            id="two statistics in one row",
        ),
    ],
)
def test_a_contradiction_within_the_tables(legal: list[Row], defect: list[Row], found: list[str]) -> None:
    assert audited(*legal) == []
    assert audited(*defect) == [("TT07", name) for name in found]


@pytest.mark.parametrize(
    ("legal", "defect", "found"),
    [
        pytest.param(
            [*FOUR_BY_HAND, compared("p", ".773", PEARSON), text("X.x.B", "B", "n", "17", "38")],
            [*FOUR_BY_HAND, compared("p", ".773", PEARSON), text("X.x.B", "B", "n", "26", "38")],
            ["X.x.B"],
            id="count of an arm",
        ),
        pytest.param(
            [*FOUR_BY_HAND, compared("p", ".773", PEARSON), text("X.x.n", "all", "n", "26", "60")],
            [*FOUR_BY_HAND, compared("p", ".773", PEARSON), text("X.x.n", "all", "n", "17", "60")],
            ["X.x.n"],
            id="count of all",
        ),
        pytest.param(
            [*HEADER, compared("p", ".5", "t"), text("X.A", "A", "n", "22", "60"), text("X.k", "A", "n", "9", "10")],
            [*HEADER, compared("p", ".5", "t"), text("X.A", "A", "n", "21", "60"), text("X.k", "A", "n", "9", "23")],
            ["X.A", "X.k"],
            id="size of an arm",
        ),
        pytest.param(
            [("T2.x.p", "T2 / X / P", "X", "p", "0.079", "60", ""), text("X.x.p", "X", "p", "0.08", "60")],
            [("T2.x.p", "T2 / X / P", "X", "p", "0.079", "60", ""), text("X.x.p", "X", "p", "0.086", "60")],
            ["X.x.p"],
            id="P of the table",
        ),
        pytest.param(
            [
                text("X.y.median.Abs", "A", "median", "68.5", where="Abstract"),
                text("X.y.median.Res", "A", "median", "69"),
            ],
            [
                text("X.y.median.Abs", "A", "median", "68.5", where="Abstract"),
                text("X.y.median.Res", "A", "median", "65"),
            ],
            ["X.y.median.Res"],
            id="Abstract and Results",
        ),
        pytest.param(
            [
                *[(f"X.c.{row[3]}", row[1], "A vs B", *row[3:]) for row in estimate("hr", "0.109", "0.044", "0.271")],
                text("X.MV.hr", "a", "hr", "0.20"),
            ],
            [
                *[(f"X.c.{row[3]}", row[1], "A vs B", *row[3:]) for row in estimate("hr", "0.109", "0.044", "0.271")],
                text("X.MV.hr", "a", "hr", "0.415"),
            ],
            ["X.MV.hr"],
            id="hazard ratio told twice",
        ),
    ],
)
def test_a_number_of_the_text_that_contradicts_another_place(
    legal: list[Row], defect: list[Row], found: list[str]
) -> None:
    assert audited(*legal) == []
    assert audited(*defect) == [("TT08", name) for name in found]


def test_two_models_with_intervals_may_differ() -> None:
    crude = [(f"X.c.{row[3]}", row[1], "A", *row[3:]) for row in estimate("hr", "0.109", "0.044", "0.271")]
    assert audited(*crude, *estimate("hr", "0.415", "0.225", "0.767")) == []


def test_a_sentence_a_physician_understands() -> None:
    rows = [("T3.y.n", "Table 3", "A", "n", "3", "22", ""), ("T3.y.pct", "Table 3", "A", "percent", "8.3", "22", "")]
    [found] = audit_numbers(pd.DataFrame(rows, columns=list(FIGURE_COLUMNS))).to_dict("records")
    right = ("TT07", "T3.y.pct", "Table 3", "8.3", "13.6", "3 (8.3 %) of 22: 3/22 is 13.6 %.")
    assert tuple(found[name] for name in COLUMNS) == right


@pytest.mark.parametrize("value", ["", "NA", "NR", "all progressed", "2008-06", "5-20"])
def test_what_is_no_number_contradicts_nothing(value: str) -> None:
    assert audited(text("X.y.n", "A", "n", value), text("X.y.pct", "A", "percent", value)) == []
    assert audited(*estimate("median", value, value, value)) == []
