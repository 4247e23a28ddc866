"""What an extract must bring: our tables and the text columns that are loaded for each, before anything is typed.

A column that is not listed here is never loaded. ``identifiers`` are replaced by a keyed pseudonym and
``reduced_to_year`` by the year alone, before the first row reaches the warehouse (architecture, Identity and privacy).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ExtractTable:
    """The columns of one table as they are mapped from an extract; all are text until they are parsed."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    reduced_to_year: tuple[str, ...] = ()
    may_be_empty: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return self.required + self.optional


EXTRACT_TABLES: tuple[ExtractTable, ...] = (
    ExtractTable(
        "patients",
        required=(
            "subject_id",
            "record_id",
            "birth_year",
            "site",
            "arm",
            "sex",
            "age_years",
            "histology",
            "cd117",
            "ecog",
            "child_pugh_class",
            "primary_location",
            "index_date",
            "prior_therapy",
        ),
        optional=(
            "name_id",
            "phone_id",
            "child_pugh_score",
            "liver_involvement_pct",
            "blood_supply",
            "diagnosis_date",
            "consent_date",
            "prior_therapy_stop_reason",
            "reported_liver_lesion_group",
            "reported_extrahepatic",
            "reported_tki_reintroduction",
            "reported_best_response",
            "reported_best_organ_response",
        ),
        identifiers=("record_id", "name_id", "phone_id"),
        reduced_to_year=("birth_year",),
    ),
    ExtractTable(
        "procedures",
        required=("subject_id", "session_number", "procedure_date", "iodised_oil_ml", "doxorubicin_mg"),
        optional=("embolic_agent",),
    ),
    ExtractTable(
        "drug_courses",
        required=("subject_id", "drug", "daily_dose_mg", "start_date", "end_date"),
        optional=("stop_reason",),
    ),
    ExtractTable(
        "lesions",
        required=("subject_id", "lesion_id", "organ", "lesion_class", "first_seen_date"),
        optional=("location_text",),
    ),
    ExtractTable(
        "lesion_measurements",
        required=("subject_id", "lesion_id", "scan_date", "reader", "diameter", "diameter_unit"),
        optional=(
            "short_axis",
            "modality",
            "lesion_status",
            "not_evaluable_reason",
            "noted_class",
            "noted_location",
            "slice_thickness",
            "embolisation_effect",
            "comment",
        ),
    ),
    ExtractTable(
        "response_assessments",
        required=("subject_id", "scan_date", "reader", "sum_mm", "target_response", "overall_response"),
        optional=(
            "nontarget_response",
            "new_lesion",
            "liver_response",
            "not_evaluable_reason",
            "nadir",
            "progression_driver",
            "adjudicated_response",
        ),
    ),
    ExtractTable(
        "adverse_events",
        required=("subject_id", "ae_number", "term", "grade", "start_date", "end_date", "ctcae_version"),
        optional=("reported_term", "serious", "outcome"),
    ),
    ExtractTable(
        "lab_results",
        required=("subject_id", "sample_date", "test", "value", "unit"),
        optional=("lower_limit", "upper_limit"),
    ),
    ExtractTable(
        "follow_up",
        required=("subject_id", "contact_date", "vital_status", "death_date"),
        optional=("contact_type", "death_cause"),
    ),
)
"""In the order in which they are loaded. A table other than ``patients`` may name its patients by ``record_id``
instead of ``subject_id``; the subject is then found through the patients' record pseudonym."""
