"""Patients: one row a patient; identity, eligibility and baseline characteristics."""

from functools import partial

import polars as pl

from schemas.columns import (
    Count,
    Date,
    Flag,
    Integer,
    Limit,
    Number,
    Text,
    code,
    context,
    date,
    limit,
    number,
    plain_text,
    usable,
)
from schemas.contract import BLOCK, CELL, ERROR, ROW, SUBJECT, WARNING, Contract, rule

ALL = ("OS", "PFS", "LPFS", "BOR", "LBOR")

age = partial(rule, "DM04", WARNING, CELL, column="age_years")
diagnosis_order = partial(rule, "DM05", ERROR, CELL, column="diagnosis_date", needs=("diagnosis_date",))
not_the_disease = partial(rule, "DM07", ERROR, SUBJECT, endpoints=ALL)
child_pugh = partial(rule, "DM09", ERROR, SUBJECT, endpoints=ALL)


class Patients(Contract, relation="checks.patients", table="patients"):
    """What must be true of a patient's row."""

    record_id: Text = plain_text("Record number (pseudonym)")
    name_id: Text = plain_text("Name (pseudonym)")
    phone_id: Text = plain_text("Telephone number (pseudonym)")
    arm: Text = code("Arm", unreadable=None, endpoints=ALL)
    sex: Text = code("Sex", unreadable=None)
    birth_year: Integer = number("Year of birth")
    age_years: Integer = number("Age", unit="years")
    histology: Text = code("Histology")
    cd117: Text = code("CD117")
    ecog: Integer = number("ECOG performance status")
    child_pugh_class: Text = code("Child-Pugh class")
    child_pugh_score: Integer = number("Child-Pugh score")
    primary_location: Text = code("Primary tumour location")
    liver_involvement_pct: Number = number("Liver involvement", unit="%")
    blood_supply: Text = code("Blood supply of the lesions")
    diagnosis_date: Date = date("Date of diagnosis")
    consent_date: Date = date("Date of consent")
    index_date: Date = date("Index date", required=True, endpoints=ALL)
    prior_therapy: Text = code("Prior therapy", codes="yes_no")
    prior_therapy_stop_reason: Text = code("Reason for stopping the prior therapy", codes="stop_reason")
    reported_liver_lesion_group: Text = code("Number of liver lesions as reported", codes="liver_lesion_group")
    reported_extrahepatic: Text = code("Extrahepatic metastases as reported", codes="yes_no")
    reported_tki_reintroduction: Text = code("TKI reintroduction as reported", codes="yes_no")
    reported_best_response: Text = code("Best response as reported", codes="response")
    reported_best_organ_response: Text = code("Best response of the organ as reported", codes="response")
    latest_plausible_date: Date = limit("Last day that the extract can know")
    subject_count: Count = context("Rows with this subject id")
    double_of: Text = context("Another subject with the same record, or the same name or telephone, sex and birth year")
    procedures_expected: Flag = context("The arm has the procedure")
    age_low: Limit = limit("Age, lowest eligible", unit="years")
    age_high: Limit = limit("Age, highest eligible", unit="years")
    age_by_birth_year: Integer = context("Year of the index date less year of birth", unit="years")
    diagnosis_year: Integer = context("Year of diagnosis")
    ecog_low: Limit = limit("ECOG, lowest eligible")
    ecog_high: Limit = limit("ECOG, highest eligible")
    eligible_histology: Text = limit("Histology, eligible")
    eligible_cd117: Text = limit("CD117, eligible")
    eligible_child_pugh_class: Text = limit("Child-Pugh class, eligible")
    is_eligible_histology: Flag = context("Histology is eligible")
    is_eligible_cd117: Flag = context("CD117 is eligible")
    is_eligible_child_pugh_class: Flag = context("Child-Pugh class is eligible")
    child_pugh_score_low: Limit = limit("Child-Pugh score, lowest eligible")
    child_pugh_score_high: Limit = limit("Child-Pugh score, highest eligible")
    recruitment_first: Date = limit("Recruitment, first day")
    recruitment_last: Date = limit("Recruitment, last day")

    @rule("DM01", BLOCK, ROW, column="subject_id", endpoints=ALL)
    def subject_stands_once(cls) -> pl.Expr:
        return pl.col("subject_id").is_not_null() & (pl.col("subject_count") == 1)

    @rule("DM02", BLOCK, SUBJECT, column="arm", entry="arm_text", endpoints=ALL)
    def arm_is_known(cls) -> pl.Expr:
        return pl.col("arm").is_not_null()

    @rule("DM03", WARNING, CELL, column="sex", entry="sex_text")
    def sex_is_known(cls) -> pl.Expr:
        return pl.col("sex").is_not_null()

    @age()
    def age_is_eligible(cls) -> pl.Expr:
        return pl.col("age_years").is_between(pl.col("age_low"), pl.col("age_high"))

    @age()
    def age_agrees_with_birth(cls) -> pl.Expr:
        eligible = pl.col("age_years").is_between(pl.col("age_low"), pl.col("age_high"))
        return ~eligible | ((pl.col("age_years") - pl.col("age_by_birth_year")).abs() <= 1)

    @diagnosis_order()
    def born_before_diagnosis(cls) -> pl.Expr:
        return usable("diagnosis_date").is_null() | (pl.col("birth_year") < pl.col("diagnosis_year"))

    @diagnosis_order()
    def diagnosed_before_consent_and_index(cls) -> pl.Expr:
        diagnosis = usable("diagnosis_date")
        before_consent = (diagnosis <= usable("consent_date")).fill_null(True)
        return before_consent & (diagnosis <= usable("index_date")).fill_null(True)

    @rule("DM06", ERROR, SUBJECT, column="ecog", endpoints=ALL)
    def ecog_is_eligible(cls) -> pl.Expr:
        return pl.col("ecog").is_between(pl.col("ecog_low"), pl.col("ecog_high"))

    @not_the_disease(column="histology")
    def histology_is_eligible(cls) -> pl.Expr:
        return pl.col("histology").is_null() | pl.col("is_eligible_histology")

    @not_the_disease(column="cd117")
    def cd117_is_eligible(cls) -> pl.Expr:
        return pl.col("cd117").is_null() | pl.col("is_eligible_cd117")

    @rule("DM08", ERROR, SUBJECT, column="prior_therapy", endpoints=ALL)
    def prior_therapy_has_failed(cls) -> pl.Expr:
        failed = pl.col("prior_therapy_stop_reason").is_in(["PROGRESSION", "INTOLERANCE"]).fill_null(True)
        return (pl.col("prior_therapy") == "Y") & failed

    @child_pugh(column="child_pugh_class")
    def child_pugh_class_is_eligible(cls) -> pl.Expr:
        return ~pl.col("procedures_expected") | pl.col("child_pugh_class").is_null() | _eligible_class()

    @child_pugh(column="child_pugh_score", needs=("child_pugh_score",))
    def child_pugh_score_is_eligible(cls) -> pl.Expr:
        score = pl.col("child_pugh_score").is_between(pl.col("child_pugh_score_low"), pl.col("child_pugh_score_high"))
        # Where the class already excludes the patient, the score says nothing more.
        other_class = pl.col("child_pugh_class").is_not_null() & ~_eligible_class()
        return ~pl.col("procedures_expected") | score | other_class

    @rule("DM10", WARNING, CELL, column="index_date", endpoints=ALL)
    def index_within_recruitment(cls) -> pl.Expr:
        return usable("index_date").is_between(pl.col("recruitment_first"), pl.col("recruitment_last"))

    @rule("DM14", WARNING, ROW, column="subject_id", endpoints=ALL)
    def not_a_double(cls) -> pl.Expr:
        return pl.col("double_of").is_null()


def _eligible_class() -> pl.Expr:
    return pl.col("is_eligible_child_pugh_class")
