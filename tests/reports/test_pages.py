"""The pages of a run: verdict first, everything inside the file, nothing passed that did not run."""

import re
from pathlib import Path

import pytest

from analyses.comparison import CONTRADICTS
from reports import RunFolderError, write_quality, write_reports
from reports.headlines import headlines
from tests.reports import tiny_run
from tests.reports.tiny_run import BOTH, facts, finding, rule, statistic, study

STATISTICS = [
    statistic("table1", "n", 16, variable="sex", level="M", group="TACE"),
    statistic("table1", "percent", 72.727, variable="sex", level="M", group="TACE"),
    statistic("survival", "median", 68.55, "Kaplan-Meier", endpoint="OS", group="TACE"),
    statistic("survival", "log_rank_p", 0.0213, "log-rank test", endpoint="OS", group=BOTH),
    statistic("cox", "hr", 0.109, "Cox model, Breslow ties", endpoint="OS", level="arm=TACE", group="crude"),
]
PUBLISHED = [
    {
        "id": "T3.x", "location": "Table 3 / Haemorrhage", "group": "TACE", "kind": "percent", "value": "3 (8.3)",
        "result_id": "table3.HAEMORRHAGE.any grade.TACE.percent", "ours": "13.6364", "ours_printed": "13.6",
        "verdict": CONTRADICTS, "note": "", "reason": "3 of 22 is 13.6 %, not 8.3 %",
    },
]  # fmt: skip


