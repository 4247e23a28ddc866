"""Cases of the rules on lesions, measurements and reported responses."""

from rule_cases import case, lesion, measurement, response
from sound_cohort import Edit, add, remove


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

PROGRESSION_OF_S2 = response(3, target_response="PD", overall_response="PD")
LATER_SCAN_OF_S2 = add("response_assessments", like=3, scan_date="2010-07-10")


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
        (*targets(2, "LUNG", 11), *targets(2, "PERITONEUM", 21)),
        (*targets(2, "LUNG", 11), *targets(1, "PERITONEUM", 21)),
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
        "350 mm",
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
        "RS07",
        "response_assessments",
        (PROGRESSION_OF_S2, LATER_SCAN_OF_S2, response(4, target_response="SD", overall_response="SD")),
        (PROGRESSION_OF_S2, LATER_SCAN_OF_S2),
        "SD on 2010-07-10",
        "2010-05-17",
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
