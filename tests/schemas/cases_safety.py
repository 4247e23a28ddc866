"""Cases of the rules on graded events and on laboratory values that are seen together."""

import datetime

from derived_case import Case
from rule_cases import case, event, sample, session
from sound_cohort import Edit, add, remove

# ALT 121 U/L is 3.025 times its upper limit of 40, bilirubin 41 is 2.05 times its upper limit of 20.
BILIRUBIN = {"test": "BILI", "unit": "umol/L", "lower_limit": "3", "upper_limit": "20"}


def alt_and_bilirubin(alt: str, bilirubin: str) -> tuple:
    return (sample(1, value=alt), add("lab_results", like=1, **BILIRUBIN, value=bilirubin))


GRADES = [
    case(
        "AE04",
        "adverse_events",
        event(3, grade="5", serious="Y", outcome="FATAL"),
        event(3, grade="4"),
        "FATIGUE is 5",
        "is 4",
        also=("AE02",),
    ),
    case(
        "AE04",
        "adverse_events",
        event(3, grade="5", serious="Y"),
        event(3, term="FEVER", grade="5"),
        "FATIGUE",
        also=("AE02",),
    ),
    case("AE07", "adverse_events", event(1, grade="4"), event(1, grade="3"), "grade 4", "serious is N"),
    case("AE07", "adverse_events", event(1, grade="4", serious="N"), event(1, grade="4", serious="Y"), "from grade 4"),
]

LIVER = [
    case(
        "LB03",
        "lab_results",
        alt_and_bilirubin("121", "41"),
        alt_and_bilirubin("120", "41"),
        "3.025 times",
        "2.05 times",
    ),
    case("LB03", "lab_results", alt_and_bilirubin("400", "40.1"), alt_and_bilirubin("400", "40"), "2.005 times"),
    case(
        "LB03",
        "lab_results",
        alt_and_bilirubin("121", "41"),
        (sample(1, value="121"), add("lab_results", like=1, **BILIRUBIN, value="41", sample_date="2010-03-11")),
        "above 3 and 2 times",
    ),
]


def further_sessions(count: int) -> tuple[Edit, ...]:
    """So many sessions of S1 after the second, fifteen days apart."""
    first = datetime.date(2010, 5, 16)
    return tuple(
        add(
            "procedures",
            like=2,
            session_number=str(place + 3),
            procedure_date=(first + datetime.timedelta(days=15 * place)).isoformat(),
        )
        for place in range(count)
    )


TIRED = (event(1, term="FATIGUE"), event(2, term="FATIGUE"))

WITHOUT_EVENTS = (remove("adverse_events", 1), remove("adverse_events", 2))

SITES = [
    case(
        "AE10",
        "procedures",
        (*further_sessions(8), *TIRED),
        (*further_sessions(7), *TIRED),
        "Site A: none of 10 procedures",
        "alt increased or fever within 14 days",
        "from 10 procedures",
    ),
    case("AE10", "procedures", (*further_sessions(8), *TIRED), further_sessions(8), "none of 10"),
    case(
        "AE10",
        "procedures",
        (*further_sessions(8), event(1, start_date="2010-03-30", end_date="2010-04-01"), event(2, term="FATIGUE")),
        (*further_sessions(8), event(1, start_date="2010-03-29", end_date="2010-04-01"), event(2, term="FATIGUE")),
        "none of 10",
    ),
    case(
        "AE11",
        "patients",
        WITHOUT_EVENTS,
        remove("adverse_events", 1),
        "S1 has 0 adverse events",
        "100 % of the subjects of site A",
        "20 %",
    ),
    case(
        "AE11",
        "patients",
        WITHOUT_EVENTS,
        # S1 starts 89 days before the last contact of 2011-01-10.
        (*WITHOUT_EVENTS, session(1, procedure_date="2010-10-13"), session(2, procedure_date="2010-11-20")),
        "S1 has 0 adverse events",
    ),
]

# An event of the liver from 10 to 15 April, of grade 2: ALT above 100 and up to 200 U/L, with an upper limit of 40.
LIVER_EVENT = add(
    "adverse_events",
    like=1,
    ae_number="7",
    reported_term="ALT",
    term="ALT INCREASED",
    start_date="2010-04-10",
    end_date="2010-04-15",
)


def alt(value: str, day: str = "2010-04-10", **values: str) -> Edit:
    return add("lab_results", like=1, sample_date=day, value=value, **values)


GRADED_FAILING = [
    Case("AE08", (LIVER_EVENT, alt("201")), says=("grade 2", "201 U/L", "grade 3"), severity="warning"),
    Case("AE08", (LIVER_EVENT, alt("100", day="2010-04-15")), says=("grade 2", "grade 1"), severity="warning"),
    Case("AE08", (LIVER_EVENT, alt("30"), alt("40", day="2010-04-12")), says=("grade 0",), severity="warning"),
    Case("AE08", (alt("201"),), says=("201 U/L", "grade 3", "no event ALT INCREASED"), severity="warning"),
    Case("AE08", (alt("201"), sample(1, value="200")), says=("grade 3",), severity="warning"),  # baseline of grade 2
    Case("AE08", (LIVER_EVENT, alt("150"), alt("801", day="2010-04-16")), says=("grade 4",), severity="warning"),
]

GRADED_PASSING = {
    "AE08": ((LIVER_EVENT, alt("200")), ()),
    "AE08, the worst value counts": ((LIVER_EVENT, alt("90"), alt("101", day="2010-04-13")), ()),
    "AE08, no value while it lasted": ((LIVER_EVENT, alt("90", day="2010-04-09"), alt("90", day="2010-04-16")), ()),
    "AE08, a value that has no grade": ((LIVER_EVENT, alt("201", upper_limit="")), ()),
    "AE08, a slight value needs no event": ((alt("200"),), ()),
    "AE08, as bad before the start": ((alt("300"), sample(1, value="201")), ()),
    "AE08, before the start": ((alt("300", day="2010-03-14"),), ()),
    "AE08, an event without a grade": ((add("adverse_events", like=1, ae_number="7", term="ALT INCREASED",
        start_date="2010-04-10", end_date="2010-04-15", grade=""), alt("201")), ()),
    "AE08, an event that is in doubt": ((add("adverse_events", like=1, ae_number="7", term="ALT INCREASED",
        start_date="2010-04-10", end_date="2010-04-09"), alt("201")), ()),
}  # fmt: skip
