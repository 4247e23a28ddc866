"""The figures of the sample study: drawn again from its results, byte by byte, and every number in them is a result."""

import csv
import datetime
import json
import re
from itertools import combinations

import pytest

from reports import RunFacts
from reports.drawing import DrawnFigure, Label, NotDrawn
from reports.figures import all_figures
from reports.numbers import fixed
from reports.run_folder import read_results
from reports.setting import Setting
from studies import Study
from tests.flows.conftest import Refreshed

pytestmark = pytest.mark.slow

NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
BELONGS_TO_MANY = ("curves.csv", "published.csv", "published_audit.csv")
"""Files with so many numbers that any number is among them: no label may lean on them."""


@pytest.fixture(scope="module")
def figures(sample: Refreshed, study: Study) -> list[DrawnFigure]:
    by_arm = json.loads((sample.run / "manifest.json").read_text(encoding="utf-8"))["subjects_by_arm"]
    facts = RunFacts("", "published", "", datetime.date(2012, 5, 31), subjects_by_arm=by_arm)
    made = all_figures(read_results(sample.run), Setting(study.protocol, facts))
    assert not [figure for figure in made if isinstance(figure, NotDrawn)]
    return [figure for figure in made if isinstance(figure, DrawnFigure)]


def test_every_figure_of_the_protocol_is_there(figures: list[DrawnFigure], study: Study) -> None:
    assert [figure.number for figure in figures] == [figure.number for figure in study.protocol.figures]


def test_the_files_of_the_run_have_the_same_bytes(figures: list[DrawnFigure], sample: Refreshed) -> None:
    for figure in figures:
        assert (sample.run / "figures" / f"{figure.name}.svg").read_text(encoding="utf-8") == figure.svg
        assert (sample.run / "figures" / f"{figure.name}.png").read_bytes() == figure.png


def test_no_label_overlaps_another_or_leaves_the_sheet(figures: list[DrawnFigure]) -> None:
    def overlap(one: Label, other: Label) -> bool:
        across = min(one.right, other.right) - max(one.left, other.left)
        up = min(one.top, other.top) - max(one.bottom, other.bottom)
        return across > 0.01 and up > 0.02  # the box of a text is a little higher than its letters

    for figure in figures:
        width, height = (float(inches) / 72 for inches in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', figure.svg)[0])
        touching = [(one.text, other.text) for one, other in combinations(figure.labels, 2) if overlap(one, other)]
        assert not touching, (figure.name, touching)
        outside = [
            label.text
            for label in figure.labels
            if label.left < 0 or label.bottom < -0.01 or label.right > width or label.top > height
        ]
        assert not outside, (figure.name, outside)


def test_every_number_in_a_figure_is_a_result(figures: list[DrawnFigure], sample: Refreshed, study: Study) -> None:
    protocol = study.protocol
    known = {"95", "1", "0"} | set(NUMBER.findall((study.directory / "protocol.toml").read_text("utf-8")))
    known |= set(NUMBER.findall(f"{datetime.date(2012, 5, 31)} {protocol.response.criteria}"))
    for path in sorted((sample.run / "results").glob("*.csv")):
        if path.name not in BELONGS_TO_MANY:
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    known |= {printed for value in row.values() for printed in printed_forms(value)}
    for figure in figures:
        texts = [*(label.text for label in figure.labels if not label.is_tick), figure.alternative, figure.caption]
        unknown = {number for text in texts for number in NUMBER.findall(text)} - known
        assert not unknown, (figure.name, sorted(unknown))


def printed_forms(value: str) -> set[str]:
    try:
        number = float(value)
    except ValueError:
        return set(NUMBER.findall(value))
    forms = {fixed(abs(number), decimals) for decimals in (0, 1, 2, 3)} | {f"{number:g}"}
    return forms | {form.removeprefix("0") for form in forms}
