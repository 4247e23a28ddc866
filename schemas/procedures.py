"""Procedures: one row a session of the procedure."""

import polars as pl

from schemas.columns import Count, Date, Integer, Limit, Number, Text, context, date, limit, number, plain_text, usable
from schemas.contract import CELL, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death


class Procedures(
    SubjectRows, relation="checks.procedures", table="procedures", key=("session_number", "procedure_date")
):
    """What must be true of the sessions."""

    session_number: Integer = number("Session number")
    procedure_date: Date = date("Date of the session", required=True, endpoints=("OS", "PFS", "LPFS"))
    iodised_oil_ml: Number = number("Iodised oil", unit="mL")
    doxorubicin_mg: Number = number("Doxorubicin", unit="mg")
    embolic_agent: Text = plain_text("Embolic agent")
    session_order: Count = context("Place of the session in the order of dates")
    previous_date: Date = context("Date of the session before")
    days_since_previous: Count = context("Time since the session before", unit="days")
    oil_low: Limit = limit("Iodised oil, lowest plausible", unit="mL")
    oil_high: Limit = limit("Iodised oil, highest plausible", unit="mL")
    doxorubicin_low: Limit = limit("Doxorubicin, lowest plausible", unit="mg")
    doxorubicin_high: Limit = limit("Doxorubicin, highest plausible", unit="mg")
    interval_low: Limit = limit("Interval between sessions, shortest plausible", unit="days")
    interval_high: Limit = limit("Interval between sessions, longest plausible", unit="days")

    @rule("EX03", WARNING, CELL, column="iodised_oil_ml")
    def iodised_oil_in_range(cls) -> pl.Expr:
        return pl.col("iodised_oil_ml").is_between(pl.col("oil_low"), pl.col("oil_high"))

    @rule("EX04", WARNING, CELL, column="doxorubicin_mg")
    def doxorubicin_in_range(cls) -> pl.Expr:
        return pl.col("doxorubicin_mg").is_between(pl.col("doxorubicin_low"), pl.col("doxorubicin_high"))

    @rule("EX05", WARNING, ROW, column="session_number")
    def numbered_by_date(cls) -> pl.Expr:
        return pl.col("session_number") == pl.col("session_order")

    @rule("EX05", WARNING, ROW, column="procedure_date")
    def interval_is_plausible(cls) -> pl.Expr:
        return pl.col("days_since_previous").is_between(pl.col("interval_low"), pl.col("interval_high"))

    @after_death(scope=ROW, column="procedure_date")
    def session_before_death(cls) -> pl.Expr:
        return usable("procedure_date") <= pl.col("death_latest")
