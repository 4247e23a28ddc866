"""The commands of history: which runs there are, whether one is as it was made, what changed between two."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from flows.command_options import CRASHED, DataOption, JsonOption, RunsOption, StudyOption, count
from flows.one_sentence import in_one_sentence
from studies import DEFAULT_STUDY

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help="A run id, or latest.")]


def runs(data: DataOption = Path("data"), runs: RunsOption = Path("runs"), as_json: JsonOption = False) -> None:
    """List the runs, the newest first: time, outcome, data cut, subjects, findings; * marks the current cut.

    Exit code 1: the manifest of a run is damaged; it is listed as that, and the others as they are.
    """
    with in_one_sentence():
        from flows.history_text import runs_text
        from warehouse import Store
        from warehouse.history import listed_runs
        from warehouse.manifest import DAMAGED

        listed = listed_runs(Store(data), runs)
    if as_json:
        print(json.dumps(listed, ensure_ascii=False))
    else:
        print(runs_text(listed) if listed else f"No runs in {runs}.")
    if damaged := [run["run"] for run in listed if run["outcome"] == DAMAGED]:
        print(
            f"datacut: {', '.join(damaged)}: bring the folder back from a copy, or move it out of {runs}.",
            file=sys.stderr,
        )
        raise typer.Exit(CRASHED)


def verify(
    run: RunArgument, data: DataOption = Path("data"), runs: RunsOption = Path("runs"), as_json: JsonOption = False
) -> None:
    """Hash every output, archived extract file and the cut of RUN again, and compare with its manifest.

    Exit code 0 all as they were made, 1 a file is missing, changed or added; each is named.
    """
    with in_one_sentence():
        from warehouse import Store
        from warehouse.history import find_run
        from warehouse.verification import verify as verified

        folder = find_run(runs, run)
        files = verified(Store(data), folder)
    problems = [file for file in files if file.problem]
    if as_json:
        found = [{"part": file.part, "file": str(file.file), "problem": file.problem} for file in problems]
        print(json.dumps({"run": folder.run_id, "files": len(files), "problems": found}))
    else:
        for file in problems:
            print(file.sentence)
        print(f"{folder.run_id}: {len(files)} files hashed, {len(problems) or 'none'} not as they were made.")
    raise typer.Exit(CRASHED if problems else 0)


def diff(
    run_a: Annotated[str, typer.Argument(metavar="RUN_A", help="The earlier run: a run id, or latest.")],
    run_b: Annotated[str, typer.Argument(metavar="RUN_B", help="The later run.")],
    study: StudyOption = DEFAULT_STUDY,
    data: DataOption = Path("data"),
    runs: RunsOption = Path("runs"),
    as_json: JsonOption = False,
) -> None:
    """What changed from RUN_A to RUN_B: subjects, fields, endpoints with the record that moved them, results, and why.

    An endpoint that goes from censored to event is expected; one that goes from event to censored is suspect.
    """
    with in_one_sentence():
        from flows.comparing import compare, side_of
        from flows.history_text import comparison_text
        from studies import load_study
        from warehouse import Store
        from warehouse.history import find_published

        meant = load_study(study)
        store = Store(data, study=meant.protocol.study.id)
        store.check_owner()
        sides = [side_of(store, find_published(runs, name)) for name in (run_a, run_b)]
        print("Comparing …", file=sys.stderr)
        comparison = compare(meant, *sides)
    if as_json:
        frames = {
            name: json.loads(frame.to_json(orient="records", date_format="iso"))
            for name, frame in comparison.frames.items()
        }
        print(json.dumps({**comparison.summary, **frames}, ensure_ascii=False))
    else:
        print(comparison_text(comparison))


def replay(
    run: RunArgument,
    study: StudyOption = DEFAULT_STUDY,
    data: DataOption = Path("data"),
    runs: RunsOption = Path("runs"),
    into: Annotated[
        Path | None, typer.Option(help="Keep what is made in this new folder; default: it is removed.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make RUN again from its manifest and archived extract, and compare the bytes of data sets, results and reports.

    Says what is not the same today (code, packages, protocol). Exit code 0 every byte is the same, 1 it is not.
    """
    import tempfile

    with in_one_sentence():
        from flows import progress
        from flows.replay import as_json as json_of
        from flows.replay import as_text
        from flows.replay import replay as replayed

        progress.show()
        with tempfile.TemporaryDirectory(prefix="datacut-replay-") as scratch:
            result = replayed(run, study, data, runs, into or Path(scratch))
    print(json_of(result) if as_json else as_text(result))
    raise typer.Exit(0 if result.is_equal else CRASHED)


def retain(
    keep: Annotated[int, typer.Option(parser=count, metavar="N", help="How many of the newest published runs stay.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    study: StudyOption = DEFAULT_STUDY,
    data: DataOption = Path("data"),
    runs: RunsOption = Path("runs"),
) -> None:
    """Let go of old runs with their cuts and extracts; nothing that a kept manifest cites is removed.

    The ledger of queries stays whole.
    """
    with in_one_sentence():
        from flows.history_text import retention_text
        from studies import load_study
        from warehouse import Store, WrongUseError
        from warehouse.recovery import recover
        from warehouse.retention import let_go, planned_retention
        from warehouse.runs import making_runs

        store = Store(data, study=load_study(study).protocol.study.id)
        store.check_owner()
        if not store.pointer.is_file():
            raise WrongUseError(f"{data}: no cut was ever published here; name the --data folder of the study.")
        with store.refreshing(), making_runs(runs):
            recover(store, runs)
            retention = planned_retention(store, runs, keep)
            if not retention.keep:
                raise WrongUseError(
                    f"{runs}: holds no run that published into {data}; name the --runs folder of the study."
                )
            if not dry_run:
                let_go(store, retention)
    print(retention_text(retention, dry_run))


HISTORY_COMMANDS: tuple[Callable[..., None], ...] = (runs, verify, diff, replay, retain)
