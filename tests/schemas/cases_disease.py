"""Cases of the rules that make the derived disease another way: axes, nadir, regrowth, CR, best response."""

from derived_case import Case, measured, reported
from rule_cases import lesion, patient
from sound_cohort import Edit, add, remove

Edits = tuple[Edit, ...]


def vanished(short_axis: str) -> Edits:
    """S2 at its second scan: target gone, target node normal, and the non-target node of ``short_axis`` mm."""
    complete = {"target_response": "CR", "nontarget_response": "CR", "overall_response": "CR", "sum_mm": "9.9"}
    return (
        measured(11, diameter="0"),
        measured(12, short_axis="9.9"),
        measured(13, short_axis=short_axis, lesion_status=""),
        reported(3, **complete),
    )


def back_again(**third: str) -> Edits:
    """The non-target node of S2 is gone at the second scan; ``third`` is what the third says of it."""
    return (
        measured(13, diameter="0", short_axis="", lesion_status="ABSENT"),
        *(add("lesion_measurements", like=number, scan_date="2010-06-28") for number in (8, 9)),
        add("lesion_measurements", like=10, scan_date="2010-06-28", **third),
    )


# The liver target of S2 gone, then 5 mm: the sum goes from 17 to 22 mm, which is progression.
TARGET_BACK_AS_PROGRESSION = (
    measured(11, diameter="0"),
    add("lesion_measurements", like=11, scan_date="2010-06-28", diameter="5"),
    *(add("lesion_measurements", like=number, scan_date="2010-06-28") for number in (12, 13)),
)
# The same beside a node of 45 mm: the sum goes from 45 to 50 mm. Of the organ alone it is progression (RS12).
TARGET_BACK_IN_A_LARGE_SUM = (
    measured(9, diameter="60", short_axis="45"),
    measured(12, diameter="60", short_axis="45"),
    measured(11, diameter="0"),
    reported(3, sum_mm="45", target_response="PR", overall_response="PR"),
    add("lesion_measurements", like=11, scan_date="2010-06-28", diameter="5"),
    *(add("lesion_measurements", like=number, scan_date="2010-06-28") for number in (12, 13)),
)


def progression_without_scans_before(scan_date: str) -> Edits:
    """S1 progresses on ``scan_date``; since the start on 2010-03-15 there was no other scan."""
    return (
        remove("lesion_measurements", 3),
        remove("lesion_measurements", 4),
        remove("response_assessments", 1),
        *(measured(number, scan_date=scan_date) for number in (5, 6, 7)),
        lesion(3, first_seen_date=scan_date),
        reported(2, scan_date=scan_date),
    )


def new_drug(start_date: str) -> Edit:
    return add("drug_courses", subject_id="S2", drug="OTHER", daily_dose_mg="10", start_date=start_date)


NEVER_SCANNED_AGAIN = (
    *(remove("lesion_measurements", number) for number in (11, 12, 13)),
    remove("response_assessments", 3),
)

FAILING = [
    Case("TR04", (reported(3, sum_mm="59"),), says=("as 59 mm", "is 59 mm", "short axes 52 mm")),
    Case("TR04", (reported(3, sum_mm="60"),), says=("as 60 mm",)),
    Case(
        "TR04",
        spoil=("update analysis.adtr set aval = 24 where paramcd = 'LDIAM' and trlnkid = 'L02' and aval = 17",),
        says=("is 24 mm", "the short axis of a node gives 17 mm"),
    ),
    Case(
        "TR04",
        spoil=("update analysis.adtr set aval = 36 where paramcd = 'LDIAM' and trlnkid = 'L01' and aval = 35",),
        says=("the longest diameter gives 35 mm",),
    ),
    Case(
        "TR04",
        spoil=("update analysis.adtr set aval = 59 where paramcd = 'SUMDIAM' and aval = 52",),
        says=("SUMDIAM", "is 59 mm", "gives 52 mm"),
    ),
    Case("TR08", (reported(3, nadir="49.1"),), says=("49.1 mm", "give 48 mm")),
    Case("TR08", (reported(2, nadir="43.9"),), says=("43.9 mm", "give 45 mm")),
    Case("TR16", back_again(), says=("gone on 2010-05-17", "there on 2010-06-28 (15 mm)", "blank")),
    Case("TR16", back_again(diameter="", short_axis=""), says=("(blank mm)",)),
    Case("TR16", TARGET_BACK_IN_A_LARGE_SUM, says=("L01", "(5 mm)"), also=("RS12",)),
    Case("RS06", vanished("10"), says=("CR on 2010-05-17", "1 lesion(s)")),
    Case(
        "RS06",
        spoil=("update analysis.adrs set avalc = 'CR' where paramcd = 'OVRLRESP' and avalc = 'SD'",),
        says=("OVRLRESP is CR on 2010-04-26", "2 lesion(s)", "3 lesion(s)"),
        rows=2,
    ),
    Case(
        "RS10",
        progression_without_scans_before("2010-06-22"),
        says=("2010-06-22, 99 days", "(2010-03-15)", "98 days"),
        severity="warning",
    ),
    Case("RS15", (patient(1, reported_best_response="PR"),), says=("as PR", "give SD")),
    Case("RS15", (patient(1, reported_best_organ_response="PR"),), says=("as PR", "give SD")),
    Case("RS16", (new_drug("2010-05-16"),), says=("2010-05-17", "2010-05-16"), severity="info"),
]

PASSING = {
    "TR04": ((reported(3, sum_mm="60.1"),), ()),
    "TR04, too small to measure": ((measured(11, diameter="4.9"),), ()),
    "TR04, a node gone": ((measured(12, diameter="0", short_axis=""),), ()),
    "TR04, a size not compared": ((), ("update analysis.adtr set aval = 1 where paramcd = 'LSUMDIAM'",)),
    "TR08": ((reported(3, nadir="49"), reported(2, nadir="44"), reported(1, nadir="51")), ()),
    "TR08, an earlier size in doubt": ((measured(3, diameter="4S"), reported(2, nadir="30")), ()),
    "TR16": (back_again(comment="reactive, biopsy negative"), ()),
    "TR16, still gone": (back_again(diameter="0", short_axis="", lesion_status="ABSENT"), ()),
    "TR16, progression": (TARGET_BACK_AS_PROGRESSION, ()),
    "RS06": (vanished("9.9"), ()),
    "RS06, of the organ": ((measured(11, diameter="0"), reported(3, sum_mm="17", target_response="PR")), ()),
    "RS10": (progression_without_scans_before("2010-06-21"), ()),
    "RS15": ((patient(1, reported_best_response="SD", reported_best_organ_response="SD"),), ()),
    "RS15, never assessed": ((*NEVER_SCANNED_AGAIN, patient(2, reported_best_response="NE")), ()),
    "RS15, a size in doubt": ((measured(3, diameter="4S"), patient(1, reported_best_response="PR")), ()),
    "RS16": ((new_drug("2010-05-17"),), ()),
}
