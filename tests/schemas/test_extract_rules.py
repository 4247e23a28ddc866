"""Every rule of the extract stage: what breaks it, and what comes close and does not.

A case spoils one thing in a cohort that is in order. Only the rule of the case may object (and those in ``also``,
where one wrong value is wrong in two ways), and its sentence shows what was found and what was expected.
"""

import pytest
from cases_bounds import CASES as BOUNDS
from cases_course import DATES, FOLLOW_UP, SAFETY, TREATMENT, WORDS
from cases_patients import ACROSS_TABLES, PATIENTS
from cases_safety import GRADES, LIVER, SITES
from cases_tumour import LESIONS, MEASUREMENTS, RESPONSES
from cases_tumour_course import CASES as TUMOUR_COURSE
from rule_cases import Case, Examine

import schemas
from schemas import EXTRACT

CASES = [
    *PATIENTS,
    *ACROSS_TABLES,
    *TREATMENT,
    *LESIONS,
    *MEASUREMENTS,
    *RESPONSES,
    *TUMOUR_COURSE,
    *SAFETY,
    *GRADES,
    *BOUNDS,
    *LIVER,
    *SITES,
    *FOLLOW_UP,
    *DATES,
    *WORDS,
]


def test_the_sound_cohort_breaks_no_rule(examine: Examine) -> None:
    examination = examine()
    assert examination.findings.is_empty(), examination.findings.select("rule_id", "sentence").rows()
    assert "failed to run" not in examination.rules["status"].to_list()


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule_id} {case.table}")
def test_a_rule_finds_what_breaks_it_and_nothing_else_objects(case: Case, examine: Examine) -> None:
    findings = examine(*case.fails).findings
    found = findings.filter((findings["rule_id"] == case.rule_id) & (findings["table_name"] == case.table))
    assert found.height == case.rows, findings.select("rule_id", "table_name", "sentence").rows()
    assert set(findings["rule_id"]) == {case.rule_id, *case.also}, findings.select("rule_id", "sentence").rows()
    sentences = " / ".join(found["sentence"])
    for words in case.says:
        assert words in sentences


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.passes], ids=lambda case: f"{case.rule_id} {case.table}"
)
def test_a_rule_lets_the_near_miss_pass(case: Case, examine: Examine) -> None:
    findings = examine(*case.passes).findings
    assert case.rule_id not in set(findings["rule_id"]), findings.select("rule_id", "sentence").rows()


def test_every_rule_of_the_stage_has_a_case_that_fails_and_one_that_passes() -> None:
    stated = {rule.id for contract in schemas.CONTRACTS if contract.stage == EXTRACT for rule in contract.rules}
    assert {case.rule_id for case in CASES} == stated
    assert {case.rule_id for case in CASES if case.passes} == stated
