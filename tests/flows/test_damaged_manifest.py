"""One run whose manifest is damaged: what only looks goes on with the others, and what removes refuses."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.command_line import application
from flows.comparing import side_before
from tests.warehouse.small_refresh import small_refresh, start, store_of
from warehouse.errors import DamagedManifestError
from warehouse.history import find_published
from warehouse.retention import planned_retention
from warehouse.runs import RunFolder

Damage = Callable[[Path], None]


def cut_off(manifest: Path) -> None:
    manifest.write_text(manifest.read_text("utf-8")[:40], "utf-8")


def not_text(manifest: Path) -> None:
    manifest.write_bytes(b"\xff\xfe\x00\x81")


def no_mapping(manifest: Path) -> None:
    manifest.write_text("[]", "utf-8")


def without(key: str) -> Damage:
    def damage(manifest: Path) -> None:
        stated = json.loads(manifest.read_text("utf-8"))
        del stated[key]
        manifest.write_text(json.dumps(stated), "utf-8")

    return damage


def an_output_without_its_hash(manifest: Path) -> None:
    stated = json.loads(manifest.read_text("utf-8"))
    del stated["outputs"][0]["sha256"]
    manifest.write_text(json.dumps(stated), "utf-8")


DAMAGES = (
    cut_off, not_text, no_mapping, without("status"), without("outputs"), without("extract_files"),
    an_output_without_its_hash,
)  # fmt: skip


def three_runs(folder: Path, damage: Damage, which: int = 1) -> list[str]:
    runs = [small_refresh(folder, content) for content in ("1", "2", "3")]
    damage(RunFolder(folder / "runs", runs[which]).manifest_file)
    return runs


def said(folder: Path, *arguments: str) -> tuple[int, str, str]:
    where = ("--data", str(folder / "data"), "--runs", str(folder / "runs"))
    result = CliRunner().invoke(application, [*arguments, *where])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("damage", DAMAGES)
def test_runs_lists_the_others_and_says_which_is_damaged(tmp_path: Path, damage: Damage) -> None:
    """And ends with exit code 1, as ``verify`` does: a script that only asks for the list must not miss it."""
    first, second, third = three_runs(tmp_path, damage)
    code, out, error = said(tmp_path, "runs")
    assert code == 1
    lines = out.splitlines()[1:]
    assert [line[2:18] for line in lines] == [third, second, first]
    assert lines[0].startswith("*")
    assert lines[0].endswith("published")
    assert lines[2].endswith("published")
    assert lines[1].endswith("damaged: manifest.json cannot be read")
    assert error == f"datacut: {second}: bring the folder back from a copy, or move it out of {tmp_path / 'runs'}.\n"


def test_a_script_is_told_the_same(tmp_path: Path) -> None:
    three_runs(tmp_path, cut_off)
    code, out, _ = said(tmp_path, "runs", "--json")
    assert code == 1
    assert [run["outcome"] for run in json.loads(out)] == [
        "published", "damaged: manifest.json cannot be read", "published",
    ]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_verify_says_in_a_sentence_that_there_is_nothing_to_compare_with(tmp_path: Path, damage: Damage) -> None:
    _, second, third = three_runs(tmp_path, damage)
    code, out, error = said(tmp_path, "verify", second)
    assert (code, out) == (1, "")
    manifest = tmp_path / "runs" / second / "manifest.json"
    assert error.startswith(f"datacut: {manifest}: the manifest of the run is damaged")
    assert said(tmp_path, "verify", third)[0] == 0


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_is_not_compared_and_the_others_are(tmp_path: Path, damage: Damage) -> None:
    first, second, _ = three_runs(tmp_path, damage)
    with pytest.raises(DamagedManifestError, match="bring the folder back from a copy"):
        find_published(tmp_path / "runs", second)
    assert find_published(tmp_path / "runs", first).run_id == first
    assert side_before(store_of(tmp_path), RunFolder(tmp_path / "runs", second)) is None


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("which", [0, 1, 2])
def test_nothing_is_let_go_of_while_a_manifest_that_may_cite_it_cannot_be_read(
    tmp_path: Path, damage: Damage, which: int
) -> None:
    three_runs(tmp_path, damage, which)
    with pytest.raises(DamagedManifestError, match="Nothing was removed: what it cites cannot be asked"):
        planned_retention(store_of(tmp_path), tmp_path / "runs", keep=1)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_next_refresh_is_made_and_the_damaged_run_stays_where_it_is(tmp_path: Path, which: int) -> None:
    runs = three_runs(tmp_path, cut_off, which)
    start(tmp_path)
    assert (tmp_path / "runs" / "latest").readlink().name == runs[2]  # also where this is the damaged one
    newest = small_refresh(tmp_path, "4")
    assert (tmp_path / "runs" / "latest").readlink().name == newest
    assert (tmp_path / "runs" / runs[which] / "manifest.json").is_file()
