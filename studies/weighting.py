"""How arms that were not drawn by lot are made comparable: the entry ``[weighting]`` of a protocol."""

from typing import TYPE_CHECKING

from pydantic import Field

from studies.entry import Entry

if TYPE_CHECKING:
    from studies.protocol import Protocol


class Weighting(Entry):
    """Inverse-probability-of-treatment weighting.

    ``covariates``: what the choice of treatment may have followed from and the endpoint depends on, known at time zero;
    covariates of the protocol, or continuous characteristics of Table 1. ``endpoints``: what is compared by weight.
    """

    covariates: list[str] = Field(min_length=1)
    endpoints: list[str] = Field(min_length=1)


def wrong_weighting(protocol: "Protocol") -> str:
    """Why ``[weighting]`` cannot be followed; empty where it can, or is not there."""
    if protocol.weighting is None:
        return ""
    known = {covariate.name: covariate for covariate in protocol.covariates}
    continuous = [entry.name for entry in protocol.tables.continuous]
    for name in protocol.weighting.covariates:
        if name in known and known[name].known != "baseline":
            return (
                f"weighting.covariates names {name!r}, which is known only after start; weigh by what is known before"
            )
        if name not in known and name not in continuous:
            named = ", ".join(sorted([*known, *continuous]))
            return f"weighting.covariates names {name!r}, which is not defined (known: {named})"
    times = [endpoint.paramcd for endpoint in protocol.endpoints if endpoint.kind == "time_to_event"]
    for name in protocol.weighting.endpoints:
        if name not in times:
            return f"weighting.endpoints names {name!r}, which is not defined (known: {', '.join(times)})"
    return ""
