"""Every rule of the extract stage: what breaks it, and what comes close and does not.

A case spoils one thing in a cohort that is in order. Only the rule of the case may object (and those in ``also``,
where one wrong value is wrong in two ways), and its sentence shows what was found and what was expected.
"""

from dataclasses import dataclass

import pytest
from conftest import Examine
from sound_cohort import Edit, add, change, remove

import schemas
from schemas import EXTRACT


@dataclass(frozen=True)
class Case:
    rule_id: str
    fails: tuple[Edit, ...]
    passes: tuple[Edit, ...]
    says: tuple[str, ...]
    table: str
    also: tuple[str, ...] = ()
    rows: int = 1


def case(
    rule_id: str,
    table: str,
    fails: Edit | tuple[Edit, ...],
    passes: Edit | tuple[Edit, ...],
    *says: str,
    also: tuple[str, ...] = (),
    rows: int = 1,
) -> Case:
    def as_tuple(edits: Edit | tuple[Edit, ...]) -> tuple[Edit, ...]:
        return edits if isinstance(edits, tuple) else (edits,)

    return Case(rule_id, as_tuple(fails), as_tuple(passes), says, table, also, rows)


def patient(number: int = 1, **values: str) -> Edit:
    return change("patients", number, **values)


def session(number: int = 1, **values: str) -> Edit:
    return change("procedures", number, **values)


def course(number: int, **values: str) -> Edit:
    return change("drug_courses", number, **values)


def lesion(number: int, **values: str) -> Edit:
    return change("lesions", number, **values)


def measurement(number: int, **values: str) -> Edit:
    return change("lesion_measurements", number, **values)


def response(number: int, **values: str) -> Edit:
    return change("response_assessments", number, **values)


def event(number: int, **values: str) -> Edit:
    return change("adverse_events", number, **values)


def sample(number: int, **values: str) -> Edit:
    return change("lab_results", number, **values)


def contact(number: int, **values: str) -> Edit:
    return change("follow_up", number, **values)


def targets(count: int, organ: str, first: int = 11) -> tuple[Edit, ...]:
    """``count`` further targets of S2, each measured at both of its scans."""
    names = [f"L{number}" for number in range(first, first + count)]
    return tuple(
        edit
        for name in names
        for edit in (
            add("lesions", like=4, lesion_id=name, organ=organ),
            add("lesion_measurements", like=8, lesion_id=name),
            add("lesion_measurements", like=11, lesion_id=name),
        )
    )


REREAD = tuple(
    add("lesion_measurements", like=3, scan_date=day, diameter=size, diameter_unit="mm")
    for day, size in (("2010-05-10", "46"), ("2010-05-20", "47"))
)

PATIENTS = [
    case("DM01", "patients", patient(2, subject_id=""), add("patients", like=2), "blank", "1 different"),
    case("DM02", "patients", patient(arm="PLACEBO"), patient(arm="tace"), "PLACEBO"),
    case("DM03", "patients", patient(sex="X"), patient(sex="f"), "'X'"),
    case("DM03", "patients", patient(sex=""), (), "blank"),
    case("DM04", "patients", patient(birth_year="1993", age_years="17"), (), "17 years", "18 to 100"),
    case("DM04", "patients", patient(age_years="62"), patient(age_years="61"), "62 years", "1950", "60 years"),
    case("DM05", "patients", patient(diagnosis_date="1950-06-01"), patient(diagnosis_date="1951-01-01"), "1950-06-01"),
    case("DM05", "patients", patient(diagnosis_date="2010-03-02"), patient(diagnosis_date="2010-03-01"), "2010-03-15"),
    case("DM06", "patients", patient(ecog="3"), patient(ecog="2"), "ECOG is 3", "0 to 2"),
    case("DM07", "patients", patient(histology="OTHER"), patient(histology=""), "OTHER", "GIST"),
    case("DM07", "patients", patient(cd117="NEGATIVE"), patient(cd117="POSITIVE"), "NEGATIVE", "POSITIVE"),
    case("DM08", "patients", patient(prior_imatinib="N"), patient(imatinib_stop_reason=""), "is N", "eligible is Y"),
    case("DM08", "patients", patient(imatinib_stop_reason="COMPLETED"), (), "COMPLETED", "INTOLERANCE"),
    case("DM09", "patients", patient(child_pugh_class="C"), patient(2, child_pugh_class="C"), "is C", "A or B"),
    case("DM09", "patients", patient(child_pugh_score="10"), patient(child_pugh_score="9"), "is 10", "5 to 9"),
    case(
        "DM10",
        "patients",
        patient(2, index_date="2008-05-31", diagnosis_date="2006-02-10"),
        patient(2, index_date="2008-06-01"),
        "2008-05-31",
        "2008-06-01",
        also=("TR15", "LB04", "DM04", "RS09"),
    ),
    case("DM14", "patients", patient(2, record_id="rec-1"), patient(2, record_id=""), "S1", "S2", rows=2),
    case(
        "DM14",
        "patients",
        patient(2, name_id="name-1", birth_year="1950", sex="M", age_years="60"),
        patient(2, name_id="name-1"),
        "S1",
        "S2",
        rows=2,
    ),
]

