"""One subject's records of all tables together, against the patients file and the protocol."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Flag, Integer, Text, context
from schemas.contract import CELL, ERROR, INFO, ROW, SUBJECT, WARNING, Contract, rule
from schemas.lesions import TUMOUR
from schemas.patients import ALL

baseline_scan = partial(
    rule,
    "TR15",
    "Baseline scan missing or too old",
    why="Response and progression are measured against the baseline; an old one is not where treatment started.",
    endpoints=TUMOUR,
)


class SubjectTotals(Contract, relation="checks.subject_totals", table="patients"):
    """What must be true across a subject's records. Findings stand with the subject's row of the patients file."""

    arm: Text = context("Arm")
    index_date: Date = context("Index date")
    startdt: Date = context("Start of the clock")
    procedures_expected: Flag = context("The arm has the procedure")
    procedure_count: Count = context("Sessions")
    first_procedure_date: Date = context("First session, in arms whose clock it starts")
    last_procedure_date: Date = context("Last session")
    is_dead: Flag = context("Subject is recorded as dead")
    death_latest: Date = context("Death, latest day possible")
    days_procedure_to_death: Count = context("From the last session to death", unit="days")
    early_death_days: Integer = context("Death counts as early within", unit="days")
    organ_required: Text = context("Organ that needs a lesion at baseline")
    baseline_lesion_count: Count = context("Lesions at baseline")
    liver_lesion_count: Count = context("Lesions of that organ at baseline")
    target_count: Count = context("Targets")
    reported_extrahepatic: Text = context("Extrahepatic metastases as reported")
    derived_extrahepatic: Text = context("Extrahepatic metastases by the lesions")
    reported_liver_lesion_group: Text = context("Number of liver lesions as reported")
    derived_liver_lesion_group: Text = context("Number of liver lesions by the lesions")
    reported_tki_reintroduction: Text = context("TKI reintroduction as reported")
    derived_tki_reintroduction: Text = context("TKI reintroduction by the drug courses")
    baseline_scan_date: Date = context("Last scan on or before the start")
    days_scan_to_start: Count = context("From that scan to the start", unit="days")
    baseline_window_days: Count = context("Baseline scan, at most before the start", unit="days")
    undated_scan_count: Count = context("Measurements without a usable date")
    baseline_sample_date: Date = context("Last sample on or before the start")
    days_sample_to_start: Count = context("From that sample to the start", unit="days")
    baseline_sample_window_days: Integer = context("Baseline sample, at most before the start", unit="days")
    last_contact_date: Date = context("Last day with any record")
    days_contact_to_cut: Count = context("From then to the data cut", unit="days")
    contact_window_days: Integer = context("Contact, at most before the data cut", unit="days")
    data_cut: Date = context("Data cut")

    @rule(
        "DM11",
        "No lesion of the organ that is treated",
        ERROR,
        SUBJECT,
        column="subject_id",
        sentence="Subject has {liver_lesion_count} lesions of {organ_required} at baseline; at least 1 is required.",
        why="The protocol treats lesions of this organ, and its response is an endpoint.",
        fix="Add the lesions, or take the patient out of the cohort.",
        endpoints=ALL,
    )
    def has_lesion_of_required_organ(cls) -> pl.Expr:
        return pl.col("liver_lesion_count") >= 1

    @rule(
        "DM12",
        "Extrahepatic disease does not agree with the lesions",
        ERROR,
        CELL,
        column="reported_extrahepatic",
        sentence="Extrahepatic disease is reported as {reported_extrahepatic}; the lesions say {derived_extrahepatic}.",
        why="It is a prognostic factor; the tables use what the lesions say.",
        fix="Correct the report, or the organ of a lesion.",
        needs=("reported_extrahepatic",),
    )
    def extrahepatic_agrees(cls) -> pl.Expr:
        return pl.col("reported_extrahepatic") == pl.col("derived_extrahepatic")

    @rule(
        "DM13",
        "Number of liver lesions does not agree with the lesions",
        WARNING,
        CELL,
        column="reported_liver_lesion_group",
        sentence="Number of liver lesions is reported as {reported_liver_lesion_group}; "
        "the lesions file has {liver_lesion_count}.",
        why="It is a prognostic factor; the tables use what the lesions say.",
        fix="Correct the report, or add the lesions.",
        needs=("reported_liver_lesion_group",),
    )
    def liver_lesion_group_agrees(cls) -> pl.Expr:
        return pl.col("reported_liver_lesion_group") == pl.col("derived_liver_lesion_group")

    @rule(
        "DS06",
        "No contact for a long time",
        WARNING,
        ROW,
        column="subject_id",
        sentence="Last contact is of {last_contact_date}, {days_contact_to_cut} days before the data cut {data_cut}; "
        "expected is at most {contact_window_days} days.",
        why="A patient who is lost to follow-up is censored early, and may have died.",
        fix="Ask for the patient's state, or record the loss to follow-up.",
        endpoints=("OS",),
    )
    def contact_is_recent(cls) -> pl.Expr:
        return pl.col("is_dead") | (pl.col("days_contact_to_cut") <= pl.col("contact_window_days"))

    @rule(
        "DS08",
        "Death soon after a session",
        INFO,
        ROW,
        column="subject_id",
        sentence="Patient died {days_procedure_to_death} days after the session of {last_procedure_date} "
        "({early_death_days} days or fewer are listed).",
        why="Deaths within 30 days of a procedure are reviewed as possible complications.",
        fix="Review the cause of death.",
    )
    def death_is_not_early(cls) -> pl.Expr:
        return pl.col("days_procedure_to_death") > pl.col("early_death_days")

    @rule(
        "EX01",
        "Sessions do not agree with the arm",
        ERROR,
        SUBJECT,
        column="arm",
        sentence="Arm is {arm} and there are {procedure_count} sessions.",
        why="A control with a session has crossed over; a treated patient without one was not treated.",
        fix="Correct the arm, or add or remove the sessions.",
        endpoints=ALL,
    )
    def sessions_agree_with_arm(cls) -> pl.Expr:
        return pl.col("procedures_expected") == (pl.col("procedure_count") > 0)

    @rule(
        "EX02",
        "First session is not the index date",
        ERROR,
        SUBJECT,
        column="index_date",
        sentence="First session is on {first_procedure_date} and the index date is {index_date}.",
        why="The first session starts the clock of every endpoint in this arm.",
        fix="Correct the date of the first session, or the index date.",
        endpoints=ALL,
    )
    def first_session_is_index(cls) -> pl.Expr:
        return pl.col("first_procedure_date") == pl.col("index_date")

    @rule(
        "LB04",
        "No recent laboratory values at baseline",
        WARNING,
        ROW,
        column="subject_id",
        sentence="Last sample before the start of {startdt} is of {baseline_sample_date}; "
        "expected is at most {baseline_sample_window_days} days before.",
        why="Eligibility, and the change of every later value, is judged by the baseline.",
        fix="Add the baseline sample.",
    )
    def baseline_sample_is_recent(cls) -> pl.Expr:
        recent = pl.col("days_sample_to_start") <= pl.col("baseline_sample_window_days")
        return pl.col("startdt").is_null() | recent.fill_null(False)

    @rule(
        "TK02",
        "TKI reintroduction does not agree with the drug courses",
        ERROR,
        CELL,
        column="reported_tki_reintroduction",
        sentence="TKI reintroduction is reported as {reported_tki_reintroduction}; "
        "the drug courses from {startdt} on say {derived_tki_reintroduction}.",
        why="It is a prognostic factor; the tables use what the drug courses say.",
        fix="Correct the report, or add or date the course.",
        needs=("reported_tki_reintroduction",),
    )
    def reintroduction_agrees(cls) -> pl.Expr:
        return pl.col("reported_tki_reintroduction") == pl.col("derived_tki_reintroduction")

    @rule(
        "TU11",
        "No measurable disease at baseline",
        WARNING,
        ROW,
        column="subject_id",
        sentence="Subject has {target_count} targets among {baseline_lesion_count} lesions at baseline.",
        why="Without a target there is no sum, and no partial response.",
        fix="Choose the targets, or confirm that no lesion is measurable.",
        endpoints=("BOR", "LBOR"),
    )
    def has_a_target(cls) -> pl.Expr:
        return (pl.col("target_count") >= 1) | (pl.col("baseline_lesion_count") == 0)

    @baseline_scan(
        severity=WARNING,
        scope=ROW,
        column="subject_id",
        sentence="Baseline scan is of {baseline_scan_date}, {days_scan_to_start} days before the start of {startdt}; "
        "expected is at most {baseline_window_days} days.",
        fix="Add the later scan, or confirm that there was none.",
    )
    def baseline_scan_is_recent(cls) -> pl.Expr:
        return pl.col("days_scan_to_start") <= pl.col("baseline_window_days")

    # Survival can still be told: no cell of the patient's row is in doubt, and none is set aside.
    @baseline_scan(
        severity=ERROR,
        scope=CELL,
        sentence="Last scan on or before the start of {startdt} is {baseline_scan_date}; "
        "expected is one within {baseline_window_days} days before.",
        fix="Add the scan before the start.",
    )
    def baseline_scan_exists(cls) -> pl.Expr:
        unknown = pl.col("startdt").is_null() | (pl.col("undated_scan_count") > 0)
        return pl.col("baseline_scan_date").is_not_null() | unknown
