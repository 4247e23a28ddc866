"""The command ``datacut``: for people and for scripts. Slow imports wait until a command needs them."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.prefect_settings import apply_settings
from studies import DEFAULT_STUDY

application = typer.Typer(
    help="From raw EMR extracts to a checked, analysed and traceable data cut.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

PUBLISHED, CRASHED, WRONG_USE, BLOCKED = 0, 1, 2, 3

StudyOption = Annotated[str, typer.Option("--study", help="Name of a study, or the folder of one.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")]


@application.callback()
def _root() -> None:
    """Keeps ``datacut refresh`` a command by name."""


@application.command()
def refresh(
    study: StudyOption = DEFAULT_STUDY,
    extracts: Annotated[
        Path | None, typer.Option(help="Folder of the extract files; default: the study's own.")
    ] = None,
    data_cut: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of follow-up; default: the protocol's.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Folder of the warehouse.")] = Path("data"),
    runs: Annotated[Path, typer.Option(help="Folder of the runs.")] = Path("runs"),
    force: Annotated[bool, typer.Option("--force", help="Make the cut again although nothing changed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Load, check, derive, publish, analyse, report. Exit code 0 published or no change, 3 blocked, 2 wrong use."""
    apply_settings(quiet=True)
    print("Starting Prefect …", file=sys.stderr)
    from flows import progress
    from flows.refresh import refresh as flow

    progress.show()
    try:
        state = flow(
            study=study,
            extracts=str(extracts) if extracts else None,
            data_cut=data_cut.date() if data_cut else None,
            data=str(data),
            runs=str(runs),
            force=force,
            return_state=True,
        )
    except Exception as error:
        # The flow answers for its own errors with a state; what comes through here is Prefect's: no server, no disk.
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

        print(closing_words(outcome, study))
    raise typer.Exit(BLOCKED if outcome.word == "blocked" else PUBLISHED)


@application.command()
def simulate(
    directory: Annotated[Path, typer.Argument(help="Folder to write the extract files to.")],
    patients: Annotated[int, typer.Option(help="Number of patients.", min=1)] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    study: StudyOption = DEFAULT_STUDY,
    defects: Annotated[bool, typer.Option("--defects", help="Plant one defect of each kind.")] = False,
    defects_file: Annotated[Path | None, typer.Option(help="Plant them, and list them in this CSV.")] = None,
    cohort: Annotated[Path | None, typer.Option(help="Patient level from this CSV instead of random patients.")] = None,
) -> None:
    """Write synthetic extracts of any size, as an EMR would give them."""
    from simulate import simulate_extracts
    from studies import StudyError, load_study

    try:
        simulate_extracts(
            directory,
            patients=patients,
            seed=seed,
            study=load_study(study),
            defects=defects or defects_file is not None,
            cohort_file=cohort,
            defects_file=defects_file,
        )
    except (StudyError, OSError, ValueError) as error:
        print(f"datacut: {error}", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None
    print(directory)


def main() -> None:
    """Entry point of the console script."""
    application()