ACROSS_TABLES = [
    case(
        "DM11",
        "patients",
        (lesion(4, organ="LUNG"), patient(2, reported_liver_lesion_group="")),
        (lesion(4, organ="??")),
        "0 lesions of LIVER",
    ),
    case("DM12", "patients", patient(reported_extrahepatic="Y"), patient(reported_extrahepatic=""), "as Y", "say N"),
    case("DM13", "patients", patient(reported_liver_lesion_group="1"), lesion(3, organ="LIVER"), "as 1", "has 2"),
    case("DS06", "patients", remove("follow_up", 4), contact(4, contact_date="2012-03-02"), "2010-05-17", "90 days"),
    case(
        "DS08",
        "patients",
        (session(2, procedure_date="2010-11-20"), contact(1, contact_date="2010-12-19")),
        session(2, procedure_date="2010-11-19"),
        "30 days after",
        "2010-11-20",
    ),
    case("EX01", "patients", patient(2, arm="TACE"), remove("procedures", 2), "TACE", "0 sessions"),
    case("EX01", "patients", add("procedures", like=1, subject_id="S2"), (), "CONTROL", "1 sessions"),
    case("EX02", "patients", patient(index_date="2010-03-16"), patient(index_date="2010-03-15"), "03-16", "03-15"),
    case(
        "TK02",
        "patients",
        patient(reported_tki_reintroduction="N"),
        course(3, start_date="2010-02-01"),
        "as N",
        "say Y",
    ),
    case(
        "TU11",
        "patients",
        lesion(1, lesion_class="NON-TARGET"),
        lesion(2, lesion_class="TARGET"),
        "0 targets",
        "2 lesions",
    ),
    case(
        "TR15",
        "patients",
        (measurement(1, scan_date="2010-02-14"), measurement(2, scan_date="2010-02-14")),
        (measurement(1, scan_date="2010-02-15"), measurement(2, scan_date="2010-02-15")),
        "2010-02-14",
        "29 days",
        "28 days",
    ),
    case(
        "TR15",
        "patients",
        (measurement(1, scan_date="2010-03-16"), measurement(2, scan_date="2010-03-16")),
        (measurement(1, scan_date="2010-03-15"), measurement(2, scan_date="2010-03-15")),
        "blank",
        "2010-03-15",
        "28 days",
    ),
    case(
        "LB04", "patients", sample(1, sample_date="2010-02-28"), sample(1, sample_date="2010-03-01"), "2010-02-28", "14"
    ),
    case("LB04", "patients", sample(1, sample_date="2010-03-16"), (), "blank"),
]

TREATMENT = [
    case("EX03", "procedures", session(iodised_oil_ml="20.5"), session(iodised_oil_ml="20"), "20.5 mL", "5 to 20 mL"),
    case("EX04", "procedures", session(doxorubicin_mg="39.9"), session(doxorubicin_mg="40"), "39.9 mg", "40 to 80 mg"),
    case("EX05", "procedures", session(2, session_number="3"), session(2, session_number=""), "numbered 3", "number 2"),
    case(
        "EX05",
        "procedures",
        session(2, procedure_date="2010-03-28"),
        session(2, procedure_date="2010-03-29"),
        "13 days after",
        "14 to 3650",
    ),
    case(
        "TK01",
        "drug_courses",
        course(1, daily_dose_mg="600"),
        course(1, drug="OTHER", daily_dose_mg="600"),
        "600",
        "400",
    ),
    case(
        "TK03",
        "drug_courses",
        course(1, end_date="2010-07-02"),
        course(1, end_date="2010-07-01"),
        "2010-07-01",
        "2010-07-02",
    ),
    case("TK03", "drug_courses", course(1, end_date=""), course(2, end_date=""), "2012-05-31"),
    case(
        "TK05",
        "drug_courses",
        course(2, start_date="2007-06-01", end_date="2007-12-31"),
        course(2, start_date="2010-01-31"),
        "2007-06-01",
        "2008-01-01",
        also=("TK02",),
    ),
]

