"""The pages opened in headless Chromium: no error, no request, every picture visible, no sideways scrolling."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reports import write_quality, write_reports
from reports.quality_page import quality_page
from reports.run_folder import Quality
from reports.setting import Setting
from tests.reports import tiny_run
from tests.reports.tiny_queries import quality_parts, query
from tests.reports.tiny_run import BOTH, facts, finding, rule, statistic, study

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
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


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Chrome"]:
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        if os.environ.get("CI"):
            pytest.fail("Chromium and chromedriver must be installed where CI is set")
        pytest.skip("Chromium is not installed (apt-get install chromium chromium-driver)")
    from selenium.webdriver import Chrome, ChromeOptions, ChromeService

    options = ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


def open_page(browser: "Chrome", path: Path, width: int = 1280) -> None:
    browser.get_log("performance")
    browser.get_log("browser")
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(path.as_uri())


def requests(browser: "Chrome") -> set[str]:
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
    return {params["request"]["url"] for params in sent if not params["request"]["url"].startswith("data:")}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_without_error_and_asks_for_nothing_else(browser: "Chrome", run: Path, page: str) -> None:
    open_page(browser, run / page)
    assert requests(browser) == {(run / page).as_uri()}
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("width", [360, 390, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_stands_out_sideways(browser: "Chrome", run: Path, page: str, width: int) -> None:
    open_page(browser, run / page, width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
def test_every_figure_is_visible(browser: "Chrome", run: Path, width: int) -> None:
    open_page(browser, run / "report.html", width)
    boxes = browser.execute_script(
        "return [...document.querySelectorAll('figure svg')].map(e => e.getBoundingClientRect())"
        ".map(box => [box.width, box.height])"
    )
    assert len(boxes) == 3
    assert all(box[0] > 300 and box[1] > 100 for box in boxes)


def test_headings_and_contents_lead_to_every_part(browser: "Chrome", run: Path) -> None:
    open_page(browser, run / "report.html")
    headings = browser.execute_script("return [...document.querySelectorAll('h1, h2, h3')].map(e => e.innerText)")
    for heading in ("Headline numbers", "Data quality", "Tables", "Figures", "Comparison with the paper", "Methods"):
        assert heading in headings
    broken = browser.execute_script(
        "return [...document.querySelectorAll('a[href^=\"#\"]')].map(e => e.getAttribute('href').slice(1))"
        ".filter(id => !document.getElementById(id))"
    )
    assert broken == []


@pytest.mark.parametrize("page", PAGES)
def test_no_id_stands_twice(browser: "Chrome", run: Path, page: str) -> None:
    open_page(browser, run / page)
    ids = browser.execute_script("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("page", ["report.html", "reproduction.html", "quality/report.html"])
def test_links_to_files_lead_somewhere(browser: "Chrome", run: Path, page: str) -> None:
    open_page(browser, run / page)
    links = browser.execute_script("return [...document.querySelectorAll('a')].map(e => e.getAttribute('href'))")
    files = [link for link in links if not link.startswith("#")]
    assert files
    assert all(((run / page).parent / link).is_file() for link in files)


def test_what_is_folded_on_the_screen_is_open_on_paper(browser: "Chrome", run: Path) -> None:
    folded = (
        "document.documentElement.scrollWidth;"  # lays the page out anew
        "return [...document.querySelectorAll('details td')].map(e => e.checkVisibility({contentVisibilityAuto: true}))"
    )
    open_page(browser, run / "everything/report.html")
    assert set(browser.execute_script(folded)) == {False}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert set(browser.execute_script(folded)) == {True}
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_nothing_is_cut_on_paper(browser: "Chrome", run: Path) -> None:
    open_page(browser, run / "everything/report.html", width=PAPER)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert browser.execute_script("return document.documentElement.scrollWidth") <= PAPER
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_published_figures_are_chosen_by_verdict_and_part_without_a_script(browser: "Chrome", run: Path) -> None:
    shown = (
        "return [...document.querySelectorAll('table.reproduction tbody tr')]"
        ".filter(e => e.getClientRects().length).map(e => e.id)"
    )
    open_page(browser, run / "reproduction.html")
    assert browser.execute_script(shown) == ["f-T3.x_y", "f-T1.z"]
    browser.execute_script("document.getElementById('v-differs').click()")
    assert browser.execute_script(shown) == ["f-T3.x_y"]
    browser.execute_script("document.getElementById('p1').click()")  # Table 1 has none that differs
    assert browser.execute_script(shown) == []
    browser.execute_script("document.getElementById('v-all').click()")
    assert browser.execute_script(shown) == ["f-T1.z"]
    assert "<script" not in browser.page_source
