"""Procedures: one row a session of the procedure."""

import polars as pl

from schemas.columns import (
    Count,
    Date,
    Integer,
    Limit,
    Number,
    Text,
    context,
    date,
    number,
    plain_text,
    usable,
)
from schemas.contract import CELL, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death

ORDER_WHY = "Sessions out of order, doubled or implausibly close together are most often a mistyped date or number."


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
    oil_low: Limit = context("Iodised oil, lowest plausible", unit="mL")
    oil_high: Limit = context("Iodised oil, highest plausible", unit="mL")
    doxorubicin_low: Limit = context("Doxorubicin, lowest plausible", unit="mg")
    doxorubicin_high: Limit = context("Doxorubicin, highest plausible", unit="mg")
    interval_low: Limit = context("Interval between sessions, shortest plausible", unit="days")
    interval_high: Limit = context("Interval between sessions, longest plausible", unit="days")

    @rule(
        "EX03",
        "Iodised oil outside the plausible range",
        WARNING,
        CELL,
        column="iodised_oil_ml",
        sentence="Iodised oil is {iodised_oil_ml} mL; plausible is {oil_low} to {oil_high} mL.",
        why="A volume outside the protocol's range is most often a decimal point or another unit.",
        fix="Correct the volume in the procedure form, or confirm it.",
    )
    def iodised_oil_in_range(cls) -> pl.Expr:
        return pl.col("iodised_oil_ml").is_between(pl.col("oil_low"), pl.col("oil_high"))

    @rule(
        "EX04",
        "Doxorubicin outside the plausible range",
        WARNING,
        CELL,
        column="doxorubicin_mg",
        sentence="Doxorubicin is {doxorubicin_mg} mg; plausible is {doxorubicin_low} to {doxorubicin_high} mg.",
        why="A dose outside the protocol's range is most often a decimal point or another unit.",
        fix="Correct the dose in the procedure form, or confirm it.",
    )
    def doxorubicin_in_range(cls) -> pl.Expr:
        return pl.col("doxorubicin_mg").is_between(pl.col("doxorubicin_low"), pl.col("doxorubicin_high"))

    @rule(
        "EX05",
        "Sessions out of order or too close together",
        WARNING,
        ROW,
        column="session_number",
        sentence="Session is numbered {session_number}; by its date it is number {session_order}.",
        why=ORDER_WHY,
        fix="Correct the number or the date, or add the missing session.",
    )
    def numbered_by_date(cls) -> pl.Expr:
        return pl.col("session_number") == pl.col("session_order")

    @rule(
        "EX05",
        "Sessions out of order or too close together",
        WARNING,
        ROW,
        column="procedure_date",
        sentence="Session of {procedure_date} is {days_since_previous} days after that of {previous_date}; "
        "plausible is {interval_low} to {interval_high} days.",
        why=ORDER_WHY,
        fix="Correct the date of one of the two sessions, or confirm both.",
    )
    def interval_is_plausible(cls) -> pl.Expr:
        return pl.col("days_since_previous").is_between(pl.col("interval_low"), pl.col("interval_high"))

    @after_death(
        scope=ROW,
        column="procedure_date",
        sentence="Session is on {procedure_date}; the patient died on {death_latest}.",
    )
    def before_death(cls) -> pl.Expr:
        return usable("procedure_date") <= pl.col("death_latest")
