"""A real PostgreSQL server for a test, from Debian's packages, in a temporary folder, on a port of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class PostgresServer:
    """A running server; ``address`` is of its superuser, who needs no password from this machine."""

    port: int
    binaries: Path
    home: Path

    @property
    def address(self) -> str:
        return f"postgresql://owner@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        """Ends it at once, as a power cut would."""
        call(self.home, str(self.binaries / "pg_ctl"), "-D", str(self.home / "data"), "-m", "immediate", "stop")


def binaries_of_postgres() -> Path:
    """The folder of the newest server that is installed; skips the test where there is none, but not in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: float(path.parts[-3]))
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail("CI has no PostgreSQL server; .ci/run installs it")
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    return found[-1].parent


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Starts a server, and stops it, if it still runs. Its folder is not pytest's, which nobody else may enter."""
    binaries = binaries_of_postgres()
    home = Path(tempfile.mkdtemp(prefix="postgres-of-a-test-"))
    server, data = PostgresServer(free_port(), binaries, home), str(home / "data")
    if os.geteuid() == 0:
        shutil.chown(home, UNPRIVILEGED)
    options = f"-p {server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
    call(home, str(server.binaries / "initdb"), "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8", "--no-sync")
    call(home, str(server.binaries / "pg_ctl"), "-D", data, "-l", str(home / "log"), "-o", options, "-w", "start")
    try:
        yield server
    finally:
        if (home / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(home, ignore_errors=True)


def call(home: Path, *command: str) -> None:
    """Calls a command of PostgreSQL, which refuses to run as root."""
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        who = {"user": UNPRIVILEGED, "group": pwd.getpwnam(UNPRIVILEGED).pw_gid}
    with (home / "said").open("w+b") as said:  # not a pipe: the server that pg_ctl starts would hold it open
        done = subprocess.run(command, cwd=home, stdout=said, stderr=said, timeout=60, **who)
    assert done.returncode == 0, (home / "said").read_text("utf-8", errors="replace")


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
