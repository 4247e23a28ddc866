"""The path in the terminal: what is not there is said, and a line that a rule objects to says by which."""

from typing import Any

from reports.path_text import findings_by_row, path_text, place

NOTHING: dict[str, list[dict[str, Any]]] = {
    name: [] for name in ("lesions", "readings", "assessments", "course", "best_responses", "endpoints", "findings")
}
SUBJECT = {
    "subject_id": "P001", "usubjid": "STUDY-P001", "site": "Ward 3", "arm": "A", "arm_label": "Arm A",
    "data_cut": "2012-05-31", "evaluator": "R1", "response_organ": "LIVER", "startdt": None,
    "start_event": "index_date", "start_file": "patients.csv", "start_row": 2, "status": "SET ASIDE",
}  # fmt: skip
FINDING = {
    "rule_id": "DM01", "severity": "error", "effect": "ROW SET ASIDE", "source_table": "patients",
    "source_file": "patients.csv", "source_row": 2, "sentence": "The subject has two rows.",
}  # fmt: skip


def test_a_subject_that_is_not_in_the_cut_is_told_why() -> None:
    text = path_text({**NOTHING, "subjects": [SUBJECT], "findings": [FINDING]})
    assert text.splitlines() == [
        "STUDY-P001: site Ward 3, arm Arm A",
        "Data cut 2012-05-31; evaluator R1",
        "Not in the cut: every row of the subject in the patients file was set aside by a finding.",
        "",
        "Findings on these records: 1",
        "  DM01  error, row set aside  patients.csv:2",
        "        The subject has two rows.",
    ]


def test_without_findings_the_text_says_so() -> None:
    text = path_text({**NOTHING, "subjects": [{**SUBJECT, "status": "NO START"}]})
    assert text.endswith("\n\nFindings on these records: none")
    assert "the event that starts the clock is not known" in text


def test_a_line_names_the_rules_that_object_to_it() -> None:
    marks = findings_by_row([FINDING, {**FINDING, "rule_id": "DM13"}, FINDING])
    row = {"source_file": "patients.csv", "source_row": 2}
    assert place(row, marks) == "patients.csv:2 [finding DM01, DM13]"
    assert place({**row, "source_row": 3}, marks) == "patients.csv:3"
    assert place({"source_file": None, "source_row": None}, marks) == ""
