"""The safety data sets once more, subject by subject in plain Python, written from the rules and CTCAE 3.0.

Slow and obvious on purpose; nothing is shared with the SQL. Records are those of clean.*, as dictionaries.
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Record = dict[str, Any]

FACTORS = {
    ("ALT", "u/l"): Fraction(1), ("ALP", "u/l"): Fraction(1), ("BILI", "umol/l"): Fraction(1),
    ("BILI", "mg/dl"): Fraction("17.104"), ("HGB", "g/l"): Fraction(1), ("HGB", "g/dl"): Fraction(10),
    ("PLT", "10^9/l"): Fraction(1), ("PLT", "/mm3"): Fraction(1, 1000),
}  # fmt: skip
UPPER_MULTIPLES = {
    "ALT": (Fraction(1), Fraction("2.5"), Fraction(5), Fraction(20)),
    "ALP": (Fraction(1), Fraction("2.5"), Fraction(5), Fraction(20)),
    "BILI": (Fraction(1), Fraction("1.5"), Fraction(3), Fraction(10)),
}
BELOW = {"HGB": (Fraction(100), Fraction(80), Fraction(65)), "PLT": (Fraction(75), Fraction(50), Fraction(25))}


def number(value: Any) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def in_unit_of_analysis(result: Record, name: str = "value") -> Fraction | None:
    value, factor = number(result[name]), FACTORS.get((result["test"], str(result["unit"]).lower()))
    return None if value is None or factor is None else value * factor


def grade(result: Record) -> int | None:
    """The grade of one result; None where it cannot be told."""
    value = in_unit_of_analysis(result)
    if value is None:
        return None
    if result["test"] in UPPER_MULTIPLES:
        upper = number(result["upper_limit"])
        if not upper:
            return None
        factor = FACTORS[result["test"], result["unit"].lower()]
        return sum(value > multiple * upper * factor for multiple in UPPER_MULTIPLES[result["test"]])
    severe = sum(value < limit for limit in BELOW[result["test"]])
    if severe:
        return severe + 1
    lower = in_unit_of_analysis(result, "lower_limit")
    return None if lower is None else int(value < lower)


def baseline(results: list[Record], start: date) -> Record | None:
    """Of the results of one test, the last one with a value in the fourteen days up to the start."""
    window = [
        result
        for result in results
        if timedelta(0) <= start - result["sample_date"] <= timedelta(days=14)
        and in_unit_of_analysis(result) is not None
    ]
    return max(window, key=lambda result: (result["sample_date"], result["row_id"]), default=None)


def hys_law(results: list[Record], start: date) -> bool:
    """ALT above three times and bilirubin above twice the upper limit, the latter on the day or up to 30 days later."""

    def above(test: str, multiple: int) -> list[date]:
        return [
            result["sample_date"]
            for result in results
            if result["test"] == test
            and result["sample_date"] > start
            and (value := in_unit_of_analysis(result)) is not None
            and (upper := in_unit_of_analysis(result, "upper_limit"))
            and value > multiple * upper
        ]

    return any(0 <= (bilirubin - alt).days <= 30 for alt in above("ALT", 3) for bilirubin in above("BILI", 2))


def is_treatment_emergent(event: Record, start: date) -> bool:
    """An onset on or after the start, or one that nobody knows."""
    return event["start_date"] is None or event["start_date"] >= start


def worst_episode(events: list[Record], start: date) -> Record | None:
    """Of the events of one term: the highest grade, of equal grades the earliest, then the lowest number."""
    emergent = [event for event in events if is_treatment_emergent(event, start)]
    return min(
        emergent,
        key=lambda event: (-event["grade"], event["start_date"] or date.max, event["ae_number"], event["row_id"]),
        default=None,
    )


def resolution(events: list[Record], start: date, death: date | None, last_alive: date) -> tuple[int, int] | None:
    """Days to resolution and censoring of the worst treatment-emergent episode of one term."""
    worst = worst_episode(events, start)
    if worst is None:
        return None
    onset, end = worst["start_date"], worst["end_date"]
    if onset is None:
        return None
    if worst["outcome"] == "FATAL":
        return (max(onset, death or end or onset) - onset).days + 1, 2
    if end is not None:
        return (end - onset).days + 1, 0
    if worst["outcome"] == "RESOLVED":
        return 1, 3
    if death is not None:
        return (max(onset, death) - onset).days + 1, 2
    return (max(onset, last_alive) - onset).days + 1, 1


def death_after_procedure(procedure: date, death: date | None, last_alive: date) -> str | None:
    """Whether the subject died within 30 days of the procedure; None where nobody knows."""
    if death is not None:
        return "Y" if (death - procedure).days <= 30 else "N"
    return "N" if (last_alive - procedure).days >= 30 else None
