"""The quality page as a specification: its order, counts that agree with what is listed, nothing left open in silence.

The page is read as a browser would read it, by its headings, tables and lists, and not by its HTML.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from typing import Any

import pytest

from reports.quality_coverage import BANDS, SHOWN_SUBJECTS, band_of
from reports.quality_page import quality_page
from reports.quality_queries import MOVEMENTS, QUIET, SHOWN_PER_MOVEMENT, movement
from reports.quality_rules import SHOWN_PER_RULE
from reports.quality_verdict import severity_lines
from reports.query_sheet import CLOSED, STATES, WORKED_ON
from reports.run_folder import Quality
from reports.setting import Setting
from tests.reports.tiny_queries import quality_parts, query
from tests.reports.tiny_run import PROTOCOL, facts, finding, rule

ROWS = [
    {"table_name": "patients", "received": 60.0, "duplicates": 1.0, "quarantined": 2.0, "published": 57.0},
]
ORDER = (
    "What changed since the last run",
    "What to do",
    "Contents",
    "Findings by severity",
    "Queries by site",
    "Queries by rule",
    "Impact on the endpoints",
    "Follow-up of the living",
    "Forms by visit",
    "Batch monitors",
    "Printed numbers that contradict",
    "Waivers",
    "Findings by rule",
    "Every rule and its status",
    "Rules that were not asked",
    "Extract files",
    "Rows received and published",
)


@dataclass
class Part:
    """A part of the page under one h2: its text, the rows of its tables, its list items, and what is folded."""

    heading: str = ""
    text: str = ""
    rows: list[list[str]] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    moves: list[tuple[str, int]] = field(default_factory=list)
    """The first words of each fold, and the rows in it."""


class Page(HTMLParser):
    """Splits a page at its h2; collects links, ids and every tag that is not known to be harmless."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: dict[str, Part] = {}
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.ids: list[str] = []
        self._part = Part()
        self._open: list[str] = []
        self._cell: list[str] | None = None
        self._row: list[str] = []
        self._words: dict[str, list[str]] = {"h2": [], "li": [], "summary": []}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags[tag] += 1
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))
        if tag in ("meta", "link", "br"):
            return
        self._open.append(tag)
        if tag == "tr":
            self._row = []
        if tag in ("td", "th"):
            self._cell = []
        if tag in self._words:
            self._words[tag] = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("meta", "link", "br"):
            return
        assert self._open.pop() == tag, tag
        if tag in ("td", "th") and self._cell is not None:
            self._row.append(_tidy(self._cell))
            self._cell = None
        if tag == "tr" and "tbody" in self._open:
            self._part.rows.append(self._row)
            if "details" in self._open:
                words, rows = self._part.moves[-1]
                self._part.moves[-1] = (words, rows + 1)
        if tag == "h2":
            self._part = Part(_tidy(self._words["h2"]))
            self.parts[self._part.heading] = self._part
        if tag == "li":
            self._part.items.append(_tidy(self._words["li"]))
        if tag == "summary":
            self._part.moves.append((_tidy(self._words["summary"]), 0))

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            return
        if "h2" not in self._open:
            self._part.text += data if self._part.text.endswith((" ", "\n")) else f" {data}"
        if self._cell is not None:
            self._cell.append(data)
        for tag, words in self._words.items():
            if tag in self._open:
                words.append(data)

    def text(self, heading: str) -> str:
        return _tidy([self.parts[heading].text])


def _tidy(words: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(words)).strip()


def number(text: str) -> int:
    return int(re.match(r"[\d ]+", text)[0].replace(" ", ""))  # type: ignore[index]


def queries_of_every_kind() -> list[dict[str, Any]]:
    """One query for every state it can have and every state it could have had, of two sites and three severities."""
    kinds = product(STATES, (None, *STATES), (True, False), ("S1", ""))
    severities = ("block", "error", "warning")
    return [
        query(query_id=f"{n:016x}", state=state, previous_state=before, is_changed=is_changed, site=site,
              severity=severities[n % 3], rule_id=f"TR0{n % 4}", subject_id=f"{n:03}")
        for n, (state, before, is_changed, site) in enumerate(kinds)
    ]  # fmt: skip


