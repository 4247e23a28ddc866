"""Laboratory results: one row a test of a sample."""

from functools import partial

import polars as pl

from schemas.columns import Date, Limit, Number, Text, code, context, date, number, plain_text, usable
from schemas.contract import CELL, ERROR, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death

reference = partial(
    rule,
    "LB01",
    "Unit or reference limits missing or implausible",
    ERROR,
    why="A value without unit and limits cannot be graded.",
    fix="Enter the unit and the limits of the laboratory.",
)


class LabResults(SubjectRows, relation="checks.lab_results", table="lab_results", key=("test", "sample_date")):
    """What must be true of the laboratory results."""

    sample_date: Date = date("Date of the sample", required=True)
    test: Text = code("Test")
    value: Number = number("Value")
    unit: Text = plain_text("Unit")
    lower_limit: Number = number("Lower limit of normal")
    upper_limit: Number = number("Upper limit of normal")
    value_low: Limit = context("Lowest value that a patient can have")
    value_high: Limit = context("Highest value that a patient can have")

    @reference(scope=ROW, column="unit", sentence="{test} of {sample_date} is {value}; its unit is {unit}.")
    def unit_is_given(cls) -> pl.Expr:
        return pl.col("unit").is_not_null()

    @reference(
        scope=CELL,
        column="upper_limit",
        sentence="{test} of {sample_date} has the limits {lower_limit} to {upper_limit} {unit}.",
        needs=("upper_limit",),
    )
    def limits_are_given(cls) -> pl.Expr:
        given = pl.col("lower_limit_text").is_not_null() | pl.col("upper_limit_text").is_not_null()
        return given & (pl.col("lower_limit") < pl.col("upper_limit")).fill_null(True)

    @rule(
        "LB02",
        "Value that a patient can hardly have",
        WARNING,
        CELL,
        column="value",
        sentence="{test} is {value} {unit}; possible is {value_low} to {value_high}.",
        why="A value outside what is compatible with life is a slip of unit or decimal point.",
        fix="Correct the value or its unit, or confirm both.",
    )
    def value_is_possible(cls) -> pl.Expr:
        return pl.col("value").is_between(pl.col("value_low"), pl.col("value_high"))

    @after_death(
        scope=ROW, column="sample_date", sentence="Sample is of {sample_date}; the patient died on {death_latest}."
    )
    def before_death(cls) -> pl.Expr:
        return usable("sample_date") <= pl.col("death_latest")
