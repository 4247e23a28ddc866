"""Follow-up: one row a contact, with what was known of the patient then."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Text, code, context, date, plain_text, usable
from schemas.contract import CELL, ERROR, SUBJECT, WARNING, rule
from schemas.subject_rows import SubjectRows

SURVIVAL = ("OS", "PFS", "LPFS")

death_and_status = partial(rule, "DS01", ERROR, SUBJECT, endpoints=SURVIVAL)


class FollowUp(SubjectRows, relation="checks.follow_up", table="follow_up", key=("contact_date",)):
    """What must be true of the follow-up."""

    contact_date: Date = date("Date of the contact", required=True, endpoints=SURVIVAL)
    contact_type: Text = code("Type of contact")
    vital_status: Text = code("Vital status", endpoints=SURVIVAL)
    death_date: Date = date("Date of death", endpoints=SURVIVAL)
    death_date_precision: Text = context("D where the day of death is missing")
    death_cause: Text = plain_text("Cause of death")
    startdt: Date = context("Start of the clock")
    reported_death_latest: Date = context("Death as reported, latest day possible")
    dated_death_count: Count = context("Contacts of the subject that date the death")
    status_order: Count = context("Place among the contacts of the same vital status")

    @death_and_status(column="death_date")
    def dead_has_a_date(cls) -> pl.Expr:
        other = (pl.col("vital_status") != "DEAD") | (pl.col("status_order") != 1)
        return other | (pl.col("dated_death_count") > 0)

    @death_and_status(column="vital_status")
    def date_means_dead(cls) -> pl.Expr:
        unknown_word = pl.col("vital_status").is_null() & pl.col("vital_status_text").is_not_null()
        dead = (pl.col("vital_status") == "DEAD").fill_null(False)
        return pl.col("death_date_text").is_null() | dead | unknown_word

    @rule("DS02", ERROR, SUBJECT, column="death_date", endpoints=SURVIVAL)
    def death_after_start(cls) -> pl.Expr:
        other = (pl.col("vital_status") != "DEAD") | (pl.col("status_order") != 1)
        return other | (pl.col("reported_death_latest") >= pl.col("startdt"))

    @rule("DS03", ERROR, SUBJECT, column="contact_date", endpoints=SURVIVAL)
    def alive_until_death(cls) -> pl.Expr:
        return (pl.col("vital_status") != "ALIVE") | (usable("contact_date") <= pl.col("death_latest"))

    @rule("DS04", WARNING, CELL, column="death_cause", needs=("death_cause",), endpoints=("PFS",))
    def death_has_a_cause(cls) -> pl.Expr:
        return (pl.col("vital_status") != "DEAD") | pl.col("death_cause").is_not_null()
