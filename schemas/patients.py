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
    number,
    plain_text,
    usable,
)
from schemas.contract import BLOCK, CELL, ERROR, ROW, SUBJECT, WARNING, Contract, rule

ALL = ("OS", "PFS", "LPFS", "BOR", "LBOR")

age = partial(
    rule,
    "DM04",
    "Age is implausible",
    WARNING,
    CELL,
    column="age_years",
    why="Age stands in the table of baseline characteristics and in models.",
    fix="Correct the age or the year of birth.",
)
diagnosis_order = partial(
    rule,
    "DM05",
    "Birth, diagnosis, consent and index are out of order",
    ERROR,
    CELL,
    column="diagnosis_date",
    why="A patient is born, diagnosed, asked and then treated; another order means a wrong date.",
    fix="Correct the date that is wrong.",
    needs=("diagnosis_date",),
)
not_the_disease = partial(
    rule,
    "DM07",
    "Not the disease of the study",
    ERROR,
    SUBJECT,
    why="The protocol admits one histology, confirmed by CD117.",
    fix="Correct the pathology, or take the patient out of the cohort.",
    endpoints=ALL,
)
child_pugh = partial(
    rule,
    "DM09",
    "Liver function outside eligibility",
    ERROR,
    SUBJECT,
    why="The procedure is not given to patients with decompensated cirrhosis.",
    fix="Correct the Child-Pugh class or score, or take the patient out of the cohort.",
    endpoints=ALL,
)


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
    prior_imatinib: Text = code("Imatinib before")
    imatinib_stop_reason: Text = code("Reason for stopping imatinib")
    reported_liver_lesion_group: Text = code("Number of liver lesions as reported")
    reported_extrahepatic: Text = code("Extrahepatic metastases as reported")
    reported_tki_reintroduction: Text = code("TKI reintroduction as reported")
    latest_plausible_date: Date = context("Last day that the extract can know")
    subject_count: Count = context("Rows with this subject id")
    double_of: Text = context("Another subject with the same record, or the same name or telephone, sex and birth year")
    procedures_expected: Flag = context("The arm has the procedure")
    age_low: Limit = context("Age, lowest eligible", unit="years")
    age_high: Limit = context("Age, highest eligible", unit="years")
    age_by_birth_year: Integer = context("Year of the index date less year of birth", unit="years")
    diagnosis_year: Integer = context("Year of diagnosis")
    ecog_low: Limit = context("ECOG, lowest eligible")
    ecog_high: Limit = context("ECOG, highest eligible")
    eligible_histology: Text = context("Histology, eligible")
    eligible_cd117: Text = context("CD117, eligible")
    eligible_child_pugh_class: Text = context("Child-Pugh class, eligible")
    is_eligible_histology: Flag = context("Histology is eligible")
    is_eligible_cd117: Flag = context("CD117 is eligible")
    is_eligible_child_pugh_class: Flag = context("Child-Pugh class is eligible")
    child_pugh_score_low: Limit = context("Child-Pugh score, lowest eligible")
    child_pugh_score_high: Limit = context("Child-Pugh score, highest eligible")
    recruitment_first: Date = context("Recruitment, first day")
    recruitment_last: Date = context("Recruitment, last day")

    @rule(
        "DM01",
        "Subject is missing or not unique",
        BLOCK,
        ROW,
        column="subject_id",
        sentence="Subject '{subject_id}' stands in {subject_count} different rows.",
        why="Every table is joined by the subject id; if it is not one patient's, no number of the cut can be trusted.",
        fix="Give each patient one row and one id.",
        endpoints=ALL,
    )
    def subject_stands_once(cls) -> pl.Expr:
        return pl.col("subject_id").is_not_null() & (pl.col("subject_count") == 1)

    @rule(
        "DM02",
        "Arm is not one of the study's",
        BLOCK,
        SUBJECT,
        column="arm",
        sentence="Arm is '{arm_text}', which is not one of the study's arms.",
        why="A patient of no arm would silently be missing from every comparison.",
        fix="Enter the arm.",
        endpoints=ALL,
    )
    def arm_is_known(cls) -> pl.Expr:
        return pl.col("arm").is_not_null()

    @rule(
        "DM03",
        "Sex is missing or not known",
        WARNING,
        CELL,
        column="sex",
        sentence="Sex is '{sex_text}'; expected is a word for male or female.",
        why="Sex stands in the table of baseline characteristics.",
        fix="Enter the sex.",
    )
    def sex_is_known(cls) -> pl.Expr:
        return pl.col("sex").is_not_null()

    @age(sentence="Age is {age_years} years; eligible is {age_low} to {age_high} years.")
    def age_is_eligible(cls) -> pl.Expr:
        return pl.col("age_years").is_between(pl.col("age_low"), pl.col("age_high"))

    @age(sentence="Age is {age_years} years; by the year of birth {birth_year} it is {age_by_birth_year} years.")
    def age_agrees_with_birth(cls) -> pl.Expr:
        eligible = pl.col("age_years").is_between(pl.col("age_low"), pl.col("age_high"))
        return ~eligible | ((pl.col("age_years") - pl.col("age_by_birth_year")).abs() <= 1)

    @diagnosis_order(sentence="Diagnosis is of {diagnosis_date}; the patient was born in {birth_year}.")
    def born_before_diagnosis(cls) -> pl.Expr:
        return usable("diagnosis_date").is_null() | (pl.col("birth_year") < pl.col("diagnosis_year"))

    @diagnosis_order(
        sentence="Diagnosis is of {diagnosis_date}; consent is of {consent_date} and the index date is {index_date}."
    )
    def diagnosed_before_consent_and_index(cls) -> pl.Expr:
        diagnosis = usable("diagnosis_date")
        before_consent = (diagnosis <= usable("consent_date")).fill_null(True)
        return before_consent & (diagnosis <= usable("index_date")).fill_null(True)

    @rule(
        "DM06",
        "Performance status outside eligibility",
        ERROR,
        SUBJECT,
        column="ecog",
        sentence="ECOG is {ecog} at index; eligible is {ecog_low} to {ecog_high}.",
        why="The protocol admits patients who are well enough for the procedure; 5 means dead.",
        fix="Correct the performance status, or take the patient out of the cohort.",
        endpoints=ALL,
    )
    def ecog_is_eligible(cls) -> pl.Expr:
        return pl.col("ecog").is_between(pl.col("ecog_low"), pl.col("ecog_high"))

    @not_the_disease(column="histology", sentence="Histology is {histology}; eligible is {eligible_histology}.")
    def histology_is_eligible(cls) -> pl.Expr:
        return pl.col("histology").is_null() | pl.col("is_eligible_histology")

    @not_the_disease(column="cd117", sentence="CD117 is {cd117}; eligible is {eligible_cd117}.")
    def cd117_is_eligible(cls) -> pl.Expr:
        return pl.col("cd117").is_null() | pl.col("is_eligible_cd117")

    @rule(
        "DM08",
        "No failure of imatinib before",
        ERROR,
        SUBJECT,
        column="prior_imatinib",
        sentence="Imatinib before is {prior_imatinib}, stopped for {imatinib_stop_reason}; "
        "eligible is Y, stopped for PROGRESSION or INTOLERANCE.",
        why="The protocol is about patients in whom imatinib has failed.",
        fix="Correct the treatment history, or take the patient out of the cohort.",
        endpoints=ALL,
    )
    def imatinib_has_failed(cls) -> pl.Expr:
        failed = pl.col("imatinib_stop_reason").is_in(["PROGRESSION", "INTOLERANCE"]).fill_null(True)
        return (pl.col("prior_imatinib") == "Y") & failed

    @child_pugh(
        column="child_pugh_class",
        sentence="Child-Pugh class is {child_pugh_class} in arm {arm}; eligible is {eligible_child_pugh_class}.",
    )
    def child_pugh_class_is_eligible(cls) -> pl.Expr:
        return ~pl.col("procedures_expected") | pl.col("child_pugh_class").is_null() | _eligible_class()

    @child_pugh(
        column="child_pugh_score",
        sentence="Child-Pugh score is {child_pugh_score} in arm {arm}; "
        "eligible is {child_pugh_score_low} to {child_pugh_score_high}.",
        needs=("child_pugh_score",),
    )
    def child_pugh_score_is_eligible(cls) -> pl.Expr:
        score = pl.col("child_pugh_score").is_between(pl.col("child_pugh_score_low"), pl.col("child_pugh_score_high"))
        # Where the class already excludes the patient, the score says nothing more.
        other_class = pl.col("child_pugh_class").is_not_null() & ~_eligible_class()
        return ~pl.col("procedures_expected") | score | other_class

    @rule(
        "DM10",
        "Index date outside recruitment",
        WARNING,
        CELL,
        column="index_date",
        sentence="Index date is {index_date}; recruitment ran from {recruitment_first} to {recruitment_last}.",
        why="A patient treated before or after recruitment belongs to another cohort, or the year is mistyped.",
        fix="Correct the index date, or confirm it.",
        endpoints=ALL,
    )
    def index_within_recruitment(cls) -> pl.Expr:
        return usable("index_date").is_between(pl.col("recruitment_first"), pl.col("recruitment_last"))

    @rule(
        "DM14",
        "May be the same patient as another subject",
        WARNING,
        ROW,
        column="subject_id",
        sentence="Subject {subject_id} has the record number, or the birth year, sex and name or telephone number, "
        "of subject {double_of}.",
        why="A patient who was given two ids counts twice.",
        fix="Join the two subjects, or confirm that they are two patients.",
        endpoints=ALL,
    )
    def not_a_double(cls) -> pl.Expr:
        return pl.col("double_of").is_null()


def _eligible_class() -> pl.Expr:
    return pl.col("is_eligible_child_pugh_class")
