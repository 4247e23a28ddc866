"""What a person finds in the Prefect UI: a deployment that loads, named tasks, a summary and a table, no values."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.flows.conftest import Refreshed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
NAMES = [deployment["name"] for deployment in DEPLOYMENTS]


def test_the_deployments_are_these() -> None:
    assert NAMES == ["refresh", "quality", "survival", "safety"]


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=NAMES)
def test_a_deployment_names_a_flow_that_loads_with_parameters_it_has(deployment: dict[str, Any]) -> None:
    from prefect.flows import load_flow_from_entrypoint

    path, function = deployment["entrypoint"].split(":")
    flow = load_flow_from_entrypoint(f"{ROOT / path}:{function}")
    assert flow.name == deployment["name"]
    assert set(deployment["parameters"]) == set(flow.parameters.properties)
    assert {trigger["match_related"]["prefect.resource.name"] for trigger in deployment.get("triggers", [])} <= {
        "refresh"
    }


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=NAMES)
def test_a_deployment_says_when_in_local_time_what_for_and_which_version(deployment: dict[str, Any]) -> None:
    (schedule,) = deployment["schedules"]
    assert schedule["timezone"] == "Asia/Shanghai"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert deployment["version"] == project["version"]
    assert deployment["description"].endswith(".")
    assert deployment["tags"] == ["datacut", deployment["name"]]


def test_every_stage_is_a_task_with_a_name_a_person_understands(sample: Refreshed) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        flow_runs = client.read_flow_runs()
        assert "Published with quarantine" in {run.state_name for run in flow_runs}
        task_runs = client.read_task_runs(limit=200)
    names = {run.name.rsplit("-", 1)[0] for run in task_runs}
    assert not [run.name for run in task_runs if run.tags], "a tag makes the start of a task depend on the server"
    assert {
        "Load the extracts",
        "Parse into typed tables",
        "Check the contracts",
        "Derive the endpoints",
        "Audit what was derived",
        "See what the cut covers",
        "Follow the queries",
        "Publish the cut",
        "Analyse",
        "Report",
    } <= names


def test_the_run_leaves_a_summary_and_a_table_of_rules(sample: Refreshed) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    with get_client(sync_client=True) as client:
        keys = ["gist-tace-summary", "gist-tace-scorecard", "gist-tace-rules"]
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=keys))
        made = {artifact.key: artifact for artifact in client.read_artifacts(artifact_filter=wanted)}
    assert "# Published with quarantine" in made["gist-tace-summary"].data
    assert "SYNTHETIC" in made["gist-tace-summary"].data.upper()
    assert "TR09" in made["gist-tace-rules"].data
    assert "| new | 18 |" in made["gist-tace-scorecard"].data
    subjects = [f"P{number:03d}" for number in range(1, 61)]
    assert not [subject for subject in subjects for artifact in made.values() if subject in str(artifact.data)]


@pytest.mark.parametrize(("message", "again"), [("… UnreachableError: a folder is away", True), ("DataError", False)])
def test_only_the_outside_world_is_worth_a_second_try(message: str, again: bool) -> None:
    from prefect.states import Failed

    from flows.stages import is_unreachable

    assert is_unreachable(None, None, Failed(message=message)) is again
