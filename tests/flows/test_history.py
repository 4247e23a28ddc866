"""The commands of history on the sample study: which runs there are, whether one is as it was made, what changed."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.command_line import application
from tests.flows.conftest import Refreshed

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


def test_the_first_report_says_that_there_is_no_earlier_cut(sample: Refreshed) -> None:
    assert "There is no earlier cut to compare with." in (sample.run / "report.html").read_text("utf-8")