def quality(**changed: Any) -> Quality:
    values: dict[str, Any] = {
        "findings": [{**finding(), "heading": "Diameter", "is_waived": False}],
        "rules": [
            {
                **rule(),
                "category": "value conformance",
                "percent": 2.0,
                "threshold": "up to 5 or 2 %",
                "since": "0.1.0",
            },
            rule(rule_id="AE04", status="not applicable", reason="the list of grades is not in the protocol"),
        ],
        "rows": ROWS,
        "queries": queries_of_every_kind(),
        **quality_parts(),
    }
    return Quality(**{**values, **changed})


def page_of(of: Quality | None = None, **of_run: Any) -> Page:
    return Page(quality_page(of or quality(), Setting(PROTOCOL, facts(**of_run))))


def test_the_parts_stand_in_the_order_of_the_decision() -> None:
    page = page_of()
    assert tuple(page.parts) == ORDER
    html = quality_page(quality(), Setting(PROTOCOL, facts()))
    assert html.index("Published with quarantine: 2 records and 1 single value held back") < html.index(ORDER[0])


def test_every_link_inside_the_page_leads_somewhere_and_no_id_stands_twice() -> None:
    page = page_of()
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert {link for link in page.links if not link.startswith("#")} == {
        "queries.xlsx", "queries.csv", "queries_S1.xlsx", "queries_S1.csv", "data_docs/index.html",
    }  # fmt: skip


# What changed


@pytest.mark.parametrize(
    ("state", "before", "is_changed", "expected"),
    [
        ("new", None, True, "newly asked"),
        ("new", "new", False, "still open"),
        ("open", "new", True, "still open"),
        ("open", "waived", True, "lapsed waiver"),
        ("reopened", "resolved", True, "reopened"),
        ("reopened", "gone", True, "reopened"),
        ("reopened", "waived", True, "lapsed waiver"),
        ("reopened", "reopened", False, "still open"),
        ("miscorrected", "open", True, "miscorrected"),
        ("miscorrected", "miscorrected", False, "still open"),
        ("undetermined", "open", True, "undetermined"),
        ("answered", "open", True, "answered"),
        ("answered", "answered", False, "still open"),
        ("waived", "open", True, "waived"),
        ("waived", None, True, "waived"),
        ("waived", "waived", False, "still waived"),
        ("resolved", "open", True, "resolved"),
        ("resolved", "waived", True, "resolved"),
        ("resolved", "resolved", False, "closed before"),
        ("gone", "open", True, "gone"),
        ("superseded", "open", True, "no longer asked"),
    ],
)
def test_a_query_moves_in_one_way(state: str, before: str | None, is_changed: bool, expected: str) -> None:
    assert movement(query(state=state, previous_state=before, is_changed=is_changed)) == expected


def test_every_query_has_a_movement_and_each_is_counted_once() -> None:
    queries = queries_of_every_kind()
    counts = Counter(movement(asked) for asked in queries)
    assert set(counts) <= MOVEMENTS.keys() | QUIET.keys()
    text = page_of().text(ORDER[0])
    for word, meaning in (MOVEMENTS | QUIET).items():
        assert f"{counts[word]} {word} {meaning}" in text
    assert f"{len(queries)} all queries ever asked" in text


def test_a_movement_lists_as_many_queries_as_it_counts_or_says_how_many_are_missing() -> None:
    page = page_of()
    text = page.text(ORDER[0])
    folded = [(words, rows) for words, rows in page.parts[ORDER[0]].moves if not words.endswith("last cut")]
    assert folded
    for words, rows in folded:
        word = next(word for word in MOVEMENTS if re.match(rf"[\d ]+{word}\b", words))
        more = re.search(rf"([\d ]+) more {word}: see", text)
        assert rows == min(number(words), SHOWN_PER_MOVEMENT)
        assert number(words) == rows + (number(more[1].strip()) if more else 0)


def test_a_first_run_has_nothing_to_compare_with() -> None:
    text = page_of(quality(queries=[query()])).text(ORDER[0])
    assert "No query was asked before this run" in text
    assert "1 newly asked" in text
    assert "resolved" not in text


