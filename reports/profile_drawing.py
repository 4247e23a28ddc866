"""The drawing of a patient profile: the sums of diameters (spider) above the course (swimmer), on one axis of time.

Told apart by dashes and shapes, so that it reads in grey.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from reports.path_text import scope_words
from reports.setting import Setting

Record = Mapping[str, Any]
Paths = Mapping[str, Sequence[Record]]

WIDTH, LEFT, RIGHT = 760, 118, 20
SPIDER_TOP, SPIDER_HEIGHT = 16, 190
LANE = 22
STEPS = (1, 2, 4, 5, 6, 10, 12, 13, 20, 26, 52, 104, 200, 400, 730, 1000, 2000, 5000)
MOST_TICKS = 11
PARTIAL_RESPONSE_PCT = -30
SHORT = {"NON-CR/NON-PD": "N/N"}


@dataclass(frozen=True)
class Line:
    """One line of the spider: days since the start and percent change from baseline."""

    label: str
    style: str
    points: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Axis:
    """Days since the start on the width of the drawing."""

    first: int
    last: int

    def x(self, day: int) -> float:
        return LEFT + (day - self.first) / (self.last - self.first) * (WIDTH - LEFT - RIGHT)


def profile_drawing(paths: Paths, setting: Setting) -> Markup:
    """The drawing of the one subject in ``paths``; without an assessment only the course."""
    (subject,) = paths["subjects"]
    lines, course = _lines(paths["assessments"], subject), paths["course"]
    days = [0, *(day for line in lines for day, _ in line.points), *_days_of_course(course)]
    days += [_day(row["ady"]) for row in paths["assessments"]]
    axis = Axis(min(days), max([*days, min(days) + 7]))
    parts: list[str] = []
    top = SPIDER_TOP
    if lines:
        parts += _spider(lines, axis)
        top += SPIDER_HEIGHT + 24
    lanes = _lanes(paths, subject, axis.first)
    bottom = top + LANE * len(lanes)
    for place, (label, marks) in enumerate(lanes):
        middle = top + LANE * place + LANE / 2
        parts.append(_text(LEFT - 8, middle + 4, label, "end"))
        parts += [mark.replace("{y}", f"{middle:g}") for mark in _drawn(marks, axis)]
    parts += _progression(paths["assessments"], axis, bottom)
    parts += _time_axis(axis, bottom, setting)
    height = bottom + 40
    words = escape(alternative(paths))
    return Markup(
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{words}" xmlns="http://www.w3.org/2000/svg">'
        + "".join(parts)
        + "</svg>"
    )


def legend(paths: Paths) -> list[str]:
    """What each line of the spider is, in words."""
    (subject,) = paths["subjects"]
    return [f"{line.label}: {STYLE_WORDS[line.style]}" for line in _lines(paths["assessments"], subject)]


STYLE_WORDS = {"all": "solid, filled circles", "organ": "dashed, open squares", "other": "thin dots, small crosses"}


def alternative(paths: Paths) -> str:
    """The drawing in a sentence, for those who do not see it."""
    (subject,) = paths["subjects"]
    of_all = [row for row in paths["assessments"] if row["is_evaluator"] and row["scope"] == "ALL"]
    responses = [f"day {row['ady']} {row['response']}" for row in of_all if row["response"]]
    ends = [f"{row['paramcd']} {row['aval']} days" for row in paths["endpoints"] if row["is_reported"]]
    told = f"overall responses {', '.join(responses) or 'none'}; {', '.join(ends) or 'no endpoint'}"
    return f"{subject['subject_id']}: {told}."


def _lines(assessments: Sequence[Record], subject: Record) -> list[Line]:
    """The evaluator's sums of all lesions and of the organ's, where they differ, and the other readers' of all."""
    found: list[Line] = []
    for reader, scope in dict.fromkeys((row["reader"], row["scope"]) for row in assessments):
        rows = [row for row in assessments if (row["reader"], row["scope"]) == (reader, scope)]
        is_evaluator = bool(rows[0]["is_evaluator"])
        points = tuple(
            (_day(row["ady"]), 0.0 if row["is_baseline"] else row["change_pct"])
            for row in rows
            if row["is_sum_complete"] and (row["is_baseline"] or row["change_pct"] is not None)
        )
        is_shown = is_evaluator or scope == "ALL"
        if points and is_shown and points not in [line.points for line in found if is_evaluator]:
            style = "other" if not is_evaluator else "all" if scope == "ALL" else "organ"
            found.append(Line(f"{scope_words(scope, subject)}, {reader}", style, points))
    return found


