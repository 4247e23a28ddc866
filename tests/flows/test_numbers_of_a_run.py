"""Every number that a run shows stands in its results: the tables, the headlines and the captions are walked."""

import csv
import re
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.flows.conftest import Refreshed

pytestmark = pytest.mark.slow

NUMBER = re.compile(r"(?<![\w.])[<>]?−?(?:\d{1,3}(?: \d{3})+|\d*\.\d+|\d+)(?![\w.]*\d)")
PLACES = {"report.html": ("number", "line"), "tables": ("gt_row",)}


class Cells(HTMLParser):
    """The text of every element whose class is one of ``classes``; ``texts`` has one entry an element."""

    def __init__(self, *classes: str) -> None:
        super().__init__()
        self.classes, self.texts, self._open = set(classes), [], 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = set((dict(attrs).get("class") or "").split())
        if self._open:
            self._open += tag not in ("br", "img", "input")
        elif named & self.classes or tag in self.classes:
            self._open = 1
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = max(0, self._open - 1)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[-1] += data


def texts(path: Path, *classes: str) -> list[str]:
    cells = Cells(*classes)
    cells.feed(path.read_text(encoding="utf-8"))
    return cells.texts


def numbers_in(text: str) -> list[str]:
    """The printed numbers, without a sign for an interval and with a plain minus: ``57.5–79.6`` holds two."""
    words = text.replace("\N{NO-BREAK SPACE}", " ").replace("–", " ; ")
    return [found.replace("−", "-") for found in NUMBER.findall(words)]


@pytest.fixture(scope="module")
def results(sample: Refreshed) -> set[Decimal]:
    """Every number of every file of results/."""
    found = set()
    for path in (sample.run / "results").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                found |= {Decimal(cell) for cell in row if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell)}
    return found


@pytest.fixture(scope="module")
def printed(results: set[Decimal]) -> dict[int, set[Decimal]]:
    """The results rounded half up to each number of decimals that a table prints."""
    return {
        decimals: {value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP) for value in results}
        for decimals in range(5)
    }


def is_a_result(number: str, printed: dict[int, set[Decimal]], results: set[Decimal]) -> bool:
    if number.startswith("<"):
        return any(0 <= value < Decimal(number[1:]) for value in results)
    if number.startswith(">"):
        return any(Decimal(number[1:]) < value < 1 for value in results)
    plain = Decimal(number.replace(" ", ""))
    return plain in printed[-int(plain.as_tuple().exponent)]


def test_every_number_in_every_table(
    sample: Refreshed, results: set[Decimal], printed: dict[int, set[Decimal]]
) -> None:
    """Row labels are words of the protocol and stand in no cell that is right-aligned."""
    walked = 0
    for path in sorted((sample.run / "tables").glob("*.html")):
        if path.name == "published_comparison.html":
            continue  # its numbers are the paper's own, as the paper printed them
        for text in texts(path, "gt_row"):
            if re.search(r"[A-Za-z]{3}", re.sub(r"reference|not reached|SPSS|SAS|limits", "", text)):
                continue  # a label or a sentence
            for number in numbers_in(text):
                walked += 1
                assert is_a_result(number, printed, results), (path.name, text, number)
    assert walked > 500


def test_every_number_in_the_headlines(
    sample: Refreshed, results: set[Decimal], printed: dict[int, set[Decimal]]
) -> None:
    walked = 0
    for text in texts(sample.run / "report.html", "line"):
        for number in numbers_in(text):
            walked += 1
            assert is_a_result(number, printed, results), (text, number)
    assert walked > 20


def test_the_walk_finds_a_number_that_is_not_there(results: set[Decimal], printed: dict[int, set[Decimal]]) -> None:
    assert numbers_in("68.6 (57.5–79.6) P < .001 −0.042 2 412 χ² = .757") == [
        "68.6", "57.5", "79.6", ".001", "-0.042", "2 412", ".757",
    ]  # fmt: skip
    assert numbers_in("<.001") == ["<.001"]
    assert not is_a_result("68.7", printed, results)
