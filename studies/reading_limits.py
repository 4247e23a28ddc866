"""What a reader's measurements are held against: limits of plausibility, and what is no target."""

from typing import Any

from pydantic import Field

from studies.entry import Entry


class ReadingLimits(Entry):
    """Beyond these a measurement or a report is looked at again; none of them changes a result. Shares are of 1."""

    jump_days: int = Field(default=14, ge=0)
    jump_share: float = Field(default=0.5, gt=0, lt=1)
    heaping_sizes: int = Field(default=50, gt=0)
    heaping_share: float = Field(default=0.4, gt=0.2, le=1)
    copied_scans: int = Field(default=3, ge=2)
    copied_lesions: int = Field(default=2, gt=0)
    slice_difference_mm: float = Field(default=2, ge=0)
    recheck_growth_share: float = Field(default=0.1, gt=0)

    def rows(self) -> list[dict[str, Any]]:
        """The table ``study.reading_limits``: one row."""
        return [self.model_dump()]


class Unmeasurable(Entry):
    """What is no target by its kind (RECIST 1.1): organs, and words in the location; ``unless`` words say otherwise."""

    organs: list[str] = Field(default=["BONE"], min_length=1)
    words: list[str] = Field(default=["ascites", "effusion", "cystic lesion"], min_length=1)
    unless: list[str] = Field(default=["soft tissue"])

    def rows(self) -> list[dict[str, Any]]:
        """The table ``study.unmeasurable``, in lower case as the SQL compares it."""
        return [
            {"kind": kind, "word": word.strip().lower()}
            for kind, words in (("organ", self.organs), ("word", self.words), ("except", self.unless))
            for word in words
        ]
