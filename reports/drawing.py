"""What every figure shares: colours, the sheet with title, population and footnote, and equal bytes for equal results.

A sheet is measured in inches. Above its content stand the title, the population and the data cut, below it the method,
so that a picture alone says what it shows. The bytes are the same for the same results: fixed salt, no date, glyphs as
outlines. Colours are Okabe and Ito's, safe for colour-blind readers; whatever is told by colour is also told by line,
marker or hatching.
"""

import io
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.numbers import count
from reports.run_folder import Results
from reports.setting import Setting
from studies.protocol import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

PNG_DPI = 200
WIDTH = 7.0
MARGIN = 0.14
BLACK, GREY, LIGHT, SHADE, RED = "#000000", "#444444", "#BBBBBB", "#F1F1F1", "#B00020"
LETTERS_PER_INCH = {7: 20.5, 8.5: 15.6, 11: 11.0}
"""How many letters of DejaVu Sans surely fit into an inch, by size in points."""


@dataclass(frozen=True)
class ArmStyle:
    """How an arm is drawn: a colour, and a line, marker and hatching that tell it apart without colour."""

    color: str
    line: Any
    marker: str
    hatch: str


ARM_STYLES = (
    ArmStyle("#0072B2", "-", "o", ""),
    ArmStyle("#D55E00", (0, (5, 2)), "s", "////"),
    ArmStyle("#009E73", (0, (6, 2, 1, 2)), "^", "...."),
    ArmStyle("#6A3D9A", (0, (1, 1.4)), "D", "xxxx"),
)
STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 8.5,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "hatch.linewidth": 0.7,
    "svg.hashsalt": "datacut",
    "svg.fonttype": "path",
    "path.simplify": False,
    "text.parse_math": False,
}


