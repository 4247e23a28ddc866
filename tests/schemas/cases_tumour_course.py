"""Cases of the rules on the course of a lesion, on scans and readers, and on what is reported over time."""

from cases_tumour import targets
from rule_cases import case, lesion, measurement, response
from sound_cohort import Edit, add

LATER_TARGET = (
    add("lesion_measurements", like=11, lesion_id="L11"),
    *(add("lesion_measurements", like=number, scan_date="2010-06-28") for number in (11, 12)),
    add("lesion_measurements", like=11, lesion_id="L11", scan_date="2010-06-28", diameter="37"),
)

LESIONS = [
    case(
        "TU09",
        "lesions",
        lesion(1, first_seen_date="2010-03-16"),
        lesion(1, first_seen_date="2010-03-15"),
        "first seen on 2010-03-16",
        "start of 2010-03-15",
        "1 measurement(s)",
    ),
    case(
        "TU09",
        "lesions",
        (add("lesions", like=4, lesion_id="L11", organ="LUNG", first_seen_date="2010-04-02"), *LATER_TARGET),
        (add("lesions", like=4, lesion_id="L11", organ="LUNG", first_seen_date="2010-04-01"), *LATER_TARGET),
        "first seen on 2010-04-02",
        "0 measurements",
        also=("TR06",),
    ),
    case(
        "TU12",
        "lesions",
        targets(1, "BONE"),
        (*targets(1, "BONE")[1:], add("lesions", like=4, lesion_id="L11", organ="BONE", location_text="Soft tissue")),
        "L11 lies in BONE",
        "'bone' is no target",
    ),
    case(
        "TU12",
        "lesions",
        lesion(1, location_text="Simple Cyst of S4"),
        (lesion(1, location_text="S4"), lesion(2, location_text="Simple cyst")),
        "'simple cyst' is no target",
    ),
]

MEASUREMENTS = [
    case(
        "TU07",
        "lesion_measurements",
        measurement(3, noted_class="NON-TARGET"),
        measurement(3, noted_class="TARGET"),
        "is NON-TARGET on 2010-04-26",
        "says TARGET",
    ),
    case(
        "TU08",
        "lesion_measurements",
        (measurement(1, noted_location="S5"), measurement(3, noted_location="S6")),
        (measurement(1, noted_location="S5 left"), measurement(3, noted_location="s5 Left ")),
        "is 'S6' on 2010-04-26",
        "was 'S5'",
    ),
    case(
        "TU08",
        "lesion_measurements",
        (lesion(1, location_text="S5"), measurement(1, noted_location="S6")),
        (lesion(1, location_text="S5"), measurement(1, noted_location="S5")),
        "was 'S5'",
    ),
]


def rescan(diameter: str, scan_date: str = "2010-05-10") -> Edit:
    """Target L01 of S1 measured once more; it had 45 mm on 2010-04-26 and has 60 mm on 2010-06-07."""
    return add("lesion_measurements", like=3, scan_date=scan_date, diameter=diameter)


def by_second_reader(diameter: str) -> tuple[Edit, ...]:
    """The same target by R2, who saw ``diameter`` on 2010-04-26."""
    return (
        add("lesion_measurements", like=1, reader="R2"),
        add("lesion_measurements", like=3, reader="R2", diameter=diameter),
        add("lesion_measurements", like=5, reader="R2"),
    )


JUMPS = [
    case("TR11", "lesion_measurements", rescan("68"), rescan("67.5"), "68 mm on 2010-05-10", "45 mm 14 days", "50 %"),
    case("TR11", "lesion_measurements", rescan("68"), rescan("68", "2010-05-11"), "within 14 days"),
    case("TR11", "lesion_measurements", rescan("22.4"), rescan("22.5"), "22.4 mm on 2010-05-10"),
    case(
        "TR11",
        "lesion_measurements",
        measurement(3, diameter="90.1"),
        measurement(3, diameter="90"),
        "90.1 mm on 2010-04-26",
        "50 mm on 2010-03-01 before and 60 mm on 2010-06-07 after",
    ),
    case(
        "TR11",
        "lesion_measurements",
        (measurement(3, diameter="91"), *by_second_reader("62.5")),
        (measurement(3, diameter="91"), *by_second_reader("62.6")),
        "reader R1: 91 mm",
    ),
]


def sizes(*diameters: int) -> tuple[Edit, ...]:
    """A further non-target of S2 for each of ``diameters``, at baseline. R1 has 10 other sizes, 8 of them round."""
    return tuple(
        edit
        for number, diameter in enumerate(diameters)
        for edit in (
            add("lesions", like=6, lesion_id=f"N{number}", organ="LUNG"),
            add("lesion_measurements", like=10, lesion_id=f"N{number}", diameter=str(diameter), short_axis=""),
        )
    )


