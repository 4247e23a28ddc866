"""Prefect's temporary server ends with the command that it serves, also where that is killed and cannot end it.

The server itself is seen to end in test_killed_command.py; here another process stands for it.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.flows.processes import ends, running

ROOT = Path(__file__).parents[2]

OTHER = "import time; print('here', flush=True); time.sleep(600)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {OTHER}"
COMMAND = """
import subprocess, sys, time
from flows.temporary_server import end_with_this_process
other = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, start_new_session=True)
other.stdout.readline()
end_with_this_process(other.pid)
print(other.pid, flush=True)
time.sleep(float(sys.argv[2]))
"""


def started(other: str, seconds: int) -> tuple["subprocess.Popen[str]", int]:
    """A process that lasts so long, and the number of the one (in a group of its own) that runs ``other`` for it."""
    command = [sys.executable, "-c", COMMAND, other, str(seconds)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


@pytest.mark.parametrize("other", [OTHER, DEAF])
def test_it_ends_when_the_command_is_killed_also_if_it_does_not_listen(other: str) -> None:
    process, pid = started(other, 600)
    assert running(pid) == [pid]
    process.kill()
    process.wait()
    assert ends(pid)


def test_a_command_that_ends_by_itself_ends_nothing() -> None:
    """Prefect has ended the server by then, and its number may be another process's."""
    process, pid = started(OTHER, 0)
    assert process.wait() == 0
    time.sleep(1)
    assert running(pid) == [pid]
    os.kill(pid, signal.SIGKILL)
