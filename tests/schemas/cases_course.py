"""Cases of the rules on treatment, safety, follow-up, dates and code words."""

from rule_cases import case, contact, course, event, measurement, patient, response, sample, session
from sound_cohort import add, remove

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

SAFETY = [
    case("AE01", "adverse_events", event(1, grade="6"), event(1, grade="4"), "'6'", "1 to 5"),
    case("AE01", "adverse_events", event(1, grade="2.5"), (), "'2.5'"),
    case("AE01", "adverse_events", event(1, grade=""), (), "blank"),
    case(
        "AE02",
        "adverse_events",
        event(1, grade="5", serious="Y"),
        event(1, grade="5", serious="Y", outcome="FATAL"),
        "is 5",
        "RESOLVED",
    ),
    case("AE02", "adverse_events", event(1, outcome="FATAL"), (), "is 2", "FATAL"),
    case(
        "AE02",
        "adverse_events",
        event(3, term="FEVER", grade="5", serious="Y", outcome="FATAL"),
        (),
        "grade 5",
        "no death of S2",
    ),
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
    # A course that goes on has no end, and none without a start.
    case("DT01", "drug_courses", course(2, start_date=""), course(2, end_date=""), "Start of the course is blank"),
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
    case("DM01", "adverse_events", event(3, subject_id="S9"), (), "S9", also=("AE11",)),  # S2 is left without any
    case("DM01", "lesions", add("lesions", like=2, subject_id="S9"), (), "S9"),
]
