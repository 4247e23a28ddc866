"""The analysis data sets: times to event and adverse events. A finding here is a fault of the derivation."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Flag, Text, context, limit
from schemas.contract import DERIVED, ERROR, ROW, TABLE, WARNING, Contract, rule

TIMES = ("OS", "PFS", "LPFS")

one_time = partial(rule, "TT01", ERROR, ROW, endpoints=TIMES)
order_of_endpoints = partial(rule, "TT02", scope=ROW, column="aval")


class TimesToEvent(Contract, relation="audit.times_to_event", table="adtte", stage=DERIVED, key=("paramcd", "adt")):
    """What must be true of each time to event."""

    paramcd: Text = context("Endpoint")
    adt: Date = context("Date of the event or censoring")
    aval: Count = context("Time", unit="days")
    cnsr: Count = context("Censoring (0 = event)")
    srcdom: Text = context("Source table")
    srcseq: Count = context("Source row")
    key_count: Count = context("Rows of this subject and endpoint")
    has_source: Flag = context("The source row is published")
    os_event_days: Count = context("Time to death", unit="days")
    pfs_days: Count = context("Progression-free time", unit="days")
    death_date: Date = context("Date of death, imputed where its day is missing")
    data_cut: Date = limit("Data cut")
    is_dead_by_cut: Flag = context("Dead by the data cut")

    @one_time(column="paramcd")
    def one_row(cls) -> pl.Expr:
        return pl.col("key_count") == 1

    @one_time(column="aval")
    def positive_time(cls) -> pl.Expr:
        return pl.col("aval").is_not_null() & (pl.col("aval") >= 1)

    @order_of_endpoints(severity=ERROR, endpoints=("OS", "PFS"))
    def progression_not_after_death(cls) -> pl.Expr:
        other = (pl.col("paramcd") != "PFS") | (pl.col("cnsr") != 0)
        return other | (pl.col("aval") <= pl.col("os_event_days"))

    @order_of_endpoints(severity=WARNING, endpoints=("PFS", "LPFS"))
    def organ_progression_not_before_progression(cls) -> pl.Expr:
        other = (pl.col("paramcd") != "LPFS") | (pl.col("cnsr") != 0)
        return other | (pl.col("aval") >= pl.col("pfs_days"))

    @rule("TT03", ERROR, ROW, column="cnsr", endpoints=("OS",))
    def event_means_dead(cls) -> pl.Expr:
        return (pl.col("paramcd") != "OS") | ((pl.col("cnsr") == 0) == pl.col("is_dead_by_cut"))

    @rule("TT06", ERROR, ROW, column="srcseq", endpoints=TIMES)
    def event_has_source(cls) -> pl.Expr:
        return (pl.col("cnsr") != 0) | pl.col("has_source")


class EndpointCounts(Contract, relation="audit.endpoint_counts", table="adtte", stage=DERIVED, key=("paramcd",)):
    """Every subject is counted in every time to event."""

    paramcd: Text = context("Endpoint")
    event_count: Count = context("Events")
    censored_count: Count = context("Censored")
    subject_count: Count = context("Subjects")

    @rule("TT04", ERROR, TABLE, column="cnsr", endpoints=TIMES)
    def all_subjects_are_counted(cls) -> pl.Expr:
        return pl.col("event_count") + pl.col("censored_count") == pl.col("subject_count")


class AdverseEventCounts(
    Contract, relation="audit.adverse_event_counts", table="adae", stage=DERIVED, key=("arm", "aedecod")
):
    """The table of adverse events counts subjects, each once a term."""

    arm: Text = context("Arm")
    aedecod: Text = context("Term")
    flagged_count: Count = context("Records flagged as the worst")
    severe_count: Count = context("Of these, of grade 3 or more")
    subject_count: Count = context("Subjects with the event on treatment")

    @rule("AE12", ERROR, TABLE, column="aoccpifl")
    def flags_count_subjects(cls) -> pl.Expr:
        severe_within = pl.col("severe_count") <= pl.col("subject_count")
        return severe_within & (pl.col("flagged_count") == pl.col("subject_count"))
