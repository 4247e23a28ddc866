"""How much may be wrong with an extract: thresholds of rules, of quarantine, of readings and of a batch."""

from typing import Literal, Self

from pydantic import Field, model_validator

from studies.entry import Entry
from studies.reading_limits import ReadingLimits, Unmeasurable

Scope = Literal["cell", "row", "subject"]


class QuarantineLimits(Entry):
    """What an error sets aside, and how much of an arm that may be, in percent of its subjects, to publish the rest.

    ``scopes``: errors of other scopes open their queries and leave the record where it is (where every subject that was
    randomised counts).
    """

    scopes: list[Scope] = Field(default=["cell", "row", "subject"])
    most_percent_of_arm: float = Field(default=100, ge=0, le=100)
    most_difference_percent: float = Field(default=100, ge=0, le=100)


class Threshold(Entry):
    """What a rule may find and still pass: up to so many rows, or up to so many percent of the rows checked."""

    rule: str = ""
    most_count: int | None = Field(default=None, ge=0)
    most_percent: float | None = Field(default=None, ge=0, le=100)
    per_arm: bool = False
    blocks: bool = False

    @model_validator(mode="after")
    def _has_a_limit(self) -> Self:
        if self.most_count is None and self.most_percent is None:
            raise ValueError(f"the threshold of {self.rule or 'every error'} needs most_count or most_percent")
        return self


class Quality(Entry):
    """What the checks may find before it is too much."""

    synthetic_marker: str = "SYNTHETIC"
    quarantine: QuarantineLimits = QuarantineLimits()
    every_error: Threshold | None = None
    thresholds: list[Threshold] = Field(default=[])
    monitors: dict[str, float] = Field(default={})
    readings: ReadingLimits = ReadingLimits()
    unmeasurable: Unmeasurable = Unmeasurable()
