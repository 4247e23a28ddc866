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
    number,
    plain_text,
    usable,
)
from schemas.contract import CELL, ERROR, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death

fatal = partial(
    rule,
    "AE02",
    "Fatal event that does not agree with itself or the follow-up",
    ERROR,
    ROW,
    why="Grade 5 is death from the event; grade, outcome and follow-up must tell the same.",
    fix="Correct the grade or the outcome, or record the death in the follow-up form.",
    endpoints=("OS",),
)
coding = partial(
    rule,
    "AE03",
    "Term or grading version is not the study's",
    WARNING,
    CELL,
    why="Events are counted by coded term, and grades of different CTCAE versions are not the same.",
)


class AdverseEvents(SubjectRows, relation="checks.adverse_events", table="adverse_events", key=("ae_number", "term")):
    """What must be true of the adverse events."""

    ae_number: Integer = number("Event number")
    reported_term: Text = plain_text("Term as reported")
    term: Text = code("Term", unreadable=None)
    grade: Integer = number("Grade", unreadable=None)
    start_date: Date = date("Start of the event")
    end_date: Date = date("End of the event")
    serious: Text = code("Serious")
    outcome: Text = code("Outcome")
    ctcae_version: Text = plain_text("CTCAE version")
    protocol_ctcae_version: Text = context("CTCAE version of the protocol")
    startdt: Date = context("Start of the clock")
    is_dead: Flag = context("Subject is recorded as dead")
    previous_start: Date = context("Start of the spell of the same term before")
    previous_runs_to: Date = context("Last day of the spell of the same term before")

    @rule(
        "AE01",
        "Grade that is no CTCAE grade",
        ERROR,
        CELL,
        column="grade",
        sentence="Grade of {term} is '{grade_text}'; CTCAE has grades 1 to 5.",
        why="The table of adverse events counts the worst grade.",
        fix="Enter a grade from 1 to 5.",
    )
    def grade_is_ctcae(cls) -> pl.Expr:
        return pl.col("grade").is_between(1, 5) & pl.col("grade").is_not_null()

    @fatal(column="grade", sentence="Grade of {term} is {grade} and its outcome {outcome}.", needs=("outcome",))
    def grade_five_is_fatal(cls) -> pl.Expr:
        return (pl.col("grade") == 5) == (pl.col("outcome") == "FATAL")

    @fatal(column="grade", sentence="{term} is of grade {grade}; no death of {subject_id} is recorded.")
    def fatal_event_has_a_death(cls) -> pl.Expr:
        # Grade 5 without a fatal outcome is already a finding of the rule above.
        other_outcome = (pl.col("outcome") != "FATAL").fill_null(False)
        return (pl.col("grade") != 5) | other_outcome | pl.col("is_dead")

    @coding(
        column="term",
        sentence="Term is '{term_text}' (reported: {reported_term}), which is not one of the study's.",
        fix="Correct the term; if it is right, add it to the study's terms.",
    )
    def term_is_coded(cls) -> pl.Expr:
        return pl.col("term").is_not_null()

    @coding(
        column="ctcae_version",
        sentence="CTCAE version is {ctcae_version}; the study uses {protocol_ctcae_version}.",
        fix="Grade the event by the study's version, or correct the entry.",
    )
    def version_of_protocol(cls) -> pl.Expr:
        return pl.col("ctcae_version").is_not_null() & (pl.col("ctcae_version") == pl.col("protocol_ctcae_version"))

    @rule(
        "AE05",
        "Event before treatment",
        WARNING,
        CELL,
        column="start_date",
        sentence="{term} starts on {start_date}; the start of treatment is {startdt}.",
        why="An event that starts before treatment is not counted as caused by it.",
        fix="Correct the start, or confirm that it was there before.",
    )
    def starts_on_treatment(cls) -> pl.Expr:
        return usable("start_date") >= pl.col("startdt")

    @rule(
        "AE06",
        "Two spells of one term overlap",
        WARNING,
        ROW,
        column="start_date",
        sentence="{term} starts on {start_date}; the spell before it runs from {previous_start} to {previous_runs_to}.",
        why="One event that is entered twice would count twice.",
        fix="Join the two, or correct their dates.",
    )
    def spells_do_not_overlap(cls) -> pl.Expr:
        start = usable("start_date")
        same_day = (start == pl.col("previous_start")).fill_null(False)
        return ~same_day & (start >= pl.col("previous_runs_to")).fill_null(True)

    @end_before_start(column="end_date", sentence="{term} ends on {end_date} and starts on {start_date}.")
    def ends_after_start(cls) -> pl.Expr:
        return usable("end_date") >= usable("start_date")

    @after_death(
        scope=ROW, column="start_date", sentence="{term} starts on {start_date}; the patient died on {death_latest}."
    )
    def starts_before_death(cls) -> pl.Expr:
        return usable("start_date") <= pl.col("death_latest")
