"""The automations of automations.toml, on a Prefect server: who is told when a run is blocked, crashed, late."""

import os
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

from prefect.blocks.notifications import SlackWebhook
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, CallWebhook, ChangeFlowRunState, DoNothing, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.types import SecretDict
from pydantic import BaseModel, ConfigDict, SecretStr, model_validator
from pydantic import ValidationError as InvalidError

from warehouse import WrongUseError

DECLARED = Path(__file__).parent / "automations.toml"
OURS = "datacut: "
FLOWS = ["refresh", "quality", "survival", "safety"]
WEBHOOK, MAIL = "datacut-notices", "datacut-mail"
WEBHOOK_VARIABLE, MAIL_VARIABLE = "DATACUT_WEBHOOK", "DATACUT_MAIL"


class Declared(BaseModel):
    """One automation as the file has it: what is waited for, and what is then said or done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    description: str
    expect: list[str] = []
    event: str = ""
    after: list[str] = []
    silent_seconds: int = 0
    crashed_message: str = ""
    subject: str = ""
    message: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "Declared":
        if not self.name.startswith(OURS):
            raise ValueError(f"name: must begin with {OURS!r}")
        if bool(self.expect) == bool(self.event):
            raise ValueError("either expect (states of a run) or event is needed, not both")
        if bool(self.silent_seconds) != bool(self.crashed_message) or bool(self.silent_seconds) == bool(self.message):
            raise ValueError("either silent_seconds with crashed_message or subject with message is needed")
        return self

    def trigger(self) -> EventTrigger:
        """Events of a run of ours, one by one; with ``silent_seconds``, that none follows."""
        if self.event:
            return EventTrigger(expect={self.event}, posture=Posture.Reactive, threshold=1, within=timedelta(0))
        of_ours: dict[str, Any] = {
            "match": {"prefect.resource.id": "prefect.flow-run.*"},
            "match_related": {"prefect.resource.role": "flow", "prefect.resource.name": FLOWS},
            "for_each": {"prefect.resource.id"},
            "expect": set(self.expect),
            "threshold": 1,
        }
        if self.silent_seconds:
            within = timedelta(seconds=self.silent_seconds)
            return EventTrigger(after=set(self.after), posture=Posture.Proactive, within=within, **of_ours)
        return EventTrigger(posture=Posture.Reactive, within=timedelta(0), **of_ours)


def declared(file: Path = DECLARED) -> list[Declared]:
    """What the file declares.

    Raises:
        WrongUseError: an entry is not as it must be.
    """
    try:
        return [Declared(**entry) for entry in tomllib.loads(file.read_text(encoding="utf-8"))["automations"]]
    except (tomllib.TOMLDecodeError, InvalidError, KeyError, TypeError) as error:
        first_line = " ".join(str(error).split())[:200]
        raise WrongUseError(f"{file}: {first_line}") from None


def apply_automations(file: Path = DECLARED) -> list[str]:
    """Brings the server to what ``file`` declares; gives the names. Doing it twice changes nothing.

    Raises:
        WrongUseError: an entry is not as it must be.
    """
    entries = declared(file)
    receivers = _receivers()
    with get_client(sync_client=True) as client:
        there = {automation.name: automation for automation in client.read_automations()}
        for entry in entries:
            wanted = AutomationCore(
                name=entry.name,
                description=entry.description,
                enabled=True,
                trigger=entry.trigger(),
                actions=_actions(entry, receivers),
            )
            if (known := there.pop(entry.name, None)) is None:
                client.create_automation(wanted)
            else:
                client.update_automation(known.id, wanted)
        for name, left in there.items():
            if name.startswith(OURS):
                client.delete_automation(left.id)
    return [entry.name for entry in entries]


def _receivers() -> dict[str, Any]:
    """The ids of the blocks of the webhook and the mail: of this environment, or as an earlier call made them.

    Prefect's open-source server has no block that sends mail; its block for Slack hands any address that is not one of
    Slack's to Apprise, which speaks SMTP.
    """
    made: dict[str, Any] = {}
    if webhook := os.environ.get(WEBHOOK_VARIABLE):
        headers = SecretDict({"Content-Type": "application/json"})
        made[WEBHOOK] = Webhook(method="POST", url=SecretStr(webhook), headers=headers).save(WEBHOOK, overwrite=True)
    else:
        made[WEBHOOK] = _known("webhook", WEBHOOK)
    if mail := os.environ.get(MAIL_VARIABLE):
        made[MAIL] = SlackWebhook(url=SecretStr(mail)).save(MAIL, overwrite=True)
    else:
        made[MAIL] = _known("slack-webhook", MAIL)
    return {name: block for name, block in made.items() if block}


def _known(kind: str, name: str) -> Any:
    from prefect.exceptions import ObjectNotFound

    with get_client(sync_client=True) as client:
        try:
            return client.read_block_document_by_name(name=name, block_type_slug=kind).id
        except ObjectNotFound:
            return None


def _actions(entry: Declared, receivers: dict[str, Any]) -> list[ActionTypes]:
    if entry.crashed_message:
        return [ChangeFlowRunState(name="Crashed", state=StateType.CRASHED, message=entry.crashed_message, force=False)]
    actions: list[ActionTypes] = []
    message = entry.message.strip()
    if block := receivers.get(WEBHOOK):
        # Written out, and quoted as JSON only when the words are known.
        payload = "\n".join(
            (
                "{% set subject %}" + entry.subject + "{% endset %}",
                "{% set message %}" + message + "{% endset %}",
                '{"automation": {{ automation.name | tojson }}, "subject": {{ subject | tojson }},'
                ' "message": {{ message | tojson }}}',
            )
        )
        actions.append(CallWebhook(block_document_id=block, payload=payload))
    if block := receivers.get(MAIL):
        actions.append(SendNotification(block_document_id=block, subject=entry.subject, body=message))
    return actions or [DoNothing()]
