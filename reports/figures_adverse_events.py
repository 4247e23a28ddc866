"""Adverse events back to back: an arm a side, any grade and severe grades, with the patients behind each bar."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.drawing import (
    ARM_STYLES,
    BLACK,
    MARGIN,
    WIDTH,
    DrawnFigure,
    NotDrawn,
    Sheet,
    Words,
    draw,
    not_drawn,
    population,
    shortened,
    write_legend,
)
from reports.numbers import count, fixed
from reports.run_folder import Results
from reports.setting import Setting
from studies.protocol import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW = 0.36
NAMES = 1.7
ANY_TERM = "ANY"


@dataclass(frozen=True)
class Bar:
    """Patients of an arm with an event of these grades."""

    n: float
    of: int
    percent: float

    @property
    def text(self) -> str:
        return f"{fixed(self.percent, 1)} ({count(self.n)}/{count(self.of)})"


@dataclass(frozen=True)
class Term:
    """One adverse event: per arm a bar of any grade and one of severe grades."""

    label: str
    bars: tuple[tuple[Bar, Bar], ...]


def adverse_events_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """The adverse events of the protocol in two arms; not drawn where none was counted."""
    if len(setting.arm_codes) != 2:
        return not_drawn(figure, "adverse events stand back to back in two arms")
    if setting.protocol.tables.safety is None:
        return not_drawn(figure, "the protocol has no table of adverse events")
    severe = setting.protocol.tables.safety.severe_grades
    grades = ("any grade", f"grade {min(severe)}-{max(severe)}")  # as the analyses name them
    terms = _terms(grades, results, setting)
    if not any(bar.n for term in terms for pair in term.bars for bar in pair):
        return not_drawn(figure, "no adverse event of the protocol was counted")
    method = (
        "Percent of the treated patients of the arm (patients/all), each at the worst grade of the event, CTCAE "
        f"{setting.protocol.study.ctcae_version}; events that began on or after the index event. Order: by frequency "
        f"in {setting.arm_label(setting.arm_codes[0])}."
    )
    whole = terms[0]
    words = [
        f"{setting.arm_label(code)} {whole.bars[place][0].text} percent of any grade, "
        f"{whole.bars[place][1].text} of {grades[1]}"
        for place, code in enumerate(setting.arm_codes)
    ]
    return draw(
        figure,
        f"figure_{figure.number.lower()}_adverse_events",
        Words(population(results, setting), method, f"{whole.label}: {'; '.join(words)}."),
        ROW * len(terms) + 0.95,
        setting,
        lambda sheet: _fill(sheet, terms, grades, setting),
    )


def _terms(grades: tuple[str, str], results: Results, setting: Setting) -> list[Term]:
    def bar(term: str, grade: str, arm: str) -> Bar:
        row = results.statistics.find("table3", "n", variable=term, level=grade, group=arm)
        percent = results.statistics.value("table3", "percent", variable=term, level=grade, group=arm)
        return Bar((row and row.value) or 0.0, (row and row.denominator) or 0, percent or 0.0)

    def term(code: str, label: str) -> Term:
        return Term(label, tuple((bar(code, grades[0], arm), bar(code, grades[1], arm)) for arm in setting.arm_codes))

    listed = [term(entry.term, entry.label) for entry in setting.protocol.ae_terms]
    listed = [each for each in listed if any(pair[0].n for pair in each.bars)]
    listed.sort(key=lambda each: [-pair[0].percent for pair in each.bars])
    return [term(ANY_TERM, "Any adverse event"), *listed]


def _fill(sheet: Sheet, terms: list[Term], grades: tuple[str, str], setting: Setting) -> None:
    from matplotlib.patches import Patch

    side = (WIDTH - 2 * MARGIN - NAMES) / 2
    bottom, height = 0.45, ROW * len(terms)
    largest = max(bar.percent for term in terms for pair in term.bars for bar in pair)
    edge = next(step for step in (10, 20, 40, 60, 80, 100) if largest <= step)
    for place, code in enumerate(setting.arm_codes):
        left = MARGIN + place * (side + NAMES)
        axes = sheet.axes(left, bottom, side, height)
        _prepare(axes, len(terms), edge, is_left=place == 0)
        for line, term in enumerate(terms):
            for (offset, size), bar, style in zip(
                ((0.22, 0.34), (-0.2, 0.34)), term.bars[place], _styles(place), strict=True
            ):
                y = len(terms) - line - 0.5 + offset
                axes.barh(y, bar.percent, height=size, edgecolor=BLACK, linewidth=0.4, **style)
                axes.annotate(
                    bar.text, (bar.percent, y), xytext=(-3 if place == 0 else 3, 0), textcoords="offset points",
                    ha="right" if place == 0 else "left", va="center", fontsize=7,
                )  # fmt: skip
        sheet.text(left + side / 2, bottom + height + 0.12, setting.arm_heading(code), fontweight="bold", ha="center")
    middle = WIDTH / 2
    for line, term in enumerate(terms):
        y = bottom + height - ROW * (line + 0.5)
        bold = "bold" if line == 0 else "normal"
        sheet.text(middle, y, shortened(term.label, NAMES - 0.1), ha="center", va="center", fontweight=bold)
    handles = [Patch(edgecolor=BLACK, linewidth=0.4, **style) for place in range(2) for style in _styles(place)]
    labels = [f"{setting.arm_label(code)}, {grade}" for code in setting.arm_codes for grade in grades]
    write_legend(sheet, handles, labels, columns=4)


def _styles(place: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Any grade light, severe in the colour of the arm and hatched."""
    color = ARM_STYLES[place].color
    light = ("#CFE3F1", "#F8DCC8")[place]
    return {"facecolor": light}, {"facecolor": color, "hatch": "////"}


def _prepare(axes: "Axes", n_terms: int, edge: int, is_left: bool) -> None:
    axes.set_ylim(0, n_terms)
    axes.set_xlim(*((edge * 1.42, 0) if is_left else (0, edge * 1.42)))  # room for the numbers at the ends of bars
    step = edge / 4 if edge > 10 else 5
    ticks = [step * place for place in range(int(edge / step) + 1)]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks([])
    axes.set_xlabel("Patients (%)", labelpad=3)
    if is_left:
        axes.spines["right"].set_visible(True)
        axes.spines["left"].set_visible(False)
