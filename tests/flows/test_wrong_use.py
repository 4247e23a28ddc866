"""What was asked for cannot be done: one sentence says why, nothing is changed, and no noise comes after it."""

import errno
import gc
import json
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from flows import progress
from flows.command_line import application
from flows.examining import planned
from flows.faults import InternalError, without_values
from flows.plan import Plan, fingerprint
from studies import DEFAULT_STUDY, load_study
from tests.flows.conftest import refreshed
from warehouse import Store, WarehouseError, WrongUseError
from warehouse.runs import sweep_runs

STUDY = load_study(DEFAULT_STUDY)
RECRUITMENT = STUDY.protocol.study.recruitment
OTHER_KEY = "another key for tests, long enough"


def plan_of(folder: Path, study: str = DEFAULT_STUDY, data_cut: date | None = None) -> Plan:
    with planned(study, None, data_cut, str(folder / "data"), str(folder / "runs")) as plan:
        return plan


def other_study(study_copy: Path) -> str:
    protocol = study_copy / "protocol.toml"
    protocol.write_text(protocol.read_text("utf-8").replace(f'"{STUDY.protocol.study.id}"', '"OTHER"'), "utf-8")
    return str(study_copy)


def commit_a_cut(plan: Plan) -> None:
    plan.build_file.write_bytes(b"a cut")
    plan.store.publish(plan.run_id, fingerprint(plan, []), {"A": {"segments": [], "extract": "", "last_run": ""}})


# --- the data cut


def test_a_data_cut_before_the_first_patient_is_refused(tmp_path: Path) -> None:
    before = RECRUITMENT.first - timedelta(days=1)
    with pytest.raises(WrongUseError, match=rf"--data-cut {before}: is before the first day of recruitment"):
        plan_of(tmp_path, data_cut=before)
    assert not list(tmp_path.iterdir())


def test_a_data_cut_after_today_is_refused(tmp_path: Path) -> None:
    tomorrow = date.today() + timedelta(days=1)
    with pytest.raises(WrongUseError, match=rf"--data-cut {tomorrow}: is after today"):
        plan_of(tmp_path, data_cut=tomorrow)


@pytest.mark.parametrize("day", [RECRUITMENT.first, STUDY.protocol.study.data_cut + timedelta(days=400), date.today()])
def test_a_data_cut_in_between_is_taken_also_later_than_the_protocols(tmp_path: Path, day: date) -> None:
    assert plan_of(tmp_path, data_cut=day).data_cut == day


# --- folders that cannot be written


def refuse(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """As for a user without the right to write there (these tests may run as root, who has every right)."""
    import tempfile

    def temporary_file(dir: Path) -> Any:
        if Path(dir) == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(dir))
        return made(dir=dir)

    made = tempfile.TemporaryFile
    monkeypatch.setattr(tempfile, "TemporaryFile", temporary_file)


@pytest.mark.parametrize(
    ("folder", "option"),
    [("data", "--data"), ("data/build", "--data"), ("data/ledger", "--data"), ("runs", "--runs")],
)
def test_a_folder_without_the_right_to_write_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, option: str
) -> None:
    refuse(monkeypatch, tmp_path / folder)
    sentence = rf"^\S+/{folder}: cannot be written \(Permission denied\); choose another {option}, or see that .*\.$"
    with pytest.raises(WarehouseError, match=sentence):
        plan_of(tmp_path)


@pytest.mark.parametrize(("option", "other"), [("data", "runs"), ("runs", "data")])
def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path, option: str, other: str) -> None:
    (tmp_path / option).write_text("a file")
    with pytest.raises(WarehouseError, match=rf"/{option}: cannot be written \(.*\); choose another --{option}"):
        plan_of(tmp_path)
    folders = {option: tmp_path / option / "deeper", other: tmp_path / other}
    with (
        pytest.raises(WarehouseError, match=rf"/deeper: cannot be written \(Not a directory\); .* --{option}"),
        planned(DEFAULT_STUDY, None, None, str(folders["data"]), str(folders["runs"])),
    ):
        pass


def test_a_lock_that_cannot_be_taken_is_named(tmp_path: Path) -> None:
    (tmp_path / "data" / "refresh.lock").mkdir(parents=True)
    with pytest.raises(WarehouseError, match=r"refresh\.lock: cannot be written \(.*\); choose another --data"):
        plan_of(tmp_path)


