"""The section *Since the last cut*: suspect movements first, every value escaped, accrual counted and not listed."""

import json
from datetime import date
from pathlib import Path

import pytest

from reports import RunFacts
from reports.setting import Setting
from reports.since_last_cut import SHOWN, read_since_last_cut, since_last_cut
from reports.templating import template_named
from studies import DEFAULT_STUDY, load_study

ENDPOINT = (
    "subject_id,arm,paramcd,movement,expectation,earlier_adt,adt,earlier_evntdesc,evntdesc,srcfile,srcrow\n"
    "P1,{arm},OS,censored to event,expected,2026-01-01,2026-02-01,Ongoing at data cut,Death,follow_up.csv,7\n"
    "P2,{arm},OS,event to censored,suspect,2026-01-01,2026-02-01,Death,Ongoing at data cut,follow_up.csv,8\n"
    "P3,{arm},OS,followed for longer,expected,2026-01-01,2026-02-01,Ongoing at data cut,Ongoing,follow_up.csv,9\n"
)
FILES = {
    "subjects": "subject_id,arm,change,reason\nP9,{arm},gone,is not in the extract\n",
    "records": "table_name,added,gone,changed\npatients,0,1,1\nlesions,0,0,0\n",
    "fields": "table_name,subject_id,record,column_name,earlier_value,value,source_file,source_row\n"
    "patients,P1,,primary_location,<b>x</b>,STOMACH,patients.csv,3\n",
    "endpoints": ENDPOINT,
    "responses": "subject_id,arm,paramcd,earlier_avalc,avalc,expectation,srcfile,srcrow\n"
    "P4,{arm},BOR,PR,SD,suspect,,\n",
    "results": "result_id,paramcd,group,statistic,label,earlier_value,value\n"
    "a,OS,{arm},events,Deaths,10,11\nb,OS,{arm},median,Median,10.01,10.04\n",
    "hazard_ratio": "step,hr,swapped,factor,percent_of_change,note\nrun a,0.5,,,,\ncode,0.5,code,1,0,the same\n"
    "run b,0.4,data,0.8,100,\n",
}


@pytest.fixture
def setting() -> Setting:
    protocol = load_study(DEFAULT_STUDY).protocol
    return Setting(protocol, RunFacts("20260108T060000Z", "published", "", date(2026, 1, 8)))


@pytest.fixture
def run(tmp_path: Path, setting: Setting) -> Path:
    folder = tmp_path / "since_last_cut"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text.replace("{arm}", setting.arm_codes[0]), encoding="utf-8")
    summary = {
        "earlier_run": "20260101T060000Z",
        "earlier_data_cut": "2026-01-01",
        "run": "r",
        "data_cut": "2026-01-08",
    }
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return tmp_path


def test_suspects_stand_first_and_accrual_is_counted_alone(run: Path, setting: Setting) -> None:
    shown = since_last_cut(read_since_last_cut(run), setting)
    assert shown is not None
    assert [row["subject_id"] for row in shown["endpoints"]["rows"]] == ["P2", "P1"]
    assert shown["movements"] == "1 censored to event, 1 event to censored, 1 followed for longer"
    assert shown["suspect"] == 2  # P2, and the response of P4


def test_only_results_that_print_differently_are_listed(run: Path, setting: Setting) -> None:
    shown = since_last_cut(read_since_last_cut(run), setting)
    assert shown is not None
    assert [(row["label"], row["before"], row["now"]) for row in shown["results"]] == [("Deaths", "10", "11")]
    assert [step["share"] for step in shown["steps"]] == ["", "0 %", "100 %"]


def test_the_section_names_records_and_escapes_values(run: Path, setting: Setting) -> None:
    changes = since_last_cut(read_since_last_cut(run), setting)
    html = template_named("since_last_cut.html.j2").render(changes=changes, has_monitoring=True)
    assert "2 endpoints moved in a way that follow-up alone does not explain" in html
    assert "<code>follow_up.csv</code>, line 8" in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<b>x</b>" not in html
    assert 'href="monitoring.html"' in html


def test_a_long_list_is_cut_and_says_where_the_rest_is(run: Path, setting: Setting) -> None:
    file = run / "since_last_cut" / "subjects.csv"
    head, line = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([head, *[line] * (SHOWN + 5)]), encoding="utf-8")
    changes = since_last_cut(read_since_last_cut(run), setting)
    html = template_named("since_last_cut.html.j2").render(changes=changes, has_monitoring=False)
    assert '5 more: see <a href="since_last_cut/subjects.csv">subjects.csv</a>' in html


def test_without_an_earlier_cut_there_is_nothing_to_show(tmp_path: Path, setting: Setting) -> None:
    assert read_since_last_cut(tmp_path) is None
    assert since_last_cut(None, setting) is None
