"""One subject's records of all tables together, against the patients file and the protocol."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Flag, Integer, Limit, Text, context, limit
from schemas.contract import CELL, ERROR, INFO, ROW, SUBJECT, WARNING, Contract, rule
from schemas.lesions import TUMOUR
from schemas.patients import ALL

from_lesions = partial(rule, scope=CELL, tables=("lesions",))
baseline_scan = partial(rule, "TR15", endpoints=TUMOUR, tables=("lesion_measurements",))


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
    early_death_days: Integer = limit("Death counts as early within", unit="days")
    organ_required: Text = limit("Organ that needs a lesion at baseline")
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
    baseline_window_days: Count = limit("Baseline scan, at most before the start", unit="days")
    undated_scan_count: Count = context("Measurements without a usable date")
    baseline_sample_date: Date = context("Last sample on or before the start")
    days_sample_to_start: Count = context("From that sample to the start", unit="days")
    baseline_sample_window_days: Integer = limit("Baseline sample, at most before the start", unit="days")
    last_contact_date: Date = context("Last day with any record")
    days_contact_to_cut: Count = limit("From then to the data cut", unit="days")
    contact_window_days: Integer = limit("Contact, at most before the data cut", unit="days")
    data_cut: Date = limit("Data cut")
    event_count: Count = context("Adverse events")
    percent_without_events: Limit = context("Subjects of the site without an adverse event", unit="%")
    most_percent_without_events: Limit = limit("Subjects of a site without an adverse event, at most", unit="%")

    @rule("AE11", INFO, ROW, column="subject_id", since="0.2.0")
    def events_are_reported(cls) -> pl.Expr:
        usual = pl.col("percent_without_events") <= pl.col("most_percent_without_events")
        return (pl.col("event_count") > 0) | usual

    @rule("DM11", ERROR, SUBJECT, column="subject_id", endpoints=ALL, needs=("organ_required",), tables=("lesions",))
    def has_lesion_of_required_organ(cls) -> pl.Expr:
        return pl.col("liver_lesion_count") >= 1

    @from_lesions("DM12", severity=ERROR, needs=("reported_extrahepatic",), column="reported_extrahepatic")
    def extrahepatic_agrees(cls) -> pl.Expr:
        return pl.col("reported_extrahepatic") == pl.col("derived_extrahepatic")

    @rule(
        "DM13",
        WARNING,
        CELL,
        column="reported_liver_lesion_group",
        needs=("reported_liver_lesion_group",),
        tables=("lesions",),
    )
    def liver_lesion_group_agrees(cls) -> pl.Expr:
        return pl.col("reported_liver_lesion_group") == pl.col("derived_liver_lesion_group")

    @rule("DS06", WARNING, ROW, column="subject_id", endpoints=("OS",))
    def contact_is_recent(cls) -> pl.Expr:
        return pl.col("is_dead") | (pl.col("days_contact_to_cut") <= pl.col("contact_window_days"))

    @rule("DS08", INFO, ROW, column="subject_id", tables=("procedures", "follow_up"))
    def death_is_not_early(cls) -> pl.Expr:
        return pl.col("days_procedure_to_death") > pl.col("early_death_days")

    @rule("EX01", ERROR, SUBJECT, column="arm", endpoints=ALL, tables=("procedures",))
    def sessions_agree_with_arm(cls) -> pl.Expr:
        return pl.col("procedures_expected") == (pl.col("procedure_count") > 0)

    @rule("EX02", ERROR, SUBJECT, column="index_date", endpoints=ALL, tables=("procedures",))
    def first_session_is_index(cls) -> pl.Expr:
        return pl.col("first_procedure_date") == pl.col("index_date")

    @rule("LB04", WARNING, ROW, column="subject_id", tables=("lab_results",))
    def baseline_sample_is_recent(cls) -> pl.Expr:
        recent = pl.col("days_sample_to_start") <= pl.col("baseline_sample_window_days")
        return pl.col("startdt").is_null() | recent.fill_null(False)

    @rule(
        "TK02",
        ERROR,
        CELL,
        column="reported_tki_reintroduction",
        needs=("reported_tki_reintroduction",),
        tables=("drug_courses",),
    )
    def reintroduction_agrees(cls) -> pl.Expr:
        return pl.col("reported_tki_reintroduction") == pl.col("derived_tki_reintroduction")

    @rule("TU11", WARNING, ROW, column="subject_id", endpoints=("BOR", "LBOR"), tables=("lesions",))
    def has_a_target(cls) -> pl.Expr:
        return (pl.col("target_count") >= 1) | (pl.col("baseline_lesion_count") == 0)

    @baseline_scan(severity=WARNING, scope=ROW, column="subject_id")
    def baseline_scan_is_recent(cls) -> pl.Expr:
        return pl.col("days_scan_to_start") <= pl.col("baseline_window_days")

    # Survival can still be told: no cell of the patient's row is in doubt, and none is set aside.
    @baseline_scan(severity=ERROR, scope=CELL)
    def baseline_scan_exists(cls) -> pl.Expr:
        unknown = pl.col("startdt").is_null() | (pl.col("undated_scan_count") > 0)
        return pl.col("baseline_scan_date").is_not_null() | unknown
