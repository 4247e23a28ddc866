"""The flows survival and safety: the current cut analysed again, in a folder of its own, beside what the run had."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from flows.safety import ANALYSES as OF_SAFETY
from flows.survival import ANALYSES as OF_SURVIVAL
from tests.flows.conftest import Refreshed

pytestmark = pytest.mark.slow

ELSEWHERE = {"assessments", "table1", "description", "response", "response_by", "reader_agreement"}


@pytest.fixture
def runs(sample: Refreshed, tmp_path: Path) -> Path:
    """The run folders of the sample, to be written to."""
    shutil.copytree(sample.run, tmp_path / "runs" / sample.run.name)
    return tmp_path / "runs"


def test_every_analysis_belongs_to_one_flow_or_to_the_refresh_alone(sample: Refreshed) -> None:
    named = set(pd.read_csv(sample.run / "results" / "statistics.csv")["analysis"])
    assert named <= {*OF_SURVIVAL, *OF_SAFETY, *ELSEWHERE}, "put the new analysis into the flow it belongs to"
    assert {"survival", "cox", "table3"} <= named


def test_the_numbers_are_those_of_the_run_that_published(sample: Refreshed, runs: Path) -> None:
    from flows.survival import survival

    state = survival(data=str(sample.data), runs=str(runs), return_state=True)
    assert state.name == "Reproduced", state.message
    folder = Path(state.result().folder)
    assert folder.parent == runs / "survival"
    made = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    assert {"results/statistics.csv", "tables/survival_summary.csv", "figures/figure_1b_os.png"} <= made
    again = pd.read_csv(folder / "results" / "statistics.csv")
    first = pd.read_csv(sample.run / "results" / "statistics.csv")
    pd.testing.assert_frame_equal(
        again, first[first["analysis"].isin(OF_SURVIVAL)].reset_index(drop=True), check_dtype=False
    )
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["cut"] == sample.run.name
    assert {output["file"] for output in manifest["outputs"]} == made - {"manifest.json"}


def test_a_number_that_the_run_has_otherwise_is_named(sample: Refreshed, runs: Path) -> None:
    from flows.safety import safety

    file = runs / sample.run.name / "results" / "statistics.csv"
    statistics = pd.read_csv(file, dtype=str, keep_default_na=False)
    row = statistics.index[statistics["analysis"] == "table3"][0]
    statistics.loc[row, "value"] = "61.0"
    statistics.to_csv(file, index=False)
    state = safety(data=str(sample.data), runs=str(runs), return_state=True)
    assert state.name == "Results differ"
    assert "1 are not as the run that published it has them" in (state.message or "")
    assert state.result().differing == (statistics.loc[row, "result_id"],)


def test_without_a_published_cut_it_is_wrong_use(tmp_path: Path) -> None:
    from flows.safety import safety

    state = safety(data=str(tmp_path / "data"), runs=str(tmp_path / "runs"), return_state=True)
    assert state.name == "Wrong use"
    assert "no cut is published there yet" in (state.message or "")
