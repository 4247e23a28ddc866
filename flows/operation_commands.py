"""The commands of scheduled operation: up, down, deploy, automations, serve, watch."""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from flows.command_options import CRASHED, WRONG_USE, DataOption, JsonOption, RunsOption, StudyOption
from flows.one_sentence import in_one_sentence
from flows.prefect_settings import apply_settings
from studies import DEFAULT_STUDY

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Folder of pid files, logs and Prefect's own data; default: DATA/prefect.")
]
ExtractsOption = Annotated[
    Path | None, typer.Option("--extracts", help="Folder of the extract files; default: the study's own.")
]
SERVER_PORT, REPORTS_PORT = 4200, 8321


def up(
    study: StudyOption = DEFAULT_STUDY,
    extracts: ExtractsOption = None,
    data: DataOption = Path("data"),
    runs: RunsOption = Path("runs"),
    home: HomeOption = None,
    port: Annotated[int, typer.Option(help="Port of Prefect's server and UI.")] = SERVER_PORT,
    reports_port: Annotated[int, typer.Option(help="Port of the pages of the runs.")] = REPORTS_PORT,
    host: Annotated[
        str,
        typer.Option(
            help="Address to listen at; one that others reach wants PREFECT_SERVER_API_AUTH_STRING=user:password set."
        ),
    ] = "127.0.0.1",
    database: Annotated[
        str,
        typer.Option(
            envvar="DATACUT_DATABASE",
            help="PostgreSQL behind the server, postgresql+asyncpg://user:password@host/name; default: a file in HOME.",
        ),
    ] = "",
    workers: Annotated[int, typer.Option(min=1, help="Workers on this machine.")] = 1,
    watch: Annotated[bool, typer.Option("--watch", help="Refresh whenever the extracts changed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Start Prefect's server, the deployments, a worker and the pages of the runs; say where the UI is."""
    with in_one_sentence():
        from flows.configuration import Places, check_extracts
        from flows.operation import Addresses, Operation
        from studies import load_study

        known = load_study(study)
        folder = extracts or known.extracts_dir
        if extracts or watch:
            check_extracts(folder)
        place = Places(
            str(Path(study).resolve()) if Path(study).is_dir() else study,
            str(extracts.resolve()) if extracts else None,
            str(data.resolve()),
            str(runs.resolve()),
        )
        operation = Operation(_home(home, data), Addresses(port, reports_port, host), database, workers)
        operation.up(place, lambda line: print(line, file=sys.stderr), str(folder.resolve()) if watch else "")
    addresses = {"ui": operation.addresses.ui, "api": operation.addresses.api, "reports": operation.addresses.runs}
    if as_json:
        print(json.dumps(addresses))
        return
    print(f"Prefect UI:  {addresses['ui']}\nRuns:        {addresses['reports']}\nLogs:        {operation.home}")
    print(f"One more worker, from this folder: PREFECT_API_URL={addresses['api']} prefect worker start --pool datacut")


def down(data: DataOption = Path("data"), home: HomeOption = None) -> None:
    """Stop everything that up started."""
    from flows.operation import down as stop

    stopped = stop(_home(home, data))
    print(f"Stopped: {', '.join(stopped)}." if stopped else f"Nothing runs for {_home(home, data)}.")


def deploy(
    study: StudyOption = DEFAULT_STUDY,
    extracts: ExtractsOption = None,
    data: DataOption = Path("data"),
    runs: RunsOption = Path("runs"),
    reports: Annotated[str, typer.Option(help="Where the runs are served, http://host:port.")] = "",
) -> None:
    """Make work pool, variables, deployments and automations on the server at PREFECT_API_URL; up does it too."""
    apply_settings(quiet=True)
    with in_one_sentence():
        from flows import deploying
        from flows.configuration import Places

        deploying.deploy(Places(study, str(extracts) if extracts else None, str(data), str(runs)), reports)
        if not deploying.is_key_known():
            print(
                "datacut: no pseudonym key is known; runs end in Wrong use until DATACUT_KEY is set for the worker, or "
                "the block secret/datacut-key is made in the UI.",
                file=sys.stderr,
            )


def automations(
    file: Annotated[Path | None, typer.Option(help="What to declare; default: flows/automations.toml.")] = None,
) -> None:
    """Bring the automations on the server at PREFECT_API_URL to what is declared; deploy and up do it too."""
    apply_settings(quiet=True)
    with in_one_sentence():
        from flows.automations import DECLARED, apply_automations

        for name in apply_automations(file or DECLARED):
            print(name)


def serve(
    runs: RunsOption = Path("runs"),
    host: Annotated[str, typer.Option(help="Address to listen at; default: this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.")] = REPORTS_PORT,
) -> None:
    """Show the run folders as web pages, read-only, until it is interrupted."""
    from flows.run_server import run_server

    with in_one_sentence():
        runs.mkdir(parents=True, exist_ok=True)
    try:
        server = run_server(runs, host, port)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        print(f"datacut: {host}:{port}: cannot be listened at ({why}); choose another --port.", file=sys.stderr)
        raise typer.Exit(CRASHED if isinstance(error, OSError) else WRONG_USE) from None
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"Runs: http://{host}:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return
    finally:
        server.server_close()


def watch(
    study: StudyOption = DEFAULT_STUDY,
    extracts: ExtractsOption = None,
    data: DataOption = Path("data"),
    runs: RunsOption = Path("runs"),
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks at the folder.")] = 30,
    settle: Annotated[float, typer.Option(min=0.1, help="Seconds without a change before a refresh starts.")] = 120,
) -> None:
    """Refresh whenever the files of the extract changed and have settled, until it is interrupted."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with in_one_sentence():
        from flows.configuration import check_extracts
        from flows.watching import Watch, refresh_by_command
        from studies import load_study
        from warehouse.store import make_writable

        folder = extracts or load_study(study).extracts_dir
        check_extracts(folder)
        make_writable(data, "--data")
        watched = Watch(folder, data / "watched.json", every, settle)
        print(f"Watching {folder}; looking every {every:g} s, refreshing after {settle:g} s of quiet.", file=sys.stderr)
        try:
            while True:
                watched.once(lambda: refresh_by_command(study, folder, data, runs))
        except KeyboardInterrupt:
            return


COMMANDS: tuple[Callable[..., None], ...] = (up, down, deploy, automations, serve, watch)


def _home(home: Path | None, data: Path) -> Path:
    return (home or data / "prefect").resolve()
