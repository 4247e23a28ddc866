"""Adverse events: one row a spell of one term."""

from functools import partial

import polars as pl

from schemas.columns import (
    Date,
    Flag,
    Integer,
    Text,
    code,
    context,
    date,
    end_before_start,
    limit,
    number,
    plain_text,
    usable,
)
from schemas.contract import CELL, ERROR, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death

fatal = partial(rule, "AE02", ERROR, ROW, endpoints=("OS",))
coding = partial(rule, "AE03", WARNING, CELL)


class AdverseEvents(SubjectRows, relation="checks.adverse_events", table="adverse_events", key=("ae_number", "term")):
    """What must be true of the adverse events."""

    ae_number: Integer = number("Event number")
    reported_term: Text = plain_text("Term as reported")
    term: Text = code("Term", unreadable=None, codes="ae_term")
    grade: Integer = number("Grade", unreadable=None)
    start_date: Date = date("Start of the event")
    end_date: Date = date("End of the event")
    serious: Text = code("Serious", codes="yes_no")
    outcome: Text = code("Outcome")
    ctcae_version: Text = plain_text("CTCAE version")
    protocol_ctcae_version: Text = limit("CTCAE version of the protocol")
    highest_grade: Integer = limit("Highest grade of the term in this version of CTCAE")
    serious_from_grade: Integer = limit("Grade from which on an event is serious")
    startdt: Date = context("Start of the clock")
    is_dead: Flag = context("Subject is recorded as dead")
    previous_start: Date = context("Start of the spell of the same term before")
    previous_runs_to: Date = context("Last day of the spell of the same term before")

    @rule("AE01", ERROR, CELL, column="grade", entry="grade_text")
    def grade_is_ctcae(cls) -> pl.Expr:
        return pl.col("grade").is_between(1, 5) & pl.col("grade").is_not_null()

    @fatal(column="grade", needs=("outcome",))
    def grade_five_is_fatal(cls) -> pl.Expr:
        return (pl.col("grade") == 5) == (pl.col("outcome") == "FATAL")

    @fatal(column="grade", tables=("follow_up",))
    def fatal_event_has_a_death(cls) -> pl.Expr:
        # Grade 5 without a fatal outcome is already a finding of the rule above.
        other_outcome = (pl.col("outcome") != "FATAL").fill_null(False)
        return (pl.col("grade") != 5) | other_outcome | pl.col("is_dead")

    @rule("AE04", ERROR, CELL, column="grade", since="0.2.0")
    def grade_exists_for_term(cls) -> pl.Expr:
        # A grade that is no grade of CTCAE at all is AE01's.
        return (pl.col("grade") <= pl.col("highest_grade")) | (pl.col("grade") > 5)

    @rule("AE07", WARNING, CELL, column="serious", needs=("serious",), since="0.2.0")
    def grave_event_is_serious(cls) -> pl.Expr:
        no_grade = pl.col("grade") > 5  # AE01's
        return (pl.col("grade") < pl.col("serious_from_grade")) | no_grade | (pl.col("serious") == "Y")

    @coding(column="term", entry="term_text")
    def term_is_coded(cls) -> pl.Expr:
        return pl.col("term").is_not_null()

    @coding(column="ctcae_version")
    def version_of_protocol(cls) -> pl.Expr:
        return pl.col("ctcae_version").is_not_null() & (pl.col("ctcae_version") == pl.col("protocol_ctcae_version"))

    @rule("AE05", WARNING, CELL, column="start_date")
    def starts_on_treatment(cls) -> pl.Expr:
        return usable("start_date") >= pl.col("startdt")

    @rule("AE06", WARNING, ROW, column="start_date")
    def spells_do_not_overlap(cls) -> pl.Expr:
        start = usable("start_date")
        same_day = (start == pl.col("previous_start")).fill_null(False)
        return ~same_day & (start >= pl.col("previous_runs_to")).fill_null(True)

    @end_before_start(column="end_date")
    def event_ends_after_start(cls) -> pl.Expr:
        return usable("end_date") >= usable("start_date")

    @after_death(scope=ROW, column="start_date")
    def event_starts_before_death(cls) -> pl.Expr:
        return usable("start_date") <= pl.col("death_latest")