LESIONS = [
    case(
        "TU01",
        "lesions",
        add("lesions", like=2, organ="LUNG"),
        add("lesions", like=2),
        "L02",
        "2 rows",
        also=("DM12",),
        rows=2,
    ),
    case("TU01", "lesions", lesion(2, organ="spleen"), lesion(2, organ="other"), "spleen"),
    case(
        "TU02",
        "lesions",
        (*targets(2, "LUNG", 11), *targets(2, "BONE", 21)),
        (*targets(2, "LUNG", 11), *targets(1, "BONE", 21)),
        "L22 is target number 6",
        "at most 5",
    ),
    case("TU03", "lesions", targets(3, "LUNG"), targets(2, "LUNG"), "number 3 in LUNG", "at most 2"),
    case("TU04", "lesions", measurement(1, diameter="9.9"), measurement(1, diameter="10"), "9.9 mm", "needs 10 mm"),
    case(
        "TU05", "lesions", measurement(9, short_axis="14.9"), measurement(9, short_axis="15"), "14.9 mm", "needs 15 mm"
    ),
    case("TU06", "lesions", measurement(10, short_axis="9.9"), measurement(10, short_axis="10"), "9.9 mm", "10 to"),
    case(
        "TU06",
        "lesions",
        measurement(10, short_axis="15"),
        measurement(10, short_axis="14.9"),
        "axis of 15 mm",
    ),
    case(
        "TU10",
        "lesions",
        lesion(3, first_seen_date="2010-03-01"),
        lesion(3, first_seen_date="2010-03-02"),
        "2010-03-01",
    ),
    case("TU10", "lesions", lesion(3, first_seen_date=""), lesion(2, first_seen_date=""), "blank"),
    case("TU10", "lesions", add("lesion_measurements", like=7, scan_date="2010-03-01"), (), "1 measurement(s)"),
    case(
        "TU13",
        "lesions",
        add("lesions", like=2, lesion_id="L09"),
        remove("lesion_measurements", 4),
        "L09",
        "0 measurements",
    ),
    case(
        "TU13",
        "lesion_measurements",
        add("lesion_measurements", like=4, lesion_id="L09"),
        add("lesion_measurements", like=4, reader="R2"),
        "L09",
        "S1",
    ),
]

MEASUREMENTS = [
    case("TR01", "lesion_measurements", measurement(3, diameter="4S"), measurement(3, diameter="45,0"), "'4S'"),
    case("TR01", "lesion_measurements", measurement(3, diameter_unit=""), (), "'45'", "blank"),
    case(
        "TR01", "lesion_measurements", measurement(3, diameter="401"), measurement(3, diameter="400"), "401 mm", "400"
    ),
    case("TR01", "lesion_measurements", measurement(11, diameter="-1"), (), "-1 mm", "0 to 400 mm"),
    case(
        "TR02",
        "lesion_measurements",
        (*REREAD, measurement(3, diameter="5.6")),
        (*REREAD, measurement(3, diameter="6.5")),
        "5.6 mm",
        "50 and 46 mm",
    ),
    case(
        "TR02",
        "lesion_measurements",
        (*REREAD, measurement(1, diameter="380")),
        (*REREAD, measurement(1, diameter="340")),
        "380 mm",
        "46 and 45",
    ),
    case(
        "TR02",
        "lesion_measurements",
        measurement(11, diameter_unit="cm"),
        measurement(11, diameter="0"),
        "360 mm",
        "30 and",
        rows=2,
    ),
    case(
        "TR03",
        "lesion_measurements",
        measurement(12, short_axis="24.1"),
        measurement(12, short_axis="24"),
        "24.1 mm",
        "24 mm",
    ),
    case(
        "TR05", "lesion_measurements", measurement(11, diameter="4.9"), measurement(11, diameter="5"), "4.9 mm", "5 mm"
    ),
    case("TR05", "lesion_measurements", measurement(7, diameter="4"), measurement(7, diameter="0"), "4 mm"),
    case(
        "TR06",
        "lesion_measurements",
        remove("lesion_measurements", 3),
        remove("lesion_measurements", 4),
        "L01",
        "no row",
    ),
    case(
        "TR06",
        "lesion_measurements",
        measurement(3, diameter="", lesion_status="NOT EVALUABLE"),
        measurement(3, diameter="", lesion_status="NOT EVALUABLE", not_evaluable_reason="artefact"),
        "without a reason",
    ),
    case(
        "TR06",
        "lesion_measurements",
        measurement(12, short_axis=""),
        measurement(12, short_axis="", diameter="0"),
        "without a value",
    ),
    case(
        "TR09",
        "lesion_measurements",
        add("lesion_measurements", like=3, diameter="44"),
        (add("lesion_measurements", like=3), add("lesion_measurements", like=3, reader="R2")),
        "2 rows",
        "44 mm",
        rows=2,
    ),
]

