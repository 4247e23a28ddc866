"""The derived disease: sizes, complete responses, best responses and gaps, made again another way and compared."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Flag, Limit, Millimetres, Text, context, limit
from schemas.contract import CELL, DERIVED, ERROR, ROW, WARNING, Contract, rule
from schemas.lesions import TUMOUR

best = partial(rule, "RS15", ERROR, CELL, since="0.2.0")


class LesionSizes(
    Contract,
    relation="audit.lesion_sizes",
    table="adtr",
    stage=DERIVED,
    key=("paramcd", "trlnkid", "treval", "adt"),
):
    """Each diameter and sum of the analysis is made of the right axis."""

    paramcd: Text = context("Parameter")
    trlnkid: Text = context("Lesion")
    treval: Text = context("Reader")
    adt: Date = context("Date of the assessment")
    aval: Limit = context("Size", unit="mm")
    expected_mm: Limit = context("Size by the published measurements", unit="mm")
    expected_axis: Text = context("What is to be measured")

    @rule("TR04", ERROR, ROW, column="aval", endpoints=TUMOUR, since="0.2.0")
    def size_is_of_the_right_axis(cls) -> pl.Expr:
        return pl.col("aval") == pl.col("expected_mm")


class CompleteResponses(
    Contract, relation="audit.complete_responses", table="adrs", stage=DERIVED, key=("paramcd", "adt", "treval")
):
    """A complete response leaves no lesion."""

    paramcd: Text = context("Parameter")
    treval: Text = context("Reader")
    adt: Date = context("Date of the assessment")
    avalc: Text = context("Response")
    remaining_count: Count = context("Lesions that are still there")

    @rule("RS06", ERROR, ROW, column="avalc", endpoints=("BOR", "LBOR"), since="0.2.0")
    def no_lesion_is_left(cls) -> pl.Expr:
        return (pl.col("avalc") != "CR") | (pl.col("remaining_count") == 0)


class RegrownLesions(
    Contract,
    relation="audit.regrown_lesions",
    table="lesion_measurements",
    stage=DERIVED,
    key=("lesion_id", "scan_date", "reader"),
):
    """A lesion that was gone and is back is progression, or somebody says why not."""

    lesion_id: Text = context("Lesion")
    reader: Text = context("Reader")
    scan_date: Date = context("Date of the scan")
    diameter_mm: Millimetres = context("Longest diameter", unit="mm")
    comment: Text = context("Comment of the reader")
    gone_date: Date = context("Earlier scan at which it was gone, where it is back")
    is_assessed: Flag = context("The scan has a derived response")
    is_progression: Flag = context("The derived response is PD, here or before")

    @rule("TR16", ERROR, ROW, column="diameter_mm", endpoints=TUMOUR, since="0.2.0")
    def regrowth_is_progression_or_explained(cls) -> pl.Expr:
        judged = pl.col("gone_date").is_not_null() & pl.col("is_assessed")
        return ~judged | pl.col("is_progression") | pl.col("comment").is_not_null()


class BestResponses(Contract, relation="audit.best_responses", table="patients", stage=DERIVED):
    """The best response of the patients file is the derived one."""

    reported_best_response: Text = context("Best response as reported")
    reported_best_organ_response: Text = context("Best response of the organ as reported")
    derived_best_response: Text = context("Best response by the measurements")
    derived_best_organ_response: Text = context("Best response of the organ by the measurements")

    @best(column="reported_best_response", needs=("reported_best_response",))
    def best_response_agrees(cls) -> pl.Expr:
        return pl.col("reported_best_response") == pl.col("derived_best_response")

    @best(column="reported_best_organ_response", needs=("reported_best_organ_response",))
    def best_organ_response_agrees(cls) -> pl.Expr:
        return pl.col("reported_best_organ_response") == pl.col("derived_best_organ_response")


class EventGaps(
    Contract, relation="audit.event_gaps", table="response_assessments", stage=DERIVED, key=("event_date",)
):
    """A progression or death comes soon after a scan: otherwise nobody knows when the disease progressed."""

    event_date: Date = context("Progression or death")
    last_adequate_date: Date = context("Last adequate assessment before, or the start of the clock")
    gap_days: Count = context("Time between the two", unit="days")
    limit_days: Count = limit("Two intervals of the arm with their tolerances", unit="days")

    @rule("RS10", WARNING, ROW, column="scan_date", endpoints=("PFS",), since="0.2.0")
    def event_follows_an_assessment(cls) -> pl.Expr:
        return pl.col("gap_days") <= pl.col("limit_days")
