"""The Data Docs: readable without a network, the same bytes each time, nothing of a record, open in Chromium."""

import json
import os
import re
from copy import deepcopy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from reports.data_docs import write_data_docs
from schemas.monitors import run_monitors
from tests.reports.browser import Browser
from tests.schemas.sound_batch import sound_batch

pytestmark = pytest.mark.slow
TITLE = "Batch monitors <of> a cut & more"
HOSTILE = "<script>alert(1)</script><u>x</u>"


@pytest.fixture(scope="module")
def validations() -> list[dict[str, Any]]:
    batch = sound_batch()
    batch["rows"].loc[0, "received"] = 0
    batch["since_last_cut"].loc[0, "in_current"] = False
    batch["adsl"]["age"] = "SECRET"
    found = run_monitors(batch).validations
    hostile = deepcopy(next(validation for validation in found if validation["suite_name"] == "adrs"))
    hostile["suite_name"] = HOSTILE
    for result in hostile["results"]:
        result["expectation_config"]["notes"] = HOSTILE
        if "column" in result["expectation_config"]["kwargs"]:
            result["expectation_config"]["kwargs"]["column"] = HOSTILE
        if "value_set" in result["expectation_config"]["kwargs"]:
            result["expectation_config"]["kwargs"]["value_set"] = [HOSTILE]
    return [*found, hostile]


@pytest.fixture(scope="module")
def site(validations: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_data_docs(tmp_path_factory.mktemp("docs") / "data_docs", validations, TITLE)


class Tags(HTMLParser):
    """Every tag with its attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_an_index_and_a_page_a_frame(site: list[Path], validations: list[dict[str, Any]]) -> None:
    assert site[0].name == "index.html"
    assert len(site) == len(validations) + 1
    assert {path.name for path in site} == {path.name for path in site[0].parent.iterdir()}
    assert {"adsl.html", "since_last_cut.html", "follow_up_by_arm.html"} <= {path.name for path in site}


def test_no_file_reaches_for_anything_outside(site: list[Path]) -> None:
    for path in site:
        page = path.read_text(encoding="utf-8")
        assert not re.search(r"(?i)https?:|ftp:|@import|url\(|javascript:|(?<![:\w])//\w|\bcdn\b", page), path.name
        for tag, attributes in Tags(page).tags:
            assert tag not in {"script", "iframe", "img", "object", "embed", "form", "base"}, path.name
            assert not [name for name in attributes if name.startswith("on") or name in {"src", "srcset"}]
            if tag == "link":
                assert attributes == {"rel": "icon", "href": "data:,"}


def test_links_lead_to_files_of_the_folder_and_ids_are_unique(site: list[Path]) -> None:
    for path in site:
        tags = Tags(path.read_text(encoding="utf-8")).tags
        ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
        assert len(ids) == len(set(ids)), path.name
        links = [attributes.get("href") or "" for tag, attributes in tags if tag == "a"]
        assert "index.html" in links
        for link in links:
            assert (link[1:] in ids) if link.startswith("#") else (path.parent / link).is_file(), link


def test_it_is_what_great_expectations_says(site: list[Path], validations: list[dict[str, Any]]) -> None:
    pages = {path.stem: Tags(path.read_text(encoding="utf-8")).text for path in site}
    assert "Values for given compound columns must be unique together:" in " ".join(pages["adtte"].split())
    assert "Evaluated Expectations" in pages["adsl"]
    assert "raised an exception" in pages["adsl"]
    assert "ValueError" in pages["adsl"]
    assert "MON02 No vanished patients: A subject of the last cut should be in this one too." in pages["since_last_cut"]
    total = sum(len(validation["results"]) for validation in validations)
    sentence = f"{total} expectations on {len(validations)} frames: 2 with findings, 1 failed to run."
    assert sentence in pages["index"]


def test_nothing_of_a_record_stands_in_a_page(site: list[Path]) -> None:
    batch = sound_batch()
    text = "".join(path.read_text(encoding="utf-8") for path in site)
    for value in ["SECRET", *batch["adsl"]["usubjid"], *batch["adsl"]["arm"], *batch["code_words"]["code"]]:
        assert value not in text
    assert not re.search(r"\d{4}-\d\d-\d\d|__none__|Traceback", text)


def test_every_text_is_escaped(site: list[Path]) -> None:
    assert "<title>Batch monitors &lt;of&gt; a cut &amp; more</title>" in site[0].read_text(encoding="utf-8")
    for path in site:
        tags = {tag for tag, _ in Tags(path.read_text(encoding="utf-8")).tags}
        assert not tags & {"script", "u", "of"}
    assert Tags(site[-1].read_text(encoding="utf-8")).text.count("<u>x</u>") > 5


def test_two_times_give_the_same_bytes_and_the_validations_are_left_alone(
    site: list[Path], validations: list[dict[str, Any]], tmp_path: Path
) -> None:
    before = json.dumps(validations)
    again = write_data_docs(tmp_path / "elsewhere", validations, TITLE)
    assert [path.name for path in again] == [path.name for path in site]
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in site]
    assert json.dumps(validations) == before


def test_frames_of_like_names_get_files_of_their_own(validations: list[dict[str, Any]], tmp_path: Path) -> None:
    one = validations[0]
    named = [{**one, "suite_name": name} for name in ("../up", "up", "UP", "index", "§")]
    paths = write_data_docs(tmp_path / "docs", named, TITLE)
    names = [path.name for path in paths]
    assert names == ["index.html", "up.html", "up_2.html", "up_3.html", "index_2.html", "frame.html"]
    assert {path.parent for path in paths} == {tmp_path / "docs"}


def test_without_a_validation_there_is_an_index(tmp_path: Path) -> None:
    (path,) = write_data_docs(tmp_path, [], TITLE)
    assert "No frame was looked at." in path.read_text(encoding="utf-8")


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_it_opens_without_a_network(browser: Browser, site: list[Path], width: int, tmp_path: Path) -> None:
    for path in site:
        browser.open(path, width)
        assert browser.requests == {path.as_uri()}
        assert browser.complaints == []
        assert browser.value("document.documentElement.scrollWidth") <= width, path.name
        folder = Path(os.environ.get("DATA_DOCS_PICTURES", tmp_path))
        browser.picture(folder / f"{path.stem}_{width}.png")


@pytest.mark.browser
def test_a_status_is_a_word_and_no_toggle_is_left(browser: Browser, site: list[Path]) -> None:
    words = "[...document.querySelectorAll('td .fas')].map(e => getComputedStyle(e, '::before').content)"
    browser.open(site[0].parent / "adsl.html")
    assert set(browser.value(words)) == {'"passed"', '"failed to run"'}
    browser.open(site[0])
    assert set(browser.value(words)) == {'"passed"', '"findings"', '"failed to run"'}
    for path in site:
        browser.open(path)
        toggles = "[...document.querySelectorAll('[data-toggle=collapse]')].filter(e => e.offsetParent)"
        assert browser.value(f"{toggles}.length") == 0
