"""Whatever is wrong with extract or study: one clear sentence, a blocked or failed run, the last cut untouched."""

import hashlib
import json
import os
import random
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from studies import Study, load_study
from tests.flows.conftest import refreshed

pytestmark = pytest.mark.slow

PATIENTS = "patients"


def path_of(study: Path, table: str) -> Path:
    return study / "extracts" / load_study(str(study)).mapping.tables[table].file


def remove(study: Path) -> None:
    path_of(study, "follow_up").unlink()


def rename_a_column(study: Path) -> None:
    path = path_of(study, "lesions")
    heading = load_study(str(study)).mapping.tables["lesions"].columns["organ"]
    text = path.read_bytes()
    assert heading.encode() in text
    path.write_bytes(text.replace(heading.encode(), b"Something else", 1))


def fill_with_random_bytes(study: Path) -> None:
    path_of(study, "lab_results").write_bytes(random.Random(1).randbytes(20_000))


def empty(study: Path) -> None:
    path = path_of(study, "procedures")
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])


def invent_an_arm(study: Path) -> None:
    path = path_of(study, PATIENTS)
    mapping = load_study(str(study)).mapping
    lines = path.read_text("gb18030").splitlines(keepends=True)
    column = lines[0].rstrip("\r\n").split(",").index(mapping.tables[PATIENTS].columns["arm"])
    cells = lines[5].split(",")
    cells[column] = "Arm C"
    path.write_text("".join([*lines[:5], ",".join(cells), *lines[6:]]), "gb18030", newline="")


def cut_a_line(study: Path) -> None:
    path = path_of(study, "adverse_events")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[7] = lines[7].split(b",")[0] + b"\n"
    path.write_bytes(b"".join(lines))


def put_a_zip_bomb_in_its_place(study: Path) -> None:
    with zipfile.ZipFile(path_of(study, "patients"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(100_000_000))


def open_a_quote(study: Path) -> None:
    path = path_of(study, "follow_up")
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b",", b',"', 1)
    path.write_bytes(b"".join(lines))


def double_a_column_in_capitals(study: Path) -> None:
    path = path_of(study, "lesions")
    heading = load_study(str(study)).mapping.tables["lesions"].columns["organ"].upper().encode()
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([lines[0] + b"," + heading, *(line + b",LUNG" for line in lines[1:]), b""]))


def break_a_character(study: Path) -> None:
    path = path_of(study, "patients")
    lines = path.read_text("gb18030").encode("utf-8").splitlines(keepends=True)
    end = next(place for place, byte in enumerate(lines[6]) if byte > 127)
    lines[6] = lines[6][:end] + lines[6][end + 1 :]
    path.write_bytes(b"".join(lines))


def put_a_folder_in_its_place(study: Path) -> None:
    path = path_of(study, "adverse_events")
    path.unlink()
    path.mkdir()


def link_it_to_itself(study: Path) -> None:
    path = path_of(study, "adverse_events")
    path.unlink()
    path.symlink_to(path)


def send_a_workbook_instead(study: Path, table: str = "follow_up") -> Path:
    """The table as a workbook in the place of its file."""
    path = path_of(study, table)
    book = openpyxl.Workbook()
    for line in path.read_text("utf-8-sig").splitlines():
        book.active.append([field or None for field in line.split(",")])
    path.unlink()
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


def cut_a_workbook_short(study: Path) -> None:
    workbook = send_a_workbook_instead(study)
    workbook.write_bytes(workbook.read_bytes()[:3000])


