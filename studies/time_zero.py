"""What is known at time zero and what only later: the entry ``[landmark]``, and covariates where they may not be."""

from typing import TYPE_CHECKING

from pydantic import Field

from studies.entry import Entry

if TYPE_CHECKING:
    from studies.protocol import Protocol


class Landmark(Entry):
    """From which day on groups that are known only after the start are compared, among those then still followed.

    A group belongs to time zero when it is known then; a later one takes for its own the time that its members had to
    live to be in it (immortal time; Anderson, Cain and Gelber, J Clin Oncol 1983;1:710).
    """

    day: int = Field(gt=1)


def misplaced_covariate(protocol: "Protocol") -> str:
    """Why a covariate that is known only after the start stands where it may not; empty where none does."""
    late = {covariate.name for covariate in protocol.covariates if covariate.known != "baseline"}
    for name in protocol.cox.multivariate if protocol.cox else ():
        if name in late:
            return (
                f"cox.multivariate names {name!r}, which is known only after start; name it in a subgroup, where "
                "landmark and time-dependent models are made of it"
            )
    for subgroup in protocol.subgroups:
        if subgroup.factor in late and protocol.landmark is None:
            return (
                f"subgroups.factor names {subgroup.factor!r}, which is known only after start; say in [landmark] from "
                "which day on its groups are compared"
            )
    return ""
