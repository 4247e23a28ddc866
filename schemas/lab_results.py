"""Laboratory results: one row a test of a sample."""

from functools import partial

import polars as pl

from schemas.columns import Date, Limit, Number, Text, code, context, date, limit, number, plain_text, usable
from schemas.contract import CELL, ERROR, INFO, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death

reference = partial(rule, "LB01", ERROR)


class LabResults(SubjectRows, relation="checks.lab_results", table="lab_results", key=("test", "sample_date")):
    """What must be true of the laboratory results."""

    sample_date: Date = date("Date of the sample", required=True)
    test: Text = code("Test", codes="lab_test")
    value: Number = number("Value")
    unit: Text = plain_text("Unit")
    lower_limit: Number = number("Lower limit of normal")
    upper_limit: Number = number("Upper limit of normal")
    value_low: Limit = limit("Lowest value that a patient can have")
    value_high: Limit = limit("Highest value that a patient can have")
    alt_times_upper_limit: Limit = context("ALT in multiples of its upper limit")
    bilirubin_times_upper_limit: Limit = context("Bilirubin of the same day in multiples of its upper limit")
    alt_limit_times: Limit = limit("ALT that is listed, in multiples of its upper limit")
    bilirubin_limit_times: Limit = limit("Bilirubin that is listed, in multiples of its upper limit")

    @reference(scope=ROW, column="unit")
    def unit_is_given(cls) -> pl.Expr:
        return pl.col("unit").is_not_null()

    @reference(scope=CELL, column="upper_limit", needs=("upper_limit",))
    def limits_are_given(cls) -> pl.Expr:
        given = pl.col("lower_limit_text").is_not_null() | pl.col("upper_limit_text").is_not_null()
        return given & (pl.col("lower_limit") < pl.col("upper_limit")).fill_null(True)

    @rule("LB02", WARNING, CELL, column="value")
    def value_is_possible(cls) -> pl.Expr:
        return pl.col("value").is_between(pl.col("value_low"), pl.col("value_high"))

    @rule("LB03", INFO, ROW, column="value", needs=("upper_limit",), since="0.2.0")
    def liver_is_not_injured(cls) -> pl.Expr:
        alt = pl.col("alt_times_upper_limit") <= pl.col("alt_limit_times")
        return alt | (pl.col("bilirubin_times_upper_limit") <= pl.col("bilirubin_limit_times"))

    @after_death(scope=ROW, column="sample_date")
    def sample_before_death(cls) -> pl.Expr:
        return usable("sample_date") <= pl.col("death_latest")
