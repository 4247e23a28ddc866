"""Swimmer plots: a lane a patient, from the start to death or the last contact, the longest of an arm on top."""

from typing import TYPE_CHECKING, Any

from reports.drawing import (
    BLACK,
    LIGHT,
    MARGIN,
    WIDTH,
    DrawnFigure,
    NotDrawn,
    Sheet,
    Words,
    draw,
    not_drawn,
    population,
    within_axis,
    write_legend,
)
from reports.numbers import count
from reports.response_styles import RESPONSE_STYLES
from reports.run_folder import Record, Results
from reports.setting import Setting
from studies.protocol import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LANE, HEADING = 0.112, 0.26
LEFT = 0.62
SYMBOLS_A_LINE = 4
DRUG_STYLES = (("#009E73", ""), ("#E69F00", "////"), ("#CC79A7", "...."), ("#F0E442", "xxxx"), ("#999999", "\\\\\\\\"))
OTHER_DRUG = "Other or unknown drug"
OBSERVED = "#DDDDDD"


def swimmer_figure(figure: Figure, results: Results, setting: Setting) -> DrawnFigure | NotDrawn:
    """The course of every patient; not drawn where nobody is observed."""
    rows = results.course
    if not rows:
        return not_drawn(figure, "no subject has a time of observation")
    lanes = [row for row in rows if row["element"] == "observation"]
    method = (
        "Bars: from the index event to death or the last contact up to the data cut; courses of drugs that began "
        "before the index event start at 0, those without a recorded end reach to the end of observation; the sign of "
        "the end stands just behind its bar. Response: "
        "first complete or partial response of all lesions; progression: the first one "
        f"({setting.protocol.response.criteria}, reader {setting.protocol.response.evaluator})."
    )
    groups = {code: [row for row in lanes if row["arm"] == code] for code in setting.arm_codes}
    counted = "; ".join(
        f"{setting.arm_label(code)}: {count(max((row['place'] for row in of_arm), default=0))} patients"
        for code, of_arm in groups.items()
    )
    drugs = _drugs(rows)
    symbols = _symbols(rows)
    height = LANE * len(lanes) + HEADING * len(groups) + 0.55 + 0.18 * -(-len(symbols) // SYMBOLS_A_LINE)
    return draw(
        figure,
        f"figure_{figure.number.lower()}_swimmer",
        Words(population(results, setting), method, f"Course of each patient, {counted}."),
        height,
        setting,
        lambda sheet: _fill(sheet, rows, groups, drugs, setting),
    )


def _drugs(rows: list[Record]) -> dict[str, tuple[str, str]]:
    names = sorted({row["detail"] for row in rows if row["element"] == "drug"} - {"", "OTHER"})
    styles = {name: DRUG_STYLES[place % 4] for place, name in enumerate(names)}
    return {**styles, "OTHER": DRUG_STYLES[4], "": DRUG_STYLES[4]}


def _fill(
    sheet: Sheet,
    rows: list[Record],
    groups: dict[str, list[Record]],
    drugs: dict[str, tuple[str, str]],
    setting: Setting,
) -> None:
    last = max(row["end"] for row in rows)
    n_lanes = sum(len(of_arm) for of_arm in groups.values())
    place = 0.45 + LANE * n_lanes + HEADING * len(groups)
    width = WIDTH - 2 * MARGIN - LEFT
    for code, lanes in groups.items():
        place -= HEADING
        sheet.text(MARGIN, place + 0.06, setting.arm_heading(code), fontweight="bold", va="bottom")
        place -= LANE * len(lanes)
        axes = sheet.axes(MARGIN + LEFT, place, width, LANE * len(lanes))
        axes.set_xlim(0, last * 1.04)
        axes.set_ylim(len(lanes) + 0.5, 0.5)
        axes.set_yticks([])
        is_last = code == list(groups)[-1]
        axes.spines["bottom"].set_visible(is_last)
        axes.tick_params(bottom=is_last, labelbottom=is_last)
        for row in (row for row in rows if row["arm"] == code):
            _draw_element(axes, row, drugs)
        for row in lanes:
            label = row["usubjid"].removeprefix(f"{setting.protocol.study.id}-")
            y = place + LANE * (len(lanes) - row["place"] + 0.5)
            sheet.text(MARGIN + LEFT - 0.05, y, label, fontsize=6, ha="right", va="center")
        if is_last:
            axes.set_xlabel(f"Time since index event ({setting.unit})")
        within_axis(axes)
    _write_symbols(sheet, rows, drugs)


MARKERS: dict[tuple[str, str], dict[str, Any]] = {
    ("procedure", ""): {"marker": "v", "color": BLACK, "markersize": 3.6},
    ("response", "CR"): {"marker": "*", "color": "#003B5C", "markersize": 6},
    ("response", "PR"): {"marker": "o", "markerfacecolor": "#56B4E9", "markeredgecolor": BLACK, "markersize": 4.2},
    ("progression", ""): {"marker": "X", "markerfacecolor": "#D55E00", "markeredgecolor": BLACK, "markersize": 5},
    ("observation", "death"): {"marker": "s", "color": BLACK, "markersize": 3.8},
    ("observation", "ongoing"): {"marker": ">", "color": BLACK, "markersize": 5},
    ("observation", "lost to follow-up"): {"marker": "|", "color": BLACK, "markersize": 6, "markeredgewidth": 1.6},
}
MARKER_LABELS = {
    ("procedure", ""): "Procedure",
    ("response", "CR"): RESPONSE_STYLES["CR"].label,
    ("response", "PR"): RESPONSE_STYLES["PR"].label,
    ("progression", ""): "Progression",
    ("observation", "death"): "Death",
    ("observation", "ongoing"): "Alive, observed on",
    ("observation", "lost to follow-up"): "Lost to follow-up",
}


def _draw_element(axes: "Axes", row: Record, drugs: dict[str, tuple[str, str]]) -> None:
    from matplotlib.transforms import ScaledTranslation

    y, end = row["place"], row["end"]
    if row["element"] == "observation":
        axes.barh(y, end, height=0.72, color=OBSERVED, linewidth=0, zorder=1)
    if row["element"] == "drug":
        face, hatch = drugs[row["detail"]]
        axes.barh(
            y, end - row["start"], left=row["start"], height=0.5, facecolor=face, hatch=hatch, edgecolor=BLACK,
            linewidth=0.3, zorder=2,
        )  # fmt: skip
        return
    style = MARKERS.get((row["element"], row["detail"]))
    if style:
        # The end of observation stands just behind the bar, so that a progression on the same day does not hide it.
        behind = 4 / 72 if row["element"] == "observation" else 0
        shifted = axes.transData + ScaledTranslation(behind, 0, axes.figure.dpi_scale_trans)
        axes.plot(
            [end],
            [y],
            linestyle="none",
            clip_on=False,
            zorder=3,
            transform=shifted,
            **{"markeredgewidth": 0.4, **style},
        )


def _symbols(rows: list[Record]) -> list[tuple[str, str]]:
    """What the key explains, as element and detail: the bars, then the markers that occur."""
    present = {
        (row["element"], "OTHER" if row["detail"] == "" and row["element"] == "drug" else row["detail"]) for row in rows
    }
    named = sorted(kind for kind in present if kind[0] == "drug" and kind[1] != "OTHER")
    others = [("drug", "OTHER")] if ("drug", "OTHER") in present else []
    return [("bar", ""), *named, *others, *(kind for kind in MARKERS if kind in present)]


def _write_symbols(sheet: Sheet, rows: list[Record], drugs: dict[str, tuple[str, str]]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    labels = []
    for element, detail in _symbols(rows):
        if element == "bar":
            handles.append(Patch(facecolor=OBSERVED, edgecolor=LIGHT, linewidth=0.3))
            labels.append("Observed")
        elif element == "drug":
            face, hatch = drugs[detail]
            handles.append(Patch(facecolor=face, hatch=hatch, edgecolor=BLACK, linewidth=0.3))
            labels.append(OTHER_DRUG if detail == "OTHER" else detail.capitalize())
        else:
            handles.append(Line2D([], [], linestyle="none", **{"markeredgewidth": 0.4, **MARKERS[element, detail]}))
            labels.append(MARKER_LABELS[element, detail])
    write_legend(sheet, handles, labels, columns=SYMBOLS_A_LINE)
