"""The commands of history on the sample study: which runs there are, whether one is as it was made, what changed."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.command_line import application
from flows.plan import Plan, unchanged
from studies import DEFAULT_STUDY, Study
from tests.flows.conftest import CUT, Refreshed
from warehouse.pseudonyms import key_from_environment, key_mark

pytestmark = pytest.mark.slow


def said(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(application, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def where(run: Refreshed) -> tuple[object, ...]:
    return ("--data", run.data, "--runs", run.runs)


def test_the_runs_are_listed_and_the_current_one_is_marked(sample: Refreshed) -> None:
    code, out, _ = said("runs", *where(sample), "--json")
    (run,) = json.loads(out)
    assert code == 0
    assert (run["run"], run["outcome"], run["current"]) == (sample.run.name, "published with quarantine", True)
    assert (run["data_cut"], run["subjects"], run["cut"]) == ("2012-05-31", 60, "kept")
    assert run["findings"]["error"] > 0
    _, text, _ = said("runs", *where(sample))
    assert text.splitlines()[1].startswith(f"* {sample.run.name}")


def test_a_run_verifies_and_a_changed_output_is_named(sample: Refreshed, tmp_path: Path) -> None:
    assert said("verify", "latest", *where(sample))[0] == 0
    copied = Path(shutil.copytree(sample.data.parent, tmp_path / "copy", symlinks=True))
    page = copied / "runs" / sample.run.name / "report.html"
    page.write_text(page.read_text("utf-8") + " ", "utf-8")
    code, out, _ = said("verify", sample.run.name, "--data", copied / "data", "--runs", copied / "runs")
    assert code == 1
    assert out.splitlines()[0] == f"{page}: its bytes have changed since the manifest was written."


@pytest.mark.parametrize(
    "command", [("verify", "20200101T000000Z"), ("verify", "nonsense"), ("diff", "latest", "../..")]
)
def test_a_wrong_run_is_a_sentence_and_exit_code_2(sample: Refreshed, command: tuple[str, ...]) -> None:
    code, out, error = said(*command, *where(sample))
    assert (code, out) == (2, "")
    assert f"datacut: {command[-1]}: no such run in {sample.runs}" in error


def test_a_run_beside_itself_did_not_change(sample: Refreshed) -> None:
    code, out, _ = said("diff", "latest", sample.run.name, *where(sample), "--json")
    told = json.loads(out)
    assert code == 0
    assert told["subjects"] == told["fields"] == told["endpoints"] == told["responses"] == []
    assert all(row["value"] == row["earlier_value"] for row in told["results"])
    assert [step["swapped"] for step in told["hazard_ratio"]] == ["", "code", "contracts", "data"]
    assert len({step["hr"] for step in told["hazard_ratio"]}) == 1
    _, text, _ = said("diff", "latest", sample.run.name, *where(sample))
    assert "Subjects: the same" in text
    assert "Endpoints: the same" in text


def test_the_first_report_says_that_there_is_no_earlier_cut(sample: Refreshed) -> None:
    assert "There is no earlier cut to compare with." in (sample.run / "report.html").read_text("utf-8")


def test_the_monitoring_page_is_linked_and_needs_no_network(sample: Refreshed) -> None:
    page = (sample.run / "monitoring.html").read_text("utf-8")
    assert 'href="monitoring.html"' in (sample.run / "report.html").read_text("utf-8")
    assert "of the 56 planned" in page
    assert page.count("<svg") == 6  # events and curves of three endpoints
    assert not [word for word in ("<script", "src=", "@import") if word in page]


def test_a_run_is_made_again_byte_by_byte_from_its_archived_extract(sample: Refreshed) -> None:
    code, out, _ = said("replay", "latest", *where(sample), "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["equal"], told["unlike"], told["differing"], told["missing"], told["added"]) == (True, [], [], [], [])
    assert len(told["same"]) > 20


def test_what_is_not_the_same_today_is_said(sample: Refreshed, tmp_path: Path) -> None:
    """A manifest that says that another code and another pandas made the run, and one output with another hash."""
    copied = Path(shutil.copytree(sample.data.parent, tmp_path / "copy", symlinks=True))
    file = copied / "runs" / sample.run.name / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    manifest |= {"code_version": "0.0.1+abc", "package_versions": {**manifest["package_versions"], "pandas": "1.0"}}
    next(output for output in manifest["outputs"] if output["file"] == "results/curves.csv")["sha256"] = "0"
    file.write_text(json.dumps(manifest), "utf-8")
    code, out, _ = said("replay", sample.run.name, "--data", copied / "data", "--runs", copied / "runs")
    assert code == 1
    assert "Code: 0.0.1+abc then, " in out
    assert "Package pandas: 1.0 then, " in out
    assert "  results/curves.csv: other bytes than then" in out


def test_a_run_whose_extract_is_gone_cannot_be_made_again(sample: Refreshed, tmp_path: Path) -> None:
    copied = Path(shutil.copytree(sample.data.parent, tmp_path / "copy", symlinks=True))
    shutil.rmtree(next((copied / "data" / "raw").iterdir()))
    code, _, error = said("replay", "latest", "--data", copied / "data", "--runs", copied / "runs")
    assert code == 1
    assert "is missing. So the run cannot be made again." in error


def test_retention_says_what_it_would_remove(sample: Refreshed) -> None:
    code, out, _ = said("retain", "--keep", 1, "--dry-run", *where(sample))
    assert (code, out) == (0, "Would remove 0 runs; 1 run kept.\n")


def test_retention_without_the_runs_says_which_folder_it_misses(sample: Refreshed, tmp_path: Path) -> None:
    code, out, error = said("retain", "--keep", 1, "--data", sample.data, "--runs", tmp_path / "elsewhere")
    assert (code, out) == (2, "")
    assert f"elsewhere: holds no run that published into {sample.data}; name the --runs folder" in error


def test_with_a_damaged_manifest_nothing_is_compared_nothing_removed_and_the_cut_made_again(
    sample: Refreshed, study: Study, tmp_path: Path
) -> None:
    copied = Path(shutil.copytree(sample.data.parent, tmp_path / "copy", symlinks=True))
    data, runs = copied / "data", copied / "runs"
    key = key_mark(key_from_environment())
    study_id = study.protocol.study.id
    plan = Plan(DEFAULT_STUDY, str(study.extracts_dir), CUT, str(data), str(runs), "20991231T000000Z", study_id, key)
    assert unchanged(plan) is not None
    (runs / sample.run.name / "manifest.json").write_text('{"run_id": "', "utf-8")
    assert unchanged(plan) is None
    for command in (("diff", "latest", "latest"), ("retain", "--keep", 1)):
        code, out, error = said(*command, "--data", data, "--runs", runs)
        assert (code, out) == (1, ""), command
        assert "manifest.json: the manifest of the run is damaged; bring the folder back from a copy" in error
    assert (data / "cuts" / f"{sample.run.name}.duckdb").is_file()
    assert any((data / "raw").iterdir())
