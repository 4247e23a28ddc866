"""The profiles of a run: of every subject what ``datacut explain`` says, on one page that needs no network."""

import html
import json
import re
from pathlib import Path

import pytest

from reports.path_words import endpoint_why
from reports.run_folder import read_profiles
from tests.flows.conftest import Refreshed
from warehouse import profile_file
from warehouse.profile_file import write_profiles
from warehouse.subject_paths import Paths, read_paths

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(sample: Refreshed) -> str:
    return (sample.run / "profiles.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def profiles(sample: Refreshed) -> Paths:
    read = read_profiles(sample.run)
    assert read is not None
    return read


def cut_file(sample: Refreshed) -> Path:
    (cut,) = (sample.data / "cuts").glob("*.duckdb")
    return cut


def test_the_results_have_what_explain_says(sample: Refreshed, profiles: Paths) -> None:
    assert profiles == {
        **(paths := read_paths(cut_file(sample))),
        "findings": [finding for finding in paths["findings"] if not finding["is_comparison"]],
    }
    assert json.loads((sample.run / "results" / "profiles.json").read_text("utf-8"))["data"] == "SYNTHETIC"


def test_they_are_made_again_with_the_same_bytes(sample: Refreshed, tmp_path: Path) -> None:
    assert write_profiles(cut_file(sample), tmp_path / "profiles.json", "SYNTHETIC")
    assert (tmp_path / "profiles.json").read_bytes() == (sample.run / "results" / "profiles.json").read_bytes()


def test_every_subject_has_a_profile_with_its_endpoints_and_reasons(page: str, profiles: Paths) -> None:
    sections = dict(re.findall(r'<section class="profile" aria-labelledby="([^"]+)">(.*?)</section>', page, re.DOTALL))
    assert list(sections) == [subject["subject_id"] for subject in profiles["subjects"]]
    for end in profiles["endpoints"]:
        said = html.unescape(sections[end["subject_id"]])
        assert f"<b>{end['paramcd']}</b></td>" in said
        assert f">{end['aval']}</td>" in said
        assert endpoint_why(end) in said
        assert f"{end['source_file']}:{end['source_row']}" in said
    assert all("<svg" in section for section in sections.values())


def test_a_finding_stands_in_the_profile_and_marks_the_contents(page: str, profiles: Paths) -> None:
    finding = profiles["findings"][0]
    assert finding["sentence"] in html.unescape(page)
    assert f'<a href="#{finding["subject_id"]}">{finding["subject_id"]}*</a>' in page


def test_the_page_is_whole_in_itself_and_marked(page: str) -> None:
    addresses = set(re.findall(r'https?://[^"\s<]+', page))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert "<script" not in page
    assert "<img" not in page
    assert '<p class="mark"><strong>SYNTHETIC</strong>' in page


def test_the_report_leads_to_the_profiles(sample: Refreshed) -> None:
    assert '<a href="profiles.html">' in (sample.run / "report.html").read_text(encoding="utf-8")


def test_a_cohort_too_large_for_a_page_has_none(
    sample: Refreshed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profile_file, "MOST_SUBJECTS", 59)
    assert not write_profiles(cut_file(sample), tmp_path / "profiles.json", "")
    assert read_profiles(tmp_path) is None
