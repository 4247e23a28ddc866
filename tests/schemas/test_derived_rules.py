"""Every rule of the derived stage. What is derived is right until it is damaged on purpose."""

import cases_disease
import cases_safety
import pytest
from derived_case import Case, measured, reported
from rule_cases import Examine
from sound_cohort import add, change, remove

import schemas
from schemas import DERIVED

# S2 at its second scan: liver target 36 mm after 30 mm (+20 %, +6 mm), node 17 mm after 18 mm (all: 53 after 48 mm).
LIVER_SUM_PROGRESSES = (measured(11, diameter="36"), reported(3, sum_mm="53"))

FAILING = [
    Case("TR07", (reported(3, sum_mm="53.1"),), says=("53.1 mm", "52 mm")),
    Case("RS02", (reported(1, target_response="PR", overall_response="PR"),), says=("PR", "SD")),
    Case("RS12", LIVER_SUM_PROGRESSES, says=("is PD", "is SD"), severity="info"),
    Case(
        "RS12",
        spoil=("update analysis.adrs set avalc = 'SD' where paramcd = 'OVRLRESP' and avalc = 'PD'",),
        says=("is SD", "lesion is Y"),
    ),
    Case("TT01", spoil=("update analysis.adtte set aval = 0 where paramcd = 'LPFS' and cnsr > 0",), says=("0 days",)),
    Case(
        "TT01",
        spoil=("insert into analysis.adtte select * from analysis.adtte where paramcd = 'OS' and cnsr > 0",),
        says=("2 rows", "expected is 1"),
        rows=2,
        also=("TT04",),
    ),
    Case(
        "TT02",
        spoil=(
            "update analysis.adtte set aval = 500 where paramcd = 'PFS' and cnsr = 0",
            "update analysis.adtte set aval = 501 where paramcd = 'LPFS' and cnsr = 0",
        ),
        says=("500 days", "281 days"),
    ),
    Case(
        "TT02",
        spoil=("update analysis.adtte set aval = aval - 1 where paramcd = 'LPFS' and cnsr = 0",),
        says=("84 days", "85 days"),
        severity="warning",
    ),
    Case(
        "TT03", spoil=("update analysis.adtte set cnsr = 1 where paramcd = 'OS'",), says=("censoring 1", "2010-12-20")
    ),
    Case(
        "TT04",
        spoil=("delete from analysis.adtte where paramcd = 'OS' and cnsr > 0",),
        says=("1 events", "0 censored", "cohort is 2"),
    ),
    Case("TT06", spoil=("update analysis.adtte set srcseq = 99 where paramcd = 'OS' and cnsr = 0",), says=("row 99",)),
    Case("TT06", spoil=("update analysis.adtte set srcdom = null where paramcd = 'OS' and cnsr = 0",), says=("blank",)),
    Case("AE12", spoil=("update analysis.adae set aoccpifl = 'Y'",), says=("2 records", "1 subjects")),
    Case(
        "TT01",
        spoil=("insert into analysis.adaette select * from analysis.adaette where arm = 'CONTROL'",),
        says=("FATIGUE has 2", "expected is 1"),
    ),
    Case("TT01", spoil=("update analysis.adaette set aval = 0 where arm = 'CONTROL'",), says=("is 0 days", "is 1")),
    Case("TT01", spoil=("update analysis.adaette set aval = null where arm = 'CONTROL'",), says=("FATIGUE",)),
    Case("TT06", spoil=("update analysis.adaette set srcseq = 99 where arm = 'CONTROL'",), says=("row 99",)),
    *cases_disease.FAILING,
    *cases_safety.GRADED_FAILING,
    Case(
        "EX06", spoil=("update analysis.adsl set nproc = 3 where arm = 'TACE'",), says=("3 procedures", "2 are listed")
    ),
]

PASSING = {
    "TR07": ((reported(3, sum_mm="53"),), ()),
    "TR07, a target not evaluable": (
        (measured(12, diameter="", short_axis="", lesion_status="NOT EVALUABLE", not_evaluable_reason="artefact"),),
        (),
    ),
    "TR07, a unit in doubt": ((measured(11, diameter_unit="cm"),), ()),
    "TR07, a target set aside": ((measured(11, diameter="3S"),), ()),
    "RS02, an earlier target set aside": ((measured(3, diameter="4S"), reported(2, target_response="SD")), ()),
    "RS02": ((remove("response_assessments", 2),), ()),
    "RS12": ((measured(11, diameter="35.9"), reported(3, sum_mm="52.9")), ()),
    "TT01": ((), ("update analysis.adtte set aval = 1 where paramcd = 'LPFS' and cnsr > 0",)),
    "TT01, a spell of one day": ((), ("update analysis.adaette set aval = 1",)),
    "TT02": ((), ("update analysis.adtte set aval = 281 where paramcd in ('PFS', 'LPFS') and cnsr = 0",)),
    "TT03": ((change("follow_up", 2, death_date="2010-12"),), ()),
    "TT04": ((add("patients", like=2),), ()),
    "TT06": ((), ("update analysis.adtte set srcseq = 99 where paramcd = 'OS' and cnsr > 0",)),
    "AE12": ((change("adverse_events", 1, start_date=""),), ()),
    **cases_disease.PASSING,
    **cases_safety.GRADED_PASSING,
    "EX06": ((remove("procedures", 2),), ()),
}


def test_the_derivation_of_the_sound_cohort_breaks_no_rule(derive: Examine) -> None:
    examination = derive()
    assert examination.findings.is_empty(), examination.findings.select("rule_id", "sentence").rows()
    not_passed = examination.rules.filter(examination.rules["status"] != "passed")
    assert set(not_passed["status"]) == {"not applicable"}
    assert set(not_passed["rule_id"]) == {"TR08", "RS15", "AE08"}, "they need columns or events that it has not"


@pytest.mark.parametrize("case", FAILING, ids=lambda case: f"{case.rule_id} {case.severity}")
def test_a_rule_finds_what_breaks_it_and_nothing_else_objects(case: Case, derive: Examine) -> None:
    findings = derive(*case.edits, spoil=case.spoil).findings
    found = findings.filter((findings["rule_id"] == case.rule_id) & (findings["severity"] == case.severity))
    assert found.height == case.rows, findings.select("rule_id", "sentence").rows()
    assert set(findings["rule_id"]) == {case.rule_id, *case.also}, findings.select("rule_id", "sentence").rows()
    for words in case.says:
        assert words in " / ".join(found["sentence"])


@pytest.mark.parametrize("name", PASSING)
def test_a_rule_lets_the_near_miss_pass(name: str, derive: Examine) -> None:
    edits, spoil = PASSING[name]
    findings = derive(*edits, spoil=spoil).findings
    rule_id = name.partition(",")[0]
    assert rule_id not in set(findings["rule_id"]), findings.select("rule_id", "sentence").rows()


def test_every_rule_of_the_stage_has_a_case_that_fails_and_one_that_passes() -> None:
    stated = {rule.id for contract in schemas.CONTRACTS if contract.stage == DERIVED for rule in contract.rules}
    assert {case.rule_id for case in FAILING} == stated
    assert {name.partition(",")[0] for name in PASSING} == stated
