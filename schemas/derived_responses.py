"""The derived responses: against what the readers reported, and against each other."""

import polars as pl

from schemas.columns import Date, Limit, Number, SumOfDiameters, Text, context
from schemas.contract import DERIVED, ERROR, INFO, ROW, Contract, rule


class ReportedResponses(
    Contract,
    relation="audit.reported_responses",
    table="response_assessments",
    stage=DERIVED,
    key=("scan_date", "reader"),
):
    """The reported sum and target response are those that the measurements give."""

    scan_date: Date = context("Date of the scan")
    reader: Text = context("Reader")
    sum_mm: Number = context("Sum of the targets as reported", unit="mm")
    target_response: Text = context("Target response as reported")
    derived_sum_mm: SumOfDiameters = context("Sum of the targets by the measurements", unit="mm")
    derived_target_response: Text = context("Target response by the measurements")
    sum_tolerance_mm: Limit = context("Difference that is rounding", unit="mm")

    @rule(
        "TR07",
        "Reported sum is not that of the measurements",
        ERROR,
        ROW,
        column="sum_mm",
        sentence="Sum is reported as {sum_mm} mm; the measured targets give {derived_sum_mm} mm.",
        why="Response is judged by the sum; a different sum means that a measurement or the addition is wrong.",
        fix="Correct the sum, or the measurement.",
    )
    def sum_agrees(cls) -> pl.Expr:
        difference = pl.col("sum_mm").cast(pl.Float64) - pl.col("derived_sum_mm").cast(pl.Float64)
        return difference.abs() <= pl.col("sum_tolerance_mm")

    @rule(
        "RS02",
        "Reported target response is not that of the measurements",
        ERROR,
        ROW,
        column="target_response",
        sentence="Target response is reported as {target_response}; the measurements give {derived_target_response}.",
        why="The endpoints follow the measurements; a reader who judged otherwise may have seen something else.",
        fix="Correct the response, or the measurement.",
    )
    def target_response_agrees(cls) -> pl.Expr:
        return pl.col("target_response") == pl.col("derived_target_response")


class Assessments(Contract, relation="audit.assessments", table="adrs", stage=DERIVED, key=("adt", "treval")):
    """The response of the organ and that of all lesions are possible together."""

    treval: Text = context("Reader")
    adt: Date = context("Date of the assessment")
    organ_response: Text = context("Response of the organ's lesions")
    organ_target_response: Text = context("Target response of the organ's lesions")
    organ_nontarget_response: Text = context("Non-target response of the organ's lesions")
    organ_new_lesion: Text = context("New lesion of the organ")
    overall_response: Text = context("Overall response")

    @rule(
        "RS12",
        "Progression in the organ without progression",
        ERROR,
        ROW,
        column="avalc",
        sentence="Overall response is {overall_response}; in the organ the non-target response is "
        "{organ_nontarget_response} and new lesion is {organ_new_lesion}.",
        why="A new lesion, or progression of non-targets, is progression wherever it is (RECIST 1.1).",
        fix="Report it: the derivation is wrong, no record is.",
        endpoints=("PFS", "LPFS"),
    )
    def organ_progression_is_progression(cls) -> pl.Expr:
        return ~_progression_beyond_sum() | (pl.col("overall_response") == "PD")

    @rule(
        "RS12",
        "Progression in the organ without progression",
        INFO,
        ROW,
        column="avalc",
        sentence="In the organ the target response is {organ_target_response}; overall it is {overall_response}.",
        why="The organ's sum can grow by 20 % while the sum of all targets grows by less: the organ's endpoint is then "
        "reached before the overall one.",
        fix="Nothing to correct; listed for the statistician.",
        endpoints=("PFS", "LPFS"),
    )
    def organ_sum_progression_is_listed(cls) -> pl.Expr:
        by_sum = (pl.col("organ_target_response") == "PD").fill_null(False) & ~_progression_beyond_sum()
        return ~by_sum | (pl.col("overall_response") == "PD")


def _progression_beyond_sum() -> pl.Expr:
    new_lesion = (pl.col("organ_new_lesion") == "Y").fill_null(False)
    return new_lesion | (pl.col("organ_nontarget_response") == "PD").fill_null(False)
