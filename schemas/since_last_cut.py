"""What a cut is held against: the cut before it, and the number of subjects that the protocol states."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Flag, Integer, Text, context, limit
from schemas.contract import COVERED, ROW, TABLE, WARNING, Contract, rule

grows = partial(rule, "TT05", WARNING, ROW, since="0.2.0")


class ChangedSubjects(Contract, relation="coverage.changed_subjects", table="patients", stage=COVERED):
    """The subjects of the cut before."""

    in_current: Flag = context("Subject is in this extract")
    previous_is_dead: Flag = context("Dead at the last cut")
    is_dead: Flag = context("Dead")
    previous_dthdt: Date = context("Death at the last cut")
    dthdt: Date = context("Death")
    death_moved_days: Count = context("Death moved by", unit="days")
    death_moved_limit_days: Count = limit("Death may move by", unit="days")

    @rule("RF01", WARNING, ROW, column="subject_id", since="0.2.0")
    def is_still_there(cls) -> pl.Expr:
        return pl.col("in_current")

    @rule("DS05", WARNING, ROW, column="vital_status", endpoints=("OS", "PFS", "LPFS"), since="0.2.0")
    def dead_stays_dead(cls) -> pl.Expr:
        return ~pl.col("previous_is_dead") | pl.col("is_dead")

    @rule("DS07", WARNING, ROW, column="death_date", endpoints=("OS", "PFS", "LPFS"), since="0.2.0")
    def death_stays_where_it_was(cls) -> pl.Expr:
        return pl.col("death_moved_days") <= pl.col("death_moved_limit_days")


class ChangedEndpoints(Contract, relation="coverage.changed_endpoints", table="adtte", stage=COVERED, key=("paramcd",)):
    """The times to event that were in the cut before."""

    paramcd: Text = context("Endpoint")
    previous_aval: Count = context("Time at the last cut", unit="days")
    aval: Count = context("Time", unit="days")
    previous_cnsr: Integer = context("Censoring at the last cut")
    cnsr: Integer = context("Censoring")

    @grows(column="aval")
    def censored_time_grows(cls) -> pl.Expr:
        was_censored = pl.col("previous_cnsr") > 0
        return ~was_censored | (pl.col("aval") >= pl.col("previous_aval"))

    @grows(column="cnsr")
    def event_stays_event(cls) -> pl.Expr:
        return (pl.col("previous_cnsr") > 0) | (pl.col("cnsr") == 0)


class ArmCounts(Contract, relation="coverage.arm_counts", table="adsl", stage=COVERED, key=("arm",)):
    """The arms of the analysis data."""

    arm: Text = context("Arm")
    subjects: Count = context("Subjects")
    expected_subjects: Count = limit("Subjects that the protocol states")

    @rule("DM15", WARNING, TABLE, needs=("expected_subjects",), since="0.2.0")
    def cohort_is_complete(cls) -> pl.Expr:
        return pl.col("subjects") == pl.col("expected_subjects")
