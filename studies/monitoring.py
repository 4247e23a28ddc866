"""The section ``[monitoring]`` of a protocol: what accrual is measured against."""

from typing import Self

from pydantic import Field, model_validator

from studies.entry import Entry


class Monitoring(Entry):
    """What the monitoring page measures accrual against: planned events by time-to-event endpoint. May be left out."""

    planned_events: dict[str, int] = Field(default={})

    @model_validator(mode="after")
    def _positive(self) -> Self:
        for name, events in self.planned_events.items():
            if events < 1:
                raise ValueError(f"planned_events.{name} is {events}; plan at least one event, or leave it out")
        return self
