"""How response is assessed: the entry ``[response]`` of a protocol."""

from typing import Literal

from pydantic import Field

from studies.entry import Entry


class Response(Entry):
    """How response is assessed, and by whom.

    ``source`` chooses the overall responses that make the endpoints: ``derived`` from the lesion measurements, or as
    the readers ``reported`` them. ``organ``: its response and progression are told apart; left out, none is.
    ``adjudicated``: where readers differ, the adjudicated response is the evaluator's.
    A response is confirmed at least ``confirmation_days`` later, with at most ``most_not_evaluable_between``
    assessments that could not be evaluated between; ``confirmation_accepts_stable`` lets one stable disease stand
    between two partial responses. Stable disease is a clinical benefit ``clinical_benefit_days`` after the start; left
    out, it is ``stable_disease_days``.
    """

    criteria: Literal["RECIST 1.1"]
    source: Literal["derived", "reported"]
    evaluator: str
    adjudicated: bool = False
    organ: str | None = None
    baseline_window_days: int = Field(gt=0)
    stable_disease_days: int = Field(gt=0)
    disease_control_day: int | None = Field(default=None, gt=0)
    clinical_benefit_days: int | None = Field(default=None, gt=0)
    confirmation_days: int = Field(default=28, gt=0)
    confirmation_accepts_stable: bool = False
    most_not_evaluable_between: int = Field(default=1, ge=0)