RESPONSES = [
    case(
        "RS01",
        "response_assessments",
        response(1, overall_response="stable"),
        response(1, overall_response="sd"),
        "stable",
    ),
    case(
        "RS01",
        "response_assessments",
        response(1, nontarget_response="non PD"),
        response(1, nontarget_response=""),
        "non PD",
    ),
    case(
        "RS03",
        "response_assessments",
        response(1, overall_response="PR"),
        response(1, new_lesion=""),
        "is PR",
        "give SD",
    ),
    case(
        "RS03",
        "response_assessments",
        response(1, target_response="CR", overall_response="CR"),
        response(1, target_response="CR", overall_response="PR"),
        "is CR",
        "give PR",
    ),
    case(
        "RS03", "response_assessments", response(1, target_response="PD", overall_response="SD"), (), "is SD", "give PD"
    ),
    case(
        "RS03",
        "response_assessments",
        response(1, target_response="", nontarget_response="CR"),
        response(1, target_response="", nontarget_response="NON-CR/NON-PD", overall_response="NON-CR/NON-PD"),
        "is SD",
        "give CR",
    ),
    case(
        "RS04",
        "response_assessments",
        response(1, new_lesion="Y"),
        response(1, new_lesion="Y", overall_response="PD"),
        "is Y",
        "SD",
    ),
    case(
        "RS05",
        "response_assessments",
        response(1, nontarget_response="PD"),
        response(1, nontarget_response="PD", new_lesion="Y", overall_response="PD"),
        "PD",
        "SD",
    ),
    case(
        "RS09",
        "response_assessments",
        response(1, scan_date="2010-05-04"),
        response(1, scan_date="2010-05-03"),
        "50 days after 2010-03-15",
        "49 days",
    ),
    case(
        "RS11",
        "response_assessments",
        (
            response(1, target_response="NE", overall_response="NE"),
            response(3, not_evaluable_reason="artefact in one lesion"),
        ),
        response(1, target_response="NE", overall_response="NE", not_evaluable_reason="artefact"),
        "NE",
        "blank",
    ),
    case(
        "RS17",
        "response_assessments",
        response(1, overall_response="NON-CR/NON-PD"),
        response(1, target_response="", overall_response="NON-CR/NON-PD"),
        "NON-CR/NON-PD",
        "response SD",
    ),
    case("RS17", "response_assessments", response(1, target_response="NON-CR/NON-PD"), (), "NON-CR/NON-PD"),
]

SAFETY = [
    case("AE01", "adverse_events", event(1, grade="6"), event(1, grade="4"), "'6'", "1 to 5"),
    case("AE01", "adverse_events", event(1, grade="2.5"), (), "'2.5'"),
    case("AE01", "adverse_events", event(1, grade=""), (), "blank"),
    case("AE02", "adverse_events", event(1, grade="5"), event(1, grade="5", outcome="FATAL"), "is 5", "RESOLVED"),
    case("AE02", "adverse_events", event(1, outcome="FATAL"), (), "is 2", "FATAL"),
    case("AE02", "adverse_events", event(3, grade="5", outcome="FATAL"), (), "grade 5", "no death of S2"),
    case("AE03", "adverse_events", event(3, term="TIRED"), event(3, term="fatigue"), "'TIRED'"),
    case("AE03", "adverse_events", event(3, ctcae_version="4.0"), event(3, ctcae_version="3.0"), "4.0", "uses 3.0"),
    case(
        "AE05", "adverse_events", event(1, start_date="2010-03-14"), event(1, start_date="2010-03-15"), "03-14", "03-15"
    ),
    case(
        "AE06",
        "adverse_events",
        event(1, end_date="2010-05-03"),
        event(1, end_date="2010-05-02"),
        "2010-05-02",
        "05-03",
    ),
    case("AE06", "adverse_events", event(1, end_date="", outcome="ONGOING"), event(1, end_date=""), "2012-05-31"),
    case("LB01", "lab_results", sample(1, unit=""), (), "unit is blank"),
    case("LB01", "lab_results", sample(1, lower_limit="", upper_limit=""), sample(1, lower_limit=""), "blank to blank"),
    case("LB01", "lab_results", sample(1, lower_limit="40", upper_limit="5"), (), "40 to 5"),
    case("LB02", "lab_results", sample(2, value="12"), sample(2, value="12", unit="g/dL"), "12 g/L", "20 to 250"),
]

