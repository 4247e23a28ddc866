"""What every entry of a protocol has in common."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict

Kind = TypeVar("Kind")


class Entry(BaseModel):
    """A part of the protocol; an entry that is not known is an error, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def stated(entry: Kind | None) -> Kind:
    """An entry that a protocol may leave out, where the caller has seen that it does not.

    Raises:
        ValueError: it was left out after all: a fault of the caller.
    """
    if entry is None:
        raise ValueError("asked for an entry that the protocol leaves out")
    return entry