def test_a_folder_in_the_place_of_the_link_to_the_newest_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs" / "latest").mkdir(parents=True)
    with pytest.raises(WarehouseError, match="/latest: stands where a link to the newest run is to be"):
        plan_of(tmp_path)


def test_only_folders_of_runs_are_swept(tmp_path: Path) -> None:
    theirs, killed = tmp_path / "thesis" / "quality", tmp_path / "20260101T000000Zb" / "quality"
    for folder in (theirs, killed):
        folder.mkdir(parents=True)
    sweep_runs(tmp_path)
    assert (theirs.exists(), killed.parent.exists()) == (True, False)


def test_a_disk_that_fills_up_is_no_fault_of_datacut() -> None:
    @without_values
    def write() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "data/raw/file")

    with pytest.raises(WarehouseError, match=r"^data/raw/file: cannot be used \(No space left on device\)"):
        write()


def test_nor_is_one_that_the_engine_finds_full() -> None:
    @without_values
    def write() -> None:
        raise duckdb.IOException('Could not write file "data/build/x.duckdb": No space left on device: a value')

    with pytest.raises(WarehouseError, match=r"^The disk is full \(no space left on device\); make room"):
        write()


# --- whose data folder it is


def test_a_second_study_is_refused_and_the_cut_stays(tmp_path: Path, study_copy: Path) -> None:
    commit_a_cut(plan_of(tmp_path))
    pointer = (tmp_path / "data" / "CURRENT.json").read_bytes()
    with pytest.raises(
        WrongUseError, match=rf"holds the data of the study {STUDY.protocol.study.id}, not of OTHER; .*"
    ):
        plan_of(tmp_path, other_study(study_copy))
    assert (tmp_path / "data" / "CURRENT.json").read_bytes() == pointer
    assert plan_of(tmp_path, str(STUDY.directory)).study_id == STUDY.protocol.study.id


def test_another_key_is_refused_and_the_old_one_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = plan_of(tmp_path)
    commit_a_cut(first)
    with monkeypatch.context() as changed:
        changed.setenv("DATACUT_KEY", OTHER_KEY)
        with pytest.raises(WrongUseError, match=r"another DATACUT_KEY.* set the old key, or choose another --data"):
            plan_of(tmp_path)
        assert fingerprint(plan_of(tmp_path / "new"), []) != fingerprint(first, [])
    assert plan_of(tmp_path).key_mark == first.key_mark
    assert os.environ["DATACUT_KEY"] not in (tmp_path / "data" / "CURRENT.json").read_text()


def test_a_run_that_publishes_nothing_keeps_study_and_key_and_ledgers(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    commit_a_cut(plan)
    plan.store.commit_ledgers({"B": {"segments": [], "extract": "x", "last_run": ""}})
    pointer = json.loads((tmp_path / "data" / "CURRENT.json").read_text())
    assert (pointer["study"], pointer["key"], pointer["cut_id"]) == (plan.study_id, plan.key_mark, plan.run_id)
    assert set(pointer["ledgers"]) == {"A", "B"}


def test_a_pointer_of_an_older_version_belongs_to_whoever_comes(tmp_path: Path, study_copy: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "CURRENT.json").write_text('{"cut_id": "a", "file": "a.duckdb", "fingerprint": "b", "published": ["a"]}')
    plan = plan_of(tmp_path, other_study(study_copy))
    plan.store.commit_ledgers({})
    with pytest.raises(WrongUseError, match="of the study OTHER"):
        plan_of(tmp_path)


@pytest.mark.parametrize("content", ["{", "[]", "3"])
def test_a_pointer_that_says_nothing_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "CURRENT.json").write_text(content)
    with pytest.raises(WarehouseError, match=r"CURRENT\.json: not readable as JSON"):
        Store(tmp_path).check_owner()


# --- what an error carries along


class Held:
    """Something that a frame holds, like a connection."""


@pytest.mark.parametrize("raised", [WarehouseError, ValueError])
def test_an_error_that_is_kept_holds_nothing_of_the_frames_it_came_through(raised: type[Exception]) -> None:
    held: list[weakref.ref[Held]] = []

    @without_values
    def stage() -> None:
        local = Held()
        held.append(weakref.ref(local))
        try:
            raise OSError("below")
        except OSError:
            raise raised("above")  # noqa: B904

    with pytest.raises((WarehouseError, InternalError)) as kept:
        stage()
    gc.collect()
    assert str(kept.value)
    assert held[0]() is None


