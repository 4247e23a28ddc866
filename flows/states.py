"""How a flow run ends in Prefect: its state, its name and its tags.

A blocked cut is an answer, not a crash: its state is of the type Completed and is named Blocked, so that it is neither
tried again nor counted among the failures, and an automation can tell it by its event (prefect.flow-run.Blocked).
Failed is what a person must repair outside the extract (Wrong use) or in datacut; Crashed is Prefect's own word.
"""

from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.runtime import flow_run
from prefect.states import Completed, Failed, State

from flows.configuration import configured
from flows.courtesy import patiently
from studies import StudyError
from warehouse import WrongUseError

WRONG_USE = (StudyError, WrongUseError)


def run_name() -> str:
    """``refresh a_study``: the flow and its study; the name that a run has until it has ended."""
    return f"{flow_run.flow_name} {_study((flow_run.parameters or {}).get('study'))}"


def ended(study: str | None, word: str, of: str, message: str, result: Any) -> State[Any]:
    """The state of a run that came to its end, named by its outcome ``word``; ``of`` is the run id or the cut."""
    patiently(_entitle)(study, word, of)
    return Completed(name=word.capitalize(), message=message or None, data=result)


def failed(study: str | None, error: Exception) -> State[Any]:
    """The state of a run that could not be done, with the sentence of ``error``."""
    word = "wrong use" if isinstance(error, WRONG_USE) else "failed"
    patiently(_entitle)(study, word)
    return Failed(name=word.capitalize(), message=str(error))


def _entitle(study: str | None, word: str, of: str = "") -> None:
    """Names the flow run ``refresh a_study 20261127T060000Z: published`` and tags it with study and outcome."""
    name = _study(study)
    title = " ".join(part for part in (flow_run.flow_name, name, of) if part)
    tags = {*(flow_run.tags or []), f"study:{name}", f"outcome:{word}"}
    with get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=f"{title}: {word}", tags=sorted(tags))


def _study(given: str | None) -> str:
    return Path(configured("study", given)).name
