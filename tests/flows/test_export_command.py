"""``datacut export``: the data sets of a real run, with their dictionary, as SAS and R read them."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from flows.export import exported
from schemas.analysis_dictionary import analysis_datasets
from studies import DEFAULT_STUDY
from tests.flows.conftest import Refreshed
from warehouse import WrongUseError
from warehouse.runs import ANALYSIS_TABLES

pytestmark = pytest.mark.slow


def exported_name(dataset: str) -> str:
    return analysis_datasets()[dataset].name.lower()


@pytest.fixture(scope="module")
def transport(sample: Refreshed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    made = exported("latest", "xpt", folder, DEFAULT_STUDY, sample.runs)
    assert {path.name for path in made.files} == {
        *(f"{exported_name(name)}.xpt" for name in ANALYSIS_TABLES), "define.html", "define.csv", "define.json",
    }  # fmt: skip
    return folder


@pytest.mark.parametrize("dataset", ANALYSIS_TABLES)
def test_every_value_of_the_run_is_in_the_transport_file(sample: Refreshed, transport: Path, dataset: str) -> None:
    stored = pd.read_parquet(sample.run / "analysis" / f"{dataset}.parquet")
    frame, _ = pyreadstat.read_xport(transport / f"{exported_name(dataset)}.xpt")
    assert len(frame) == len(stored)
    for column, name in zip(stored.columns, frame.columns, strict=True):
        there, here = stored[column], frame[name]
        if there.map(type).eq(str).any():
            assert (there.fillna("") == here).all(), (dataset, column)
        elif "date" in str(there.dropna().map(type).unique()):
            assert (there.isna() == here.isna()).all()
            assert (pd.to_datetime(there.dropna()) == pd.to_datetime(here.dropna())).all(), (dataset, column)
        elif there.notna().any():
            assert (there.astype(float).fillna(-1) == here.astype(float).fillna(-1)).all(), (dataset, column)


def test_the_dictionary_lists_every_column_in_order(transport: Path) -> None:
    with (transport / "define.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for dataset in ANALYSIS_TABLES:
        frame, facts = pyreadstat.read_xport(transport / f"{exported_name(dataset)}.xpt", metadataonly=True)
        listed = [row for row in rows if row["dataset"] == analysis_datasets()[dataset].name]
        assert [row["variable"] for row in listed] == list(frame.columns)
        assert [row["label"] for row in listed] == facts.column_labels
        assert {row["dataset_label"] for row in listed} == {facts.file_label}


def test_the_page_needs_no_network_and_says_that_the_data_are_invented(transport: Path) -> None:
    page = (transport / "define.html").read_text(encoding="utf-8")
    assert "http" not in page
    assert "SYNTHETIC" in page
    assert 'id="ADTTE"' in page
    assert 'id="codes-cnsr"' in page
    assert json.loads((transport / "define.json").read_text(encoding="utf-8"))["data"] == "SYNTHETIC"


def test_a_run_of_another_study_is_refused(sample: Refreshed, study_copy: Path, tmp_path: Path) -> None:
    protocol = study_copy / "protocol.toml"
    protocol.write_text(protocol.read_text("utf-8").replace('"GIST-TACE"', '"OTHER"'), "utf-8")
    with pytest.raises(WrongUseError, match=r"latest: is a run of the study GIST-TACE, not of OTHER; name its --study"):
        exported("latest", "csv", tmp_path / "out", str(study_copy), sample.runs)
    assert not (tmp_path / "out").exists()


def test_a_run_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    script = "from flows.command_line import main; main()"
    command = [sys.executable, "-c", script, "export", "latest", "--format", "xpt", "--runs", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == (
        f"datacut: {tmp_path}: holds no run yet; make one with datacut refresh, or name another --runs.\n"
    )