def text_of(page: str) -> str:
    body = re.sub(r"<(style|svg)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    tiny_run.write_results(folder, STATISTICS, PUBLISHED)
    rules = [
        rule(),
        rule(rule_id="AE01", status="not applicable", reason="no adverse event file", rows_checked=0, rows_failed=0),
        rule(rule_id="LB01", status="failed to run", reason="", rows_checked=0, rows_failed=0),
    ]
    tiny_run.write_quality(folder, [finding(), finding(site="A/B", severity="warning", rule_id="TR02")], rules)
    write_reports(folder, study(), facts())
    write_quality(folder, study(), facts())
    return folder


def test_every_file_is_returned_and_stands_where_it_belongs(run: Path) -> None:
    written = [
        path.relative_to(run).as_posix()
        for path in (*write_reports(run, study(), facts()), *write_quality(run, study(), facts()))
    ]
    assert written == [
        *(
            f"tables/{name}.{kind}"
            for name in ("table_1_baseline", "survival_summary", "cox", "published_comparison")
            for kind in ("html", "csv", "docx", "rtf")
        ),
        "tables/all_tables.docx",
        "figures/figure_1a_pfs.svg",
        "figures/figure_1a_pfs.png",
        "figures/figure_1b_os.svg",
        "figures/figure_1b_os.png",
        "report.html",
        "reproduction.html",
        "quality/report.html",
        "quality/queries.xlsx",
        "quality/queries.csv",
        "quality/queries_A_B_998d3e.xlsx",
        "quality/queries_A_B_998d3e.csv",
        "quality/queries_S1.xlsx",
        "quality/queries_S1.csv",
    ]
    assert all((run / name).is_file() for name in written)


def test_tables_and_figures_do_not_depend_on_the_run_id(run: Path, tmp_path: Path) -> None:
    tiny_run.write_results(tmp_path, STATISTICS, PUBLISHED)
    tiny_run.write_quality(tmp_path)
    write_reports(tmp_path, study(), facts(run_id="another", code_version="another"))
    for folder in ("tables", "figures"):
        for path in (tmp_path / folder).iterdir():
            assert path.read_bytes() == (run / folder / path.name).read_bytes(), path.name


@pytest.mark.parametrize("name", ["report.html", "reproduction.html", "quality/report.html"])
def test_a_page_needs_nothing_outside_the_file(run: Path, name: str) -> None:
    page = (run / name).read_text("utf-8")
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert "@import" not in page
    assert "<script" not in page
    assert "SYNTHETIC" in text_of(page)


def test_the_report_starts_with_the_headline_numbers(run: Path) -> None:
    text = text_of((run / "report.html").read_text("utf-8"))
    assert "TACE 22 Control 38" in text
    assert "0.109" in text
    assert "published with quarantine" in text
    assert "ab" * 32 in text
    assert "log-rank test" in text


def test_what_has_no_results_is_named_and_not_left_out_in_silence(run: Path) -> None:
    text = text_of((run / "report.html").read_text("utf-8"))
    assert (
        "No results of this run, and so not shown: Table 2. Univariate analysis of overall survival; Table 3." in text
    )
    assert "Figure S1. Liver progression-free survival (no subject has a time to this event)" in text


def test_an_error_of_the_paper_is_called_out_with_its_reason(run: Path) -> None:
    report = (run / "report.html").read_text("utf-8")
    assert "paper contradicts itself 1" in text_of(report)
    assert 'href="reproduction.html"' in report
    text = text_of((run / "reproduction.html").read_text("utf-8"))
    assert text.index("paper contradicts itself 1 all 1") < text.index("Every published figure")
    assert "Table 3 / Haemorrhage TACE, percent 3 (8.3) 13.6 paper contradicts itself 3 of 22 is 13.6 %" in text


def test_a_study_without_a_publication_has_no_such_page(tmp_path: Path) -> None:
    tiny_run.write_quality(tiny_run.write_results(tmp_path, STATISTICS))
    written = write_reports(tmp_path, study(), facts())
    assert not [path.name for path in written if "reproduction" in path.name or "published" in path.name]
    assert "reproduction.html" not in (tmp_path / "report.html").read_text("utf-8")


def test_the_quality_page_tells_who_what_where_and_what_to_do(run: Path) -> None:
    text = text_of((run / "quality/report.html").read_text("utf-8"))
    assert text.index("Published with quarantine: 2 records and 1 single value held back") < text.index(
        "Findings by severity"
    )
    for words in (
        "S1, 017",
        "lesion_measurements: lesion_id L02, scan_date 2010-03-11, reader R2",
        "lesion_measurements.csv , row 108",
        "Lesion L02 measures 812 mm; at most 400 mm is plausible.",
        "What to do: Compare with the scan report.",
        "lesion_measurements 2 412 2 407 2 3",
    ):
        assert words in text


def test_a_rule_that_did_not_run_is_never_shown_as_passed(run: Path) -> None:
    text = text_of((run / "quality/report.html").read_text("utf-8"))
    assert "3 rules: 0 passed, 1 with findings, 1 not applicable, 1 failed to run." in text
    assert "AE01 Diameter is plausible lesion_measurements error no adverse event file" in text
    assert "LB01 Diameter is plausible lesion_measurements error failed to run –" in text


def test_a_blocked_cut_says_so_and_needs_no_results(tmp_path: Path) -> None:
    tiny_run.write_quality(tmp_path, [finding(severity="block", sentence="Two patients share the number 017.")])
    blocked = facts(outcome="blocked", reason="1 rule found two patients with one number.", subjects_by_arm={})
    written = write_quality(tmp_path, study(), blocked)
    workbooks = ["queries.xlsx", "queries.csv", "queries_S1.xlsx", "queries_S1.csv"]
    assert [path.name for path in written] == ["report.html", *workbooks, "report.html"]
    text = text_of((tmp_path / "report.html").read_text("utf-8"))
    assert "Blocked" in text
    assert "1 rule found two patients with one number." in text
    assert "Two patients share the number 017." in text
    assert 'href="quality/report.html"' in (tmp_path / "report.html").read_text("utf-8")


def test_an_extract_that_could_not_be_loaded_has_findings_alone(tmp_path: Path) -> None:
    tiny_run.write_quality(tmp_path, [finding(severity="block", site=None, subject_id=None, row_id=None, key="")])
    (tmp_path / "quality/rules.csv").unlink()
    (tmp_path / "quality/rows.csv").unlink()
    blocked = facts(outcome="blocked", reason="patients.csv: the file is missing.", subjects_by_arm={})
    assert [path.name for path in write_reports(tmp_path, study(), blocked)] == ["report.html"]
    text = text_of(write_quality(tmp_path, study(), blocked)[0].read_text("utf-8"))
    assert "patients.csv: the file is missing." in text
    assert "No rule was run: the extract could not be loaded." in text
    assert "passed" not in text


def test_a_clean_cut_has_nothing_to_do(tmp_path: Path) -> None:
    tiny_run.write_quality(tmp_path, [], [rule(status="passed", rows_failed=0)])
    written = write_quality(tmp_path, study(), facts(outcome="published", reason=""))
    assert [path.name for path in written] == ["report.html", "queries.xlsx", "queries.csv"]
    assert "Nothing: no query is open." in text_of(written[0].read_text("utf-8"))


def test_words_from_the_data_are_escaped(tmp_path: Path) -> None:
    tiny_run.write_quality(tmp_path, [finding(sentence="<script>alert(1)</script>", site="<b>")])
    page = write_quality(tmp_path, study(), facts())[0].read_text("utf-8")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_long_list_is_cut_and_says_how_many_are_missing(tmp_path: Path) -> None:
    tiny_run.write_quality(tmp_path, [finding(row_id=n, source_row=n) for n in range(130)])
    text = text_of(write_quality(tmp_path, study(), facts())[0].read_text("utf-8"))
    assert "30 more of these: see the workbook." in text


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match=r"findings\.parquet is missing"):
        write_quality(tmp_path, study(), facts())


def test_headlines_in_words_for_the_terminal(run: Path, tmp_path: Path) -> None:
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in headlines(run, study())] == [
        "Overall survival: TACE 68.6 (–) (Median in weeks (95% CI); log-rank P = .021)",
        "Hazard ratio, overall survival: Crude 0.109 (–) (TACE against Control (95% CI))",
    ]
    assert headlines(tmp_path, study()) == []
