"""A row of which nobody knows whose it is says what it lacks: a study number, or one patient of its record number."""

import pytest
from rule_cases import Examine, event, sample


@pytest.mark.parametrize(
    ("edit", "table"), [(sample(1, subject_id=""), "lab_results"), (event(3, subject_id=""), "adverse_events")]
)
def test_a_row_without_subject_is_asked_once_and_told_of_record_numbers(
    edit: object, table: str, examine: Examine
) -> None:
    findings = examine(edit).findings
    found = findings.filter((findings["rule_id"] == "DM01") & (findings["table_name"] == table))
    assert found.height == 1
    assert "no study number" in found["sentence"][0]
    assert "more than one patient" in found["sentence"][0]
    assert "record number" in found["fix"][0]
    assert "not in the patients file" not in found["sentence"][0]


def test_a_subject_that_is_not_in_the_patients_file_is_named(examine: Examine) -> None:
    findings = examine(event(3, subject_id="S9")).findings
    assert findings.filter(findings["rule_id"] == "DM01")["sentence"].to_list() == [
        "Subject 'S9' is not in the patients file."
    ]
