"""Wherever a refresh is cut off, readers have the old or the new complete, and the next start leaves no trace of it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse.small_refresh import (
    faults_after_a_start,
    faults_for_a_reader,
    published,
    small_refresh,
    store_of,
)
from warehouse import WrongUseError
from warehouse.failpoints import FAILPOINTS, VARIABLE, check_failpoint, failpoint
from warehouse.runs import RunFolder
from warehouse.verification import verify

ROOT = Path(__file__).parents[2]


def in_a_fresh_process(module: str, *arguments: object) -> list[dict[str, Any]]:
    """Forking wants a process without threads, which this one may have by now."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", f"tests.warehouse.{module}", *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=True)
    return [json.loads(line) for line in ended.stdout.splitlines()]


@pytest.fixture(scope="module")
def cut_off(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], dict[str, Any]]:
    """A round for each failpoint and way to end there (and some at random moments, and in the start after a kill)."""
    folder = tmp_path_factory.mktemp("rounds")
    found = in_a_fresh_process("crash_rounds", folder, "--at-failpoints", 1, "--at-random", 4, "--in-recovery", 8)
    return {(f"{number} {each['where']}", each["how"]): each for number, each in enumerate(found)}


def of(cut_off: dict[tuple[str, str], dict[str, Any]], where: str, how: str) -> dict[str, Any]:
    return next(each for each in cut_off.values() if (each["where"], each["how"]) == (where, how))


@pytest.mark.parametrize("how", ["kill", "raise"])
@pytest.mark.parametrize("where", FAILPOINTS)
def test_after_a_crash_at_a_failpoint(cut_off: dict[tuple[str, str], dict[str, Any]], where: str, how: str) -> None:
    """Pointer, runs, ledger and links agree, every byte verifies, no orphan remains, and the next refresh publishes."""
    found = of(cut_off, where, how)
    assert found["was_cut_off"]
    assert found["faults"] == []
    assert found["current"] in ("old", "new")


def test_the_move_of_the_pointer_is_what_publishes(cut_off: dict[tuple[str, str], dict[str, Any]]) -> None:
    """Before it the old cut is current, after it the new one (a run that was blocked leaves the old one anyway)."""
    points = list(FAILPOINTS)
    before = points[: points.index("pointer-moved")]
    for point in before:
        assert of(cut_off, point, "kill")["current"] == of(cut_off, point, "raise")["current"] == "old"
    after = points[points.index("pointer-moved") :]
    assert "new" in [of(cut_off, point, how)["current"] for point in after for how in ("kill", "raise")]


def test_after_a_kill_at_any_moment_or_in_the_start_after_a_kill(
    cut_off: dict[tuple[str, str], dict[str, Any]],
) -> None:
    others = [each for each in cut_off.values() if "random" in each["where"] or ", then " in each["where"]]
    assert len(others) == 12
    assert [each["faults"] for each in others] == [[]] * 12


def test_of_eight_refreshes_at_once_one_publishes_and_the_others_say_why(tmp_path: Path) -> None:
    (found,) = in_a_fresh_process("crowd", tmp_path / "crowd", "refreshes", 8)
    refused = [said for said in found["said"] if "another refresh is running on this folder" in said]
    unchanged = [said for said in found["said"] if said == "no change"]
    assert len(found["published"]) == 1
    assert len(refused) + len(unchanged) == 7
    assert refused
    assert found["faults"] == []


def test_of_eight_that_wait_one_publishes_and_the_others_find_no_change(tmp_path: Path) -> None:
    (found,) = in_a_fresh_process("crowd", tmp_path / "crowd", "refreshes", 8, "--wait")
    assert sorted(found["said"]) == sorted([*found["published"], *["no change"] * 7])
    assert len(found["published"]) == 1
    assert found["faults"] == []


def test_readers_during_a_hundred_publishes_see_complete_cuts_in_order(tmp_path: Path) -> None:
    (found,) = in_a_fresh_process("crowd", tmp_path / "readers", "readers", 100)
    assert len(found["published"]) == 100
    assert found["faults"] == []
    for seen in (found["cuts"], found["latest"]):
        assert seen == sorted(set(seen))
        assert len(seen) > 10
        assert seen[-1] == found["published"][-1]


