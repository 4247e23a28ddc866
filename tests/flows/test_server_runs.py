"""A real Prefect server, a worker and every deployment: what runs, what is shown, who is told."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from studies import DEFAULT_STUDY, load_study
from tests.flows.operated import Operated, Record, awaited, datacut, operated
from tests.flows.receivers import mail_server, web_hook

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@dataclass
class Week:
    """What was run on one server, and who was told."""

    up: Operated
    notices: list[dict[str, Any]]
    mails: list[str]
    runs: dict[str, Record] = field(default_factory=dict)

    def notice(self, automation: str) -> dict[str, Any]:
        of_it = lambda: [notice for notice in self.notices if notice["automation"] == f"datacut: {automation}"]  # noqa: E731
        first: dict[str, Any] = awaited(of_it)[0]
        return first


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    """A refresh, the analyses it starts, a check that passes and one that is blocked: each by the worker."""
    folder = tmp_path_factory.mktemp("operated")
    study = load_study(DEFAULT_STUDY)
    damaged = shutil.copytree(study.extracts_dir, folder / "damaged")
    (damaged / study.mapping.tables["follow_up"].file).unlink()
    with web_hook() as (hook, notices), mail_server() as (mail, mails):
        told = {"DATACUT_WEBHOOK": hook, "DATACUT_MAIL": mail, "DATACUT_QUERY_DAYS": "-1"}
        with operated(folder, **told) as up:
            made = Week(up, notices, mails)
            made.runs["refresh"] = up.ended(up.start("refresh"))
            blocked = up.start("quality", extracts=str(damaged))
            for flow in ("survival", "safety"):
                made.runs[flow] = awaited(lambda flow=flow: up.runs_of(flow))[0]
            made.runs["blocked"] = up.ended(blocked)
            yield made


def test_each_deployment_is_there_with_its_schedule_and_version(week: Week) -> None:
    deployments = {found["name"]: found for found in week.up.ask("/deployments/filter")}
    assert set(deployments) == {"refresh", "quality", "survival", "safety"}
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    for found in deployments.values():
        assert found["version"] == version
        assert found["schedules"][0]["schedule"]["timezone"] == "Asia/Shanghai"
        assert found["work_pool_name"] == "datacut"


@pytest.mark.parametrize(
    ("of", "state"),
    [
        ("refresh", "Published with quarantine"),
        ("blocked", "Blocked"),
        ("survival", "Reproduced"),
        ("safety", "Reproduced"),
    ],
)
def test_a_run_is_named_and_tagged_by_study_and_outcome(week: Week, of: str, state: str) -> None:
    run = week.runs[of]
    assert (run["state_name"], run["state_type"]) == (state, "COMPLETED")
    assert run["name"].endswith(f": {state.lower()}")
    assert {"datacut", f"study:{DEFAULT_STUDY}", f"outcome:{state.lower()}"} <= set(run["tags"])


def test_a_published_refresh_starts_the_analyses_of_its_own_cut(week: Week) -> None:
    cut = json.loads((week.up.data / "CURRENT.json").read_text("utf-8"))["cut_id"]
    assert cut in week.runs["refresh"]["name"]
    assert {cut in week.runs[flow]["name"] for flow in ("survival", "safety")} == {True}


def test_the_run_shows_summary_medians_rules_curves_progress_and_links(week: Week) -> None:
    artifacts = week.up.artifacts(week.runs["refresh"]["id"])
    key = DEFAULT_STUDY.replace("_", "-")
    kinds = {name.removeprefix(f"{key}-"): artifact["type"] for name, artifact in artifacts.items()}
    assert kinds.items() >= {
        "summary": "markdown", "scorecard": "markdown", "medians": "table", "rules": "table", "progress": "progress",
        "report": "markdown", "quality": "markdown",
    }.items()  # fmt: skip
    summary = artifacts[f"{key}-summary"]["data"]
    for part in (
        "Published with quarantine",
        "Data cut 2012-05-31",
        "events of subjects",
        "Hazard ratio",
        "log-rank P",
    ):
        assert part in summary
    assert artifacts[f"{key}-progress"]["data"] == 100
    images = [artifact["data"] for artifact in artifacts.values() if artifact["type"] == "image"]
    assert len(images) >= 3
    for image in images:
        shown = httpx.get(image, timeout=60)
        assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")


def test_no_subject_is_named_in_anything_that_the_server_keeps(week: Week) -> None:
    subjects = [f"P{number:03d}".encode() for number in range(1, 61)]
    places = [week.up.home, *week.up.home.rglob("*")]
    kept = [(path.name, path.read_bytes()) for path in places if path.is_file()]
    assert {"prefect.db", "worker-1.log", "server.log"} <= {name for name, _ in kept}
    assert [name for name, content in kept for subject in subjects if subject in content] == []


def test_a_blocked_check_is_told_by_hook_and_mail_with_its_reason(week: Week) -> None:
    notice = week.notice("blocked")
    assert notice["subject"] == f"Blocked: {week.runs['blocked']['name']}"
    assert "is missing from" in notice["message"]
    mail = awaited(lambda: [mail for mail in week.mails if "Blocked" in mail])[0]
    assert "manager@hospital.example" in mail


def test_queries_that_wait_too_long_are_told_as_counts(week: Week) -> None:
    assert "18 queries overdue" in week.notice("queries overdue")["subject"]


def test_a_run_that_is_due_and_does_not_start_is_told(week: Week) -> None:
    flow = week.up.ask("/flows/", name="refresh")["id"]
    due = {"type": "SCHEDULED", "state_details": {"scheduled_time": "2026-01-05T06:00:00Z"}}
    week.up.ask("/flow_runs/", flow_id=flow, name="the run of last Monday", state=due)
    assert week.notice("late")["subject"] == "Late: the run of last Monday"


def test_a_run_without_a_sign_of_life_is_marked_crashed_and_told(week: Week, tmp_path: Path) -> None:
    shorter = tmp_path / "automations.toml"
    text = (ROOT / "flows" / "automations.toml").read_text("utf-8")
    assert "silent_seconds = 120" in text
    shorter.write_text(text.replace("silent_seconds = 120", "silent_seconds = 10"), "utf-8")
    done = datacut(
        "automations",
        "--file",
        str(shorter),
        environment={**week.up.environment, "PREFECT_API_URL": week.up.addresses["api"]},
    )
    assert done.returncode == 0, done.stderr
    flow = week.up.ask("/flows/", name="refresh")["id"]
    dead = week.up.ask("/flow_runs/", flow_id=flow, name="the run of a dead machine", state={"type": "RUNNING"})["id"]
    heartbeat = {
        "id": "00000000-0000-4000-8000-000000000001",
        "occurred": datetime.now(UTC).isoformat(),
        "event": "prefect.flow-run.heartbeat",
        "resource": {"prefect.resource.id": f"prefect.flow-run.{dead}"},
        "related": [
            {
                "prefect.resource.id": f"prefect.flow.{flow}",
                "prefect.resource.role": "flow",
                "prefect.resource.name": "refresh",
            }
        ],
    }
    httpx.post(f"{week.up.addresses['api']}/events", json=[heartbeat], timeout=60).raise_for_status()
    run = week.up.ended(dead)
    assert (run["state_name"], run["state_type"]) == ("Crashed", "CRASHED")
    notice = week.notice("failed or crashed")
    assert notice["subject"] == "Crashed: the run of a dead machine"
    assert "no sign of life" in notice["message"]


def test_automations_are_applied_twice_without_doubles(week: Week) -> None:
    assert datacut("automations", environment=week.up.with_server).returncode == 0
    names = [automation["name"] for automation in week.up.ask("/automations/filter")]
    assert len(names) == len(set(names))
    assert len([name for name in names if name.startswith("datacut: ")]) == 5


def test_up_called_again_changes_nothing_that_runs(week: Week) -> None:
    pids = {path.name: path.read_text("ascii") for path in week.up.home.glob("*.pid")}
    assert set(pids) == {"server.pid", "worker-1.pid", "reports.pid"}
    ports = [address.rsplit(":", 1)[1] for address in (week.up.addresses["ui"], week.up.addresses["reports"])]
    again = datacut(
        "up", "--data", str(week.up.data), "--runs", str(week.up.runs), "--port", ports[0], "--reports-port", ports[1],
        environment=week.up.environment,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr
    assert week.up.addresses["ui"] in again.stdout
    assert {path.name: path.read_text("ascii") for path in week.up.home.glob("*.pid")} == pids
    other = datacut("up", "--data", str(week.up.data), "--port", "1", environment=week.up.environment)
    assert other.returncode == 2
    assert "is up already" in other.stderr


@pytest.mark.browser
def test_a_person_finds_dashboard_run_and_artifacts_in_the_ui(week: Week, tmp_path: Path) -> None:
    if not shutil.which("chromium"):
        if os.environ.get("CI"):
            pytest.fail("Chromium must be installed where CI is set; .ci/run installs it")
        pytest.skip("no chromium is installed (Debian: apt-get install chromium)")
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "ui_pictures.py"), week.up.addresses["ui"], str(tmp_path / "pictures")],
        capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    pictures = {path.stem: path.stat().st_size for path in (tmp_path / "pictures").iterdir()}
    assert set(pictures) == {"ui_dashboard", "ui_run", "ui_artifacts", "ui_summary", "ui_medians", "ui_curve"}
    assert min(pictures.values()) > 20_000


def test_a_server_that_starts_anew_in_the_middle_of_a_run_costs_the_run_nothing(week: Week) -> None:
    run = week.up.start("refresh", force=True)
    key = f"{DEFAULT_STUDY.replace('_', '-')}-progress"
    awaited(lambda: week.up.artifacts(run).get(key, {}).get("data", 0) > 20)
    kill(week.up, "server")
    assert not server_answers(week.up)
    ports = [address.rsplit(":", 1)[1] for address in (week.up.addresses["ui"], week.up.addresses["reports"])]
    where = ["--data", str(week.up.data), "--runs", str(week.up.runs), "--port", ports[0], "--reports-port", ports[1]]
    again = datacut("up", *where, environment=week.up.environment)
    assert again.returncode == 0, again.stderr
    ended = week.up.ended(run)
    assert ended["state_name"] == "Published with quarantine"
    assert json.loads((week.up.data / "CURRENT.json").read_text("utf-8"))["cut_id"] in ended["name"]


def test_the_command_line_goes_on_without_a_server(week: Week) -> None:
    """The last test here: the server is gone after it."""
    where = ["--data", str(week.up.data), "--runs", str(week.up.runs)]
    environment = {**week.up.with_server, "PREFECT_CLIENT_MAX_RETRIES": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.command_line", "refresh", "--force", *where],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "Parsing" in line:
            kill(week.up, "server")
            break
    out, rest = process.communicate(timeout=900)
    assert process.returncode == 0, "".join(said) + rest
    assert "does not answer; the run goes on without it" in rest
    assert "Outcome: published with quarantine" in out
    done = datacut("refresh", *where, environment=week.up.with_server)
    assert (done.returncode, "Outcome: no change" in done.stdout) == (0, True), done.stderr


def kill(up: Operated, name: str) -> None:
    os.killpg(int((up.home / f"{name}.pid").read_text("ascii")), signal.SIGKILL)
    awaited(lambda: not server_answers(up))


def server_answers(up: Operated) -> bool:
    try:
        return httpx.get(f"{up.addresses['api']}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
