"""What every entry of a protocol has in common."""

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """A part of the protocol; an entry that is not known is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)
