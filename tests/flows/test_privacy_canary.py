"""Canaries: unique names, record numbers, telephone and identity numbers, looked for after every way to end a run.

One data folder, one Prefect home, debug logging: a run that is killed, one that fails with a value in its exception,
one that is blocked, one of wrong use, and one from a workbook that publishes. Afterwards no byte of a canary is
anywhere but in the raw archive: not in the output, the log, Prefect's database, the ledger, the cut or a workbook.
"""

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from openpyxl import Workbook

from studies import DEFAULT_STUDY, load_study

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PLANTED = {
    "name_id": ["Quillonbrae Zylantha", "欧阳霁鸾"],
    "record_id": ["MRN907316428850", "MRN907316428951"],
    "phone_id": ["13987650417", "13987650528"],
    "identity": ["110101196403078937", "110101196403079833"],
}
CANARIES = [canary for kind in PLANTED.values() for canary in kind]


@dataclass
class Ended:
    """The folder in which every run was made, and what each said."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)


def plant(directory: Path) -> Path:
    """A copy of the study whose first two patients are the canaries, and whose free texts name them."""
    study = load_study(DEFAULT_STUDY)
    copy = Path(shutil.copytree(study.directory, directory))
    tables = study.mapping.tables
    file = copy / "extracts" / tables["patients"].file
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("gb18030"), newline="")))
    for column in ("name_id", "record_id", "phone_id"):
        place = rows[0].index(tables["patients"].columns[column])
        for line, canary in enumerate(PLANTED[column], start=1):
            rows[line][place] = canary
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
    for table, column, lines in (("lesions", "location_text", (2, 5)), ("adverse_events", "reported_term", (3, 6))):
        file = copy / "extracts" / tables[table].file
        rows = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
        place = rows[0].index(tables[table].columns[column])
        for line, identity, name in zip(lines, PLANTED["identity"], PLANTED["name_id"], strict=True):
            rows[line][place] = f"{name} {identity}"
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows(rows)
    return copy


def as_workbook(file: Path) -> None:
    """The same table as a workbook in the place of its CSV."""
    book = Workbook()
    for row in csv.reader(io.StringIO(file.read_text("utf-8"), newline="")):
        book.active.append(row)
    book.save(file.with_suffix(".xlsx"))
    file.unlink()


FAULT = """
import sys
from warehouse import check

def broken(connection, *_):
    names = connection.execute("select * from raw.patients").fetchall()
    raise ValueError(f"{canaries} in {names}")

canaries = sys.argv.pop()
check.check_stage = broken
from flows.command_line import main
main()
"""


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """Every way to end a run, one after the other, on the same folders."""
    folder = tmp_path_factory.mktemp("canaries")
    study = plant(folder / "study")
    environment = {
        **os.environ,
        "DATACUT_KEY": "a key for tests, long enough",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_LOGGING_LEVEL": "DEBUG",
        "PREFECT_LOGGING_ROOT_LEVEL": "DEBUG",
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "DEBUG",
        "PREFECT_SERVER_LOGGING_LEVEL": "DEBUG",
        "PREFECT_DEBUG_MODE": "true",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "true",
    }
    made = Ended(folder)
    options = ["--study", str(study), "--data", str(folder / "data"), "--runs", str(folder / "runs")]
    refresh = [sys.executable, "-m", "flows.command_line", "refresh", *options]

    def run(name: str, command: list[str]) -> None:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=300)
        made.said[name] = (done.stdout + done.stderr).decode("utf-8", errors="replace")
        made.codes[name] = done.returncode

    with (folder / "killed.txt").open("wb") as said:
        process = subprocess.Popen(refresh, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True)
        while b"Checking" not in (folder / "killed.txt").read_bytes() and process.poll() is None:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    made.codes["killed"] = process.wait()
    made.said["killed"] = (folder / "killed.txt").read_text("utf-8", errors="replace")
    run("failed", [sys.executable, "-c", FAULT, "refresh", *options, " ".join(CANARIES)])
    run("wrong use", [*refresh, "--data-cut", "1899-12-31"])
    follow_up = study / "extracts" / load_study(DEFAULT_STUDY).mapping.tables["follow_up"].file
    follow_up.rename(folder / "away.csv")
    run("blocked", refresh)
    (folder / "away.csv").rename(follow_up)
    as_workbook(study / "extracts" / load_study(DEFAULT_STUDY).mapping.tables["patients"].file)
    run("published", refresh)
    return made


def test_the_runs_ended_as_they_were_meant_to(ended: Ended) -> None:
    assert ended.codes == {"killed": -signal.SIGKILL, "failed": 1, "wrong use": 2, "blocked": 3, "published": 0}, (
        ended.said
    )
    assert "ValueError at" in ended.said["failed"]
    assert "DEBUG" in ended.said["published"]


def places(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file outside the extracts and the raw archive, and what is packed inside workbooks and Parquet."""
    import pandas as pd

    study, raw = folder / "study", folder / "data" / "raw"
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or raw in path.parents or study / "extracts" in path.parents:
            continue
        name = path.relative_to(folder).as_posix()
        yield name, path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{name}: {part}", archive.read(part)) for part in archive.namelist())
        elif path.suffix == ".parquet":
            yield f"{name}: rows", pd.read_parquet(path).to_csv().encode()
        elif path.suffix == ".duckdb":
            yield from tables_of(path, name)


def tables_of(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables where table_type = 'BASE TABLE'"
        ).fetchall()
        for (table,) in tables:
            yield f"{name}: {table}", connection.execute(f"select * from {table}").df().to_csv().encode()


def test_no_canary_is_anywhere_but_in_the_raw_archive(ended: Ended) -> None:
    needles = [canary.encode(form) for canary in CANARIES for form in ("utf-8", "utf-16-le", "gb18030")]
    looked = dict(places(ended.folder))
    assert {"prefect/prefect.db", "killed.txt"} <= looked.keys()
    assert [name for name in looked if name.endswith(".xlsx: docProps/core.xml")]
    assert [name for name, content in looked.items() for needle in needles if needle in content] == []


def test_no_canary_is_said(ended: Ended) -> None:
    assert [way for way, said in ended.said.items() for canary in CANARIES if canary in said] == []


def test_the_raw_archive_has_them_as_received(ended: Ended) -> None:
    kept = b"".join(path.read_bytes() for path in (ended.folder / "data" / "raw").rglob("*.csv"))
    assert [canary for canary in CANARIES if canary.encode() not in kept] == []