def _spider(lines: Sequence[Line], axis: Axis) -> Iterator[str]:
    values = [value for line in lines for _, value in line.points]
    low, high = min(-40.0, *values), max(20.0, *values)
    bottom = SPIDER_TOP + SPIDER_HEIGHT

    def y(value: float) -> float:
        return SPIDER_TOP + (high - value) / (high - low) * SPIDER_HEIGHT

    guides = [value for value in range(-100, int(high) + 1, 50 if high - low < 400 else 200) if low <= value <= high]
    for value in sorted({*guides, PARTIAL_RESPONSE_PCT, 0}):
        dash = ' stroke-dasharray="5 4"' if value == PARTIAL_RESPONSE_PCT else ""
        ink = "#1a1a1a" if value == 0 else "#9a9a9a"
        yield f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="{ink}" stroke-width="1"{dash}/>'
        yield _text(LEFT - 8, y(value) + 4, f"{value:+d} %".replace("-", "−").replace("+0", "0"), "end")
    yield f'<path d="M{LEFT} {SPIDER_TOP}V{bottom}" stroke="#1a1a1a" stroke-width="1"/>'
    middle = SPIDER_TOP + SPIDER_HEIGHT / 2
    yield _text(14, middle, "Sum of diameters, change", "middle", turned=True)
    for line in reversed(lines):
        yield from _drawn_line(line.style, [(axis.x(day), y(value)) for day, value in line.points])


def _drawn_line(style: str, points: Sequence[tuple[float, float]]) -> Iterator[str]:
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    stroke = {
        "all": 'stroke="#1a1a1a" stroke-width="2"',
        "organ": 'stroke="#4a4a4a" stroke-width="1.6" stroke-dasharray="7 4"',
        "other": 'stroke="#8a8a8a" stroke-width="1.2" stroke-dasharray="2 3"',
    }[style]
    yield f'<path d="M{path}" fill="none" {stroke}/>'
    for x, y in points:
        if style == "all":
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#1a1a1a"/>'
        elif style == "organ":
            yield f'<rect x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6" fill="#fff" stroke="#4a4a4a"/>'
        else:
            yield f'<path d="M{x - 2.5:.1f} {y:.1f}h5m-2.5 -2.5v5" stroke="#8a8a8a"/>'


Mark = tuple[str, int, int, str]


def _lanes(paths: Paths, subject: Record, first: int) -> list[tuple[str, list[Mark]]]:
    """The lanes of the swimmer from the top: label, and marks (kind, from day, to day, text).

    A drug that ended before day ``first`` has no lane.
    """
    lanes: list[tuple[str, list[Mark]]] = []
    for scope in ("ALL", "ORGAN"):
        responses: list[Mark] = [
            ("text", _day(row["ady"]), 0, SHORT.get(row["response"]) or str(row["response"]))
            for row in paths["assessments"]
            if row["is_evaluator"] and row["scope"] == scope and row["response"]
        ]
        if responses:
            lanes.append((f"Response, {scope_words(scope, subject).removesuffix(' lesions')}", responses))
    course = paths["course"]
    last = max(_days_of_course(course), default=0)
    procedures: list[Mark] = [
        ("triangle", _day(row["ady"]), 0, row["detail"] or "") for row in course if row["kind"] == "PROCEDURE"
    ]
    if procedures:
        lanes.append(("Procedures", procedures))
    drugs = [row for row in course if row["kind"] == "DRUG"]
    for drug in dict.fromkeys(row["detail"] for row in drugs):
        bars: list[Mark] = [
            ("bar", _day(row["ady"]), last if row["end_ady"] is None else _day(row["end_ady"]), "")
            for row in drugs
            if row["detail"] == drug
        ]
        if any(end >= first for _, _, end, _ in bars):
            lanes.append((drug.capitalize()[:16], bars))
    lanes.append(("Follow-up", _follow_up(course, last)))
    return lanes


