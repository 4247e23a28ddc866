"""Kills and failures at every failpoint and at random moments of a small refresh, and what was found afterwards.

    python -m tests.warehouse.crash_rounds FOLDER --at-failpoints 1 --at-random 0 --in-recovery 0

prints one JSON line a round: where it was cut off, how, how it ended, whether old or new is current, and every fault.
Each round: a refresh is cut off; a reader looks; a start looks after what was left; the next refresh publishes.
The process forks before it has any thread (polars and DuckDB start theirs in the children).
"""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.warehouse.small_refresh import (
    faults_after_a_start,
    faults_for_a_reader,
    published,
    small_refresh,
    start,
    write_extract,
)
from warehouse.failpoints import FAILPOINTS, VARIABLE

KILLED = -signal.SIGKILL
FAILED = 3


@dataclass
class Round:
    """One round. ``ended`` is the exit code of what was cut off, negative a signal; ``current`` is old or new."""

    where: str
    how: str
    ended: int = 0
    current: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def was_cut_off(self) -> bool:
        return self.ended == (KILLED if self.how == "kill" else FAILED)


def in_a_process(action: Callable[[], object], failpoint: str = "", kill_after: float | None = None) -> int:
    """Runs ``action`` in a forked process; 0, 3 for an exception, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        os.environ[VARIABLE] = failpoint
        code = FAILED
        try:
            action()
            code = 0
        except BaseException as error:
            if not failpoint:
                print(f"{type(error).__name__}: {error}", file=sys.stderr)
        os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def rounds(folder: Path, at_failpoints: int, at_random: int, in_recovery: int) -> Iterator[Round]:
    """Every failpoint so many times by kill and by exception; kills at random; kills of the start after a kill."""
    chance = random.Random(20260101)
    write_extract(folder, "0")
    first = time.perf_counter()
    ended = in_a_process(lambda: small_refresh(folder, "0"))
    yield Round("nowhere", "not at all", ended, "new", faults_after_a_start(folder))
    takes = time.perf_counter() - first
    plan: list[tuple[str, str, str]] = []
    for _ in range(at_failpoints):
        plan += [(point, how, "") for point in FAILPOINTS for how in ("kill", "raise")]
    plan += [("at random", "kill", "")] * at_random
    starts = [point for point in FAILPOINTS if point.startswith("recovery")]
    plan += [(chance.choice(list(FAILPOINTS)), "kill", starts[i % len(starts)]) for i in range(in_recovery)]
    for number, (where, how, then) in enumerate(plan, start=1):
        yield one_round(folder, number, Round(where, how), then, chance.uniform(0, 1.2 * takes))


def one_round(folder: Path, number: int, result: Round, then: str, moment: float) -> Round:
    """Cuts a refresh off as ``result`` says (and the start after it at ``then``), and fills in what was found."""
    before = published(folder)
    is_blocked = number % 5 == 4 and result.where not in ("cut-moved", "cut-sealed")  # which it does not come through

    def refresh() -> None:
        small_refresh(folder, f"{number} cut off", is_blocked)

    if result.where == "at random":
        result.ended = in_a_process(refresh, kill_after=moment)
    else:
        result.ended = in_a_process(refresh, f"{result.where}:{result.how}")
    result.faults += [f"before the start: {fault}" for fault in faults_for_a_reader(folder)]
    if then:
        result.where, result.ended = f"{result.where}, then {then}", in_a_process(lambda: start(folder), f"{then}:kill")
        result.faults += [f"after the second kill: {fault}" for fault in faults_for_a_reader(folder)]
    if in_a_process(lambda: start(folder)) != 0:
        result.faults.append("the start failed")
    result.faults += [f"after the start: {fault}" for fault in faults_after_a_start(folder)]
    after = published(folder)
    result.current = "new" if len(after) == len(before) + 1 else "old" if after == before else "neither"
    if in_a_process(lambda: small_refresh(folder, f"{number} next")) != 0:
        result.faults.append("the next refresh failed")
    result.faults += [f"after the next refresh: {fault}" for fault in faults_after_a_start(folder)]
    if published(folder)[:-1] != after:
        result.faults.append("the next refresh did not publish one cut")
    forget(folder, keep=3)
    return result


def forget(folder: Path, keep: int) -> None:
    """Lets go of all but the newest cuts, so that a long loop checks a short list: as if it began here."""
    pointer_file = folder / "data" / "CURRENT.json"
    pointer = json.loads(pointer_file.read_text(encoding="utf-8"))
    head = pointer["ledgers"]["SMALL"]
    oldest = pointer["published"][-keep:][0]
    gone = [segment for segment in head["segments"] if segment < oldest]
    for run_id in gone:
        (folder / "data" / "ledger" / "SMALL" / f"{run_id}.parquet").unlink()
        for file in sorted((folder / "runs" / run_id).rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()
        (folder / "runs" / run_id).rmdir()
        (folder / "data" / "cuts" / f"{run_id}.duckdb").unlink(missing_ok=True)
    head["segments"] = [segment for segment in head["segments"] if segment >= oldest]
    pointer["published"] = [cut for cut in pointer["published"] if cut >= oldest]
    pointer_file.write_text(json.dumps(pointer), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    for option, default in (("--at-failpoints", 1), ("--at-random", 0), ("--in-recovery", 0)):
        parser.add_argument(option, type=int, default=default)
    options = parser.parse_args()
    for result in rounds(options.folder, options.at_failpoints, options.at_random, options.in_recovery):
        print(json.dumps({**asdict(result), "was_cut_off": result.was_cut_off}), flush=True)


if __name__ == "__main__":
    main()
