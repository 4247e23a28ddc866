"""A survival figure: the same bytes twice, readable without colour, marked, and nothing from elsewhere."""

import re
from pathlib import Path

import pytest

from reports.drawing import DrawnFigure, NotDrawn
from reports.figures import all_figures
from reports.run_folder import read_results
from reports.setting import Setting
from tests.reports.tiny_run import BOTH, PROTOCOL, facts, statistic, write_results

STATISTICS = [
    statistic("survival", "median", 68.55, endpoint="OS", group="TACE"),
    statistic("survival", "median_lower", 57.45, endpoint="OS", group="TACE"),
    statistic("survival", "median_upper", 79.6, endpoint="OS", group="TACE"),
    statistic("survival", "log_rank_p", 0.0213, endpoint="OS", group=BOTH),
]


def made(folder: Path) -> list[DrawnFigure | NotDrawn]:
    return all_figures(read_results(write_results(folder, STATISTICS)), Setting(PROTOCOL, facts()))


def draw(folder: Path) -> list[DrawnFigure]:
    return [figure for figure in made(folder) if isinstance(figure, DrawnFigure)]


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> list[DrawnFigure]:
    return draw(tmp_path_factory.mktemp("run"))


def test_one_figure_for_each_endpoint_that_has_curves(figures: list[DrawnFigure]) -> None:
    assert [figure.name for figure in figures] == ["figure_1a_pfs", "figure_1b_os"]
    assert figures[1].title == "Figure 1B. Overall survival"


def test_a_figure_without_results_says_why(tmp_path: Path) -> None:
    reasons = {figure.number: figure.reason for figure in made(tmp_path) if isinstance(figure, NotDrawn)}
    assert reasons["S1"] == "no subject has a time to this event"
    assert reasons["S2"] == "no hazard ratio can be estimated"


def test_the_bytes_are_the_same_twice(figures: list[DrawnFigure], tmp_path: Path) -> None:
    again = draw(tmp_path)
    assert [figure.svg for figure in figures] == [figure.svg for figure in again]
    assert [figure.png for figure in figures] == [figure.png for figure in again]


def test_the_picture_in_words_has_medians_and_log_rank(figures: list[DrawnFigure]) -> None:
    assert "TACE: median 68.6 (57.5–79.6) weeks" in figures[1].alternative
    assert "Log-rank P\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}.021." in figures[1].alternative
    assert "SYNTHETIC" in figures[1].caption


def test_arms_differ_by_line_style_and_not_only_by_colour(figures: list[DrawnFigure]) -> None:
    lines = set(re.findall(r'style="([^"]*stroke: #(?:0072b2|d55e00); stroke-width: 1.7[^"]*)"', figures[0].svg))
    assert len(lines) == 2
    assert [("stroke-dasharray" in line) for line in sorted(lines, key=len)] == [False, True]


def test_svg_has_no_address_but_its_name_space_and_no_date(figures: list[DrawnFigure]) -> None:
    for figure in figures:
        addresses = set(re.findall(r"\w+://[^\"]+", figure.svg))
        assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
        assert "<metadata>" not in figure.svg
        assert "<text" not in figure.svg  # outlines: no font is asked for


def test_figures_in_one_page_share_no_id(figures: list[DrawnFigure]) -> None:
    ids = [set(re.findall(r'\bid="([^"]+)"', figure.svg)) for figure in figures]
    assert not ids[0] & ids[1]


def test_a_png_of_200_dots_an_inch(figures: list[DrawnFigure]) -> None:
    assert figures[0].png.startswith(b"\x89PNG")
    assert b"matplotlib" not in figures[0].png.lower()
