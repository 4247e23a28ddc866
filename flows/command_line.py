"""The command ``datacut``: for people and for scripts. Slow imports wait until a command needs them."""

import importlib
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import operation_commands, query_commands
from flows.command_options import CRASHED, WRONG_USE, DataOption, JsonOption, RunsOption, StudyOption, count, day
from flows.explain_command import explain
from flows.export_command import export
from flows.history_commands import HISTORY_COMMANDS
from flows.prefect_settings import apply_settings, end_quietly
from flows.survival_command import survival
from studies import DEFAULT_STUDY

application = typer.Typer(
    help="From raw EMR extracts to a checked, analysed and traceable data cut.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

PUBLISHED, BLOCKED = 0, 3

ExtractsOption = Annotated[
    Path | None, typer.Option("--extracts", help="Folder of the extract files; default: the study's own.")
]
DataCutOption = Annotated[
    date | None,
    typer.Option(
        "--data-cut", parser=day, metavar="YYYY-MM-DD", help="Last day of follow-up; default: the protocol's."
    ),
]

WaitOption = Annotated[
    bool, typer.Option("--wait", help="Wait for another refresh on the same folders to end, instead of giving up.")
]


@application.callback()
def _root() -> None:
    """Keeps ``datacut refresh`` a command by name."""


@application.command()
def refresh(
    study: StudyOption = DEFAULT_STUDY,
    extracts: ExtractsOption = None,
    data_cut: DataCutOption = None,
    data: DataOption = Path("data"),
    runs: RunsOption = Path("runs"),
    force: Annotated[bool, typer.Option("--force", help="Make the cut again although nothing changed.")] = False,
    wait: WaitOption = False,
    as_json: JsonOption = False,
) -> None:
    """Load, check, derive, publish, analyse, report. Exit code 0 published or no change, 3 blocked, 2 wrong use.

    1: it failed, for a reason outside (a folder, a file) or by a fault of datacut.
    """
    where = _parameters(study, extracts, data_cut, data, runs)
    _run("flows.refresh", "refresh", {**where, "force": force, "wait": wait}, as_json)


@application.command()
def quality(
    study: StudyOption = DEFAULT_STUDY,
    extracts: ExtractsOption = None,
    data_cut: DataCutOption = None,
    data: DataOption = Path("data"),
    runs: RunsOption = Path("runs"),
    wait: WaitOption = False,
    as_json: JsonOption = False,
) -> None:
    """Load and check, follow the queries, report; publish nothing. Exit code 0 may be published, 3 would be blocked."""
    where = _parameters(study, extracts, data_cut, data, runs)
    _run("flows.quality", "quality", {**where, "wait": wait}, as_json)


def _parameters(study: str, extracts: Path | None, data_cut: date | None, data: Path, runs: Path) -> dict[str, Any]:
    return {
        "study": study,
        "extracts": str(extracts) if extracts else None,
        "data_cut": data_cut,
        "data": str(data),
        "runs": str(runs),
    }


def _run(module: str, name: str, parameters: dict[str, Any], as_json: bool) -> None:
    """Runs a flow in this process, says how it ended, and exits with the code for it."""
    apply_settings(quiet=True)
    end_quietly()
    print("Starting Prefect …", file=sys.stderr)
    from flows import progress
    from flows.temporary_server import start_temporary_server
    from flows.without_server import missing_server, run_without_server

    if api := missing_server():
        raise typer.Exit(run_without_server(api))
    flow = getattr(importlib.import_module(module), name)
    progress.show()
    try:
        start_temporary_server()
        state = flow(**parameters, return_state=True)
    except Exception as error:
        # The flow answers for its own errors with a state; what comes through here is Prefect's: no server, no disk.
        if api := missing_server():
            raise typer.Exit(run_without_server(api)) from None
        first_line = (str(error).splitlines() or [""])[0]
        print(
            f"datacut: Prefect did not run the flow ({type(error).__name__}: {first_line}); "
            "check PREFECT_API_URL and that its server is up, or unset it to use the embedded one.",
            file=sys.stderr,
        )
        raise typer.Exit(CRASHED) from None
    if not state.is_completed():
        print(f"datacut: {state.message}", file=sys.stderr)
        raise typer.Exit(WRONG_USE if state.name == "Wrong use" else CRASHED)
    outcome: Any = state.result()
    if as_json:
        print(
            json.dumps(
                {"outcome": outcome.word, "run": outcome.run_id, "report": outcome.report, "reasons": outcome.reasons}
            )
        )
    else:
        from flows.closing_words import closing_words

        print(closing_words(outcome, parameters["study"], Path(parameters["runs"])))
    raise typer.Exit(BLOCKED if outcome.word == "blocked" else PUBLISHED)


@application.command()
def simulate(
    directory: Annotated[Path, typer.Argument(help="Folder to write the extract files to.")],
    patients: Annotated[int, typer.Option(parser=count, metavar="N", help="Number of patients.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    study: StudyOption = DEFAULT_STUDY,
    defects: Annotated[bool, typer.Option("--defects", help="Plant one defect of each kind.")] = False,
    defects_file: Annotated[Path | None, typer.Option(help="Plant them, and list them in this CSV.")] = None,
    cohort: Annotated[Path | None, typer.Option(help="Patient level from this CSV instead of random patients.")] = None,
    refreshes: Annotated[
        int | None, typer.Option(help="Write a series of so many extracts, in folders 01, 02, …, as follow-up accrues.")
    ] = None,
    every_days: Annotated[int, typer.Option(help="Days between the data cut dates of a series.")] = 56,
) -> None:
    """Write synthetic extracts of any size, as an EMR would give them."""
    from simulate import simulate_extracts, simulate_refreshes
    from studies import StudyError, load_study

    plant = defects or defects_file is not None
    if plant and refreshes is not None:
        print("datacut: --refreshes plants no defects; leave out --defects and --defects-file.", file=sys.stderr)
        raise typer.Exit(WRONG_USE)
    try:
        if directory.is_file():
            raise ValueError(f"{directory}: is a file; name a folder to write the extract files to.")
        whose: dict[str, Any] = {
            "patients": patients, "seed": seed, "study": load_study(study), "cohort_file": cohort,
        }  # fmt: skip
        if refreshes is not None:
            simulate_refreshes(directory, refreshes=refreshes, interval_days=every_days, **whose)
        else:
            simulate_extracts(directory, defects=plant, defects_file=defects_file, **whose)
    except OSError as error:
        print(
            f"datacut: {error.filename or cohort}: cannot be read or written ({error.strerror}); "
            "check its name and your rights.",
            file=sys.stderr,
        )
        raise typer.Exit(WRONG_USE) from None
    except UnicodeDecodeError:
        print(f"datacut: {cohort}: is not UTF-8 text; save it as UTF-8.", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None
    except (StudyError, ValueError) as error:
        print(f"datacut: {error}", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None
    print(directory)


BESIDE_THE_FLOWS: tuple[Callable[..., None], ...] = (
    survival, explain, export, *query_commands.COMMANDS, *HISTORY_COMMANDS, *operation_commands.COMMANDS,
)  # fmt: skip
for command in BESIDE_THE_FLOWS:
    application.command()(command)


def main() -> None:
    """Entry point of the console script."""
    application()


if __name__ == "__main__":
    main()