FOLLOW_UP = [
    case("DS01", "follow_up", contact(2, death_date=""), contact(2, death_date="2010-12"), "DEAD", "blank"),
    case("DS01", "follow_up", contact(4, death_date="2012-04-01"), (), "ALIVE", "2012-04-01"),
    case("DS02", "follow_up", contact(2, death_date="2010-03-14"), contact(2, death_date="2010-03"), "03-14", "03-15"),
    case(
        "DS03",
        "follow_up",
        contact(1, contact_date="2010-12-21"),
        contact(1, contact_date="2010-12-20"),
        "ALIVE on 2010-12-21",
        "2010-12-20",
    ),
    case(
        "DS04",
        "follow_up",
        (contact(2, death_cause=""), contact(3, death_cause="-")),
        contact(2, death_cause=""),
        "blank",
    ),
]

DATES = [
    case(
        "DT01", "procedures", session(2, procedure_date="2010-5"), session(2, procedure_date="2010-05-01"), "'2010-5'"
    ),
    case("DT01", "procedures", session(2, procedure_date=""), (), "blank"),
    case("DT01", "drug_courses", course(2, end_date="unknown"), course(2, end_date=""), "unknown"),
    case("DT02", "procedures", session(2, procedure_date="2012-06-01"), (), "2012-06-01", "2012-05-31"),
    case(
        "DT02",
        "follow_up",
        contact(4, contact_date="2012-06-01"),
        contact(4, contact_date="2012-05-31"),
        "06-01",
        also=("DS06",),
    ),
    case(
        "DT03",
        "procedures",
        session(2, procedure_date="1970-01-01"),
        patient(diagnosis_date="1970-01-02"),
        "1970-01-01",
    ),
    case("DT03", "lesion_measurements", measurement(3, scan_date="1900-01-01"), (), "1900-01-01"),
    case(
        "DT04",
        "procedures",
        session(2, procedure_date="2010-12-21"),
        session(2, procedure_date="2010-12-20"),
        "12-21",
        "12-20",
    ),
    case(
        "DT04",
        "lab_results",
        add("lab_results", like=1, sample_date="2010-12-21"),
        add("lab_results", like=1, sample_date="2010-12-20"),
        "12-21",
    ),
    case("DT04", "adverse_events", event(2, start_date="2010-12-21", end_date=""), (), "12-21", "12-20"),
    case(
        "DT04", "drug_courses", course(2, end_date="2010-12-21"), course(2, end_date="2010-12-20"), "ends on 2010-12-21"
    ),
    case("DT04", "drug_courses", course(2, start_date="2010-12-21", end_date="2010-12-22"), (), "starts on 2010-12-21"),
    case("DT04", "response_assessments", response(2, scan_date="2010-12-21"), (), "12-21", "12-20", also=("RS09",)),
    case(
        "DT04",
        "lesion_measurements",
        (contact(1, contact_date="2010-05-30"), contact(2, death_date="2010-06-06"), remove("drug_courses", 2)),
        contact(2, death_date="2010-12"),
        "2010-06-07",
        "2010-06-06",
        also=("TK02",),
        rows=3,
    ),
    case(
        "DT06",
        "drug_courses",
        course(1, end_date="2007-12-31"),
        course(1, end_date="2008-01-01"),
        "2007-12-31",
        "2008-01-01",
    ),
    case("DT06", "adverse_events", event(1, end_date="2010-03-15"), event(1, end_date="2010-03-16"), "03-15", "03-16"),
]

WORDS = [
    case("RF02", "follow_up", contact(1, vital_status="well"), contact(1, vital_status="alive"), "'well'", "word"),
    case("RF02", "procedures", session(iodised_oil_ml="ten"), session(iodised_oil_ml="10,0"), "'ten'", "number"),
    case(
        "RF02",
        "lesion_measurements",
        measurement(3, diameter_unit="inch"),
        measurement(3, diameter_unit="MM"),
        "'inch'",
    ),
    case("DM01", "adverse_events", event(3, subject_id="S9"), (), "S9"),
    case("DM01", "lesions", add("lesions", like=2, subject_id="S9"), (), "S9"),
]

CASES = [
    *PATIENTS,
    *ACROSS_TABLES,
    *TREATMENT,
    *LESIONS,
    *MEASUREMENTS,
    *RESPONSES,
    *SAFETY,
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
