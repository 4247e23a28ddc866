"""A run must not depend on a server that only keeps its history: without it, the same command goes on by itself."""

import os
import subprocess
import sys

from flows.operation import answers

MARK = "DATACUT_WITHOUT_SERVER"


def missing_server() -> str:
    """The address of the Prefect server that is configured and does not answer; empty where all is well."""
    if os.environ.get(MARK):
        return ""
    from prefect.settings import PREFECT_API_URL

    api = PREFECT_API_URL.value() or ""
    return "" if not api or answers(api) else api


def run_without_server(api: str) -> int:
    """Runs the command of this process again with Prefect's embedded server; gives its exit code."""
    print(
        f"datacut: the Prefect server at {api} does not answer; the run goes on without it, outside its history.",
        file=sys.stderr,
    )
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment |= {"PREFECT_PROFILE": "ephemeral", MARK: "1"}
    return subprocess.call([sys.executable, "-m", "flows.command_line", *sys.argv[1:]], env=environment)
