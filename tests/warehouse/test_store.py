"""One refresh at a time; a cut is published by one move of the pointer; a killed refresh leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse import Store, WarehouseError
from warehouse.runs import RunFolder, new_run_id, sweep_runs


def publish(store: Store, run_id: str) -> Path:
    store.build_file(run_id).write_bytes(run_id.encode())
    return store.publish(run_id, fingerprint=f"of {run_id}")


def test_the_pointer_names_the_newest_cut_and_older_cuts_stay(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.refreshing():
        assert store.current() is None
        first, second = publish(store, "run1"), publish(store, "run2")
    current = store.current()
    assert current is not None
    assert (current["cut_id"], current["fingerprint"], current["published"]) == ("run2", "of run2", ["run1", "run2"])
    assert (first.read_bytes(), second.read_bytes()) == (b"run1", b"run2")


def test_a_published_cut_cannot_be_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.refreshing():
        cut = publish(store, "run1")
    assert cut.stat().st_mode & 0o222 == 0


def test_the_sweep_removes_what_no_reader_ever_saw(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.refreshing():
        kept = publish(store, "run1")
        store.build_file("killed").write_bytes(b"half")
        store.cut_file("moved-but-not-named").write_bytes(b"whole")
        (store.build / "killed-text").mkdir()
        (store.build / "killed-text" / "patients.csv").write_text("a name")
        (tmp_path / ".CURRENT.json.99").write_text("{")
        store.sweep()
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == sorted(
        ["CURRENT.json", "refresh.lock", kept.name]
    )


def test_a_second_refresh_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with Store(tmp_path).refreshing(), pytest.raises(WarehouseError, match="another refresh is running"):  # noqa: SIM117
        with Store(tmp_path).refreshing():
            pass


def test_the_lock_of_a_killed_refresh_is_free(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from warehouse import Store\n"
            f"with Store(Path({str(tmp_path)!r})).refreshing(): print('held', flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == "held"
    with pytest.raises(WarehouseError), Store(tmp_path).refreshing():
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with Store(tmp_path).refreshing():
        pass


def test_a_damaged_pointer_is_named(tmp_path: Path) -> None:
    (tmp_path / "CURRENT.json").write_text("{")
    with pytest.raises(WarehouseError, match=r"CURRENT\.json: not readable"):
        Store(tmp_path).current()


def test_a_run_is_one_when_it_has_its_manifest(tmp_path: Path) -> None:
    done, killed = RunFolder(tmp_path, "20260101T000000Z"), RunFolder(tmp_path, "20260108T000000Z")
    for folder in (done, killed):
        folder.create()
        (folder.path / "quality" / "report.html").write_text("page")
    done.seal(
        {"run_id": done.run_id, "status": "published", "study": "S", "data_cut": "2026-01-01", "extract_files": []}
    )
    done.point()
    assert (tmp_path / "latest").resolve() == done.path.resolve()
    sweep_runs(tmp_path)
    assert done.is_complete
    assert not killed.path.exists()
    manifest = json.loads(done.manifest_file.read_text())
    assert manifest["status"] == "published"
    assert [output["file"] for output in manifest["outputs"]] == ["quality/report.html"]


def test_run_ids_sort_by_time_and_never_collide(tmp_path: Path) -> None:
    ids = []
    for _ in range(3):
        ids.append(new_run_id(tmp_path))
        (tmp_path / ids[-1]).mkdir()
    assert len(set(ids)) == 3
    assert ids == sorted(ids)


def test_a_run_sorts_after_the_last_one_though_the_clock_has_gone_backwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.runs.current_stamp", lambda: "20260101T120000Z")
    assert new_run_id(tmp_path) == "20260101T120000Z"
    (tmp_path / "20270101T235959Z").mkdir()
    assert new_run_id(tmp_path) == "20270102T000000Z"
    assert new_run_id(tmp_path, ["20280101T000000Zb", "latest"]) == "20280101T000001Z"
