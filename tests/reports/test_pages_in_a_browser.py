"""The pages opened in headless Chromium: no error, no request, every picture visible, no sideways scrolling."""

from pathlib import Path

import pytest

from reports import write_quality, write_reports
from reports.quality_page import quality_page
from reports.run_folder import Quality
from reports.setting import Setting
from tests.reports import tiny_run
from tests.reports.browser import Browser
from tests.reports.tiny_queries import quality_parts, query
from tests.reports.tiny_run import BOTH, facts, finding, rule, statistic, study

pytestmark = pytest.mark.browser
PAPER = 672
"""A4 without its margins, in pixels."""
LONG = "a very long word without a break: " + "x" * 120
STATISTICS = [
    *(statistic("table1", "n", 16, variable="sex", level=level, group=arm) for level in "MF" for arm in tiny_run.ARMS),
    *(
        statistic("table3", name, 20, variable="FEVER", level=level, group=arm)
        for name in ("n", "percent")
        for level in ("any grade", "grade 3-4")
        for arm in tiny_run.ARMS
    ),
    statistic("survival", "median", 68.55, "Kaplan-Meier", endpoint="OS", group="TACE"),
    statistic("survival", "log_rank_p", 0.0213, "log-rank test", endpoint="OS", group=BOTH),
    statistic("cox", "hr", 0.109, "Cox model", endpoint="OS", level="arm=TACE", group="crude"),
]
LONG_IN = {
    "site",
    "form",
    "visit",
    "title",
    "observed",
    "expected",
    "location",
    "reason",
    "who",
    "lost_subjects",
    "label",
}
PAGES = (
    "report.html",
    "reproduction.html",
    "quality/report.html",
    "everything/report.html",
    "blocked/report.html",
    "tables/table_3_safety.html",
)


def everything() -> str:
    """A quality page with each of its parts, and words too long for a line in all of them."""
    parts = {
        name: [
            *records,
            *(
                {key: LONG if key in LONG_IN and isinstance(value, str) else value for key, value in record.items()}
                for record in records
            ),
        ]
        for name, records in quality_parts().items()
    }
    quality = Quality(
        findings=[{**finding(site=LONG, key=LONG), "heading": LONG}],
        rules=[
            rule(rule_id=f"R{number}", title=LONG, status=status, reason=LONG, table_name=LONG, category=LONG)
            for number, status in enumerate(("passed", "findings", "failed to run", "not applicable"))
        ],
        rows=[{"table_name": LONG, "received": 1.0, "duplicates": 0.0, "quarantined": 0.0, "published": 1.0}],
        queries=[query(site=LONG, key=LONG), query(query_id="2", state="resolved", previous_state="open")],
        **parts,
    )
    return quality_page(quality, Setting(tiny_run.PROTOCOL, facts()))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    paper = {
        "id": "T3.x y",
        "location": "Table 3",
        "group": "TACE",
        "kind": "n",
        "value": "3",
        "result_id": "r",
        "ours": "2",
    }
    told = {**paper, "ours_printed": "2", "note": "", "reason": LONG}
    same = {"id": "T1.z", "location": "Table 1 / Sex", "verdict": "reproduces", "reason": ""}
    tiny_run.write_results(folder, STATISTICS, [{**told, "verdict": "differs"}, {**told, **same}])
    tiny_run.write_quality(folder, [finding(), finding(sentence=LONG, source_file="y" * 90)], [rule(title=LONG)])
    write_reports(folder, study(), facts())
    write_quality(folder, study(), facts())
    (folder / "everything").mkdir()
    (folder / "everything/report.html").write_text(everything(), "utf-8")
    tiny_run.write_quality(folder / "blocked", [finding(severity="block")])
    write_quality(folder / "blocked", study(), facts(outcome="blocked", reason=LONG))
    return folder


def test_a_page_that_does_what_none_may_is_noticed(browser: Browser, tmp_path: Path) -> None:
    """Asks for a picture elsewhere, throws, and is wider than a telephone: else the tests below would prove nothing."""
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<img src="https://example.org/a.png"><div style="width: 500px">x</div><script>throw Error("bad")</script>'
    )
    browser.open(bad, width=390)
    assert browser.requests == {bad.as_uri(), "https://example.org/a.png"}
    assert any("bad" in complaint for complaint in browser.complaints)
    assert browser.value("document.documentElement.scrollWidth") > 390


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_without_error_and_asks_for_nothing_else(browser: Browser, run: Path, page: str) -> None:
    browser.open(run / page)
    assert browser.requests == {(run / page).as_uri()}
    assert browser.complaints == []


@pytest.mark.parametrize("width", [360, 390, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_stands_out_sideways(browser: Browser, run: Path, page: str, width: int) -> None:
    browser.open(run / page, width)
    assert browser.value("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_every_figure_is_visible(browser: Browser, run: Path, width: int) -> None:
    browser.open(run / "report.html", width)
    boxes = browser.value(
        "[...document.querySelectorAll('figure svg')].map(e => e.getBoundingClientRect())"
        ".map(box => [box.width, box.height])"
    )
    assert len(boxes) == 3
    assert all(box[0] > 300 and box[1] > 100 for box in boxes)


def test_headings_and_contents_lead_to_every_part(browser: Browser, run: Path) -> None:
    browser.open(run / "report.html")
    headings = browser.value("[...document.querySelectorAll('h1, h2, h3')].map(e => e.innerText)")
    for heading in ("Headline numbers", "Data quality", "Tables", "Figures", "Comparison with the paper", "Methods"):
        assert heading in headings
    broken = browser.value(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(e => e.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_no_id_stands_twice(browser: Browser, run: Path, page: str) -> None:
    browser.open(run / page)
    ids = browser.value("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("page", ["report.html", "reproduction.html", "quality/report.html"])
def test_links_to_files_lead_somewhere(browser: Browser, run: Path, page: str) -> None:
    browser.open(run / page)
    links = browser.value("[...document.querySelectorAll('a')].map(e => e.getAttribute('href'))")
    files = [link for link in links if not link.startswith("#")]
    assert files
    assert all(((run / page).parent / link).is_file() for link in files)


def test_what_is_folded_on_the_screen_is_open_on_paper(browser: Browser, run: Path) -> None:
    folded = (
        "document.documentElement.scrollWidth,"  # lays the page out anew
        "[...document.querySelectorAll('details td')].map(e => e.checkVisibility({contentVisibilityAuto: true}))"
    )
    browser.open(run / "everything/report.html")
    assert set(browser.value(folded)) == {False}
    with browser.on_paper():
        assert set(browser.value(folded)) == {True}


def test_nothing_is_cut_on_paper(browser: Browser, run: Path) -> None:
    browser.open(run / "everything/report.html", width=PAPER)
    with browser.on_paper():
        assert browser.value("document.documentElement.scrollWidth") <= PAPER


def test_published_figures_are_chosen_by_verdict_and_part_without_a_script(browser: Browser, run: Path) -> None:
    shown = (
        "[...document.querySelectorAll('table.reproduction tbody tr')]"
        ".filter(e => e.getClientRects().length).map(e => e.id)"
    )
    browser.open(run / "reproduction.html")
    assert browser.value(shown) == ["f-T3.x_y", "f-T1.z"]
    browser.value("document.getElementById('v-differs').click()")
    assert browser.value(shown) == ["f-T3.x_y"]
    browser.value("document.getElementById('p1').click()")  # Table 1 has none that differs
    assert browser.value(shown) == []
    browser.value("document.getElementById('v-all').click()")
    assert browser.value(shown) == ["f-T1.z"]
    assert "<script" not in browser.source
