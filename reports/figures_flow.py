"""The flow of the subjects: received, left out with the rule, treated by arm, and in each analysis."""

from reports.drawing import (
    BLACK,
    GREY,
    MARGIN,
    SHADE,
    WIDTH,
    DrawnFigure,
    NotDrawn,
    Sheet,
    Words,
    draw,
    not_drawn,
    population,
    wrapped,
)
from reports.numbers import count
from reports.run_folder import Record, Results
from reports.setting import Setting
from studies.protocol import Figure

LINE, PADDING, GAP = 0.16, 0.1, 0.3
LEFT_OUT = {"ineligible": "Ineligible", "set aside": "Set aside"}


def flow_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """Boxes from the extract to each analysis; not drawn for a cut of which the way was not counted."""
    if not _step(results.flow, "received"):
        return not_drawn(figure, "the way of the subjects was not counted in this cut")
    width = _arm_width(setting)
    received = wrapped(_received(results.flow), 8.5, 2.9)
    left_out = [line for text in _left_out(results.flow) for line in wrapped(text, 8.5, 3.0)]
    treated = [_treated(results.flow, code, setting) for code in setting.arm_codes]
    analyses = [
        [line for text in _analyses(results.flow, code, setting) for line in wrapped(text, 8.5, width - 0.2)]
        for code in setting.arm_codes
    ]
    method = (
        "Every subject is counted once, by the first rule in order of rule ids. Treated: the index event lies on or "
        "before the data cut. In brackets: subjects of whom single records or values that concern the endpoint were "
        "set aside. Of a response: who was assessed."
    )
    result = f"{_received(results.flow)}. {'; '.join(treated)}."
    heights = [_height(received), _height(left_out), _height(["x"]), max(map(_height, analyses))]
    return draw(
        figure,
        f"figure_{figure.number.lower()}_flow",
        Words(population(results, setting), method, result),
        sum(heights) + 3 * GAP + 0.1,
        setting,
        lambda sheet: _fill(sheet, received, left_out, treated, analyses, setting),
    )


def _arm_width(setting: Setting) -> float:
    n = len(setting.arm_codes)
    return (WIDTH - 2 * MARGIN - 0.2 * (n - 1)) / n


def _step(flow: list[Record], step: str) -> list[Record]:
    return [row for row in flow if row["step"] == step]


def _received(flow: list[Record]) -> str:
    (received,), (copies,) = _step(flow, "received"), _step(flow, "duplicate")
    exact = f" (exact copies left out: {count(copies['subjects'])})" if copies["subjects"] else ""
    return f"Received: {count(received['subjects'])} lines of patients{exact}"


def _left_out(flow: list[Record]) -> list[str]:
    """Who is not in the analysis and why; a sentence where nobody was left out."""
    screened = [row for row in _step(flow, "screened out") if row["subjects"]]
    lines = [f"Screened out: {count(row['subjects'])}" for row in screened]
    lines += [
        f"{label}, {row['rule_id']} {row['reason']}: {count(row['subjects'])}"
        for step, label in LEFT_OUT.items()
        for row in _step(flow, step)
    ]
    (not_started,) = _step(flow, "not started")
    if not_started["subjects"]:
        lines.append(f"No index event by the data cut: {count(not_started['subjects'])}")
    return lines or ["No subject left out"]


def _treated(flow: list[Record], code: str, setting: Setting) -> str:
    row = next(row for row in _step(flow, "analysed") if row["arm"] == code)
    return f"{setting.arm_label(code)}, treated: {count(row['subjects'])}"


def _analyses(flow: list[Record], code: str, setting: Setting) -> list[str]:
    rows = {row["paramcd"]: row for row in _step(flow, "endpoint") if row["arm"] == code}
    lines = []
    for endpoint in setting.protocol.endpoints:
        row = rows.get(endpoint.paramcd)
        if row:
            doubts = f" ({count(row['with_doubts'])})" if row["with_doubts"] else ""
            lines.append(f"{endpoint.label}: {count(row['subjects'])}{doubts}")
    return lines


def _height(lines: list[str]) -> float:
    return LINE * len(lines) + 2 * PADDING


def _fill(
    sheet: Sheet,
    received: list[str],
    left_out: list[str],
    treated: list[str],
    analyses: list[list[str]],
    setting: Setting,
) -> None:
    width, middle = _arm_width(setting), WIDTH * 0.33
    top = sheet.height
    bottom = _box(sheet, middle - 1.55, top, 3.1, received)
    aside = bottom - GAP / 2
    after = _box(sheet, WIDTH - MARGIN - 3.2, aside, 3.2, left_out, shaded=True)
    _arrow(sheet, [middle, WIDTH - MARGIN - 3.2], [aside - _height(left_out) / 2] * 2)
    split = after - GAP / 2
    sheet.line([middle, middle], [bottom, split], color=GREY, linewidth=0.9)
    centres = [MARGIN + width / 2 + place * (width + 0.2) for place in range(len(treated))]
    sheet.line([min(middle, centres[0]), max(middle, centres[-1])], [split, split], color=GREY, linewidth=0.9)
    arms = split - GAP
    for place, centre in enumerate(centres):
        _arrow(sheet, [centre, centre], [split, arms])
        below = _box(sheet, centre - width / 2, arms, width, [treated[place]], bold=True)
        _arrow(sheet, [centre, centre], [below, below - GAP])
        _box(sheet, centre - width / 2, below - GAP, width, analyses[place])


def _box(
    sheet: Sheet, left: float, top: float, width: float, lines: list[str], shaded: bool = False, bold: bool = False
) -> float:
    """A box with lines of text; gives its lower edge."""
    height = _height(lines)
    face = SHADE if shaded else "white"
    sheet.box(left, top - height, width, height, facecolor=face, edgecolor=BLACK, linewidth=0.8)
    for place, line in enumerate(lines):
        y = top - PADDING - LINE * (place + 0.5)
        sheet.text(left + 0.1, y, line, va="center", fontweight="bold" if bold else "normal")
    return top - height


def _arrow(sheet: Sheet, xs: list[float], ys: list[float]) -> None:
    sheet.line(xs, ys, color=GREY, linewidth=0.9)
    marker = ">" if ys[0] == ys[1] else "v"
    # The head ends at the edge of the box it points to.
    x, y = (xs[1] - 0.035, ys[1]) if marker == ">" else (xs[1], ys[1] + 0.035)
    sheet.line([x], [y], color=GREY, marker=marker, markersize=5, linestyle="none")