def _follow_up(course: Sequence[Record], last: int) -> list[Mark]:
    ends = {row["kind"]: _day(row["ady"]) for row in course if row["kind"] in ("LAST ALIVE", "DEATH")}
    end = ends.get("DEATH", ends.get("LAST ALIVE", last))
    marks: list[Mark] = [("life", 0, end, "")]
    marks += [("text", _day(row["ady"]), 0, "new therapy") for row in course if row["kind"] == "NEW THERAPY"]
    return [*marks, ("death" if "DEATH" in ends else "arrow", end, 0, "")]


def _drawn(marks: Sequence[Mark], axis: Axis) -> Iterator[str]:
    """The marks of a lane as SVG; ``{y}`` stands for the middle of the lane."""
    for kind, start, end, text in marks:
        # What began before the drawing does is drawn from its edge; what also ended before it is not.
        if kind in ("bar", "life") and end < axis.first:
            continue
        x = axis.x(max(start, axis.first))
        if kind in ("bar", "life"):
            width = max(axis.x(min(end, axis.last)) - x, 1.5)
            ink, thick = ("#8a8a8a", 9) if kind == "bar" else ("#1a1a1a", 3)
            yield f'<path d="M{x:.1f} {{y}}h{width:.1f}" stroke="{ink}" stroke-width="{thick}"/>'
        elif kind == "text":
            yield f'<text x="{x:.1f}" y="{{y}}" dy="4" text-anchor="middle">{escape(text)}</text>'
        elif kind == "triangle":
            yield f'<path d="M{x:.1f} {{y}}m-5 5h10l-5 -10z" fill="#1a1a1a"/>'
        elif kind == "death":
            yield f'<path d="M{x:.1f} {{y}}m-6 -6l12 12m0 -12l-12 12" stroke="#1a1a1a" stroke-width="2.4"/>'
        else:
            yield f'<path d="M{x:.1f} {{y}}m-1 -6l10 6l-10 6z" fill="#1a1a1a"/>'


def _progression(assessments: Sequence[Record], axis: Axis, bottom: float) -> Iterator[str]:
    """A line through both parts at the evaluator's first progression."""
    of_all = [row for row in assessments if row["is_evaluator"] and row["scope"] == "ALL" and row["response"] == "PD"]
    if of_all:
        x = axis.x(_day(of_all[0]["ady"]))
        yield f'<path d="M{x:.1f} {SPIDER_TOP}V{bottom:g}" stroke="#4a4a4a" stroke-width="1" stroke-dasharray="1 3"/>'


def _time_axis(axis: Axis, top: float, setting: Setting) -> Iterator[str]:
    per_unit = setting.protocol.study.days_per_unit
    span = (axis.last - axis.first) / per_unit
    step = next((step for step in STEPS if span / step <= MOST_TICKS), STEPS[-1])
    yield f'<path d="M{LEFT} {top + 4:g}H{WIDTH - RIGHT}" stroke="#1a1a1a"/>'
    for tick in range(0, int(axis.last / per_unit) + 1, step):
        x = axis.x(round(tick * per_unit))
        yield f'<path d="M{x:.1f} {top + 4:g}v5" stroke="#1a1a1a"/>'
        yield _text(x, top + 21, str(tick), "middle")
    yield _text((LEFT + WIDTH - RIGHT) / 2, top + 36, f"Time since the start ({setting.unit})", "middle")


def _days_of_course(course: Sequence[Record]) -> list[int]:
    """The days from the start on; what lies before it does not stretch the drawing."""
    days = [_day(day) for row in course for day in (row["ady"], row["end_ady"]) if day is not None]
    return [day for day in days if day >= 0]


def _day(ady: int) -> int:
    """Days since the start: day 1 is 0, day -3 is -3."""
    return ady - 1 if ady > 0 else ady


def _text(x: float, y: float, text: str, anchor: str, turned: bool = False) -> str:
    turn = f' transform="rotate(-90 {x:g} {y:g})"' if turned else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{turn}>{escape(text)}</text>'
