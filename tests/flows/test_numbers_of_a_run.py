"""Every number that a run shows stands in its results: tables and headlines are walked, cell by cell."""

import csv
import re
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.flows.conftest import Refreshed

pytestmark = pytest.mark.slow

NUMBER = re.compile(r"(?<![\w.])[<>]?−?(?:\d{1,3}(?: \d{3})+|\d*\.\d+|\d+)(?![\w.]*\d)")
LABEL = "gt_stub"
MADE_OF = {
    "table_1_baseline": ("table1",),
    "table_2_prognostic": ("table2",),
    "table_3_safety": ("table3",),
    "response": ("response", "response_by"),
    "survival_summary": ("survival",),
    "survival_details": ("survival",),
    "restricted_means": ("survival",),
    "cox": ("cox",),
    "proportional_hazards": ("cox",),
    "subgroups": ("subgroup",),
    "later_groups": ("subgroup", "landmark", "landmark_cox", "time_dependent_cox"),
    "weighted_comparison": ("iptw",),
    "assessment_intervals": ("assessments",),
    "interval_censored": ("interval_censored",),
    "balance": ("balance.csv",),
    "conventions": ("convention_matrix.csv",),
}
"""From which analyses of statistics.csv, or from which file, a table may take a number; else from any."""


class Cells(HTMLParser):
    """The text of every element of class ``named``, but no label of a line; one entry an element."""

    def __init__(self, named: str) -> None:
        super().__init__()
        self.named, self.texts, self._open = named, [], 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if self._open:
            self._open += tag not in ("br", "img", "input")
        elif self.named in classes and LABEL not in classes:
            self._open = 1
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = max(0, self._open - 1)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[-1] += data


def texts(path: Path, named: str) -> list[str]:
    cells = Cells(named)
    cells.feed(path.read_text(encoding="utf-8"))
    return cells.texts


def numbers_in(text: str) -> list[str]:
    """The printed numbers, with a plain minus: ``57.5–79.6`` holds two."""
    words = text.replace("\N{NO-BREAK SPACE}", " ").replace("–", " ; ")
    return [found.replace("−", "-") for found in NUMBER.findall(words)]


def is_a_result(number: str, results: set[Decimal]) -> bool:
    """Whether a result is printed like this, rounded half up."""
    if number.startswith("<"):
        return any(0 <= value < Decimal(number[1:]) for value in results)
    if number.startswith(">"):
        return any(Decimal(number[1:]) < value < 1 for value in results)
    plain = Decimal(number.replace(" ", ""))
    return any(value.quantize(plain, ROUND_HALF_UP) == plain for value in results)


@pytest.fixture(scope="module")
def results(sample: Refreshed) -> dict[str, set[Decimal]]:
    """The numbers of results/: by file, and those of statistics.csv by analysis."""
    found: dict[str, set[Decimal]] = {}
    for path in (sample.run / "results").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                own = {Decimal(cell) for cell in row.values() if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)}
                found.setdefault(path.name, set()).update(own)
                if path.name == "statistics.csv":
                    found.setdefault(row["analysis"], set()).update(own)
    return found


def test_every_number_in_every_table(sample: Refreshed, results: dict[str, set[Decimal]]) -> None:
    walked, anywhere = 0, set().union(*results.values())
    for path in sorted((sample.run / "tables").glob("*.html")):
        if path.name == "published_comparison.html":
            continue  # its numbers are the paper's own, as the paper printed them
        named = MADE_OF.get(path.stem)
        allowed = set().union(*(results[part] for part in named)) if named else anywhere
        for text in texts(path, "gt_row"):
            if re.search(r"[A-Za-z]{3}", text):
                continue  # a sentence
            for number in numbers_in(text):
                walked += 1
                assert is_a_result(number, allowed), (path.name, text, number)
    assert walked > 500


def test_every_number_in_the_headlines(sample: Refreshed, results: dict[str, set[Decimal]]) -> None:
    lines = texts(sample.run / "report.html", "line")
    numbers = [number for line in lines for number in numbers_in(line)]
    assert len(numbers) > 20
    allowed = results["survival"] | results["cox"] | results["description"]
    assert [number for number in numbers if not is_a_result(number, allowed)] == []


def test_the_walk_finds_a_number_that_is_not_there(results: dict[str, set[Decimal]]) -> None:
    assert numbers_in("68.6 (57.5–79.6) P < .001 −0.042 2 412 χ² = .757") == [
        "68.6", "57.5", "79.6", ".001", "-0.042", "2 412", ".757",
    ]  # fmt: skip
    assert numbers_in("<.001") == ["<.001"]
    assert is_a_result("68.6", results["survival"])
    assert not is_a_result("68.7", results["survival"])
