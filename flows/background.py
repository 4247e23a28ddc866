"""A process that goes on after the command that started it: its pid file, its log, and how it is stopped.

The process itself holds a lock on its pid file as long as it lives, so a file that is left over, or a process number
that the system has given away again, is never taken for it.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SECONDS_TO_END = 20
LAST_LINES = 5


@dataclass(frozen=True)
class Background:
    """The process called ``name`` whose files lie in ``folder``."""

    name: str
    folder: Path

    @property
    def pid_file(self) -> Path:
        return self.folder / f"{self.name}.pid"

    @property
    def log_file(self) -> Path:
        return self.folder / f"{self.name}.log"

    def pid(self) -> int | None:
        """The number of the process; None when it does not run."""
        try:
            file = self.pid_file.open(encoding="ascii")
        except FileNotFoundError:
            return None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read())
        return None

    def start(self, command: Sequence[str], environment: Mapping[str, str], directory: Path) -> bool:
        """Starts it, if it does not run; gives whether it was started. Its output goes to the log, which is anew."""
        if self.pid() is not None:
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.pid_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with self.log_file.open("wb") as log:
                process = subprocess.Popen(
                    command,
                    cwd=directory,
                    env=dict(environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=(descriptor,),  # the lock lives as long as the process
                )
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(process.pid).encode())
        finally:
            os.close(descriptor)
        return True

    def stop(self, seconds: float = SECONDS_TO_END) -> bool:
        """Ends it and what it started in its own group, by force if it does not end in time; gives whether it ran."""
        pid = self.pid()
        if pid is None:
            self.pid_file.unlink(missing_ok=True)
            return False
        os.killpg(pid, signal.SIGTERM)
        ends = time.monotonic() + seconds
        while self.pid() is not None and time.monotonic() < ends:
            time.sleep(0.1)
        if self.pid() is not None:
            os.killpg(pid, signal.SIGKILL)
        self.pid_file.unlink(missing_ok=True)
        return True

    def last_words(self) -> str:
        """The end of its log, for a sentence that says why it did not start."""
        if not self.log_file.is_file():
            return ""
        lines = [line.strip() for line in self.log_file.read_text("utf-8", errors="replace").splitlines()]
        return " | ".join([line for line in lines if line][-LAST_LINES:])