def test_a_flipped_byte_in_a_published_cut_is_named_and_the_next_refresh_succeeds(tmp_path: Path) -> None:
    first = small_refresh(tmp_path, "1")
    cut = store_of(tmp_path).cut_file(first)
    cut.chmod(0o600)
    content = bytearray(cut.read_bytes())
    content[len(content) // 2] ^= 1
    cut.write_bytes(content)
    problems = [file for file in verify(store_of(tmp_path), RunFolder(tmp_path / "runs", first)) if file.problem]
    assert [(file.part, file.file) for file in problems] == [("cut", cut)]
    assert store_of(tmp_path).damage(first) == f"{cut}: is not as it was published; its bytes have changed."
    second = small_refresh(tmp_path, "1")  # the same extract: a damaged cut is no reason for "no change"
    assert published(tmp_path) == [first, second]
    assert not store_of(tmp_path).damage(second)


def test_a_changed_missing_or_added_output_and_extract_is_named(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "runs", small_refresh(tmp_path, "1"))
    assert [file.problem for file in verify(store_of(tmp_path), run)] == [""] * 6  # 3 outputs, 2 extract files, the cut
    (run.path / "results" / "results.csv").write_text("content\n2\n")
    (run.path / "analysis" / "analysis.csv").unlink()
    (run.path / "note.txt").write_text("mine")
    (archived,) = store_of(tmp_path).raw.glob("*/deaths.csv")
    archived.chmod(0o600)
    archived.write_text("id\n")
    assert {file.file.name: file.problem for file in verify(store_of(tmp_path), run) if file.problem} == {
        "analysis.csv": "is missing",
        "results.csv": "its bytes have changed since the manifest was written",
        "note.txt": "is not in the manifest",
        "deaths.csv": "its bytes have changed since the manifest was written",
    }


def test_the_next_refresh_after_the_clock_has_gone_backwards_is_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.runs.current_stamp", lambda: "20300101T000000Z")
    first = small_refresh(tmp_path, "1")
    monkeypatch.setattr("warehouse.runs.current_stamp", lambda: "20200101T000000Z")
    second = small_refresh(tmp_path, "2")
    assert (first, second) == ("20300101T000000Z", "20300101T000001Z")
    shutil.rmtree(tmp_path / "runs")  # the runs are gone; the store still knows
    assert small_refresh(tmp_path, "3") == "20300101T000002Z"
    assert (tmp_path / "runs" / "latest").readlink().name == "20300101T000002Z"


def mounted(folder: Path, options: str) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return shutil.which("mount") is not None and subprocess.run(command, capture_output=True).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A disk of 4 megabytes; where mounting is not allowed its tests are left out: see the substitute below."""
    if not mounted(tmp_path / "disk", "size=4m"):
        pytest.skip("mounting a tmpfs is not allowed here; test_whatever_write_finds_the_disk_full stands in")
    yield tmp_path / "disk"
    subprocess.run(["umount", "-l", str(tmp_path / "disk")], check=True)


@pytest.mark.parametrize("room_bytes", [0, 20_000, 300_000, 450_000])
def test_a_disk_that_fills_up_leaves_the_old_cut_and_room_heals_it(small_disk: Path, room_bytes: int) -> None:
    """It is full at once, or after the archive, in the middle of the build file, …"""
    first = small_refresh(small_disk, "1")
    free = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(b"0" * max(0, free.f_bavail * free.f_frsize - room_bytes))
    with pytest.raises(Exception, match=r"No space left|not enough space|disk|write"):
        small_refresh(small_disk, "2")
    assert published(small_disk) == [first]
    assert faults_for_a_reader(small_disk) == []
    (small_disk / "filler").unlink()
    second = small_refresh(small_disk, "2")
    assert published(small_disk) == [first, second]
    assert faults_after_a_start(small_disk) == []


@pytest.mark.parametrize("what", ["data", "runs"])
def test_a_folder_that_becomes_read_only_leaves_the_old_cut(small_disk: Path, what: str) -> None:
    """A read-only mount, for a test that runs as root may write to any folder."""
    first = small_refresh(small_disk, "1")
    folder = small_disk / what
    subprocess.run(["mount", "--bind", str(folder), str(folder)], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
    try:
        with pytest.raises(Exception, match=rf"{what}.*: cannot be written \(Read-only file system\)"):
            small_refresh(small_disk, "2")
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    assert published(small_disk) == [first]
    second = small_refresh(small_disk, "2")
    assert published(small_disk) == [first, second]
    assert faults_after_a_start(small_disk) == []


@pytest.mark.parametrize("write", range(1, 6))
def test_whatever_write_finds_the_disk_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: int) -> None:
    """The first, second, … file that is synchronised with the disk fails; the next refresh succeeds."""
    first = small_refresh(tmp_path, "1")
    calls = []

    def full(path: Path) -> None:
        calls.append(path)
        if len(calls) == write:
            raise OSError(28, "No space left on device", str(path))

    for module in ("durable", "runs", "store", "ledger", "extract_files"):
        monkeypatch.setattr(f"warehouse.{module}.sync", full)
    with pytest.raises(OSError, match="No space left"):
        small_refresh(tmp_path, "2")
    monkeypatch.undo()
    assert published(tmp_path) == [first]
    assert faults_for_a_reader(tmp_path) == []
    small_refresh(tmp_path, "2")
    assert faults_after_a_start(tmp_path) == []


def test_a_misspelt_failpoint_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    failpoint("cut-moved")
    for wanted in ("cut-mvoed", "cut-moved:explode"):
        monkeypatch.setenv(VARIABLE, wanted)
        with pytest.raises(WrongUseError, match=f"DATACUT_FAILPOINT={wanted}: no such failpoint"):
            check_failpoint()


def test_there_are_enough_failpoints_and_each_is_reached_by_the_code() -> None:
    assert len(FAILPOINTS) >= 12
    source = "".join(path.read_text("utf-8") for room in ("warehouse", "flows") for path in (ROOT / room).glob("*.py"))
    source = source.replace((ROOT / "warehouse" / "failpoints.py").read_text("utf-8"), "")
    assert [name for name in FAILPOINTS if f'"{name}"' not in source] == []
