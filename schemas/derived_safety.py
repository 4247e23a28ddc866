"""The analysis data sets of safety, against each other."""

import polars as pl

from schemas.columns import Count, Date, Flag, Integer, Number, Text, context, limit
from schemas.contract import DERIVED, ERROR, ROW, WARNING, Contract, rule


class ProcedureCounts(Contract, relation="audit.procedure_counts", table="adsl", stage=DERIVED):
    """The number of procedures that the analyses use is that of the procedures."""

    covariate_count: Count = context("Number of procedures as a covariate")
    procedure_count: Count = context("Procedures")

    @rule("EX06", ERROR, ROW, column="nproc", since="0.2.0")
    def covariate_counts_procedures(cls) -> pl.Expr:
        return pl.col("covariate_count") == pl.col("procedure_count")


class GradedEvents(
    Contract, relation="audit.graded_events", table="adverse_events", stage=DERIVED, key=("ae_number", "term")
):
    """The grade of an event that the laboratory shows is that of the values taken while it lasted."""

    ae_number: Integer = context("Event number")
    term: Text = context("Term")
    grade: Integer = context("Grade as reported")
    test: Text = context("Test")
    sample_date: Date = context("Date of the sample")
    value: Number = context("Value")
    unit: Text = context("Unit")
    laboratory_grade: Integer = context("Worst grade by the laboratory values")

    @rule("AE08", WARNING, ROW, column="grade", since="0.2.0")
    def grade_is_that_of_the_laboratory(cls) -> pl.Expr:
        return pl.col("grade") == pl.col("laboratory_grade")


class GradedResults(
    Contract, relation="audit.graded_results", table="lab_results", stage=DERIVED, key=("test", "sample_date")
):
    """A grave laboratory value has an adverse event."""

    test: Text = context("Test")
    sample_date: Date = context("Date of the sample")
    value: Number = context("Value")
    unit: Text = context("Unit")
    term: Text = context("Term that reports it")
    laboratory_grade: Integer = context("Grade by the value")
    is_worse: Flag = context("The grade is above that of the baseline")
    is_reported: Flag = context("An event of the term lasts on that day")
    unreported_from_grade: Integer = limit("Grade from which on an event is expected")

    @rule("AE08", WARNING, ROW, column="value", since="0.2.0")
    def grave_value_is_reported(cls) -> pl.Expr:
        slight = pl.col("laboratory_grade") < pl.col("unreported_from_grade")
        return slight | ~pl.col("is_worse") | pl.col("is_reported")


class TimesToResolution(
    Contract, relation="audit.times_to_resolution", table="adaette", stage=DERIVED, key=("aedecod", "startdt")
):
    """What must be true of each time to resolution of an adverse event."""

    aedecod: Text = context("Term")
    startdt: Date = context("Onset")
    adt: Date = context("End or censoring")
    aval: Count = context("Time to resolution", unit="days")
    cnsr: Integer = context("Censoring (0 = resolved)")
    srcseq: Count = context("Source row")
    key_count: Count = context("Rows of this subject and term")
    has_source: Flag = context("The source row is published")

    @rule("TT01", ERROR, ROW, column="aedecod", since="0.2.0")
    def one_episode(cls) -> pl.Expr:
        return pl.col("key_count") == 1

    @rule("TT01", ERROR, ROW, column="aval", since="0.2.0")
    def ends_after_onset(cls) -> pl.Expr:
        return pl.col("aval").is_not_null() & (pl.col("aval") >= 1)

    @rule("TT06", ERROR, ROW, column="srcseq", since="0.2.0")
    def resolution_has_source(cls) -> pl.Expr:
        return pl.col("has_source")
