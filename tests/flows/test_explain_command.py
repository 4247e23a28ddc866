"""``datacut explain``: one subject's path out of the published cut, and a sentence where there is none."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.explain import explained
from reports.path_text import path_text, with_reasons
from studies import DEFAULT_STUDY
from tests.flows.conftest import Refreshed
from warehouse import WarehouseError, WrongUseError
from warehouse.subject_paths import Paths, known_endpoints, read_paths

pytestmark = pytest.mark.slow


def path_of(sample: Refreshed, subject: str, endpoint: str | None = None, run: str = "latest") -> Paths:
    return explained(subject, endpoint, run, DEFAULT_STUDY, sample.data, sample.runs)


def cut_file(sample: Refreshed) -> Path:
    (cut,) = (sample.data / "cuts").glob("*.duckdb")
    return cut


@pytest.fixture(scope="module")
def everybody(sample: Refreshed) -> Paths:
    return read_paths(cut_file(sample))


def test_what_is_said_of_one_subject_is_what_is_said_of_all(sample: Refreshed, everybody: Paths) -> None:
    for subject in ("P001", "P017", "P060"):
        one = path_of(sample, subject)
        for table, rows in everybody.items():
            assert one[table] == [row for row in rows if row["subject_id"] == subject], (subject, table)


def test_a_path_ends_where_the_analysis_data_sets_end(sample: Refreshed, everybody: Paths) -> None:
    with sample.cut() as cut:
        times = cut.execute("select usubjid, paramcd, cast(adt as varchar), aval, cnsr from analysis.adtte").fetchall()
        best = cut.execute(
            "select usubjid, paramcd, avalc from analysis.adrs where paramcd in ('BOR', 'LBOR', 'CBOR', 'LCBOR')"
        ).fetchall()
    ids = {row["subject_id"]: row["usubjid"] for row in everybody["subjects"]}
    ends = [
        (ids[row["subject_id"]], row["paramcd"], row["adt"], row["aval"], row["cnsr"]) for row in everybody["endpoints"]
    ]
    responses = [
        (ids[row["subject_id"]], row["paramcd"], row["best_response"])
        for row in everybody["best_responses"]
        if row["is_evaluator"]
    ]
    assert sorted(ends) == sorted(times)
    assert sorted(responses) == sorted(best)


def test_every_line_names_a_line_of_the_extract_that_is_the_subjects(everybody: Paths, study: Any) -> None:
    """A row of the path is traced to the file as it was received; the study number stands in that very line."""
    lines: dict[str, list[str]] = {}
    for table in ("readings", "lesions", "assessments", "endpoints", "best_responses", "course"):
        for row in everybody[table]:
            file = row["source_file"]
            if file is None or row["source_table"] in ("lab_results", "patients"):
                continue
            if file not in lines:
                lines[file] = (study.extracts_dir / file).read_text(encoding="utf-8-sig").splitlines()
            assert row["subject_id"] in lines[file][row["source_row"] - 1], (table, file)
    assert len(lines) >= 4


def test_every_event_of_the_sample_has_a_reason_of_its_own(everybody: Paths) -> None:
    assert "AS STATED" not in {row["rule"] for row in everybody["endpoints"]}


def test_the_text_walks_from_endpoint_to_line(sample: Refreshed) -> None:
    text = path_text(path_of(sample, "P017", "PFS"), "PFS")
    assert re.search(
        r"PFS +\d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d: \d+ days, event  lesions\.csv:\d+\n +why: the first", text
    )
    assert "Assessments of all lesions by R1, the evaluator" in text
    assert "by R2" not in text
    assert "  OS " not in text
    assert re.search(r"lesion_measurements\.csv: L01 \d+ mm :\d+; L02", text)


def test_overall_survival_is_told_without_scans(sample: Refreshed) -> None:
    narrow = path_of(sample, "P017", "os")
    assert [row["paramcd"] for row in narrow["endpoints"]] == ["OS"]
    assert not narrow["assessments"]
    assert not narrow["readings"]
    assert "DEATH" in {row["kind"] for row in narrow["course"]}


def test_a_subject_without_the_endpoint_is_told_so(sample: Refreshed, everybody: Paths) -> None:
    responders = {row["subject_id"] for row in everybody["endpoints"] if row["paramcd"] == "RSD"}
    other = next(row["subject_id"] for row in everybody["subjects"] if row["subject_id"] not in responders)
    assert "RSD: this subject has none" in path_text(path_of(sample, other, "RSD"), "RSD")


def test_findings_stand_with_their_records(sample: Refreshed, everybody: Paths) -> None:
    finding = next(row for row in everybody["findings"] if row["source_table"] == "procedures")
    text = path_text(path_of(sample, finding["subject_id"]))
    assert f"{finding['source_file']}:{finding['source_row']} [finding {finding['rule_id']}" in text
    assert finding["sentence"].split()[0] in text


def test_the_path_for_a_script_has_the_reasons_and_is_json(sample: Refreshed) -> None:
    told = json.loads(json.dumps(with_reasons(path_of(sample, "P017")), allow_nan=False))
    assert told["subject"]["usubjid"] == "GIST-TACE-P017"
    assert all(row["why"] for row in (*told["endpoints"], *told["best_responses"]))
    assert all(row["why"] for row in told["assessments"] if not row["is_baseline"])


def test_usubjid_and_lower_case_mean_the_same_subject(sample: Refreshed) -> None:
    assert (
        path_of(sample, "gist-tace-p017") == path_of(sample, " P017 ") == path_of(sample, "p017", run=sample.run.name)
    )


def test_a_subject_that_is_not_there_is_answered_with_those_that_look_alike(sample: Refreshed) -> None:
    with pytest.raises(
        WrongUseError, match=r"^No subject of this cut has the id .*given\. Did you mean P0\d7, P0\d\d, "
    ):
        path_of(sample, "P0I7")


@pytest.mark.parametrize("asked", ["Zhang Wei", "MRN4505908"])
def test_where_nothing_looks_alike_it_is_said_where_ids_stand_and_not_what_was_typed(
    sample: Refreshed, asked: str
) -> None:
    """A name or a record number must not come back, into a log or onto a screen that is shared."""
    with pytest.raises(WrongUseError, match=r"column “subject” of the workbooks of queries; profiles\.html") as refused:
        path_of(sample, asked)
    assert asked not in str(refused.value)


def test_an_endpoint_that_is_not_there_is_answered_with_those_that_are(sample: Refreshed) -> None:
    with pytest.raises(WrongUseError, match=r"^PSF: no endpoint of this cut; there are .*PFS.*LCBOR\.$"):
        path_of(sample, "P017", "PSF")
    assert {"OS", "PFS", "LPFS", "TTLP", "BOR"} <= set(known_endpoints(cut_file(sample)))


@pytest.mark.parametrize("run", ["20010101T000000Z", "../latest", ""])
def test_a_run_that_published_nothing_is_answered_in_one_sentence(sample: Refreshed, run: str) -> None:
    with pytest.raises(WrongUseError, match=r"no such run in .*; datacut runs lists them"):
        path_of(sample, "P017", run=run)


def test_a_cut_of_another_version_is_said_to_be_one(tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "old.duckdb")) as old:
        old.execute("create schema typed; create table typed.patients (subject_id varchar)")
    with pytest.raises(WarehouseError, match=r"was made by another version of datacut, .* refresh with --force"):
        read_paths(tmp_path / "old.duckdb")


def test_without_a_cut_the_command_ends_with_2(tmp_path: Path) -> None:
    script = "from flows.command_line import main; main()"
    command = [sys.executable, "-c", script, "explain", "P017", "--data", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert (
        done.stderr
        == f"datacut: {tmp_path}: no cut was published here; run datacut refresh first, or name another --data.\n"
    )
    assert done.stdout == ""
