"""``datacut up`` for a test: a real Prefect server, a worker and the served runs, and what the server says."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.postgres_server import free_port

KEY = "a key for tests, long enough"
PATIENCE = 480
Record = dict[str, Any]


@dataclass(frozen=True)
class Operated:
    """A folder in which datacut is up."""

    folder: Path
    environment: dict[str, str]
    addresses: dict[str, str]

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def runs(self) -> Path:
        return self.folder / "runs"

    @property
    def home(self) -> Path:
        return self.folder / "data" / "prefect"

    @property
    def with_server(self) -> dict[str, str]:
        """The environment of a command that is to find the server."""
        return {**self.environment, "PREFECT_API_URL": self.addresses["api"], "PREFECT_HOME": str(self.folder / "home")}

    def ask(self, path: str, **body: Any) -> Any:
        """The answer of Prefect's API to a POST of ``body``."""
        return self._answer("POST", path, body)

    def _answer(self, method: str, path: str, body: Record | None = None) -> Any:
        """Asked again, as Prefect's own client does, while SQLite is busy (503)."""

        def asked() -> httpx.Response | None:
            answer = httpx.request(method, f"{self.addresses['api']}{path}", json=body, timeout=60)
            return None if answer.status_code == 503 else answer

        answer = awaited(asked)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def start(self, deployment: str, **parameters: Any) -> str:
        """Asks for a run of a deployment; gives its id."""
        found = self._answer("GET", f"/deployments/name/{deployment}/{deployment}")
        made = self.ask(f"/deployments/{found['id']}/create_flow_run", parameters=parameters)
        return str(made["id"])

    def run(self, flow_run: str) -> Record:
        read: Record = self._answer("GET", f"/flow_runs/{flow_run}")
        return read

    def ended(self, flow_run: str) -> Record:
        """The run, when it has ended."""
        return awaited(lambda: (run := self.run(flow_run))["state_type"] not in UNENDED and run)

    def runs_of(self, flow: str) -> list[Record]:
        """The runs of a flow that have ended, the newest first."""
        runs: list[Record] = self.ask("/flow_runs/filter", flows={"name": {"any_": [flow]}}, sort="START_TIME_DESC")
        return [run for run in runs if run["state_type"] not in UNENDED]

    def artifacts(self, flow_run: str) -> dict[str, Record]:
        """What a run left in the UI, by key."""
        filtered = self.ask("/artifacts/filter", artifacts={"flow_run_id": {"any_": [flow_run]}})
        return {artifact["key"]: artifact for artifact in filtered}


UNENDED = ("SCHEDULED", "PENDING", "RUNNING", "CANCELLING")


@contextmanager
def operated(folder: Path, *options: str, **environment: str) -> Iterator[Operated]:
    """datacut is up in ``folder``, and down afterwards."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    own |= {"DATACUT_KEY": KEY, **environment}
    where = ("--data", str(folder / "data"), "--runs", str(folder / "runs"))
    ports = ("--port", str(free_port()), "--reports-port", str(free_port()))
    try:
        done = datacut("up", *where, *ports, *options, "--json", environment=own)
        assert done.returncode == 0, done.stderr
        yield Operated(folder, own, json.loads(done.stdout))
    finally:
        down = datacut("down", "--data", str(folder / "data"), environment=own)
        assert down.returncode == 0, down.stderr


def datacut(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "flows.command_line", *arguments],
        cwd=Path(__file__).parents[2], env=environment, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip


def awaited(look: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """What ``look`` gives as soon as that is something."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if seen := look():
            return seen
        time.sleep(0.5)
    raise AssertionError(f"waited {seconds} seconds in vain")
