"""Cases of the rules on patients: identity, eligibility, and what all tables say together."""

from rule_cases import case, contact, course, lesion, measurement, patient, sample, session
from sound_cohort import add, remove

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
    case(
        "DM08", "patients", patient(prior_therapy="N"), patient(prior_therapy_stop_reason=""), "is N", "eligible is Y"
    ),
    case("DM08", "patients", patient(prior_therapy_stop_reason="COMPLETED"), (), "COMPLETED", "INTOLERANCE"),
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
