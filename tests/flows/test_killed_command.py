"""The real command killed by SIGKILL: the next start finds the old or the new cut complete, and no trace of the rest.

Every step is killed in tests/warehouse/test_crash_safety.py, on a smaller refresh; here the steps are those of flows.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.conftest import Refreshed, refreshed
from tests.flows.processes import ends
from warehouse import Store
from warehouse.failpoints import VARIABLE
from warehouse.history import find_run
from warehouse.ledger import Ledger
from warehouse.verification import verify

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COMMAND = "from flows.command_line import main; import sys; sys.argv = ['datacut', *sys.argv[1:]]; main()"


def killed_at(failpoint: str, folder: Path) -> int:
    environment = {**os.environ, VARIABLE: f"{failpoint}:kill", "PYTHONPATH": str(ROOT)}
    options = ["refresh", "--force", "--data", str(folder / "data"), "--runs", str(folder / "runs")]
    arguments = [sys.executable, "-c", COMMAND, *options]
    with (folder / "terminal.txt").open("wb") as terminal:
        command = subprocess.Popen(
            arguments, env=environment, cwd=folder, stdout=terminal, stderr=terminal, start_new_session=True
        )
        try:
            code = command.wait(timeout=600)
            assert ends(command.pid), "Prefect's temporary server goes on without its command"
            return code
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(command.pid, signal.SIGKILL)


def test_killed_with_its_first_step_it_leaves_the_old_cut(sample: Refreshed, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sample.data.parent, tmp_path / "copy", symlinks=True))
    assert killed_at("run-begun", folder) == -signal.SIGKILL
    assert len([path for path in (folder / "runs").glob("2*Z") if path.is_dir()]) == 2
    before = Ledger(Store(folder / "data"), "GIST-TACE").events().height
    again = refreshed(folder)
    assert (again.state, again.run.name) == ("No change", sample.run.name)
    assert Ledger(Store(folder / "data"), "GIST-TACE").events().height == before > 0  # the same extract: no new event
    assert [path.name for path in (folder / "runs").glob("2*Z")] == [sample.run.name]


def test_killed_with_its_last_step_it_leaves_the_new_cut(sample: Refreshed, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sample.data.parent, tmp_path / "copy", symlinks=True))
    assert killed_at("pointer-moved", folder) == -signal.SIGKILL
    again = refreshed(folder)
    store = Store(folder / "data")
    assert again.state == "No change"
    assert again.run.name > sample.run.name
    assert store.published() == [sample.run.name, again.run.name]
    newest = find_run(folder / "runs", "latest")
    assert newest.run_id == again.run.name
    assert [file.sentence for file in verify(store, newest) if file.problem] == []
    study_id = newest.manifest()["study"]
    assert Ledger(store, study_id).head().last_run == again.run.name
    assert not any(store.build.iterdir())
