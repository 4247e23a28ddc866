"""Old runs go, with their cuts and extracts; whatever a kept manifest cites stays, and a kill in between is mended."""

import json
from pathlib import Path
from typing import Any

from tests.warehouse.small_refresh import faults_after_a_start, published, small_refresh, start, store_of
from warehouse.retention import let_go, planned_retention
from warehouse.runs import RunFolder


def state(folder: Path, run_id: str, **stated: Any) -> None:
    """Adds to the manifest of a run, as the flow would have stated it."""
    file = RunFolder(folder / "runs", run_id).manifest_file
    file.write_text(json.dumps({**json.loads(file.read_text()), **stated}))


def refreshed(folder: Path, *contents: str) -> list[str]:
    runs = [small_refresh(folder, content) for content in contents]
    for run_id, before in zip(runs, [None, *runs], strict=False):
        state(folder, run_id, previous_cut=before)
    return runs


def kept_files(folder: Path) -> tuple[list[str], list[str], int]:
    runs = sorted(path.name for path in (folder / "runs").iterdir() if path.is_dir() and not path.is_symlink())
    cuts = sorted(path.stem for path in (folder / "data" / "cuts").iterdir())
    return runs, cuts, len(list((folder / "data" / "raw").iterdir()))


def test_the_newest_stay_with_the_cut_that_the_oldest_of_them_was_compared_with(tmp_path: Path) -> None:
    runs = refreshed(tmp_path, "1", "2", "3", "4", "5")
    retention = planned_retention(store_of(tmp_path), tmp_path / "runs", keep=2)
    assert [run.run_id for run in retention.runs] == runs[:3]
    assert retention.cuts == tuple(runs[:2])
    let_go(store_of(tmp_path), retention)
    assert kept_files(tmp_path) == (runs[3:], runs[2:], 2)
    assert published(tmp_path) == runs[2:]
    assert planned_retention(store_of(tmp_path), tmp_path / "runs", keep=2).is_empty


def test_nothing_is_removed_by_asking(tmp_path: Path) -> None:
    runs = refreshed(tmp_path, "1", "2", "3")
    before = kept_files(tmp_path)
    assert not planned_retention(store_of(tmp_path), tmp_path / "runs", keep=1).is_empty
    assert kept_files(tmp_path) == before
    assert before[0] == runs


def test_an_extract_that_a_kept_run_came_from_stays_though_an_old_run_came_from_it_too(tmp_path: Path) -> None:
    refreshed(tmp_path, "same", "other", "same", "same again", "same")
    let_go(store_of(tmp_path), planned_retention(store_of(tmp_path), tmp_path / "runs", keep=1))
    (archive,) = store_of(tmp_path).raw.iterdir()
    assert "same\n" in (archive / "patients.csv").read_text()


def test_what_is_not_an_extract_of_a_run_stays_in_the_archive(tmp_path: Path) -> None:
    """What somebody put there, for one: no manifest cites it, and nobody can make it again."""
    refreshed(tmp_path, "1", "2", "3")
    (store_of(tmp_path).raw / "workbooks").mkdir()
    let_go(store_of(tmp_path), planned_retention(store_of(tmp_path), tmp_path / "runs", keep=1))
    assert (store_of(tmp_path).raw / "workbooks").is_dir()


def test_runs_of_another_study_are_left_alone(tmp_path: Path) -> None:
    runs = refreshed(tmp_path, "1", "2", "3")
    state(tmp_path, runs[0], study="ANOTHER")
    retention = planned_retention(store_of(tmp_path), tmp_path / "runs", keep=1)
    assert [run.run_id for run in retention.runs] == runs[1:2]
    assert retention.archives == ()


def test_a_retention_that_was_killed_is_brought_to_its_end_by_the_next_start(tmp_path: Path) -> None:
    runs = refreshed(tmp_path, "1", "2", "3", "4")
    retention = planned_retention(store_of(tmp_path), tmp_path / "runs", keep=2)
    store_of(tmp_path).forget(retention.cuts)  # and then nothing: the kill
    start(tmp_path)
    assert kept_files(tmp_path)[1] == runs[1:]
    assert not (tmp_path / "runs" / runs[0]).exists()


def test_the_current_cut_is_never_forgotten(tmp_path: Path) -> None:
    (run,) = refreshed(tmp_path, "1")
    store_of(tmp_path).forget([run])
    assert published(tmp_path) == [run]
    assert faults_after_a_start(tmp_path) == []


def test_without_a_run_nothing_goes(tmp_path: Path) -> None:
    start(tmp_path)
    assert planned_retention(store_of(tmp_path), tmp_path / "runs", keep=1).is_empty
