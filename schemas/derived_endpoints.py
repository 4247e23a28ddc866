"""The analysis data sets: times to event and adverse events. A finding here is a fault of the derivation."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Flag, Text, context
from schemas.contract import DERIVED, ERROR, ROW, TABLE, WARNING, Contract, rule

OUR_FAULT = "Report it: the derivation is wrong, no record is."
TIMES = ("OS", "PFS", "LPFS")

one_time = partial(
    rule,
    "TT01",
    "Not one positive time a subject and endpoint",
    ERROR,
    ROW,
    why="Each subject is counted once, from the day the clock starts, which is day 1.",
    fix=OUR_FAULT,
    endpoints=TIMES,
)
order_of_endpoints = partial(
    rule,
    "TT02",
    "Endpoints in an impossible or unusual order",
    scope=ROW,
    column="aval",
)


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
    data_cut: Date = context("Data cut")
    is_dead_by_cut: Flag = context("Dead by the data cut")

    @one_time(column="paramcd", sentence="{paramcd} has {key_count} rows for this subject; expected is 1.")
    def one_row(cls) -> pl.Expr:
        return pl.col("key_count") == 1

    @one_time(column="aval", sentence="{paramcd} is {aval} days (to {adt}); the shortest possible is 1.")
    def positive_time(cls) -> pl.Expr:
        return pl.col("aval").is_not_null() & (pl.col("aval") >= 1)

    @order_of_endpoints(
        severity=ERROR,
        sentence="PFS is {aval} days and overall survival {os_event_days} days.",
        why="Death ends progression-free survival: it cannot come first.",
        fix=OUR_FAULT,
        endpoints=("OS", "PFS"),
    )
    def progression_not_after_death(cls) -> pl.Expr:
        other = (pl.col("paramcd") != "PFS") | (pl.col("cnsr") != 0)
        return other | (pl.col("aval") <= pl.col("os_event_days"))

    @order_of_endpoints(
        severity=WARNING,
        sentence="Liver PFS is an event at {aval} days, before progression-free survival ends at {pfs_days} days.",
        why="It is possible where the sum of the liver targets grows and that of all does not; it is to be reviewed.",
        fix="Review the measurements of the scan, or confirm them.",
        endpoints=("PFS", "LPFS"),
    )
    def organ_progression_not_before_progression(cls) -> pl.Expr:
        other = (pl.col("paramcd") != "LPFS") | (pl.col("cnsr") != 0)
        return other | (pl.col("aval") >= pl.col("pfs_days"))

    @rule(
        "TT03",
        "Death and overall survival do not agree",
        ERROR,
        ROW,
        column="cnsr",
        sentence="OS has censoring {cnsr}; the death is of {death_date} and the data cut {data_cut}.",
        why="Overall survival is an event exactly for those who died by the data cut.",
        fix=OUR_FAULT,
        endpoints=("OS",),
    )
    def event_means_dead(cls) -> pl.Expr:
        return (pl.col("paramcd") != "OS") | ((pl.col("cnsr") == 0) == pl.col("is_dead_by_cut"))

    @rule(
        "TT06",
        "Event without its source record",
        ERROR,
        ROW,
        column="srcseq",
        sentence="Event of {paramcd} on {adt} names row {srcseq} of {srcdom}, which is not published.",
        why="Every number must be walked back to the line of the file it came from.",
        fix=OUR_FAULT,
        endpoints=TIMES,
    )
    def event_has_source(cls) -> pl.Expr:
        return (pl.col("cnsr") != 0) | pl.col("has_source")


class EndpointCounts(Contract, relation="audit.endpoint_counts", table="adtte", stage=DERIVED, key=("paramcd",)):
    """Every subject is counted in every time to event."""

    paramcd: Text = context("Endpoint")
    event_count: Count = context("Events")
    censored_count: Count = context("Censored")
    subject_count: Count = context("Subjects")

    @rule(
        "TT04",
        "Events and censorings are not the cohort",
        ERROR,
        TABLE,
        column="cnsr",
        sentence="{paramcd} has {event_count} events and {censored_count} censored; the cohort is {subject_count}.",
        why="A subject who is in neither number is lost from the analysis.",
        fix=OUR_FAULT,
        endpoints=TIMES,
    )
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

    @rule(
        "AE12",
        "Worst grades do not count subjects",
        ERROR,
        TABLE,
        column="aoccpifl",
        sentence="{aedecod} in arm {arm}: {flagged_count} records are flagged as the worst ({severe_count} severe); "
        "{subject_count} subjects had the event.",
        why="The table of adverse events counts each subject once a term, by the worst grade.",
        fix=OUR_FAULT,
    )
    def flags_count_subjects(cls) -> pl.Expr:
        severe_within = pl.col("severe_count") <= pl.col("subject_count")
        return severe_within & (pl.col("flagged_count") == pl.col("subject_count"))
