"""A query as a run's quality folder holds it, and the folder's other files, written by hand."""

from typing import Any

from tests.reports.tiny_run import finding

WORKED_ON = ("new", "reopened", "open", "miscorrected", "undetermined", "answered")
CLOSED = ("resolved", "gone", "superseded")


def query(**changed: Any) -> dict[str, Any]:
    """One row of queries.parquet, as reports.run_folder reads it (with the heading of the field)."""
    asked = {name: value for name, value in finding().items() if name != "row_id"}
    values: dict[str, Any] = {
        "query_id": "0123456789abcdef",
        "state": "new",
        **asked,
        "heading": "Diameter (mm)",
        "stamp": "9f8e7d6c5b4a",
        "previous_state": None,
        "is_changed": True,
        "first_seen": "2026-01-02",
        "last_seen": "2026-01-02",
        "state_since": "2026-01-02",
        "age_days": 0,
        "reopened_count": 0,
        "answer": "",
        "answered_by": "",
        "answered_on": "",
        "waiver_reason": "",
        "waived_by": "",
        "waiver_expires": "",
    }
    return {**values, **changed}


def quality_parts() -> dict[str, list[dict[str, Any]]]:
    """One or two rows of each further file of quality/, as reports.run_folder reads them (keywords of Quality)."""
    return {
        "waivers": [
            {
                "query_id": "0123456789abcdef",
                "stamp": "9f8e7d6c5b4a",
                "reason": "measured twice",
                "who": "R. Roe",
                "date": "2026-01-01",
                "expires": "2026-07-01",
                "status": "in force",
            }
        ],
        "completeness": [
            {"site": "S1", "form": "lesion_measurements", "visit": "baseline", "visit_order": 0, "expected": 20,
             "received": 20, "percent": 100.0},
            {"site": "S1", "form": "lesion_measurements", "visit": "visit 1", "visit_order": 1, "expected": 18,
             "received": 15, "percent": 83.3},
        ],
        "follow_up": [
            {"subject_id": "017", "site": "S1", "arm": "TACE", "last_contact_date": "2011-11-30",
             "days_since_contact": 183, "window_days": 90, "is_overdue": "true"},
            {"subject_id": "018", "site": "S2", "arm": "CONTROL", "last_contact_date": "2012-05-01",
             "days_since_contact": 30, "window_days": 90, "is_overdue": "false"},
        ],
        "losses": [
            {"arm": "TACE", "paramcd": "PFS", "subjects": 22, "lost": 1, "percent": 4.5, "lost_subjects": "017 (TR01)"},
            {"arm": "CONTROL", "paramcd": "PFS", "subjects": 38, "lost": 0, "percent": 0.0, "lost_subjects": ""},
        ],
        "sensitivity": [
            {"paramcd": "PFS", "group": "TACE", "statistic": "median", "label": "Median PFS, TACE (weeks)",
             "value_published": 30.0, "value_all": 29.5},
        ],
        "monitors": [
            {"monitor_id": "MON01", "title": "Rows against the last cut", "table_name": "patients", "status": "passed",
             "observed": "60", "expected": "48 to 72", "failed": 0, "checked": 1, "sentence": "60 rows, 60 before.",
             "fix": "Ask for the export again."},
        ],
        "number_audit": [
            {"source": "publication", "rule_id": "TT07", "id": "T3.x", "location": "Table 3 / x", "printed": "8.3",
             "expected": "13.6", "sentence": "3 (8.3 %) of 22: 3/22 is 13.6 %."},
        ],
    }  # fmt: skip
