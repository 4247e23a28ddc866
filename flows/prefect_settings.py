"""Prefect's settings for a process that datacut starts, before Prefect is imported.

The same settings stand in ``[tool.prefect]`` of pyproject.toml for whoever calls ``prefect`` in this folder; Prefect
reads those from the working directory alone, and ``datacut`` may be started anywhere. A test keeps the two equal.
"""

import atexit
import os

SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
NOT_COUNTED = {"DO_NOT_TRACK": "1"}
"""Prefect's client counts its users apart from its server, and says so on a terminal: this turns both off."""
QUIET_CONSOLE = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "PREFECT_SERVER_LOGGING_LEVEL": "ERROR"}


def apply_settings(quiet: bool) -> None:
    """Sets what the environment does not set already; ``quiet`` keeps Prefect's own lines off the terminal."""
    for name, value in (SETTINGS | NOT_COUNTED | (QUIET_CONSOLE if quiet else {})).items():
        os.environ.setdefault(name, value)


def end_quietly() -> None:
    """Stops at the end of the process, after all else, the two event loops that Prefect leaves running in threads.

    What those threads hold keeps DuckDB's module from being cleared, and its binding then prints forty lines on leaks.
    Prefect has no public name for it; its version is pinned, and a test sees the end of a command.
    """
    atexit.register(_stop_loops)


def _stop_loops() -> None:
    from prefect._internal.concurrency import threads

    for loop in (threads._run_sync_loop, threads._global_loop):
        if loop is not None:
            loop.shutdown()
            loop.thread.join(timeout=5)
