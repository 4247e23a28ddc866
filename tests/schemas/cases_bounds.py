"""Cases at the bounds: the bound itself passes, one unit beyond it fails, at both ends of a range."""

from rule_cases import case, contact, course, event, measurement, patient, sample, session

OF_PATIENTS = [
    case(
        "DM04",
        "patients",
        patient(age_years="101", birth_year="1909"),
        patient(age_years="100", birth_year="1910"),
        "101 years",
    ),
    case(
        "DM04",
        "patients",
        patient(age_years="17", birth_year="1993"),
        patient(age_years="18", birth_year="1992"),
        "17 years",
    ),
    case("DM06", "patients", patient(ecog="-1"), patient(ecog="0"), "ECOG is -1"),
    case("DM09", "patients", patient(child_pugh_score="4"), patient(child_pugh_score="5"), "is 4"),
    case("DS06", "patients", contact(4, contact_date="2012-03-01"), contact(4, contact_date="2012-03-02"), "91 days"),
]

OF_TREATMENT = [
    case("EX03", "procedures", session(iodised_oil_ml="4"), session(iodised_oil_ml="5"), "5 to 20"),
    case("EX03", "procedures", session(iodised_oil_ml="21"), session(iodised_oil_ml="20"), "5 to 20"),
    case("EX04", "procedures", session(doxorubicin_mg="81"), session(doxorubicin_mg="80"), "40 to 80"),
    case("EX04", "procedures", session(doxorubicin_mg="39"), session(doxorubicin_mg="40"), "40 to 80"),
    case("TK01", "drug_courses", course(1, daily_dose_mg="399"), course(1, daily_dose_mg="400"), "399"),
    case("TK01", "drug_courses", course(1, daily_dose_mg="401"), course(1, daily_dose_mg="400"), "401"),
]

OF_MEASUREMENTS = [
    case("TR01", "lesion_measurements", measurement(10, diameter="401"), measurement(10, diameter="400"), "0 to 400"),
    case("TR01", "lesion_measurements", measurement(11, diameter="-1"), measurement(11, diameter="0"), "0 to 400"),
    case(
        "TR01",
        "lesion_measurements",
        measurement(10, short_axis="-1"),
        measurement(10, short_axis="0"),
        "0 to 400",
        also=("TU06",),
    ),
    case(
        "TR01",
        "lesion_measurements",
        measurement(10, short_axis="401"),
        measurement(10, diameter="400", short_axis="400"),
        "0 to 400",
    ),
]

OF_SAFETY = [
    case("AE01", "adverse_events", event(1, grade="0"), event(1, grade="1"), "'0'"),
    case("AE01", "adverse_events", event(1, grade="6"), event(1, grade="5"), "'6'"),
    case("LB01", "lab_results", sample(1, lower_limit="40"), sample(1, lower_limit="39"), "40"),
    case("LB02", "lab_results", sample(2, value="19"), sample(2, value="20"), "20 to 250"),
    case("LB02", "lab_results", sample(2, value="251"), sample(2, value="250"), "20 to 250"),
]

CASES = [*OF_PATIENTS, *OF_TREATMENT, *OF_MEASUREMENTS, *OF_SAFETY]