def test_a_study_without_queries_says_so() -> None:
    assert "No query has been asked in this study so far." in page_of(quality(queries=[])).text(ORDER[0])


def test_volumes_stand_beside_those_of_the_last_cut() -> None:
    monitors = quality_parts()["monitors"]
    of_lesions = {
        **monitors[0],
        "table_name": "lesions",
        "status": "findings",
        "observed": "9 rows, 99 at the last cut",
    }
    page = page_of(quality(monitors=[*monitors, of_lesions]))
    text = page.text(ORDER[0])
    assert "▲ 1 of 2 tables not within the band of the last cut" in text
    assert "lesions 9 rows, 99 at the last cut 48 to 72 ▲ outside the band" in text
    assert "MON01 Rows against the last cut : lesions, 9 rows, 99 at the last cut" in text


def test_without_an_earlier_cut_no_volume_is_called_as_expected() -> None:
    first = {**quality_parts()["monitors"][0], "status": "not applicable", "observed": "no table of the last cut"}
    text = page_of(quality(monitors=[first])).text(ORDER[0])
    assert "No earlier cut to compare volumes with." in text
    assert "as expected" not in text


# What to do


def test_coordinator_and_data_manager_each_have_their_list() -> None:
    asked = [
        query(query_id="1", state="miscorrected"),
        query(query_id="2", state="answered"),
        query(query_id="3", state="resolved"),
    ]
    page = page_of(quality(queries=asked, rules=[rule(status="failed to run")]))
    items = "\n".join(page.parts["What to do"].items)
    for words in (
        "2 queries are to be worked on (2 error)",
        "1 value was changed, but the new value breaks another rule",
        "1 query is answered, but the extract still says the same",
        "1 living subject is overdue",
        "1 visit has less than 90 %",
        "1 check failed to run",
        "Subjects left an endpoint",
    ):
        assert words in items
    assert "waiver" not in items
    assert "monitor" not in items


@pytest.mark.parametrize("status", ["expired", "value changed", "unknown query", "severity block cannot be waived"])
def test_a_waiver_without_effect_is_for_the_data_manager(status: str) -> None:
    waiver = {**quality_parts()["waivers"][0], "status": status}
    page = page_of(quality(waivers=[waiver]))
    assert "1 waiver has no effect" in page.text("What to do")
    assert f"▲ {status}" in page.text("Waivers")


def test_a_clean_run_has_nothing_to_do_and_says_of_each_part_why_it_is_empty() -> None:
    page = page_of(
        Quality(findings=[], rules=[rule(status="passed", rows_failed=0)], rows=[]), outcome="published", reason=""
    )
    assert "Nothing: no query is open." in page.text("What to do")
    for heading, sentence in {
        "Queries by site": "No site has a query. All queries of all sites: queries.xlsx , CSV . “To be worked on”: "
        "new, reopened, open, miscorrected, undetermined, answered.",
        "Queries by rule": "No rule has a query.",
        "Impact on the endpoints": "No endpoint was derived in this run. "
        "Main results without and with the quarantined records No results were made in this run.",
        "Follow-up of the living": "No subject is known to be alive, or the follow-up was not looked at in this run.",
        "Forms by visit": "What was expected was not worked out in this run.",
        "Batch monitors": "No monitor looked at this batch.",
        "Waivers": "Nothing is waived.",
        "Findings by rule": "No rule found anything.",
    }.items():
        assert page.text(heading).endswith(sentence)
    assert "Rules that were not asked" not in page.parts
    assert "Rows received and published" not in page.parts


def test_an_extract_that_could_not_be_loaded_shows_only_what_is_known() -> None:
    blocking = {**finding(severity="block", site=None, subject_id=None, table_name="", key=""), "heading": ""}
    page = page_of(Quality(findings=[blocking], rules=[], rows=[]), outcome="blocked", reason="No file.")
    assert tuple(page.parts) == (
        "What changed since the last run", "What to do", "Contents", "Findings by severity", "Queries by site",
        "Queries by rule", "Waivers", "Findings by rule", "Extract files",
    )  # fmt: skip
    assert "Have the blocking findings corrected at their source" in page.text("What to do")
    assert "the extract" in page.text("Findings by rule")


