"""How long adverse events last: time to resolution of the worst episode, by term and arm, in days."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analyses.conventions import LIMITS
from analyses.kaplan_meier import fit_curve, rate
from analyses.statistic import OF_EPISODES, Statistic
from analyses.survival import summary
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

BEYOND = "not estimable: beyond follow-up"


def resolution(adaette: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``resolution``, a ``variable`` a term, by arm: each patient with the event once, at the worst episode.

    n, events (resolved) and the Kaplan-Meier median with limits by the protocol's convention, in days from the onset,
    which is day 1; ``resolved_percent`` (and limits): 1 - S at each of the protocol's days (level ``14 days``).
    """
    for term in protocol.ae_terms:
        for arm in protocol.arms:
            rows = adaette[(adaette["aedecod"] == term.term) & (adaette["arm"] == arm.code)]
            if rows.empty:
                continue
            times = rows.assign(time=rows["aval"].astype(float), event=rows["cnsr"] == 0)
            key = {"analysis": "resolution", "variable": term.term, "group": arm.code, "population": OF_EPISODES}
            yield from summary(times, protocol, **key)
            yield from _resolved(times, protocol, **key)


def _resolved(times: "pd.DataFrame", protocol: Protocol, **key: Any) -> Iterator[Statistic]:
    conventions = protocol.statistics
    curve = fit_curve(times["time"].to_numpy(float), times["event"].to_numpy(bool))
    limits = {"spss": "plain limits"}.get(conventions.convention, LIMITS[conventions.convention])
    for day in protocol.safety.resolution_days:
        lasting = rate(curve, day, conventions.convention, conventions.confidence_level)
        # What has resolved is what does not last: the upper limit of the one is the lower of the other.
        for statistic, part in (("", lasting.value), ("_lower", lasting.upper), ("_upper", lasting.lower)):
            yield Statistic(
                **key,
                level=f"{day} days",
                statistic=f"resolved_percent{statistic}",
                value=None if part is None else 100 * (1 - part),
                method=f"Kaplan-Meier, {limits}",
                denominator=curve.n,
                note="" if part is not None else BEYOND if lasting.value is None else "not estimable: nobody is left",
            )
