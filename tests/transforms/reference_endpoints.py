"""The endpoints once more: slow, obvious, one subject at a time, written from the rules and not from the SQL.

Days are counted from the subject's start (day 0); None is no date. A course of responses maps the day of an assessment
to the evaluator's response, up to the data cut.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from reference_readers import evaluated_responses
from reference_recist import Responses, Subject, imaged_days
from tiny_cohort import START

GAPS = {"CONTROL": 2 * 56 + 2 * 7, "TREATED": 2 * 42 + 2 * 7}
"""Twice the longest interval of each arm, and twice its tolerance."""


@dataclass(frozen=True)
class Rules:
    """What a protocol chooses."""

    stable_days: int = 42
    benefit_days: int = 42
    control_day: int = 91
    confirmation_days: int = 28
    accepts_stable: bool = False
    most_not_evaluable: int = 1
    lost_days: int = 90
    longest_gaps: dict[str, int] = field(default_factory=GAPS.copy)
    is_reported: bool = False
    adjudicates: bool = False


@dataclass(frozen=True)
class Course:
    """What the endpoints of one subject are made of.

    ``last_alive`` is not capped at the cut. ``imaged`` are the days on which the organ was looked at; None where each
    of its responses says so.
    """

    overall: Responses
    organ: Responses
    arm: str
    cut: int
    death: int | None
    last_alive: int | None
    therapy: int | None
    imaged: set[int] | None


def course_of(subject: Subject, rules: Rules) -> Course:
    """The evaluator's responses; death, imputed where its day is missing; the first new anticancer therapy."""
    evaluated = evaluated_responses(subject, rules.is_reported, rules.adjudicates)
    proofs = [
        *subject.contacts, *subject.scans, *subject.second, *subject.therapies, *subject.procedures,
        *subject.adjudicated, *(day for courses in subject.reports.values() for course in courses for day in course),
        *(lesion.seen for lesion in subject.lesions if lesion.seen is not None),
    ]  # fmt: skip
    last_alive = max(proofs, default=None)
    new = [*subject.therapies, *(subject.procedures if subject.arm == "CONTROL" else [])]
    return Course(
        evaluated["R1", "ALL"],
        evaluated["R1", "ORGAN"],
        subject.arm,
        subject.cut,
        date_of_death(subject, last_alive),
        last_alive,
        min((day for day in new if 0 <= day <= subject.cut), default=None),
        None if rules.is_reported else imaged_days(subject, "LIVER"),
    )


def date_of_death(subject: Subject, last_alive: int | None) -> int | None:
    """Without its day: the first of the month, or where later the last date known alive, or the start in its month."""
    if subject.death is None or subject.is_day_of_death_known:
        return subject.death
    month = (START + timedelta(days=subject.death)).replace(day=1)
    start = 0 if (month.year, month.month) == (START.year, START.month) else (month - START).days
    return start if last_alive is None else max(start, last_alive)


@dataclass(frozen=True)
class Time:
    """A row of ADTTE: from, to, CNSR, what happened (D death, P progression, R response) and whether it competes."""

    start: int
    end: int
    cnsr: int
    event: str = ""
    competes: bool = False


def first_progression(responses: Responses) -> int | None:
    return min((day for day, response in responses.items() if response == "PD"), default=None)


def considered(responses: Responses, therapy: int | None) -> list[tuple[int, str]]:
    """In order of day: up to and including the first PD, before new therapy; a PD on its day counts."""
    kept = []
    for day, response in sorted(responses.items()):
        if therapy is not None and (day > therapy or (day == therapy and response != "PD")):
            break
        kept.append((day, response))
        if response == "PD":
            break
    return kept


def is_confirmed(number: int, course: list[tuple[int, str]], rules: Rules) -> bool:
    """Whether a later assessment confirms the response at place ``number``."""
    day, response = course[number]
    for later in range(number + 1, len(course)):
        later_day, later_response = course[later]
        if later_day - day < rules.confirmation_days:
            continue
        between = [of for _, of in course[number + 1 : later]]
        if between.count("NE") > rules.most_not_evaluable:
            continue
        if response == "CR" and later_response == "CR" and set(between) <= {"CR", "NE"}:
            return True
        if response == "PR" and later_response in ("CR", "PR"):
            after = [*between, later_response]
            stable_allowed = 1 if rules.accepts_stable else 0
            relapsed = any("CR" in after[:place] for place, of in enumerate(after) if of == "PR")
            if set(between) <= {"CR", "PR", "NE", "SD"} and between.count("SD") <= stable_allowed and not relapsed:
                return True
    return False


def best_response(course: list[tuple[int, str]], rules: Rules, confirmed: bool) -> tuple[str, int | None]:
    """BOR or CBOR, with the day of the first assessment that gives it."""
    if not course:
        return "MISSING", None
    for best in ("CR", "PR"):
        for number, (day, response) in enumerate(course):
            if response == best and (not confirmed or is_confirmed(number, course, rules)):
                return best, day
    for day, response in course:
        if response in ("CR", "PR", "SD") and day >= rules.stable_days:
            return "SD", day
    for day, response in course:
        if response == "NON-CR/NON-PD" and day >= rules.stable_days:
            return "NON-CR/NON-PD", day
    for day, response in course:
        if response == "PD":
            return "PD", day
    return "NE", course[0][0]