def third_scan(node: str = "15") -> tuple[Edit, ...]:
    """S2 three times with the very same sizes, but for that of L03 at the third scan."""
    return (
        measurement(11, diameter="30"),
        measurement(12, diameter="25", short_axis="18"),
        *(add("lesion_measurements", like=number, scan_date="2010-06-28") for number in (8, 9)),
        add("lesion_measurements", like=10, scan_date="2010-06-28", diameter=node),
    )


ONE_LESION_THREE_TIMES = (
    measurement(3, diameter="50"),
    measurement(5, diameter="50", diameter_unit="mm"),
    measurement(7, diameter=""),
)


def noted(*numbers: int) -> tuple[Edit, ...]:
    return tuple(measurement(number, embolisation_effect="oil retained") for number in numbers)


SCANS = [
    case(
        "TR10",
        "lesion_measurements",
        measurement(11, modality="MRI"),
        tuple(measurement(number, modality="MRI") for number in range(8, 14)),
        "2010-05-17",
        "1 lesion(s) seen by MRI",
        "first by CT",
    ),
    case(
        "TR10",
        "lesion_measurements",
        (measurement(8, slice_thickness="5"), measurement(11, slice_thickness="7.1")),
        (measurement(8, slice_thickness="5"), measurement(11, slice_thickness="7")),
        "7.1 mm differ by 2.1 mm",
        "up to 2 mm",
    ),
    case(
        "TR12",
        "lesion_measurements",
        sizes(*[20] * 13, *[21] * 27),
        sizes(*[20] * 12, *[21] * 28),
        "R1: 42 % of 50 sizes",
        "40 % is doubted",
    ),
    case("TR12", "lesion_measurements", sizes(*[20] * 40), sizes(*[20] * 39), "96 % of 50"),
    case(
        "TR13",
        "lesion_measurements",
        third_scan(),
        third_scan(node="16"),
        "2010-06-28",
        "3 lesions",
        "3 scans in a row",
    ),
    case("TR13", "lesion_measurements", third_scan(), ONE_LESION_THREE_TIMES, "3 are doubted"),
    case(
        "TR14",
        "lesion_measurements",
        noted(3, 4, 5, 6),
        noted(3, 4, 5, 6, 7),
        "Scan of 2010-06-07",
        "1 lesion(s) of LIVER",
        "embolisation of 2010-03-15",
    ),
]

RESPONSE_OF_S2 = response(3, target_response="PR", overall_response="PR")
SECOND_READER = {"like": 1, "reader": "R2", "target_response": "PR", "overall_response": "PR"}


def stable_again(sum_mm: str) -> tuple[Edit, ...]:
    """S2 with a response at 52 mm, and stable disease with ``sum_mm`` at the scan after it."""
    later = {"target_response": "SD", "overall_response": "SD", "sum_mm": sum_mm, "scan_date": "2010-07-10"}
    return (RESPONSE_OF_S2, add("response_assessments", like=3, **later))


RESPONSES = [
    case(
        "RS08",
        "response_assessments",
        (response(1, target_response="CR", overall_response="PR"), response(2, target_response="SD")),
        response(1, target_response="CR", overall_response="PR"),
        "is SD on 2010-06-07",
        "CR on 2010-04-26",
    ),
    case(
        "RS08",
        "response_assessments",
        stable_again("57.3"),
        stable_again("57.1"),
        "57.3 mm and was 52 mm",
        "response on 2010-05-17",
        "10 %",
    ),
    case(
        "RS13",
        "response_assessments",
        (response(3, adjudicated_response="SD"), add("response_assessments", **SECOND_READER)),
        (response(1, adjudicated_response="SD"), add("response_assessments", **SECOND_READER)),
        "PR by reader R2",
        "SD by the evaluator",
    ),
    case(
        "RS13",
        "response_assessments",
        (response(3, adjudicated_response="SD"), add("response_assessments", **SECOND_READER)),
        (response(3, adjudicated_response="SD"), add("response_assessments", like=1, reader="R2")),
        "adjudicated is blank",
    ),
    case(
        "RS14",
        "response_assessments",
        response(1, progression_driver="TARGET"),
        response(2, progression_driver="TARGET"),
        "PD on 2010-06-07",
        "blank",
    ),
    case(
        "RS14",
        "response_assessments",
        response(2, progression_driver="NON-TARGET"),
        response(2, progression_driver="NON-TARGET", nontarget_response="PD"),
        "shown by NON-TARGET",
        "non-target NON-CR/NON-PD",
    ),
    case(
        "RS14",
        "response_assessments",
        response(2, progression_driver="TARGET", target_response="SD"),
        response(2, progression_driver="NEW", target_response="SD"),
        "target is SD",
    ),
    case(
        "RS14",
        "response_assessments",
        response(2, progression_driver="NEW", new_lesion="N"),
        response(2, progression_driver="NEW"),
        "new lesion N",
    ),
]

CASES = [*LESIONS, *MEASUREMENTS, *JUMPS, *SCANS, *RESPONSES]
