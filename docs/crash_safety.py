"""Prints what happened when refreshes were killed and made to fail, at every failpoint and at random moments.

make crash-safety        # writes docs/crash_safety.md; some minutes
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from warehouse.failpoints import FAILPOINTS  # noqa: E402

AT_FAILPOINTS, AT_RANDOM, IN_RECOVERY = 4, 100, 50


def rounds(folder: str) -> list[dict]:
    """The rounds of tests/warehouse/crash_rounds.py, in a process that may fork."""
    options = ["--at-failpoints", AT_FAILPOINTS, "--at-random", AT_RANDOM, "--in-recovery", IN_RECOVERY]
    command = [sys.executable, "-m", "tests.warehouse.crash_rounds", folder, *map(str, options)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT) as running:
        assert running.stdout is not None
        found = []
        for line in running.stdout:
            found.append(json.loads(line))
            if len(found) % 25 == 0:
                print(f"{len(found)} rounds", file=sys.stderr)
    if running.returncode:
        sys.exit("the rounds did not come to their end")
    return found


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="crash-safety-") as folder:
        found = rounds(folder)[1:]  # the first is no crash: it makes the first cut
    cut_off = [each for each in found if each["was_cut_off"]]
    killed = [each for each in cut_off if each["how"] == "kill"]
    # A round "X, then recovery-Y" was killed twice: in the refresh, and in the start after it.
    kills = len(killed) + sum(", then " in each["where"] for each in killed)
    faulty = [each for each in found if each["faults"]]
    print("# A refresh that is killed\n")
    print("<!-- written by `make crash-safety`; do not edit -->\n")
    print(
        f"**{kills} processes were killed (SIGKILL) and {len(cut_off) - len(killed)} made to fail by an exception in "
        f"{len(found)} rounds; {len(faulty) or 'none'} of the rounds left a fault.**\n"
    )
    print(
        "A round: a refresh of a small store is cut off; a reader looks at once; a start (lock, recovery) looks after\n"
        "what is left; the next refresh publishes. What is asked each time:\n\n"
        "- before the start already: the pointer names a complete cut, the old or the new; every byte of it, of its\n"
        "  run folder and of its archived extract hashes to what its manifest says; `runs/latest` leads to a complete\n"
        "  run;\n"
        "- after the start: no file is there that nothing names; pointer, run folders, ledger and links agree;\n"
        "- the next refresh publishes one cut more, and all of this holds again.\n\n"
        "Every fifth run is one that was blocked. The steps are those of `warehouse/publishing.py` and\n"
        "`warehouse/recovery.py`, which the real refresh takes too; `DATACUT_FAILPOINT=name[:kill|raise]` cuts the\n"
        "real command off at the same places.\n"
    )
    print("| cut off at | what is done by then | killed | failed | old current | new current | faults |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for point, done in FAILPOINTS.items():
        print(_row(f"`{point}`", done, [each for each in cut_off if each["where"] == point]))
    print(_row("random moments", "anything", [each for each in cut_off if each["where"] == "at random"]))
    print(_row("twice", "and again in the start", [each for each in cut_off if ", then " in each["where"]]))
    missed = len(found) - len(cut_off)
    if missed:
        print(f"\n{missed} kills at random came after the refresh had ended; they are not counted.")
    for each in faulty:
        print(f"\nFAULT at {each['where']} ({each['how']}): {'; '.join(each['faults'])}")
    print(DISK)
    sys.exit(1 if faulty else 0)


def _row(name: str, done: str, those: list[dict]) -> str:
    how = Counter(each["how"] for each in those)
    current = Counter(each["current"] for each in those)
    faults = sum(bool(each["faults"]) for each in those)
    return f"| {name} | {done} | {how['kill']} | {how['raise']} | {current['old']} | {current['new']} | {faults} |"


DISK = """
## Disks, bytes, clocks, crowds

`tests/warehouse/test_crash_safety.py` proves besides: a disk that fills up at four stages of a run (a tmpfs of 4 MB;
where mounting is not allowed, every write that is synchronised fails in turn), a data or run folder that becomes
read-only (a read-only mount), a flipped byte in a published cut (`datacut verify` names the file, the next refresh
makes the cut again), a clock that has gone backwards (the next run still sorts last), a lock whose holder was killed,
eight refreshes at once (one publishes; the others wait with `--wait` and find no change, or say that another is
running), and a reader in a loop during a hundred publishes (complete cuts, in order)."""


if __name__ == "__main__":
    main()