def send_bad_workbooks_of_every_kind(study: Path) -> None:
    """Each in the place of another table: cut short, a CSV by its content, locked, a bomb, with an idle formula."""
    cut_a_workbook_short(study)
    csv = path_of(study, "lesions")
    csv.rename(csv.with_suffix(".xlsx"))
    locked = send_a_workbook_instead(study, "lab_results")
    locked.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))
    with (
        zipfile.ZipFile(send_a_workbook_instead(study, "procedures"), "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as entry,
    ):
        for _ in range(6):
            entry.write(bytes(100_000_000))
    formulas = send_a_workbook_instead(study, "adverse_events")
    book = openpyxl.load_workbook(formulas)
    book.active["A3"] = '="P"&"001"'
    book.save(formulas)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one good cut."""
    folder = tmp_path_factory.mktemp("good")
    assert refreshed(folder).state == "Published with quarantine"
    return folder


def state_of(data: Path) -> dict[str, object]:
    """What the pointer says of the cuts (a blocked run moves its ledgers of queries alone), and the hash of each."""
    pointer = json.loads((data / "CURRENT.json").read_text("utf-8"))
    hashes = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((data / "cuts").iterdir())}
    return {name: pointer[name] for name in ("cut_id", "file", "fingerprint", "published")} | hashes


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (remove, ["follow_up", "is missing"]),
        (rename_a_column, ["lesions", "organ", "line 1"]),
        (fill_with_random_bytes, ["lab_results.csv", "not text"]),
        (empty, ["tace_sessions", "no row"]),
        (invent_an_arm, ["DM02", "patients", "line 6"]),
        (cut_a_line, ["adverse_events", "line 8"]),
        (put_a_zip_bomb_in_its_place, ["patients.csv", "an Excel workbook or a zip archive"]),
        (open_a_quote, ["follow_up.csv", "line 5", "close the quote"]),
        (double_a_column_in_capitals, ["lesions.csv", "organ", "2 times"]),
        (break_a_character, ["patients.csv", "line 7 is not UTF-8"]),
        (put_a_folder_in_its_place, ["adverse_events.csv", "a folder stands"]),
        (link_it_to_itself, ["adverse_events.csv", "a link that leads to no file"]),
        (
            send_bad_workbooks_of_every_kind,
            [
                "follow_up.xlsx: the workbook is damaged or was cut short",
                "lesions.xlsx: the file is called a workbook and is none; if it is CSV, rename it to lesions.csv",
                "lab_results.xlsx: the workbook has a password",
                "tace_sessions.xlsx: the workbook would unpack to 600,000,000 bytes",
                "adverse_events.xlsx: a formula of the column",
                "first in cell A3 of the sheet 'Sheet'; open the workbook in Excel, save it and send it again",
            ],
        ),
    ],
)
def test_a_bad_extract_blocks_with_its_reason_and_the_last_cut_stays(
    published: Path, study_copy: Path, damage: Callable[[Path], None], words: list[str]
) -> None:
    damage(study_copy)
    before = state_of(published / "data")
    run = refreshed(published, study=str(study_copy))
    assert run.state == "Blocked"
    assert all(word in run.message for word in words), run.message
    assert state_of(published / "data") == before
    report = (run.run / "report.html").read_text("utf-8")
    assert "locked" in report
    assert (run.run / "quality" / "report.html").is_file()
    assert (run.run / "manifest.json").is_file()
    assert not (run.run / "analysis").exists()


def datacut(*arguments: str, key: str | None = "a key for tests, long enough") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATACUT_KEY"}
    if key:
        environment["DATACUT_KEY"] = key
    script = "from flows.command_line import main; main()"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, env=environment, timeout=300
    )


def test_without_a_key_nothing_is_loaded(tmp_path: Path) -> None:
    done = datacut("refresh", "--data", str(tmp_path / "data"), "--runs", str(tmp_path / "runs"), key=None)
    assert done.returncode == 2
    assert "DATACUT_KEY" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert not (tmp_path / "data").exists()


def test_a_folder_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    done = datacut(
        "refresh", "--extracts", "nowhere", "--data", str(tmp_path / "data"), "--runs", str(tmp_path / "runs")
    )
    assert done.returncode == 2
    assert "datacut: nowhere: no such folder" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_a_typo_in_the_protocol_is_one_sentence_with_file_and_key(study_copy: Path, tmp_path: Path) -> None:
    protocol = study_copy / "protocol.toml"
    protocol.write_text(protocol.read_text("utf-8").replace("median_rule", "median_role"), "utf-8")
    done = datacut("refresh", "--study", str(study_copy), "--data", str(tmp_path / "d"), "--runs", str(tmp_path / "r"))
    assert done.returncode == 2
    (sentence,) = [line for line in done.stderr.splitlines() if line.startswith("datacut: ")]
    assert "protocol.toml" in sentence
    assert "statistics.median_role: no entry of this name is known; median_rule is missing" in sentence
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize("damage", [put_a_zip_bomb_in_its_place, open_a_quote, cut_a_workbook_short])
def test_a_file_that_cannot_be_used_ends_with_3_and_the_last_cut_stays(
    published: Path, study_copy: Path, damage: Callable[[Path], None]
) -> None:
    damage(study_copy)
    before = state_of(published / "data")
    done = datacut(
        "refresh", "--study", str(study_copy), "--data", str(published / "data"), "--runs", str(published / "runs")
    )
    assert done.returncode == 3
    assert re.search(r"[.](csv|xlsx): ", done.stdout)
    assert "Traceback" not in done.stderr + done.stdout
    assert state_of(published / "data") == before


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file on this system that fails even for root")
def test_a_file_that_cannot_be_read_ends_with_1_and_the_last_cut_stays(published: Path, study_copy: Path) -> None:
    path = path_of(study_copy, "follow_up")
    path.unlink()
    path.symlink_to("/proc/self/mem")
    before = state_of(published / "data")
    done = datacut(
        "refresh", "--study", str(study_copy), "--data", str(published / "data"), "--runs", str(published / "runs")
    )
    assert done.returncode == 1
    assert f"datacut: {path}: the file cannot be read (Input/output error); check the folder" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert state_of(published / "data") == before


def test_a_blocked_refresh_ends_with_3_and_says_why(study_copy: Path, tmp_path: Path, study: Study) -> None:
    remove(study_copy)
    done = datacut("refresh", "--study", str(study_copy), "--data", str(tmp_path / "d"), "--runs", str(tmp_path / "r"))
    assert done.returncode == 3
    assert "Outcome: blocked" in done.stdout
    assert study.mapping.tables["follow_up"].file in done.stdout
    assert "Traceback" not in done.stderr + done.stdout
    assert "leaked" not in done.stderr, "DuckDB's binding at the end of the process: see prefect_settings.end_quietly"
