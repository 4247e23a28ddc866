"""Cases of single rows: what a rule sees of a row, and whether it objects.

They complete the cases that go from the text of an extract to a sentence: the blank beside a value, the bound itself, a
date that another rule already doubts. A row holds just the columns that the rule reads.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

CUT = date(2012, 5, 31)
AFTER_CUT = date(2012, 6, 1)
NOT_ENTERED = date(1900, 1, 1)


@dataclass(frozen=True)
class RowCase:
    """``check`` is contract and rule; ``why`` says what the row shows."""

    check: str
    breaks: bool
    why: str
    row: dict[str, Any]


def breaks(check: str, why: str, **row: Any) -> RowCase:
    return RowCase(check, True, why, row)


def keeps(check: str, why: str, **row: Any) -> RowCase:
    return RowCase(check, False, why, row)


def age(age_years: int, low: int = 18, high: int = 100, by_birth: int = 65) -> dict[str, Any]:
    return {"age_years": age_years, "age_low": low, "age_high": high, "age_by_birth_year": by_birth}


def diagnosis(day: date, **others: Any) -> dict[str, Any]:
    return {"diagnosis_date": day, "latest_plausible_date": CUT, **others}


AGE, BORN, ORDER = (
    f"Patients.{check}"
    for check in ("age_agrees_with_birth", "born_before_diagnosis", "diagnosed_before_consent_and_index")
)
CONSENT, INDEX = date(2010, 3, 1), date(2010, 3, 15)

PATIENTS = [
    keeps(AGE, "above the range, which is a finding of its own", **age(101, by_birth=60)),
    keeps(AGE, "below the range, which is a finding of its own", **age(17)),
    breaks(AGE, "the oldest eligible, and younger by the year of birth", **age(100, by_birth=98)),
    breaks(AGE, "the youngest eligible, and older by the year of birth", **age(18, by_birth=20)),
    keeps(BORN, "no date was entered (DT03)", **diagnosis(NOT_ENTERED, birth_year=1950, diagnosis_year=1900)),
    keeps(BORN, "no date was entered (DT03)", **diagnosis(date(1970, 1, 1), birth_year=1980, diagnosis_year=1970)),
    keeps(
        BORN, "a day after the last plausible one (DT02)", **diagnosis(AFTER_CUT, birth_year=2013, diagnosis_year=2012)
    ),
    breaks(BORN, "diagnosed on the last plausible day", **diagnosis(CUT, birth_year=2012, diagnosis_year=2012)),
    keeps(
        ORDER, "a diagnosis after the extract (DT02)", **diagnosis(AFTER_CUT, consent_date=CONSENT, index_date=INDEX)
    ),
    keeps(ORDER, "no date of consent was entered", **diagnosis(INDEX, consent_date=NOT_ENTERED, index_date=INDEX)),
    keeps(ORDER, "no index date was entered", **diagnosis(CONSENT, consent_date=CONSENT, index_date=NOT_ENTERED)),
    keeps(ORDER, "diagnosed on the index date", **diagnosis(INDEX, consent_date=None, index_date=INDEX)),
    breaks(ORDER, "diagnosed on the day after", **diagnosis(date(2010, 3, 16), consent_date=None, index_date=INDEX)),
    breaks(
        "Patients.child_pugh_score_is_eligible",
        "without a class the score alone excludes",
        procedures_expected=True,
        child_pugh_score=10,
        child_pugh_score_low=5,
        child_pugh_score_high=9,
        child_pugh_class=None,
        is_eligible_child_pugh_class=False,
    ),
]


def recruited(day: date) -> dict[str, Any]:
    first, last = date(2008, 6, 1), date(2011, 10, 31)
    return {
        "index_date": day,
        "latest_plausible_date": CUT,
        "recruitment_first": first,
        "recruitment_last": last,
    }


RECRUITED = "Patients.index_within_recruitment"
PATIENTS += [
    keeps(RECRUITED, "the last day", **recruited(date(2011, 10, 31))),
    breaks(RECRUITED, "the day after the last", **recruited(date(2011, 11, 1))),
    keeps(RECRUITED, "no date was entered (DT03)", **recruited(NOT_ENTERED)),
]

DEATH = date(2010, 12, 20)


def before_death(column: str, day: date, **others: Any) -> dict[str, Any]:
    return {column: day, "latest_plausible_date": CUT, "death_latest": DEATH, **others}


AFTER_DEATH = [
    case
    for check, column in (
        ("Procedures.session_before_death", "procedure_date"),
        ("DrugCourses.course_starts_before_death", "start_date"),
        ("LesionMeasurements.scan_before_death", "scan_date"),
        ("ResponseAssessments.scan_before_death", "scan_date"),
        ("AdverseEvents.event_starts_before_death", "start_date"),
        ("LabResults.sample_before_death", "sample_date"),
    )
    for case in (
        keeps(check, "on the day of death", **before_death(column, DEATH)),
        breaks(check, "on the day after", **before_death(column, date(2010, 12, 21))),
        keeps(check, "after the extract (DT02)", **before_death(column, AFTER_CUT)),
    )
]

ENDS = "DrugCourses.ends_before_death"
AFTER_DEATH += [
    breaks(
        ENDS,
        "started on the day of death and went on",
        **before_death("end_date", date(2010, 12, 21), start_date=DEATH),
    ),
    breaks(
        ENDS,
        "the start is in doubt (DT02), the end is not",
        **before_death("end_date", date(2010, 12, 21), start_date=AFTER_CUT),
    ),
    keeps(ENDS, "the end is in doubt (DT02)", **before_death("end_date", AFTER_CUT, start_date=date(2010, 7, 1))),
]


def course(start: date) -> dict[str, Any]:
    return {"start_date": start, "latest_plausible_date": CUT, "earlier_line_start": date(2008, 1, 1)}


LATER_LINE = "DrugCourses.lines_in_order"
TREATMENT = [
    *(
        case
        for check in ("DrugCourses.course_ends_after_start", "AdverseEvents.event_ends_after_start")
        for case in (
            keeps(
                check,
                "no end was entered",
                end_date=NOT_ENTERED,
                latest_plausible_date=CUT,
                start_date=date(2010, 7, 1),
            ),
            keeps(
                check,
                "the start is in doubt (DT02)",
                end_date=date(2010, 7, 1),
                latest_plausible_date=CUT,
                start_date=AFTER_CUT,
            ),
        )
    ),
    keeps(
        "DrugCourses.starts_after_the_one_before",
        "no start was entered",
        start_date=NOT_ENTERED,
        latest_plausible_date=CUT,
        previous_runs_to=date(2010, 1, 31),
    ),
    keeps(LATER_LINE, "on the day on which the line before began", **course(date(2008, 1, 1))),
    breaks(LATER_LINE, "on the day before", **course(date(2007, 12, 31))),
    keeps(LATER_LINE, "no line comes before", **{**course(date(2007, 12, 31)), "earlier_line_start": None}),
    keeps(LATER_LINE, "no start was entered", **course(NOT_ENTERED)),
    keeps(
        "Procedures.interval_is_plausible",
        "the longest interval",
        days_since_previous=3650,
        interval_low=14,
        interval_high=3650,
    ),
    breaks(
        "Procedures.interval_is_plausible",
        "a day longer",
        days_since_previous=3651,
        interval_low=14,
        interval_high=3650,
    ),
    breaks("Procedures.subject_is_named", "a session of nobody", subject_id=None),
]


def contact(vital_status: str, **others: Any) -> dict[str, Any]:
    return {"vital_status": vital_status, **others}


DIED = "FollowUp.death_after_start"
FOLLOW_UP = [
    keeps("FollowUp.dead_has_a_date", "alive", **contact("ALIVE", status_order=1, dated_death_count=0)),
    breaks(
        "FollowUp.date_means_dead",
        "a date of death and no status at all",
        death_date_text="2010-12-20",
        vital_status=None,
        vital_status_text=None,
    ),
    keeps(DIED, "dead on the first day", **contact("DEAD", status_order=1, reported_death_latest=INDEX, startdt=INDEX)),
    breaks(
        DIED,
        "dead on the day before",
        **contact("DEAD", status_order=1, reported_death_latest=date(2010, 3, 14), startdt=INDEX),
    ),
    keeps(
        DIED,
        "alive: a date of death is another rule's (DS01)",
        **contact("ALIVE", status_order=1, reported_death_latest=date(2010, 3, 14), startdt=INDEX),
    ),
    keeps(
        "FollowUp.alive_until_death",
        "a contact after the extract (DT02)",
        **contact("ALIVE", **before_death("contact_date", AFTER_CUT)),
    ),
]


def late_target(sightings: int, seen: date = date(2010, 3, 16), scanned: date | None = CONSENT) -> dict[str, Any]:
    return {
        "baseline_scan_date": scanned,
        "lesion_class": "TARGET",
        "first_seen_date": seen,
        "latest_plausible_date": CUT,
        "startdt": INDEX,
        "baseline_sightings": sightings,
    }


NEW_LESION = "Lesions.new_lesion_is_new"
LESIONS = [
    breaks("Lesions.lesion_is_numbered_once", "no number", lesion_id=None, id_count=1),
    keeps(
        "Lesions.target_is_measurable",
        "a small lesion that is no target",
        lesion_class="NON-TARGET",
        organ="LIVER",
        baseline_diameter_mm=9,
        target_min_mm=10,
    ),
    *(
        case
        for check, sightings in (
            ("Lesions.measured_target_is_dated_at_baseline", 1),
            ("Lesions.target_is_seen_at_baseline", 0),
        )
        for case in (
            breaks(check, "a target first seen after the start", **late_target(sightings)),
            keeps(check, "no scan before the start (TR15)", **late_target(sightings, scanned=None)),
            keeps(check, "first seen after the extract (DT02)", **late_target(sightings, seen=AFTER_CUT)),
        )
    ),
    keeps(
        NEW_LESION,
        "no date was entered (DT03)",
        lesion_class="NEW",
        first_seen_date=NOT_ENTERED,
        first_seen_date_text="1900-01-01",
        latest_plausible_date=CUT,
        baseline_scan_date=CONSENT,
        baseline_sightings=0,
    ),
    keeps(
        NEW_LESION,
        "a date that is no date (DT01)",
        lesion_class="NEW",
        first_seen_date=None,
        first_seen_date_text="spring",
        latest_plausible_date=CUT,
        baseline_scan_date=CONSENT,
        baseline_sightings=0,
    ),
    keeps(
        "SubjectTotals.baseline_scan_exists",
        "a scan without a date may be it",
        baseline_scan_date=None,
        startdt=INDEX,
        undated_scan_count=1,
    ),
    keeps("SubjectTotals.has_a_target", "no lesion at baseline at all", target_count=0, baseline_lesion_count=0),
    breaks("SubjectTotals.has_a_target", "one lesion, and no target", target_count=0, baseline_lesion_count=1),
]


def axis(text: str | None, unit: str | None, unit_text: str | None) -> dict[str, Any]:
    return {
        "short_axis_mm": None,
        "short_axis_text": text,
        "diameter_unit": unit,
        "diameter_unit_text": unit_text,
    }


def doubted(diameter_mm: float, ratio: float) -> dict[str, Any]:
    return {"diameter_mm": diameter_mm, "too_small_mm": 5, "neighbour_ratio": ratio, "neighbour_ratio_limit": 8}


def sizes(size: float, previous: float, following: float | None, share: float = 0.5) -> dict[str, Any]:
    return {
        "size_mm": size,
        "previous_mm": previous,
        "next_mm": following,
        "jump_share": share,
        "is_confirmed": False,
    }


AXIS, JUMP = "LesionMeasurements.short_axis_is_understood", "SizeChanges.change_is_possible"
MEASUREMENTS = [
    breaks(AXIS, "no number, and no unit", **axis("wide", None, None)),
    breaks(AXIS, "no number, and a unit that is known", **axis("wide", "cm", "cm")),
    keeps(AXIS, "a unit that is not known is another rule's (RF02)", **axis("3 in", None, "in")),
    breaks(
        "LesionMeasurements.unit_agrees_with_neighbours",
        "the ratio from which on a unit is doubted",
        neighbour_ratio=8,
        neighbour_ratio_limit=8,
    ),
    breaks(
        "LesionMeasurements.short_axis_is_shorter",
        "the largest plausible short axis",
        short_axis_mm=400,
        diameter_high=400,
        diameter_mm=24,
    ),
    keeps(
        "LesionMeasurements.short_axis_is_shorter",
        "larger than plausible (TR01)",
        short_axis_mm=401,
        diameter_high=400,
        diameter_mm=24,
    ),
    keeps("LesionMeasurements.large_enough_to_measure", "the unit is in doubt (TR02)", **doubted(4.9, ratio=8)),
    breaks("LesionMeasurements.large_enough_to_measure", "the unit is not in doubt", **doubted(4.9, ratio=7)),
    breaks("LesionMeasurements.large_enough_to_measure", "a size of 1 mm", **doubted(1, ratio=7)),
    keeps(JUMP, "grown by just half", days_since_previous=14, jump_days=14, **sizes(67.5, 45, 60)),
    keeps(JUMP, "shrunk by just half", days_since_previous=14, jump_days=14, **sizes(30, 60, 45)),
    breaks(JUMP, "no scan after it to show a peak", days_since_previous=14, jump_days=14, **sizes(60, 22.4, None)),
    breaks(JUMP, "shrunk by more than half", days_since_previous=14, jump_days=14, **sizes(29.9, 60, 29.9)),
    keeps(JUMP, "a peak is another finding", days_since_previous=14, jump_days=14, **sizes(100, 60, 60)),
    breaks(
        JUMP, "grown, and afterwards just not small enough", days_since_previous=14, jump_days=14, **sizes(90, 50, 60)
    ),
    breaks(JUMP, "shrunk, and then again", days_since_previous=14, jump_days=14, **sizes(50, 100, 10, share=0.2)),
    breaks(JUMP, "grown by more, and stayed so", days_since_previous=14, jump_days=14, **sizes(91, 60, 91)),
    keeps(
        "SizeChanges.size_is_no_peak",
        "grown by just half, and back",
        **sizes(67.5, 45, 3),
    ),
    breaks(
        "Scans.sizes_are_not_carried_over",
        "just as many lesions as are judged",
        lesion_count=2,
        copied_lesions_limit=2,
        copied_scans=3,
        copied_scans_limit=3,
    ),
    breaks(
        "Readers.sizes_are_not_rounded",
        "one percent more than is usual",
        size_count=50,
        heaping_sizes=50,
        round_percent=41,
        heaping_percent=40,
    ),
]


def parts(
    overall: str, implied: str | None, target: str | None, nontarget: str | None, new: str | None
) -> dict[str, Any]:
    return {
        "overall_response": overall,
        "implied_overall": implied,
        "target_response": target,
        "nontarget_response": nontarget,
        "new_lesion": new,
    }


def grown(sum_mm: float, since_response: date | None = CONSENT) -> dict[str, Any]:
    return {
        "response_date": since_response,
        "progression_date": None,
        "complete_date": None,
        "overall_response": "SD",
        "sum_mm": sum_mm,
        "recheck_share": 0.5,
        "smallest_sum_mm": 40,
    }


def progression(driver: str, target: str | None, nontarget: str | None, new: str | None) -> dict[str, Any]:
    return {
        "overall_response": "PD",
        "progression_driver": driver,
        "target_response": target,
        "nontarget_response": nontarget,
        "new_lesion": new,
    }


OVERALL, REST = "ResponseAssessments.overall_follows_from_parts", "NON-CR/NON-PD"
GROWTH, DRIVER = "ResponseAssessments.growth_after_response_is_small", "ResponseAssessments.driver_progresses"
RESPONSES = [
    keeps(OVERALL, "NON-CR/NON-PD beside a target is another rule's (RS17)", **parts(REST, "PR", "CR", REST, "N")),
    breaks(OVERALL, "nothing is known of non-targets and new lesions", **parts("SD", "PR", "PR", None, None)),
    breaks(OVERALL, "NON-CR/NON-PD of a subject without targets", **parts(REST, "CR", None, "CR", "N")),
    keeps(
        "ResponseAssessments.new_lesion_is_progression",
        "nothing is known of a new lesion",
        overall_response="SD",
        new_lesion=None,
    ),
    keeps(
        "ResponseAssessments.nontarget_pd_is_progression",
        "nothing is known of the non-targets",
        overall_response="SD",
        nontarget_response=None,
        new_lesion="N",
    ),
    breaks(
        "ResponseAssessments.nontarget_pd_is_progression",
        "nothing is known of a new lesion",
        overall_response="SD",
        nontarget_response="PD",
        new_lesion=None,
    ),
    keeps(
        "ResponseAssessments.no_response_after_progression",
        "not evaluable after progression",
        progression_date=CONSENT,
        overall_response="NE",
    ),
    breaks(
        "ResponseAssessments.complete_response_stays",
        "from complete to partial",
        complete_date=CONSENT,
        target_response="PR",
        progression_date=None,
    ),
    keeps(GROWTH, "no response before", **grown(60, since_response=None)),
    breaks(GROWTH, "grown by just the share: 60 after 40 mm", **grown(60)),
    keeps(GROWTH, "grown by less", **grown(59.9)),
    breaks(DRIVER, "the target, of which nothing is known", **progression("TARGET", None, REST, "Y")),
    breaks(DRIVER, "the non-targets, of which nothing is known", **progression("NON-TARGET", "PD", None, "Y")),
    breaks(DRIVER, "a new lesion, of which nothing is known", **progression("NEW", "SD", REST, None)),
    keeps(
        "ResponseAssessments.non_cr_non_pd_without_target",
        "no overall response",
        target_response="PD",
        overall_response=None,
    ),
]


def event(grade: int, **others: Any) -> dict[str, Any]:
    return {"grade": grade, **others}


def spell(start: date, previous_start: date | None, previous_runs_to: date | None) -> dict[str, Any]:
    return {
        "start_date": start,
        "latest_plausible_date": CUT,
        "previous_start": previous_start,
        "previous_runs_to": previous_runs_to,
    }


FATAL, SERIOUS = "AdverseEvents.fatal_event_has_a_death", "AdverseEvents.grave_event_is_serious"
SPELLS = "AdverseEvents.spells_do_not_overlap"
SAFETY = [
    keeps(FATAL, "a fatal outcome of another grade (AE02 of its own)", **event(4, outcome="FATAL", is_dead=False)),
    breaks(FATAL, "grade 5 without an outcome, and alive", **event(5, outcome=None, is_dead=False)),
    keeps("AdverseEvents.grade_exists_for_term", "no grade of CTCAE at all (AE01)", **event(6, highest_grade=4)),
    breaks(SERIOUS, "a death that is not serious", **event(5, serious_from_grade=4, serious="N")),
    keeps(SERIOUS, "no grade of CTCAE at all (AE01)", **event(6, serious_from_grade=4, serious="N")),
    breaks("AdverseEvents.version_of_protocol", "no version", ctcae_version=None, protocol_ctcae_version="3.0"),
    keeps(
        "AdverseEvents.starts_on_treatment",
        "no start was entered",
        start_date=NOT_ENTERED,
        latest_plausible_date=CUT,
        startdt=INDEX,
    ),
    breaks(SPELLS, "two spells of one day", **spell(INDEX, INDEX, INDEX)),
    keeps(SPELLS, "a spell from the day on which the one before ended", **spell(INDEX, CONSENT, INDEX)),
    keeps(SPELLS, "no start was entered", **spell(NOT_ENTERED, NOT_ENTERED, INDEX)),
]


def summed(reported: float, measured: float, by_longest: float | None) -> dict[str, Any]:
    return {
        "sum_mm": reported,
        "derived_sum_mm": measured,
        "axis_sum_mm": by_longest,
        "sum_tolerance_mm": 1,
    }


AXIS_SUM, SUM = "ReportedResponses.sum_takes_short_axis_of_nodes", "ReportedResponses.sum_agrees"
DERIVED = [
    keeps(AXIS_SUM, "wrong either way (TR07)", **summed(1, 52, 59)),
    breaks(AXIS_SUM, "too small, and right with the longest diameters", **summed(60, 100, 59)),
    keeps(AXIS_SUM, "right within the tolerance", **summed(60, 61, 59)),
    keeps(SUM, "right with the longest diameters (TR04)", **summed(43, 45, 44)),
    keeps(SUM, "right with the longest diameters (TR04)", **summed(43, 45, 43)),
    breaks(SUM, "too small, and no node to explain it", **summed(45, 60, None)),
    breaks(
        "ReportedResponses.complete_response_leaves_nothing",
        "a complete response that no measurement contradicts",
        overall_response="CR",
        remaining_count=1,
        target_response="CR",
        derived_target_response=None,
    ),
    keeps(
        "Assessments.organ_progression_is_progression",
        "nothing is known of a new lesion",
        organ_new_lesion=None,
        organ_nontarget_response=REST,
        overall_response="SD",
    ),
    breaks(
        "Assessments.organ_sum_progression_is_listed",
        "by the sum alone",
        organ_target_response="PD",
        organ_new_lesion=None,
        organ_nontarget_response=REST,
        overall_response="SD",
    ),
    keeps(
        "Assessments.organ_sum_progression_is_listed",
        "no targets in the organ",
        organ_target_response=None,
        organ_new_lesion="N",
        organ_nontarget_response=None,
        overall_response="SD",
    ),
    breaks("TimesToEvent.positive_time", "no time", aval=None),
    breaks(
        "TimesToEvent.progression_not_after_death",
        "progression after death",
        paramcd="PFS",
        cnsr=0,
        aval=500,
        os_event_days=281,
    ),
    keeps("AdverseEventCounts.flags_count_subjects", "all severe", severe_count=1, subject_count=1, flagged_count=1),
    keeps(
        "ChangedEndpoints.censored_time_grows",
        "an event may be found to be earlier",
        previous_cnsr=0,
        aval=10,
        previous_aval=85,
    ),
]

EVENTS, GRAVE = "SubjectTotals.events_are_reported", "GradedResults.grave_value_is_reported"


def without_events(event_count: int, percent: float) -> dict[str, Any]:
    return {"event_count": event_count, "percent_without_events": percent, "most_percent_without_events": 20.0}


def laboratory(grade: int, is_worse: bool, is_reported: bool | None) -> dict[str, Any]:
    return {"laboratory_grade": grade, "is_worse": is_worse, "is_reported": is_reported, "unreported_from_grade": 3}


REPORTING = [
    keeps(EVENTS, "as many subjects of the site as are usual", **without_events(0, 20)),
    breaks(EVENTS, "more of them", **without_events(0, 21)),
    keeps(EVENTS, "one event, in a site where many have none", **without_events(1, 50)),
    breaks(GRAVE, "of just the grade from which on an event is expected", **laboratory(3, True, False)),
    keeps(GRAVE, "a grade below", **laboratory(2, True, False)),
    keeps(GRAVE, "as bad before the start", **laboratory(4, False, False)),
    keeps(GRAVE, "an event of the term was set aside", **laboratory(4, True, None)),
]

CASES = [
    *PATIENTS,
    *AFTER_DEATH,
    *TREATMENT,
    *FOLLOW_UP,
    *LESIONS,
    *MEASUREMENTS,
    *RESPONSES,
    *SAFETY,
    *REPORTING,
    *DERIVED,
]
