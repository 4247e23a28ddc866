"""A refresh as small as can be, through every step of publishing: no Prefect, no rules, some milliseconds.

And what must be true of its folders at any moment, and after a start, in plain Python: nothing here starts a thread,
so that a process may fork after it (tests/warehouse/crash_rounds.py).
"""

import json
from collections.abc import Callable
from pathlib import Path

from tests.warehouse.tiny_ledger import add_event
from warehouse import Store, build
from warehouse.durable import file_sha256
from warehouse.extract_files import Source, archive, find
from warehouse.failpoints import failpoint
from warehouse.publishing import conclude, publish
from warehouse.recovery import recover
from warehouse.runs import RunFolder, making_runs, new_run_id
from warehouse.verification import verify

STUDY = "SMALL"
FILES = ("patients.csv", "deaths.csv")


def store_of(folder: Path) -> Store:
    return Store(folder / "data", study=STUDY)


def write_extract(folder: Path, content: str) -> Path:
    extract = folder / "extract"
    extract.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (extract / name).write_text(f"id,value\n{name},{content}\n", encoding="utf-8")
    return extract


def small_refresh(
    folder: Path, content: str, is_blocked: bool = False, waiting: Callable[[], None] | None = None
) -> str:
    """Publishes a cut that holds ``content``, or concludes a run that was blocked; gives the run id, or ``no change``.

    ``waiting`` as in warehouse.locks.
    """
    store, runs = store_of(folder), folder / "runs"
    with store.refreshing(waiting), making_runs(runs, waiting):
        recover(store, runs)
        current = store.current()
        if current and current["fingerprint"] == f"of {content}" and not store.damage(current["cut_id"]):
            return "no change"
        run = RunFolder(runs, new_run_id(runs, store.run_ids()))
        run.create()
        extract = write_extract(folder, content)
        files = [find(extract, Source(name.removesuffix(".csv"), name, {})) for name in FILES]
        archive(files, store.raw)
        with build.opened(store.build_file(run.run_id)) as connection:
            connection.execute("create table content as select ? as content", [content])
        heads = add_event(store, STUDY, run.run_id)
        for part, name in (("analysis", "analysis"), ("results", "results"), ("quality", "reports")):
            (run.path / part / f"{name}.csv").write_text(f"content\n{content}\n", encoding="utf-8")
            failpoint(f"{name}-written")
        stated = {
            "run_id": run.run_id,
            "status": "blocked" if is_blocked else "published",
            "study": STUDY,
            "data_cut": "2026-01-01",
            "cut": None if is_blocked else f"{run.run_id}.duckdb",
            "extract_files": [{"file": file.source.file, "sha256": file.sha256} for file in files],
        }
        if is_blocked:
            conclude(store, run, stated, heads)
        else:
            publish(store, run, stated, heads, f"of {content}")
        return run.run_id


def start(folder: Path) -> None:
    """What every command that writes does first."""
    store = store_of(folder)
    with store.refreshing(), making_runs(folder / "runs"):
        recover(store, folder / "runs")


def published(folder: Path) -> list[str]:
    return store_of(folder).published()


def faults_for_a_reader(folder: Path) -> list[str]:
    """What is wrong for whoever follows the pointer or ``runs/latest`` at this moment; nothing before the first run."""
    store, runs, faults = store_of(folder), folder / "runs", []
    pointer = json.loads(store.pointer.read_text(encoding="utf-8")) if store.pointer.is_file() else {}
    for cut_id in pointer.get("published", []):
        run = RunFolder(runs, cut_id)
        if file_sha256(store.cut_file(cut_id)) != pointer["cut_sha256"][cut_id]:
            faults.append(f"cut {cut_id} is not as it was published")
        if not run.is_complete:
            faults.append(f"run {cut_id} is published and has no manifest")
        else:
            faults += [file.sentence for file in verify(store, run) if file.problem]
    if pointer.get("published") and pointer["cut_id"] != pointer["published"][-1]:
        faults.append("the current cut is not the newest")
    for segment in pointer.get("ledgers", {}).get(STUDY, {}).get("segments", []):
        if not (store.ledger / STUDY / f"{segment}.parquet").is_file():
            faults.append(f"segment {segment} is named and missing")
    for name in ("latest", "latest-quality"):
        link = runs / name
        if link.is_symlink() and not (link / "manifest.json").is_file():
            faults.append(f"{name} leads to no complete run")
    return faults


def faults_after_a_start(folder: Path) -> list[str]:
    """And besides: no orphan, and runs, ledger, pointer and links say the same."""
    store, runs, faults = store_of(folder), folder / "runs", faults_for_a_reader(folder)
    pointer = json.loads(store.pointer.read_text(encoding="utf-8"))
    segments = pointer["ledgers"].get(STUDY, {}).get("segments", [])
    present = {path.relative_to(store.root).as_posix() for path in store.root.rglob("*") if path.is_file()}
    archived = {name for name in present if name.startswith("raw/")}
    expected = {
        "CURRENT.json", "refresh.lock", *(f"cuts/{cut}.duckdb" for cut in pointer["published"]),
        *(f"ledger/{STUDY}/{segment}.parquet" for segment in segments),
    }  # fmt: skip
    if difference := (present - archived) ^ expected:
        faults.append(f"in data/ too much or missing: {sorted(difference)}")
    for extract in store.raw.iterdir():
        if sorted(path.name for path in extract.iterdir()) != sorted(FILES):
            faults.append(f"raw/{extract.name} is not whole")
    made = sorted(path.name for path in runs.iterdir() if path.is_dir() and not path.is_symlink())
    if made != segments:
        faults.append(f"runs {made} and ledger {segments} differ")
    if not set(pointer["published"]) <= set(made):
        faults.append("a published cut has no run")
    others = {path.name for path in runs.iterdir()} - set(made)
    if made and (
        others != {".refresh.lock", "latest", "latest-quality"} or (runs / "latest").readlink().name != made[-1]
    ):
        faults.append(f"beside the runs stand {sorted(others)}, and latest leads elsewhere than to {made[-1]}")
    if made and pointer["last_run"] != made[-1]:
        faults.append("the pointer does not know the last run")
    return faults
