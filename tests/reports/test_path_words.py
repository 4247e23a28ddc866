"""Every rule of a path has its words, and the words say which numbers decided."""

import re
from pathlib import Path
from typing import Any

import pytest

import transforms
from reports import path_words
from reports.path_words import assessment_why, best_why, endpoint_why, percent_change, reading_words

EXPLAIN = Path(transforms.__file__).parent / "explain"


@pytest.mark.parametrize(
    ("words", "model", "column"),
    [
        (path_words.STATUS, "subjects", "status"),
        (path_words.READING, "readings", "reading_rule"),
        (path_words.TARGET, "assessments", "target_rule"),
        (path_words.OVERALL, "assessments", "response_rule"),
        (path_words.CONSIDERED, "assessments", "considered_rule"),
        (path_words.BEST, "best_responses", "rule"),
        (path_words.ENDPOINT, "endpoints", "rule"),
        (path_words.EFFECT, "findings", "effect"),
    ],
)
def test_the_words_are_of_just_the_rules_that_the_model_gives(words: dict[str, str], model: str, column: str) -> None:
    sql = (EXPLAIN / f"{model}.sql").read_text(encoding="utf-8")
    before, _, _ = sql.partition(f"end as {column}")
    case = before[before.rindex("    case\n") :]
    assert set(re.findall(r"(?:then|else) '([A-Z /-]+)'", case)) == set(words)


def test_the_kinds_of_the_course_have_words() -> None:
    sql = (EXPLAIN / "course.sql").read_text(encoding="utf-8")
    assert set(re.findall(r"'([A-Z ]+)' as kind", sql)) == set(path_words.COURSE)


def assessment(**values: Any) -> dict[str, Any]:
    row = {
        "targets": 2, "targets_measured": 2, "sum_mm": 62, "baseline_mm": 80, "nadir_mm": 50, "change_pct": -22.5,
        "nadir_change_mm": 12, "nadir_change_pct": 24, "target_response": "PD", "target_rule": "GROWN",
        "response": "PD", "response_rule": "TARGET PD", "own_response": None, "considered_rule": "COUNTS",
        "reported_response": "PD", "reported_file": "reported.csv", "reported_row": 7,
    }  # fmt: skip
    return {**row, **values}


def endpoint(**values: Any) -> dict[str, Any]:
    row = {
        "paramcd": "PFS", "adt": "2010-05-01", "rule": "PROGRESSION", "progression_by": "target", "evntdesc": None,
        "cnsdtdsc": None, "death_date": None, "death_imputation": None, "not_evaluable_count": 0,
    }  # fmt: skip
    return {**row, **values}


def test_growth_is_said_with_its_numbers() -> None:
    assert assessment_why(assessment()) == (
        "targets PD: 62 mm is +24.0 % and +12 mm above the nadir of 50 mm (at least 20 % and 5 mm); "
        "overall PD: progression of the targets"
    )


def test_what_was_reported_is_said_where_it_differs() -> None:
    said = assessment_why(assessment(reported_response="SD"))
    assert said.endswith("reported was SD (line 7 of reported.csv)")


def test_a_baseline_needs_no_reason() -> None:
    nothing = dict.fromkeys(("target_rule", "response_rule", "response", "considered_rule"))
    assert assessment_why(assessment(**nothing)) == ""


def test_a_percentage_shows_on_which_side_of_the_limit_it_lies() -> None:
    assert percent_change(20) == "+20.0 %"
    assert percent_change(19.96) == "+19.960 %"
    assert percent_change(-29.99) == "−29.990 %"
    assert percent_change(0) == "0.0 %"


def test_the_event_and_what_came_second() -> None:
    assert endpoint_why(endpoint(death_date="2010-06-01")) == (
        "the first progression, of the targets, before the death of 2010-06-01"
    )
    assert endpoint_why(endpoint(death_date="2010-05-01")).endswith("death of the same day comes second")
    assert endpoint_why(endpoint(rule="DEATH", death_imputation="D")) == (
        "death without a progression before it; of its date only the month is known, the day is imputed"
    )


def test_an_endpoint_without_a_rule_of_its_own_says_what_its_record_says() -> None:
    said = endpoint_why(endpoint(rule="AS STATED", evntdesc="Ongoing at data cut", cnsdtdsc="Last visit"))
    assert said == "Ongoing at data cut, Last visit"


def test_why_a_response_was_not_confirmed() -> None:
    row = {"rule": "NOT CONFIRMED", "response_count": 1, "considered_count": 4, "confirmation_days": 28}
    assert best_why(row) == "CR or PR at 1 of 4 assessments, none of them confirmed at least 28 days later"


def test_a_reading_says_how_it_counts_where_that_is_not_plain() -> None:
    reading = {"lesion_id": "L01", "size_mm": 5, "presence": "PRESENT", "reading_rule": "TOO SMALL"}
    assert reading_words(reading) == "L01 5 mm (too small to measure, counts as 5 mm)"
    assert reading_words({**reading, "size_mm": None, "reading_rule": "STATUS"}) == "L01 PRESENT"


def test_one_assessment_is_not_said_in_the_plural() -> None:
    assert best_why({"rule": "BEST", "considered_count": 1}) == "the best of 1 assessment"
    assert best_why({"rule": "BEST", "considered_count": 2}) == "the best of 2 assessments"
