"""Prefect's server, the deployments, workers and the pages of the runs on this machine: up, and down again.

Everything that runs has its pid file, log and settings in one folder (``home``); ``up`` starts what is missing, and
called twice it changes nothing.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from flows.background import Background
from flows.configuration import Places
from flows.deploying import POOL, SOURCE_ROOT
from flows.prefect_settings import NOT_COUNTED, SETTINGS
from warehouse import WarehouseError, WrongUseError
from warehouse.pseudonyms import KEY_VARIABLE
from warehouse.store import make_writable

LOOPBACK = "127.0.0.1"
SECONDS_TO_ANSWER = 180

Say = Callable[[str], None]


@dataclass(frozen=True)
class Addresses:
    """Where the server and the pages of the runs listen: on this machine alone, or at an address of it for a team."""

    server: int
    reports: int
    host: str = LOOPBACK

    @property
    def ui(self) -> str:
        return f"http://{self.host}:{self.server}"

    @property
    def api(self) -> str:
        return f"{self.ui}/api"

    @property
    def runs(self) -> str:
        return f"http://{self.host}:{self.reports}"


@dataclass(frozen=True)
class Operation:
    """What runs for one home folder. ``database`` is the URL of a PostgreSQL behind the server; empty: a file there."""

    home: Path
    addresses: Addresses
    database: str = ""
    workers: int = 1

    @property
    def server(self) -> Background:
        return Background("server", self.home)

    @property
    def pages(self) -> Background:
        return Background("reports", self.home)

    def worker(self, number: int) -> Background:
        return Background(f"worker-{number}", self.home)

    def up(self, place: Places, say: Say, watched: str = "") -> None:
        """Starts what does not run yet, and deploys. ``watched``: the folder whose changes start a refresh.

        Raises:
            WrongUseError: a port is taken, or this home is up with other ports.
            WarehouseError: the home cannot be written, or something does not start.
        """
        make_writable(self.home, "--home")
        self._check_addresses()
        self._keep_addresses()
        environment = self.environment()
        if self.server.start(self._server_command(), self._server_environment(environment), SOURCE_ROOT):
            say("Starting the Prefect server …")
        self._await_server()
        say("Deploying …")
        self._deploy(place, environment)
        if self.pages.start(
            self._own("serve", "--runs", place.runs, "--host", self.addresses.host, "--port", self.addresses.reports),
            environment,
            SOURCE_ROOT,
        ):
            say("Serving the runs …")
        for number in range(1, self.workers + 1):
            command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--name", f"{POOL}-{number}"]
            if self.worker(number).start(command, environment, SOURCE_ROOT):
                say(f"Starting worker {number} …")
        if watched:
            options = ("--study", place.study, "--extracts", watched, "--data", place.data, "--runs", place.runs)
            if Background("watcher", self.home).start(self._own("watch", *options), environment, SOURCE_ROOT):
                say("Watching the extracts …")

    def environment(self) -> dict[str, str]:
        """For every process of ours: the settings of datacut, where the server is, and a Prefect home of its own."""
        return {
            **SETTINGS,
            **NOT_COUNTED,
            "PREFECT_WORKER_QUERY_SECONDS": "5",
            **os.environ,
            "PREFECT_HOME": str(self.home / "prefect"),
            "PREFECT_API_URL": self.addresses.api,
        }

    def _server_command(self) -> list[str]:
        listening = ("--host", self.addresses.host, "--port", str(self.addresses.server))
        return [sys.executable, "-m", "prefect", "server", "start", *listening]

    def _server_environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """The server reads no extract: it gets no key. The database is told by the environment, where no list of
        processes shows its password."""
        kept = {name: value for name, value in environment.items() if name not in (KEY_VARIABLE, "PREFECT_API_URL")}
        kept["PREFECT_SERVER_UI_API_URL"] = self.addresses.api  # or the UI asks at Prefect's usual port
        return kept | ({"PREFECT_API_DATABASE_CONNECTION_URL": self.database} if self.database else {})

    def _own(self, command: str, *options: object) -> list[str]:
        return [sys.executable, "-m", "flows.command_line", command, *map(str, options)]

    def _check_addresses(self) -> None:
        if self.server.pid() is not None:
            if (known := addresses_of(self.home)) and known != self.addresses:
                raise WrongUseError(
                    f"{self.home}: is up already, at {known.ui} and {known.runs}; call datacut down first."
                )
            return
        for option, port in (("--port", self.addresses.server), ("--reports-port", self.addresses.reports)):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self.addresses.host, port))
                except OSError as error:
                    if option == "--reports-port" and self.pages.pid() is not None:
                        continue
                    raise WrongUseError(
                        f"{option} {port}: cannot be used ({error.strerror}); choose another port."
                    ) from None

    def _keep_addresses(self) -> None:
        (self.home / "addresses.json").write_text(json.dumps(asdict(self.addresses)) + "\n", encoding="utf-8")

    def _await_server(self) -> None:
        ends = time.monotonic() + SECONDS_TO_ANSWER
        while time.monotonic() < ends:
            if answers(self.addresses.api):
                return
            if self.server.pid() is None:
                break
            time.sleep(0.3)
        self.server.stop()
        raise WarehouseError(
            f"The Prefect server does not answer at {self.addresses.api}; its log {self.server.log_file} ends with: "
            f"{self.server.last_words()}"
        )

    def _deploy(self, place: Places, environment: Mapping[str, str]) -> None:
        """Work pool, variables, deployments and automations: a process of its own, which knows this server alone."""
        options = ("--study", place.study, "--data", place.data, "--runs", place.runs, "--reports", self.addresses.runs)
        extracts = ("--extracts", place.extracts) if place.extracts else ()
        done = subprocess.run(
            self._own("deploy", *options, *extracts),
            cwd=SOURCE_ROOT, env=dict(environment), capture_output=True, text=True, errors="replace",
        )  # fmt: skip
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
            raise WarehouseError(f"Nothing was deployed: {' | '.join(last)}")


def down(home: Path) -> list[str]:
    """Stops everything of ``home``, those that start work first; gives the names of what ran."""
    order = ["watcher", *sorted(path.stem for path in home.glob("worker-*.pid")), "reports", "server"]
    return [name for name in order if Background(name, home).stop()]


def addresses_of(home: Path) -> Addresses | None:
    """Where ``up`` was last told to listen."""
    file = home / "addresses.json"
    return Addresses(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def answers(api: str, seconds: float = 3) -> bool:
    """Whether a Prefect server answers at ``api``."""
    try:
        with urllib.request.urlopen(f"{api.rstrip('/')}/health", timeout=seconds) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False
