"""Drug courses: one row a course of a tyrosine kinase inhibitor."""

import polars as pl

from schemas.columns import Date, Limit, Number, Text, code, context, date, end_before_start, limit, number, usable
from schemas.contract import CELL, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death


class DrugCourses(SubjectRows, relation="checks.drug_courses", table="drug_courses", key=("drug", "start_date")):
    """What must be true of the courses."""

    drug: Text = code("Drug")
    daily_dose_mg: Number = number("Daily dose", unit="mg")
    start_date: Date = date("Start of the course", required=True)
    end_date: Date = date("End of the course")
    stop_reason: Text = code("Reason for stopping")
    previous_drug: Text = context("Drug of the course before")
    previous_runs_to: Date = context("Last day of the course before, or of the extract where it goes on")
    earlier_line_drug: Text = context("Drug of the line of therapy before")
    earlier_line_start: Date = context("Start of the line of therapy before")
    dose_low: Limit = limit("Dose of the protocol, lowest", unit="mg")
    dose_high: Limit = limit("Dose of the protocol, highest", unit="mg")

    @rule("TK01", WARNING, CELL, column="daily_dose_mg")
    def dose_of_protocol(cls) -> pl.Expr:
        return pl.col("daily_dose_mg").is_between(pl.col("dose_low"), pl.col("dose_high"))

    @rule("TK03", WARNING, ROW, column="start_date")
    def starts_after_the_one_before(cls) -> pl.Expr:
        return usable("start_date") >= pl.col("previous_runs_to")

    @rule("TK05", WARNING, ROW, column="start_date")
    def lines_in_order(cls) -> pl.Expr:
        return usable("start_date") >= pl.col("earlier_line_start")

    @end_before_start(column="end_date")
    def course_ends_after_start(cls) -> pl.Expr:
        return usable("end_date") >= usable("start_date")

    @after_death(scope=ROW, column="start_date")
    def course_starts_before_death(cls) -> pl.Expr:
        return usable("start_date") <= pl.col("death_latest")

    @after_death(scope=CELL, column="end_date")
    def ends_before_death(cls) -> pl.Expr:
        # A course that starts after death is one finding, not two.
        starts_after = (usable("start_date") > pl.col("death_latest")).fill_null(False)
        return starts_after | (usable("end_date") <= pl.col("death_latest"))