def test_a_stage_that_failed_ends_its_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "_shown", True)
    for _ in range(2):
        with pytest.raises(WarehouseError), progress.stage("Loading"):
            raise WarehouseError("a sentence")
    with progress.stage("Parsing"):
        pass
    lines = capsys.readouterr().err.splitlines()
    assert [line.rsplit(" ", 2)[0] for line in lines] == [*["  Loading … failed,"] * 2, "  Parsing …"]


# --- the command


def datacut(*arguments: str, key: str = "a key for tests, long enough") -> subprocess.CompletedProcess[str]:
    script = "from flows.command_line import main; main()"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "DATACUT_KEY": key},
        timeout=300,
    )


def sentence_of(done: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of the command, after its lines of progress, with nothing behind it."""
    lines = done.stderr.splitlines()
    assert [line for line in lines if line.startswith("datacut: ")] == lines[-1:], done.stderr
    assert all(line.startswith(("Starting Prefect", "  ")) for line in lines[:-1]), done.stderr
    assert "Traceback" not in done.stdout
    return lines[-1]


def no_folder(place: Path) -> list[str]:
    place.write_text("a file")
    return [str(place)]


def below_a_file(place: Path) -> list[str]:
    return [str(Path(no_folder(place)[0]) / "deeper")]


def no_cohort(place: Path) -> list[str]:
    return [str(place), "--cohort", str(place / "none.csv")]


def a_cohort_of_bytes(place: Path) -> list[str]:
    place.with_suffix(".csv").write_bytes(b"\xff\xfe")
    return [str(place), "--cohort", str(place.with_suffix(".csv"))]


@pytest.mark.parametrize("arguments", [no_folder, below_a_file, no_cohort, a_cohort_of_bytes])
def test_simulate_says_in_a_sentence_what_is_in_its_way(tmp_path: Path, arguments: Callable[[Path], list[str]]) -> None:
    done = datacut("simulate", *arguments(tmp_path / "place"), "--patients", "3")
    assert done.returncode == 2
    assert "Errno" not in sentence_of(done)
    assert str(tmp_path / "place") in sentence_of(done)


def named_wrongly(folder: Path) -> dict[str, str]:
    """Paths of every kind at which there is neither a file nor a folder to be read or written."""
    (folder / "file").write_text("x")
    (folder / "loop").symlink_to(folder / "loop")
    return {
        "nothing": str(folder / "nothing"),
        "file": str(folder / "file"),
        "folder": str(folder),
        "below a file": str(folder / "file" / "deeper"),
        "a link to itself": str(folder / "loop"),
        "no name": str(folder / ("x" * 300)),
    }


FILE_TO_READ = ("nothing", "folder", "below a file", "a link to itself", "no name")
FOLDER = ("file", "below a file", "a link to itself", "no name")


@pytest.mark.parametrize(
    ("command", "kinds"),
    [
        ("survival PATH --time a --event b", FILE_TO_READ),
        ("survival nothing.csv --time a --event b --study PATH", FOLDER),
        ("answers PATH", FILE_TO_READ),
        ("automations --file PATH", FILE_TO_READ),
        ("simulate NEW --cohort PATH", FILE_TO_READ),
        ("simulate PATH --patients 3", FOLDER),
        ("dictionary PATH", FOLDER),
        ("explain P001 --study PATH", FOLDER),
        ("explain P001 --data PATH", FOLDER),
        ("runs --runs PATH", ("nothing", *FOLDER)),
        ("runs --runs FOLDER --data PATH", ("file", "a link to itself", "no name")),
        ("verify latest --runs PATH", ("nothing", *FOLDER)),
        ("diff latest latest --data PATH", FOLDER),
        ("replay latest --runs PATH", ("nothing", *FOLDER)),
        ("retain --keep 1 --data PATH", ("nothing", *FOLDER)),
        ("serve --port 0 --runs PATH", FOLDER),
        ("watch --extracts PATH", ("nothing", *FOLDER)),
        ("watch --data PATH", FOLDER),
        ("up --extracts PATH --data NEW", ("nothing", *FOLDER)),
    ],
)
def test_a_path_that_is_named_wrongly_is_wrong_use_in_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, kinds: tuple[str, ...]
) -> None:
    monkeypatch.setenv("DATACUT_KEY", OTHER_KEY)
    paths = named_wrongly(tmp_path)
    for kind in kinds:
        arguments = [
            {"PATH": paths[kind], "NEW": str(tmp_path / "new"), "FOLDER": str(tmp_path)}.get(word, word)
            for word in command.split()
        ]
        done = CliRunner().invoke(application, arguments)
        assert done.exit_code == 2, (kind, done.output)
        assert done.stderr.startswith("datacut: "), (kind, done.stderr)
        assert "Traceback" not in done.output


@pytest.mark.parametrize("kind", ["nothing", *FOLDER])
def test_nor_do_extracts_that_are_named_wrongly_start_a_refresh(tmp_path: Path, kind: str) -> None:
    path = named_wrongly(tmp_path)[kind]
    with (
        pytest.raises(WrongUseError, match="name the folder that holds the extract files"),
        planned(DEFAULT_STUDY, path, None, str(tmp_path / "data"), str(tmp_path / "runs")),
    ):
        pass
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("option", ["data", "runs"])
@pytest.mark.parametrize("kind", FOLDER)
def test_nor_do_folders_that_are_named_wrongly(tmp_path: Path, option: str, kind: str) -> None:
    folders = {"data": str(tmp_path / "data"), "runs": str(tmp_path / "runs"), option: named_wrongly(tmp_path)[kind]}
    with pytest.raises(WrongUseError), planned(DEFAULT_STUDY, None, None, folders["data"], folders["runs"]):
        pass


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (["--data-cut", "1999-01-01"], 2, "datacut: --data-cut 1999-01-01: is before the first day of recruitment"),
        (["--data-cut", "2999-01-01"], 2, "datacut: --data-cut 2999-01-01: is after today"),
        (["--runs", __file__], 2, f"datacut: {__file__}: cannot be written (a file stands in its place)"),
    ],
)
@pytest.mark.parametrize("command", ["refresh", "quality"])
def test_the_command_ends_with_its_code_and_one_sentence(
    tmp_path: Path, command: str, options: list[str], code: int, sentence: str
) -> None:
    done = datacut(command, "--data", str(tmp_path / "data"), "--runs", str(tmp_path / "runs"), *options)
    assert done.returncode == code
    assert sentence_of(done).startswith(sentence)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file on this system that fails even for root")
def test_after_an_error_in_the_middle_of_a_load_nothing_complains(study_copy: Path, tmp_path: Path) -> None:
    path = study_copy / "extracts" / STUDY.mapping.tables["follow_up"].file
    path.unlink()
    path.symlink_to("/proc/self/mem")
    done = datacut("refresh", "--study", str(study_copy), "--data", str(tmp_path / "d"), "--runs", str(tmp_path / "r"))
    assert done.returncode == 1
    assert "the file cannot be read" in sentence_of(done)
    assert done.stderr.count("  Loading the extracts … failed, ") == 3


@pytest.mark.slow
def test_after_a_change_of_key_or_study_the_published_cut_stays(
    tmp_path: Path, study_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refreshed(tmp_path).state == "Published with quarantine"
    pointer = (tmp_path / "data" / "CURRENT.json").read_bytes()
    other = refreshed(tmp_path, study=other_study(study_copy))
    monkeypatch.setenv("DATACUT_KEY", OTHER_KEY)
    rekeyed = refreshed(tmp_path)
    assert (other.state, rekeyed.state) == ("Wrong use", "Wrong use")
    assert "choose another --data" in other.message
    assert "choose another --data" in rekeyed.message
    assert (tmp_path / "data" / "CURRENT.json").read_bytes() == pointer


# --- what is entered for an option


@pytest.mark.parametrize("entry", ["tomorrow", "2027-02-30", "1.3.2027", ""])
def test_an_option_that_is_no_day_is_told_how_one_is_written(entry: str) -> None:
    given = ["waive", "a" * 16, "--reason", "as in the letter", "--who", "R. Roe", "--expires", entry]
    result = CliRunner().invoke(application, given)
    assert result.exit_code == 2
    assert f"{entry} is no day; write year-month-day, such as 2026-01-31." in words_of(result.stderr)


@pytest.mark.parametrize("entry", ["x", "0", "-1", "2.5", ""])
def test_an_option_that_counts_is_told_which_numbers_there_are(entry: str) -> None:
    result = CliRunner().invoke(application, ["retain", "--keep", entry])
    assert result.exit_code == 2
    assert f"{entry} is no whole number of 1 or more." in words_of(result.stderr)


def words_of(text: str) -> str:
    """The text without the frame that the terminal draws around it."""
    return " ".join(text.replace("│", " ").split())
