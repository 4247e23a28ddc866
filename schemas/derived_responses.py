"""The derived responses: against what the readers reported, and against each other."""

import polars as pl

from schemas.columns import Count, Date, Limit, Number, SumOfDiameters, Text, context
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
    axis_sum_mm: SumOfDiameters = context("Sum with the longest diameters of nodes", unit="mm")
    nadir_mm: Number = context("Smallest sum before as reported", unit="mm")
    derived_nadir_mm: SumOfDiameters = context("Smallest sum before by the measurements", unit="mm")
    overall_response: Text = context("Overall response as reported")
    remaining_count: Count = context("Lesions that are still there")
    therapy_date: Date = context("Start of a new anticancer therapy")

    @rule("TR04", ERROR, ROW, column="sum_mm", since="0.2.0")
    def sum_takes_short_axis_of_nodes(cls) -> pl.Expr:
        return ~_took_other_axis()

    @rule("TR07", ERROR, ROW, column="sum_mm")
    def sum_agrees(cls) -> pl.Expr:
        return _within("sum_mm", "derived_sum_mm") | _took_other_axis()

    @rule("TR08", ERROR, ROW, column="nadir_mm", needs=("nadir_mm",), since="0.2.0")
    def nadir_agrees(cls) -> pl.Expr:
        return _within("nadir_mm", "derived_nadir_mm")

    # A target response that the measurements do not give is RS02's.
    @rule("RS06", ERROR, ROW, column="overall_response", since="0.2.0")
    def complete_response_leaves_nothing(cls) -> pl.Expr:
        target_differs = (pl.col("target_response") != pl.col("derived_target_response")).fill_null(False)
        return (pl.col("overall_response") != "CR") | (pl.col("remaining_count") == 0) | target_differs

    @rule("RS16", INFO, ROW, column="scan_date", since="0.2.0")
    def assessment_is_before_new_therapy(cls) -> pl.Expr:
        return pl.col("scan_date") <= pl.col("therapy_date")

    @rule("RS02", ERROR, ROW, column="target_response")
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

    @rule("RS12", ERROR, ROW, column="avalc", endpoints=("PFS", "LPFS"))
    def organ_progression_is_progression(cls) -> pl.Expr:
        return ~_progression_beyond_sum() | (pl.col("overall_response") == "PD")

    @rule("RS12", INFO, ROW, column="avalc", endpoints=("PFS", "LPFS"))
    def organ_sum_progression_is_listed(cls) -> pl.Expr:
        by_sum = (pl.col("organ_target_response") == "PD").fill_null(False) & ~_progression_beyond_sum()
        return ~by_sum | (pl.col("overall_response") == "PD")


def _progression_beyond_sum() -> pl.Expr:
    new_lesion = (pl.col("organ_new_lesion") == "Y").fill_null(False)
    return new_lesion | (pl.col("organ_nontarget_response") == "PD").fill_null(False)


def _within(reported: str, derived: str) -> pl.Expr:
    """The reported and the derived number differ by rounding at most."""
    difference = pl.col(reported).cast(pl.Float64) - pl.col(derived).cast(pl.Float64)
    return difference.abs() <= pl.col("sum_tolerance_mm")


def _took_other_axis() -> pl.Expr:
    """The sum is wrong, and right with the longest diameters of nodes (TR04)."""
    return (~_within("sum_mm", "derived_sum_mm") & _within("sum_mm", "axis_sum_mm")).fill_null(False)
