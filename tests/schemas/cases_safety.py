"""Cases of the rules on graded events and on laboratory values that are seen together."""

from rule_cases import case, event, sample
from sound_cohort import add

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
