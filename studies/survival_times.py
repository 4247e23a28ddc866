"""What a protocol asks of every time-to-event endpoint besides the median."""

from typing import Literal, Self

from pydantic import Field, model_validator

from studies.entry import Entry


class SurvivalTimes(Entry):
    """In the study's unit of time.

    ``rate_times``: when the share still free of the event is stated. ``restricted_mean_horizon``: up to when the
    restricted mean survival time is taken; left out, as long as both arms were observed. ``interval_censored``: the
    endpoints whose event lies between two assessments, analysed once more as that.
    """

    rate_times: list[float] = Field(default=[])
    restricted_mean_horizon: float | None = Field(default=None, gt=0)
    interval_censored: list[Literal["PFS", "LPFS"]] = Field(default=[])

    @model_validator(mode="after")
    def _times_rise(self) -> Self:
        if any(time <= 0 for time in self.rate_times) or self.rate_times != sorted(set(self.rate_times)):
            raise ValueError("rate_times must be above 0 and rise")
        return self