@dataclass(frozen=True)
class Label:
    """A piece of text in a figure and the box it fills, in inches from the lower left corner of the sheet.

    ``is_tick``: it is a number of an axis, not of the results.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    is_tick: bool = False


@dataclass(frozen=True)
class DrawnFigure:
    """A figure in both formats. ``alternative`` says in words what it shows; ``labels`` is every text in it."""

    name: str
    number: str
    title: str
    alternative: str
    caption: str
    svg: str
    png: bytes
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class NotDrawn:
    """A figure of the protocol that this run has not, and the reason."""

    number: str
    title: str
    reason: str


@dataclass(frozen=True)
class Words:
    """What is said about a figure: whom it shows, by which method, and its result in a sentence or two."""

    population: str
    method: str
    result: str


class Sheet:
    """The content of one figure, measured in inches from its lower left corner; ``height`` is that of the content."""

    def __init__(self, drawing: "Drawing", bottom: float, height: float, setting: Setting) -> None:
        self.drawing, self.height, self.setting = drawing, height, setting
        self._bottom = bottom
        self._width, self._total = (float(length) for length in drawing.get_size_inches())

    def fraction(self, x: float, y: float) -> tuple[float, float]:
        """A place on the sheet as matplotlib counts it: shares of the whole drawing."""
        return x / self._width, (y + self._bottom) / self._total

    def axes(self, left: float, bottom: float, width: float, height: float, **options: Any) -> "Axes":
        return self.drawing.add_axes(
            (left / self._width, (bottom + self._bottom) / self._total, width / self._width, height / self._total),
            **options,
        )

    def text(self, x: float, y: float, text: str, **style: Any) -> None:
        self.drawing.text(*self.fraction(x, y), text, **style)

    def line(self, xs: list[float], ys: list[float], **style: Any) -> None:
        from matplotlib.lines import Line2D

        self.drawing.add_artist(
            Line2D(
                [x / self._width for x in xs],
                [(y + self._bottom) / self._total for y in ys],
                transform=self.drawing.transFigure,
                **style,
            )
        )

    def box(self, left: float, bottom: float, width: float, height: float, **style: Any) -> None:
        from matplotlib.patches import Rectangle

        self.drawing.add_artist(
            Rectangle(
                (left / self._width, (bottom + self._bottom) / self._total),
                width / self._width,
                height / self._total,
                transform=self.drawing.transFigure,
                **style,
            )
        )


def figure_title(figure: Figure) -> str:
    return f"Figure {figure.number}. {figure.title}"


def not_drawn(figure: Figure, reason: str) -> NotDrawn:
    return NotDrawn(figure.number, figure_title(figure), reason)


def population(results: Results, setting: Setting) -> str:
    """``All treated patients (n = 60)``."""
    n = results.statistics.value("description", "n", variable="arm")
    return "All treated patients" + (f" (n = {count(n)})" if n is not None else "")


def draw(
    figure: Figure, name: str, words: Words, height: float, setting: Setting, content: Callable[[Sheet], None]
) -> DrawnFigure:
    """The finished figure: ``content`` draws into a sheet whose content is ``height`` inches high."""
    import matplotlib

    title = figure_title(figure)
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a matplotlibrc of this machine must not change the figure
        matplotlib.rcParams.update(STYLE)
        drawing = _framed(title, words, height, setting, content)
        svg, png = io.StringIO(), io.BytesIO()
        labels = _labels(drawing)
        drawing.savefig(svg, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        drawing.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return DrawnFigure(
        name=name,
        number=figure.number,
        title=title,
        alternative=f"{title}. {words.result}".strip(),
        caption=" ".join([f"{words.population}.", words.result, *setting.closing_notes]),
        svg=_plain_svg(svg.getvalue(), name),
        png=png.getvalue(),
        labels=labels,
    )


def _framed(title: str, words: Words, height: float, setting: Setting, content: Callable[[Sheet], None]) -> "Drawing":
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Drawing

    inner = WIDTH - 2 * MARGIN
    mark = f"{setting.mark} DATA" if setting.mark else ""
    titles = wrapped(title, 11, inner - (1.6 if mark else 0))
    whom = wrapped(f"{words.population}. Data cut {setting.facts.data_cut.isoformat()}.", 8.5, inner)
    notes = wrapped(words.method, 7, inner)
    above = MARGIN + 0.2 * len(titles) + 0.16 * len(whom) + 0.1
    below = MARGIN + 0.125 * len(notes) + 0.05
    total = above + height + below
    drawing = Drawing(figsize=(WIDTH, total), dpi=PNG_DPI)
    FigureCanvasAgg(drawing)
    sheet = Sheet(drawing, below, height, setting)
    place = height + above - MARGIN
    if mark:
        sheet.text(WIDTH - MARGIN, place, mark, fontsize=8, fontweight="bold", ha="right", va="top", color=RED)
    for line in titles:
        sheet.text(MARGIN, place, line, fontsize=11, fontweight="bold", va="top")
        place -= 0.2
    for line in whom:
        sheet.text(MARGIN, place, line, fontsize=8.5, va="top", color=GREY)
        place -= 0.16
    place = MARGIN - below + 0.125 * (len(notes) - 1)
    for line in notes:
        sheet.text(MARGIN, place, line, fontsize=7, va="bottom", color=GREY)
        place -= 0.125
    content(sheet)
    return drawing


def wrapped(text: str, size: float, inches: float) -> list[str]:
    """The lines of ``text`` at a size of LETTERS_PER_INCH; a word too long for a line is broken."""
    return textwrap.wrap(text, max(8, int(LETTERS_PER_INCH[size] * inches)))


def shortened(text: str, inches: float) -> str:
    """``text`` cut to a width at 8.5 points, with an ellipsis where it was cut."""
    lines = wrapped(text, 8.5, inches)
    return text if len(lines) <= 1 else f"{lines[0].rstrip()}…"


def within_axis(axes: "Axes", which: str = "x") -> None:
    """Keeps of the ticks of an axis those that are drawn."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    low, high = axis.get_view_interval()
    axis.set_ticks([tick for tick in axis.get_ticklocs() if low <= tick <= high])


def write_legend(sheet: Sheet, handles: list[Any], labels: list[str], columns: int) -> None:
    """Symbols with their meaning at the top of the content, line by line from the left."""
    across = [place for column in range(columns) for place in range(column, len(labels), columns)]
    sheet.drawing.legend(
        [handles[place] for place in across],
        [labels[place] for place in across],
        loc="upper left",
        bbox_to_anchor=sheet.fraction(MARGIN, sheet.height),
        ncols=min(columns, len(labels)),
        frameon=False,
        borderaxespad=0,
        borderpad=0,
        handlelength=2.4,
        columnspacing=1.4,
        fontsize=8,
    )


def _labels(drawing: "Drawing") -> tuple[Label, ...]:
    from matplotlib.text import Text

    drawing.draw_without_rendering()  # only then do axes know where their labels are
    ticks = {id(text) for axes in drawing.axes for text in (*axes.get_xticklabels(), *axes.get_yticklabels())}
    made = []
    for item in drawing.findobj(Text):
        text = item.get_text().strip()
        if text and item.get_visible():
            box = item.get_window_extent()
            left, bottom, right, top = (float(side) / drawing.dpi for side in (box.x0, box.y0, box.x1, box.y1))
            made.append(Label(text, left, bottom, right, top, is_tick=id(item) in ticks))
    return tuple(made)


def _plain_svg(text: str, name: str) -> str:
    """The drawing without doctype, and with ids of its own so that several stand in one page."""
    svg = text[text.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    return re.sub(r"url\(#", f"url(#{name}-", svg)