def test_lines_that_were_skipped_are_told_beside_the_rows() -> None:
    file = {"file": "patients.xlsx", "table": "patients", "sha256": "ab" * 32, "rows": 60, "encoding": "xlsx"}
    for empty, words in ((0, "60"), (1, "60 1 empty line skipped"), (12, "60 12 empty lines skipped")):
        page = page_of(extract_files=[{**file, "empty_lines": empty}])
        ((_, _, rows, _, _),) = page.parts["Extract files"].rows[-1:]
        assert " ".join(rows.split()) == words


# Queries


def test_the_states_of_a_site_sum_up_to_all_of_its_queries() -> None:
    queries = queries_of_every_kind()
    groups: dict[str, list[list[str]]] = {}
    for row in page_of().parts["Queries by site"].rows:
        if len(row) == 1:
            groups[row[0]] = []
        else:
            groups[list(groups)[-1]].append(row)
    assert list(groups) == [
        "all sites queries.xlsx , CSV", "no site named only in queries.xlsx", "site S1 queries_S1.xlsx , CSV",
    ]  # fmt: skip
    for (label, rows), site in zip(groups.items(), (None, "", "S1"), strict=True):
        of_site = [asked for asked in queries if site is None or asked["site"] == site]
        counts = {row[0]: list(map(number, row[1:])) for row in rows}
        for state, numbers in counts.items():
            states = WORKED_ON if state == "to be worked on" else (state,)
            expected = Counter(asked["severity"] for asked in of_site if asked["state"] in states)
            assert numbers == [*(expected[word] for word in ("block", "error", "warning")), expected.total()], label
        assert sum(numbers[-1] for state, numbers in counts.items() if state != "to be worked on") == len(of_site)


def test_the_rules_sum_up_to_all_queries_and_to_those_to_be_worked_on() -> None:
    queries = queries_of_every_kind()
    page = page_of()
    rows = page.parts["Queries by rule"].rows
    states = Counter(asked["state"] for asked in queries)
    asked, waived, closed = (sum(number(row[place]) for row in rows) for place in (2, 4, 5))
    assert (asked, waived, closed) == (
        sum(states[state] for state in WORKED_ON), states["waived"], sum(states[state] for state in CLOSED),
    )  # fmt: skip
    assert f"{asked} queries are to be worked on" in page.text("What to do")


# Findings and rules


def test_findings_by_severity_are_those_that_the_rules_list() -> None:
    found = [
        {**finding(rule_id=rule_id, severity=severity, row_id=n), "heading": "", "is_waived": n % 5 == 0}
        for rule_id, severity, many in (
            ("TR01", "error", SHOWN_PER_RULE + 30),
            ("TR02", "warning", 7),
            ("X1", "info", 1),
        )
        for n in range(many)
    ]
    page = page_of(quality(findings=found))
    by_severity = {row[0]: number(row[1]) for row in page.parts["Findings by severity"].rows}
    assert by_severity == {"block": 0, "error": SHOWN_PER_RULE + 30, "warning": 7, "info": 1}
    text = page.text("Findings by rule")
    in_headings = [int(n) for n in re.findall(r"Diameter is plausible \((\d+)\)", text)]
    assert in_headings == [SHOWN_PER_RULE + 30, 7, 1]
    assert "30 more of these: see the workbook." in text
    assert len(page.parts["Findings by rule"].rows) + 30 == len(found)
    assert "26 of these are waived." in text


def test_a_rule_tells_numerator_denominator_threshold_category_and_age() -> None:
    text = page_of().text("Findings by rule")
    assert (
        "lesion_measurements: findings, 1 / 50 (2.0 %) failed; threshold up to 5 or 2 %; value conformance; since 0.1.0"
    ) in text


def test_a_few_of_many_are_not_printed_as_none() -> None:
    few = {**rule(rows_checked=90000), "percent": 0.0011}
    assert "1 / 90 000 (<0.1 %)" in page_of(quality(rules=[few])).text("Every rule and its status")


