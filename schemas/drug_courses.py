"""Drug courses: one row a course of a tyrosine kinase inhibitor."""

import polars as pl

from schemas.columns import Date, Limit, Number, Text, code, context, date, end_before_start, number, usable
from schemas.contract import CELL, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death


class DrugCourses(SubjectRows, relation="checks.drug_courses", table="drug_courses", key=("drug", "start_date")):
    """What must be true of the courses."""

    drug: Text = code("Drug")
    daily_dose_mg: Number = number("Daily dose", unit="mg")
    start_date: Date = date("Start of the course")
    end_date: Date = date("End of the course")
    stop_reason: Text = code("Reason for stopping")
    previous_drug: Text = context("Drug of the course before")
    previous_runs_to: Date = context("Last day of the course before, or of the extract where it goes on")
    first_imatinib_start: Date = context("Start of the first imatinib course")
    dose_low: Limit = context("Dose of the protocol, lowest", unit="mg")
    dose_high: Limit = context("Dose of the protocol, highest", unit="mg")

    @rule(
        "TK01",
        "Dose differs from the protocol's",
        WARNING,
        CELL,
        column="daily_dose_mg",
        sentence="Daily dose of {drug} is {daily_dose_mg} mg; the protocol's is {dose_low} to {dose_high} mg.",
        why="Another dose than the usual one may be a reduction, or a decimal point.",
        fix="Correct the dose, or confirm it.",
    )
    def dose_of_protocol(cls) -> pl.Expr:
        return pl.col("daily_dose_mg").is_between(pl.col("dose_low"), pl.col("dose_high"))

    @rule(
        "TK03",
        "Two courses overlap",
        WARNING,
        ROW,
        column="start_date",
        sentence="Course of {drug} starts on {start_date}; that of {previous_drug} before runs to {previous_runs_to}.",
        why="Two inhibitors are not given together; most often the end of the first was not entered.",
        fix="Enter or correct the end of the earlier course.",
    )
    def starts_after_the_one_before(cls) -> pl.Expr:
        return usable("start_date") >= pl.col("previous_runs_to")

    @rule(
        "TK05",
        "Sunitinib before imatinib",
        WARNING,
        ROW,
        column="start_date",
        sentence="Sunitinib starts on {start_date}; the first imatinib starts on {first_imatinib_start}.",
        why="Sunitinib is given after imatinib has failed; the reverse order is most often a mistyped year or drug.",
        fix="Correct the dates or the drug, or confirm the order.",
    )
    def sunitinib_after_imatinib(cls) -> pl.Expr:
        return (pl.col("drug") != "SUNITINIB") | (usable("start_date") >= pl.col("first_imatinib_start"))

    @end_before_start(column="end_date", sentence="Course of {drug} ends on {end_date} and starts on {start_date}.")
    def ends_after_start(cls) -> pl.Expr:
        return usable("end_date") >= usable("start_date")

    @after_death(
        scope=ROW,
        column="start_date",
        sentence="Course of {drug} starts on {start_date}; the patient died on {death_latest}.",
    )
    def starts_before_death(cls) -> pl.Expr:
        return usable("start_date") <= pl.col("death_latest")

    @after_death(
        scope=CELL,
        column="end_date",
        sentence="Course of {drug} ends on {end_date}; the patient died on {death_latest}.",
    )
    def ends_before_death(cls) -> pl.Expr:
        # A course that starts after death is one finding, not two.
        starts_after = (usable("start_date") > pl.col("death_latest")).fill_null(False)
        return starts_after | (usable("end_date") <= pl.col("death_latest"))