def response_parameters(course: Course, organ: bool, rules: Rules) -> dict[str, tuple[str | None, int | None]]:
    """The parameters of ADRS that a subject has once: value and day."""
    responses = course.organ if organ else course.overall
    counted = considered(responses, course.therapy)
    best = best_response(counted, rules, confirmed=False)
    responded = [day for day, response in counted if response in ("CR", "PR")]
    kept = [day for number, (day, response) in enumerate(counted)
            if response in ("CR", "PR") and is_confirmed(number, counted, rules)]  # fmt: skip
    benefited = [day for day, response in counted
                 if response in ("CR", "PR")
                 or (response in ("SD", "NON-CR/NON-PD") and day >= rules.benefit_days)]  # fmt: skip
    progression = first_progression(responses)
    free = progression_free(course, organ)
    control = "Y" if free.end - free.start + 1 > rules.control_day else "N" if free.cnsr == 0 else None
    found = {
        "BOR": best,
        "CBOR": best_response(counted, rules, confirmed=True),
        "DCR": ("Y" if best[0] in ("CR", "PR", "SD", "NON-CR/NON-PD") else "N", best[1]),
        "RSP": ("Y", responded[0]) if responded else ("N", None),
        "CRSP": ("Y", kept[0]) if kept else ("N", None),
        "CB": ("Y", benefited[0]) if benefited else ("N", None),
        "PD": ("Y", progression) if progression is not None else ("N", None),
        "DCDAY": (control, free.end),
    }
    return {("L" if organ else "") + paramcd: value for paramcd, value in found.items()}


def ending(course: Course, organ: bool) -> tuple[int, str] | None:
    """The earlier of progression and death by the cut; of one day, progression."""
    progression = first_progression(course.organ if organ else course.overall)
    ends = [(progression, "P")] if progression is not None else []
    if course.death is not None and course.death <= course.cut and (progression is None or course.death < progression):
        ends = [(course.death, "D")]
    return ends[0] if ends else None


def adequate_days(responses: Responses) -> list[int]:
    """The days on which a response could be read, up to the first PD."""
    end = first_progression(responses)
    return [day for day, of in sorted(responses.items()) if of != "NE" and (end is None or day <= end)]


def progression_free(course: Course, organ: bool) -> Time:
    end = ending(course, organ)
    if end:
        return Time(0, end[0], 0, end[1])
    adequate = adequate_days(course.organ if organ else course.overall)
    return Time(0, adequate[-1], 1) if adequate else Time(0, 0, 2)


def overall_survival(course: Course, rules: Rules) -> Time:
    if course.death is not None and course.death <= course.cut:
        return Time(0, course.death, 0, "D")
    last = course.cut if course.death is not None else max(0, min(course.last_alive or 0, course.cut))
    return Time(0, last, 5 if course.cut - last > rules.lost_days else 1)


def before_therapy(course: Course) -> Time:
    """PFSNACT."""
    if course.therapy is None:
        return progression_free(course, organ=False)
    end = ending(course, organ=False)
    if end and (end[0] < course.therapy or end == (course.therapy, "P")):
        return Time(0, end[0], 0, end[1])
    adequate = [day for day in adequate_days(course.overall) if day < course.therapy]
    return Time(0, adequate[-1], 3) if adequate else Time(0, 0, 2)


def without_gaps(course: Course, rules: Rules) -> Time:
    """PFSFDA."""
    end = ending(course, organ=False)
    if not end:
        return progression_free(course, organ=False)
    adequate = [day for day in adequate_days(course.overall) if day < end[0]]
    if end[0] - (adequate[-1] if adequate else 0) <= rules.longest_gaps[course.arm]:
        return Time(0, end[0], 0, end[1])
    return Time(0, adequate[-1], 4) if adequate else Time(0, 0, 2)


def times(course: Course, rules: Rules) -> dict[str, Time]:
    """The rows of ADTTE."""
    found = {
        "OS": overall_survival(course, rules),
        "PFS": progression_free(course, organ=False),
        "LPFS": progression_free(course, organ=True),
        "PFSNACT": before_therapy(course),
        "PFSFDA": without_gaps(course, rules),
    }
    for organ in (False, True):
        prefix, responses = ("L", course.organ) if organ else ("", course.overall)
        end = first_progression(responses)
        assessed = [day for day in sorted(responses) if end is None or day <= end]
        if organ and course.imaged is not None:
            assessed = [day for day in assessed if responses[day] != "NE" or day in course.imaged]
        last = Time(0, assessed[-1], 1) if assessed else Time(0, 0, 2)
        flags = response_parameters(course, organ, rules)
        responded, kept = flags[prefix + "RSP"][1], flags[prefix + "CRSP"][1]
        found[prefix + "TTR"] = last if responded is None else Time(0, responded, 0, "R")
        free = progression_free(course, organ)
        for start, paramcd in ((responded, "RSD"), (kept, "CRSD")):
            if start is not None:
                found[prefix + paramcd] = Time(start, free.end, free.cnsr, free.event)
        if organ:
            deadly = ending(course, organ=True)
            found["TTLP"] = (
                last if not deadly
                else Time(0, deadly[0], 0, "P") if deadly[1] == "P"
                else Time(0, deadly[0], 6, "D", competes=True)
            )  # fmt: skip
    return found