def test_rules_by_status_are_those_that_are_listed() -> None:
    statuses = ("passed", "passed with findings below threshold", "findings", "failed to run", "not applicable")
    rules = [
        rule(rule_id=f"R{place}{n}", status=status, reason="x")
        for place, status in enumerate(statuses, start=1)
        for n in range(place)
    ]
    page = page_of(quality(rules=rules))
    listed = Counter(row[3] for row in page.parts["Every rule and its status"].rows)
    assert listed == dict(zip(statuses[:4], (1, 2, 3, 4), strict=True))
    assert page.parts["Rules that were not asked"].moves == [("Not applicable or not implemented: 5", 5)]
    assert page.text("Findings by severity").endswith(
        "15 rules: 1 passed, 2 passed with findings below threshold, 3 with findings, 5 not applicable, "
        "4 failed to run."
    )


def test_the_time_of_a_rule_is_shown_where_it_was_measured_and_else_there_is_no_column() -> None:
    assert "Time, s" not in page_of().text("Every rule and its status")
    timed = page_of(rule_seconds={("TR01", "lesion_measurements"): 1.234})
    assert "Time, s" in timed.text("Every rule and its status")
    assert timed.parts["Every rule and its status"].rows[0][-1] == "1.23"
    assert "1.23 s" in timed.text("Findings by rule")


# Coverage


def test_who_left_an_endpoint_stands_beside_how_many() -> None:
    rows = page_of().parts["Impact on the endpoints"].rows
    assert rows[0][:4] == ["Progression-free survival (PFS)", "TACE", "22", "1 (4.5 %)"]
    assert rows[0][-1] == "017 (TR01)"
    assert rows[1][1:] == ["Control", "38", "0", "0", "nobody"]


def test_results_are_compared_in_the_digits_that_are_printed() -> None:
    one = quality_parts()["sensitivity"][0]
    results = [
        one,
        {**one, "label": "same median", "value_all": 30.01},
        {**one, "label": "P", "statistic": "log_rank_p", "value_published": 0.0002, "value_all": 0.049},
        {**one, "label": "subjects", "statistic": "n", "value_published": 1200.0, "value_all": 1200.0},
        {**one, "label": "none", "value_published": None},
    ]
    page = page_of(quality(sensitivity=results, losses=[]))
    assert page.parts["Impact on the endpoints"].rows == [
        ["Median PFS, TACE (weeks)", "30.0", "29.5", "≠ differs"],
        ["same median", "30.0", "30.0", "same"],
        ["P", "<.001", ".049", "≠ differs"],
        ["subjects", "1 200", "1 200", "same"],
        ["none", "–", "29.5", "≠ differs"],
    ]
    assert "3 of 5 results differ" in page.text("Impact on the endpoints")


@pytest.mark.parametrize(
    ("days", "band"),
    [(0, 0), (30, 0), (31, 1), (90, 1), (91, 2), (180, 2), (181, 3), (4000, 3)],
)
def test_a_contact_falls_into_one_band(days: int, band: int) -> None:
    assert band_of({"days_since_contact": days}) == BANDS[band][0]


def test_the_bands_count_every_living_subject_and_the_overdue_come_first() -> None:
    contact = quality_parts()["follow_up"][0]
    subjects = [
        {**contact, "subject_id": f"{n:03}", "arm": ("TACE", "CONTROL", "")[n % 3], "days_since_contact": float(n * 4),
         "is_overdue": "true" if n * 4 > 20 else "false"}
        for n in range(SHOWN_SUBJECTS + 12)
    ]  # fmt: skip
    subjects[5] |= {"days_since_contact": None, "last_contact_date": "", "is_overdue": "true"}
    page = page_of(quality(follow_up=subjects))
    rows, text = page.parts["Follow-up of the living"].rows, page.text("Follow-up of the living")
    bands, listed = rows[:3], rows[3:]
    assert sum(number(row[-1]) for row in bands) == len(subjects)
    assert all(number(row[-1]) == sum(map(number, row[1:-1])) for row in bands)
    assert len(listed) == SHOWN_SUBJECTS
    overdue = sum(subject["is_overdue"] == "true" for subject in subjects)
    assert f"{len(subjects)} subjects are alive at the last contact, as far as is known; {overdue} overdue." in text
    assert f"12 more, {overdue - SHOWN_SUBJECTS} of them overdue: see follow_up.csv" in text
    assert listed[0][3:] == ["never", "–", "90", "▲ overdue"]
    assert f"{overdue} living subjects are overdue" in page.text("What to do")


