"""Every kind of figure from results written by hand: its numbers stand in it, nothing overlaps, and it looks as stored.

The stored pictures are a quarter of the size, in tests/reports/pictures. Where one differs on purpose, the test says
where the new one lies; look at it, and put it in the place of the old one.
"""

import io
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reports.drawing import DrawnFigure, Label, NotDrawn
from reports.figures import all_figures
from reports.run_folder import Results, Statistics
from reports.setting import Setting
from tests.reports.figure_cases import FIGURES, STUDY, drawn, hand_written
from tests.reports.tiny_run import facts

PICTURES = Path(__file__).parent / "pictures"
KINDS = [figure.kind for figure in FIGURES]
MOST_DIFFERENCE = (
    3.0  # of 255, root of the mean square: other versions of a rasteriser stay below, a moved line does not
)


@pytest.fixture(scope="module")
def figures() -> dict[str, DrawnFigure]:
    return drawn(hand_written())


def texts(figure: DrawnFigure) -> set[str]:
    return {label.text.replace("\N{NO-BREAK SPACE}", " ") for label in figure.labels}


def test_every_kind_is_drawn(figures: dict[str, DrawnFigure]) -> None:
    assert list(figures) == KINDS


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("survival", {"TACE: 31.5 (22.4–NR)", "Log-rank P = .021", "9 (0)", "7 (2)", "3 (5)"}),
        ("subgroups", {"3/11", "3/7", "0.50 (0.25–1.50)", "0.25 (0.13–0.75)", "NE", ".043"}),
        ("waterfall", {"TACE: 4 of 11 patients", "Control: 3 of 7 patients", "+130", "Complete response"}),
        ("spider", {"TACE: 4 of 11 patients", "Partial response", "Progressive disease"}),
        ("swimmer", {"P1", "P2", "P5", "Imatinib", "Other or unknown drug", "Death", "Lost to follow-up"}),
        ("adverse_events", {"54.5 (6/11)", "36.4 (4/11)", "9.1 (1/11)", "57.1 (4/7)", "Any adverse event"}),
        (
            "cumulative_incidence",
            {"Gray's test P = .310", "9 (1, 2)", "TACE: events 5, competing deaths 2, patients 11"},
        ),
        ("flow", {"Ineligible, DM07 Not the disease of the study:", "TACE, treated: 11", "Overall survival: 11 (3)"}),
        ("balance", {"Sex: Female", "−0.35", "0.02", "0.21", "−0.04", "After weighting"}),
        ("log_log", {"Test of proportional hazards of the arms P = .620"}),
        ("schoenfeld", {"Treatment: TACE", "P = .770"}),
    ],
)
def test_its_numbers_stand_in_it(figures: dict[str, DrawnFigure], kind: str, expected: set[str]) -> None:
    assert expected - texts(figures[kind]) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_population_cut_and_that_the_data_are_invented(figures: dict[str, DrawnFigure], kind: str) -> None:
    assert {"All treated patients (n = 18). Data cut 2012-05-31.", "SYNTHETIC DATA"} <= texts(figures[kind])
    assert figures[kind].alternative.startswith(figures[kind].title)
    assert len(figures[kind].alternative) > len(figures[kind].title) + 20


@pytest.mark.parametrize("kind", KINDS)
def test_no_label_overlaps_another(figures: dict[str, DrawnFigure], kind: str) -> None:
    def overlap(one: Label, other: Label) -> bool:
        across = min(one.right, other.right) - max(one.left, other.left)
        return across > 0.01 and min(one.top, other.top) - max(one.bottom, other.bottom) > 0.02

    pairs = combinations(figures[kind].labels, 2)
    assert [(one.text, other.text) for one, other in pairs if overlap(one, other)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_looks_as_stored(figures: dict[str, DrawnFigure], kind: str, tmp_path: Path) -> None:
    new = small(figures[kind].png)
    new.save(tmp_path / f"{kind}.png", optimize=True)
    stored = PICTURES / f"{kind}.png"
    assert stored.is_file(), f"no picture stored; the new one is {tmp_path / f'{kind}.png'}"
    old = Image.open(stored).convert("L")
    assert old.size == new.size
    difference = np.asarray(old, dtype=float) - np.asarray(new, dtype=float)
    assert float(np.sqrt((difference**2).mean())) < MOST_DIFFERENCE, f"the new picture is {tmp_path / f'{kind}.png'}"


def small(png: bytes) -> Image.Image:
    """A quarter of the size, in grey."""
    picture = Image.open(io.BytesIO(png)).convert("L")
    return picture.resize((picture.width // 4, picture.height // 4), Image.Resampling.BOX)


def test_the_bytes_are_the_same_twice(figures: dict[str, DrawnFigure]) -> None:
    again = drawn(hand_written())
    for kind, figure in figures.items():
        assert figure.svg == again[kind].svg
        assert figure.png == again[kind].png


def test_ids_of_all_kinds_can_stand_in_one_page(figures: dict[str, DrawnFigure]) -> None:
    ids = [set(re.findall(r'\bid="([^"]+)"', figure.svg)) for figure in figures.values()]
    assert sum(map(len, ids)) == len(set().union(*ids))


def test_without_results_every_kind_says_why_it_is_not_there() -> None:
    empty = Results(Statistics([]), [], [], [])
    made = all_figures(empty, Setting(STUDY, facts()))
    assert all(isinstance(figure, NotDrawn) and figure.reason for figure in made)


def test_before_there_are_weights_there_is_one_series_of_differences() -> None:
    results = hand_written()
    plain = [{**row, "weighted_smd": None} for row in results.balance]
    figure = drawn(replace(results, balance=plain))["balance"]
    assert "After weighting" not in texts(figure)
    assert {"−0.35", "0.21"} <= texts(figure)
