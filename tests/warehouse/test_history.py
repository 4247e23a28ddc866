"""``latest`` where there is none: a sentence says why, and what to do."""

from pathlib import Path

import pytest

from tests.warehouse.small_refresh import small_refresh
from warehouse import WrongUseError
from warehouse.history import find_run
from warehouse.runs import CHECKED, RunFolder

RUN = "20260101T000000Z"


def check_alone(runs: Path) -> None:
    """What ``datacut quality`` leaves where nothing was ever refreshed."""
    run = RunFolder(runs, RUN)
    run.create()
    run.seal({"run_id": RUN, "status": CHECKED, "study": "S", "data_cut": "2026-01-01", "extract_files": []})
    run.point()


def test_before_the_first_run(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="holds no run yet; make one with datacut refresh, or name another --runs"):
        find_run(tmp_path, "latest")


def test_after_checks_alone(tmp_path: Path) -> None:
    check_alone(tmp_path)
    sentence = f"holds no refresh yet, only checks .* {RUN}, or latest-quality.*; make one with datacut refresh"
    with pytest.raises(WrongUseError, match=sentence):
        find_run(tmp_path, "latest")
    assert find_run(tmp_path, "latest-quality").run_id == RUN


def test_where_somebody_removed_the_run_it_leads_to(tmp_path: Path) -> None:
    run_id = small_refresh(tmp_path, "1")
    (tmp_path / "runs" / run_id).rename(tmp_path / "elsewhere")
    with pytest.raises(WrongUseError, match="the run it leads to is gone; datacut runs lists those that are left"):
        find_run(tmp_path / "runs", "latest")