def test_a_visit_below_ninety_percent_is_marked_with_a_word_and_counted() -> None:
    page = page_of()
    marked = [item for item in page.parts["Forms by visit"].items if "▼ low" in item]
    assert marked == ["visit 1 15/18 (83 %) ▼ low"]
    assert "1 of 2 visits" in page.text("Forms by visit")


# Batch


def test_monitors_that_fired_come_first_with_what_to_do() -> None:
    monitor = quality_parts()["monitors"][0]
    several = [
        monitor,
        {**monitor, "monitor_id": "MON04", "status": "findings", "table_name": "lesions"},
        {**monitor, "monitor_id": "MON05", "status": "failed to run", "failed": None, "checked": None},
        {**monitor, "monitor_id": "MON06", "status": "not applicable"},
    ]
    page = page_of(quality(monitors=several))
    rows, text = page.parts["Batch monitors"].rows, page.text("Batch monitors")
    assert [row[2] for row in rows] == ["▲ failed to run", "▲ fired", "passed"]
    assert "1 failed to run, 1 fired, 1 passed, 1 not applicable." in text
    assert "Ask for the export again." in rows[1][0]
    assert "Ask for the export again." not in rows[2][0]
    assert "2 batch monitors fired" in page.text("What to do")


def test_numbers_of_the_publication_and_of_this_run_are_kept_apart() -> None:
    page = page_of()
    text = page.text("Printed numbers that contradict")
    assert "Numbers of this run (0) None is listed." in text
    assert "Numbers of the publication (1)" in text
    assert "3 (8.3 %) of 22: 3/22 is 13.6 %." in text
    blocked = page_of(outcome="blocked").text("Printed numbers that contradict")
    assert blocked.endswith("No numbers were printed in this run.")


# Everything


HOSTILE = '<script>alert("x")</script>{{ 7 * 7 }}" onload="x'


def test_no_word_of_the_data_becomes_part_of_the_page() -> None:
    def spoilt(records: list[dict[str, Any]], keep: tuple[str, ...]) -> list[dict[str, Any]]:
        return [
            {key: HOSTILE if isinstance(value, str) and key not in keep else value for key, value in record.items()}
            for record in records
        ]

    keep = ("state", "previous_state", "severity", "status", "is_overdue", "source", "statistic", "scope")
    sound = quality()
    hostile = Quality(
        **{name: spoilt(getattr(sound, name), keep) for name in Quality.__dataclass_fields__}  # every file
    )
    html = quality_page(hostile, Setting(PROTOCOL, facts()))
    page = Page(html)
    assert page.tags["script"] == 0
    assert "<script" not in html
    assert 'onload="x"' not in html
    assert "49" not in {row[0] for part in page.parts.values() for row in part.rows if row}
    assert page.tags.keys() == page_of().tags.keys()
    for heading in ORDER[4:-2]:
        assert HOSTILE in page.text(heading), heading


def test_the_same_run_gives_the_same_page() -> None:
    setting = Setting(PROTOCOL, facts())
    sound = quality()
    turned = quality(queries=sound.queries[::-1], completeness=sound.completeness[::-1], waivers=sound.waivers[::-1])
    assert quality_page(sound, setting) == quality_page(sound, setting) == quality_page(turned, setting)


def test_an_error_of_a_study_that_sets_nothing_aside_is_kept() -> None:
    quality = Quality([], [], [])
    effects = {line["severity"]: line["effect"] for line in severity_lines(quality, [])}
    assert effects["error"] == "Kept, as the protocol sets nothing aside. A query opens."
    assert {line["effect"] for line in severity_lines(quality, ["cell"])} >= {
        "Quarantined: cell, record or subject, by the scope of the rule. A query opens."
    }
