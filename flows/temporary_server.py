"""Prefect's temporary server, which must not outlive the command that it serves.

Where no server is configured, Prefect starts one as a process of its own and ends it when the command ends. A command
that is killed cannot: the server would run for ever. So a shell waits at the other end of a pipe that only the command
holds open, and ends the server when the pipe is closed without a word.
"""

import atexit
import contextlib
import os
import subprocess
from typing import Any

WAIT_AND_END = """
read -r _ && exit 0
kill "$1" 2>/dev/null || exit 0
n=0
while [ "$n" -lt 10 ]; do
    sleep 1
    kill -0 "$1" 2>/dev/null || exit 0
    n=$((n + 1))
done
kill -9 "$1"
"""
"""Ends the process $1 once its standard input ends without a line: it is asked to, and after ten seconds made to."""


def start_temporary_server() -> None:
    """Starts Prefect's temporary server, if no server is configured, so that it ends with this process in any case."""
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_API_URL

    # Prefect has no public place to learn the process at its start; its version is pinned, and a test kills a command.
    class WatchedServer(SubprocessASGIServer):
        def _run_uvicorn_command(self) -> "subprocess.Popen[Any]":
            process = super()._run_uvicorn_command()
            end_with_this_process(process.pid)
            return process

    if not PREFECT_API_URL.value():
        WatchedServer().start()  # whom Prefect asks for its server from now on: it keeps one a process


def end_with_this_process(pid: int) -> None:
    """Lets the process ``pid`` be ended when this one was killed; where this one ends by itself, nothing is done."""
    reading, writing = os.pipe()  # neither end is handed on to other processes
    subprocess.Popen(
        ["/bin/sh", "-c", WAIT_AND_END, "sh", str(pid)],
        stdin=reading,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # an interrupt at the terminal is not for it
    )
    os.close(reading)
    atexit.register(_say_that_it_ended, writing)


def _say_that_it_ended(writing: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody waits any more
        os.write(writing, b"ended\n")
