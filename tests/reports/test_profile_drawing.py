"""The drawing of a profile: sums above, course below, on one axis of days."""

import re
from typing import Any

from reports.profile_drawing import alternative, legend, profile_drawing
from reports.setting import Setting
from tests.reports.tiny_run import PROTOCOL, facts

SETTING = Setting(PROTOCOL, facts())
Rows = list[dict[str, Any]]


def assessment(ady: int, change: float | None, response: str | None = None, **values: Any) -> dict[str, Any]:
    row = {
        "reader": "R1", "scope": "ALL", "is_evaluator": True, "ady": ady, "is_baseline": response is None,
        "is_sum_complete": True, "change_pct": change, "response": response,
    }  # fmt: skip
    return {**row, **values}


def step(kind: str, ady: int, end: int | None = None, detail: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "ady": ady, "end_ady": end, "detail": detail}


def path(assessments: Rows, course: Rows | None = None, endpoints: Rows | None = None) -> dict[str, Rows]:
    return {
        "subjects": [{"subject_id": "P<1>", "response_organ": "LIVER"}],
        "assessments": assessments,
        "course": course or [step("START", 1), step("DEATH", 200)],
        "endpoints": endpoints or [],
    }


SHRINKING = [assessment(-4, None), assessment(43, -20.0, "SD"), assessment(85, -60.0, "PR")]


def circles(drawing: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', drawing)]


def test_a_smaller_sum_lies_lower_and_a_later_scan_to_the_right() -> None:
    points = circles(profile_drawing(path(SHRINKING), SETTING))
    assert len(points) == 3
    assert [x for x, _ in points] == sorted(x for x, _ in points)
    (_, start), (_, little), (_, much) = points
    assert (much - start) / (little - start) == (60 / 20)  # SVG counts y downwards, in proportion


def test_days_and_weeks_are_one_axis() -> None:
    """Day 43 is 42 days after the start: it stands exactly at six weeks."""
    drawing = profile_drawing(
        path([assessment(1, None), assessment(43, 10.0, "SD")], [step("LAST ALIVE", 71)]), SETTING
    )
    six_weeks = re.search(r'<text x="([\d.]+)"[^>]*>6</text>', drawing)
    assert six_weeks is not None
    assert circles(drawing)[1][0] == float(six_weeks[1])


def test_an_incomplete_sum_is_no_point() -> None:
    rows = [*SHRINKING, assessment(127, -90.0, "NE", is_sum_complete=False)]
    assert len(circles(profile_drawing(path(rows), SETTING))) == 3


def test_the_organ_has_a_line_of_its_own_only_where_it_differs() -> None:
    same = [{**row, "scope": "ORGAN"} for row in SHRINKING]
    other = [{**row, "scope": "ORGAN", "change_pct": row["change_pct"] and row["change_pct"] / 2} for row in SHRINKING]
    assert legend(path([*SHRINKING, *same])) == ["all lesions, R1: solid, filled circles"]
    assert legend(path([*SHRINKING, *other])) == [
        "all lesions, R1: solid, filled circles",
        "liver lesions, R1: dashed, open squares",
    ]


def test_another_reader_is_drawn_with_all_lesions_alone() -> None:
    others = [{**row, "reader": "R2", "is_evaluator": False} for row in SHRINKING]
    organ = [{**row, "scope": "ORGAN"} for row in others]
    assert legend(path([*SHRINKING, *others, *organ])) == [
        "all lesions, R1: solid, filled circles",
        "all lesions, R2: thin dots, small crosses",
    ]


def test_death_and_life_end_differently() -> None:
    cross, arrow = "m-6 -6l12 12m0 -12l-12 12", "m-1 -6l10 6l-10 6z"
    dead = profile_drawing(path(SHRINKING, [step("LAST ALIVE", 150), step("DEATH", 200)]), SETTING)
    alive = profile_drawing(path(SHRINKING, [step("LAST ALIVE", 200)]), SETTING)
    assert (cross in dead, arrow in dead) == (True, False)
    assert (cross in alive, arrow in alive) == (False, True)


def test_a_drug_that_ended_before_the_drawing_begins_has_no_lane() -> None:
    course = [step("DRUG", -900, -100, "IMATINIB"), step("DRUG", -50, 60, "SUNITINIB"), step("LAST ALIVE", 200)]
    drawing = profile_drawing(path(SHRINKING, course), SETTING)
    assert "Imatinib" not in drawing
    assert "Sunitinib" in drawing


def test_without_an_assessment_there_is_a_course_alone() -> None:
    drawing = profile_drawing(path([]), SETTING)
    assert "Sum of diameters" not in drawing
    assert "Follow-up" in drawing


def test_the_drawing_is_told_in_words() -> None:
    ends = [{"paramcd": "PFS", "aval": 85, "is_reported": True}, {"paramcd": "TTR", "aval": 9, "is_reported": None}]
    assert alternative(path(SHRINKING, None, ends)) == "P<1>: overall responses day 43 SD, day 85 PR; PFS 85 days."


def test_what_the_data_say_is_escaped() -> None:
    drawing = profile_drawing(path(SHRINKING, [step("DRUG", 1, 60, "<B>"), step("LAST ALIVE", 200)]), SETTING)
    assert "&lt;b&gt;" in drawing
    assert "<b>" not in drawing.lower()
    assert 'aria-label="P&lt;1&gt;' in drawing


def test_the_same_path_gives_the_same_drawing() -> None:
    assert profile_drawing(path(SHRINKING), SETTING) == profile_drawing(path(SHRINKING), SETTING)
