"""What a Prefect server must know before a worker can run anything: work pool, variables, deployments, automations."""

import os
import subprocess
import sys
from pathlib import Path

from flows.configuration import KEY_BLOCK, Places, secret
from warehouse import WarehouseError
from warehouse.pseudonyms import KEY_VARIABLE

SOURCE_ROOT = Path(__file__).parent.parent
POOL = "datacut"


def deploy(place: Places, reports: str) -> None:
    """Makes or brings up to date everything on the server at PREFECT_API_URL; doing it twice changes nothing.

    Raises:
        WarehouseError: Prefect refused prefect.yaml.
    """
    from flows.automations import apply_automations

    make_pool()
    for name, value in (
        ("study", _absolute_study(place.study)),
        ("extracts", str(Path(place.extracts).resolve()) if place.extracts else ""),
        ("data", str(Path(place.data).resolve())),
        ("runs", str(Path(place.runs).resolve())),
        ("reports", reports),
    ):
        set_variable(f"datacut_{name}", value)
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=SOURCE_ROOT, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    if done.returncode:
        raise WarehouseError(f"prefect deploy --all failed: {' '.join((done.stderr or done.stdout).split())[-400:]}")
    apply_automations()


def make_pool() -> None:
    """The work pool of processes, where there is none yet."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(
                WorkPoolCreate(
                    name=POOL, type="process", description="Processes on a machine of ours.", base_job_template=template
                )
            )
        except ObjectAlreadyExists:
            return


def set_variable(name: str, value: str) -> None:
    """Sets the Prefect variable, or removes it where ``value`` is empty."""
    from prefect.variables import Variable

    if value:
        Variable.set(name, value, overwrite=True)
    else:
        Variable.unset(name)


def is_key_known() -> bool:
    """Whether a worker will find the pseudonym key."""
    return bool(os.environ.get(KEY_VARIABLE) or secret(KEY_BLOCK))


def _absolute_study(study: str) -> str:
    """A study given by its folder, wherever the worker starts; one given by its name stays as it is."""
    return str(Path(study).resolve()) if Path(study).is_dir() else study
