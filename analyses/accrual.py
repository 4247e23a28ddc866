"""How far a study has come: events of each cut, and the share of the planned ones (the information fraction)."""

from typing import TYPE_CHECKING

from analyses.statistic import rounded
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["run", "data_cut", "endpoint", "group", "subjects", "events", "planned_events", "information_fraction"]
ALL = "all"


def accrual(run: str, data_cut: str, statistics: "pd.DataFrame", protocol: Protocol) -> "pd.DataFrame":
    """Subjects and events of one cut: a row an endpoint in time and arm, and one for all arms (group ``all``).

    ``planned_events`` is that of the protocol's [monitoring], for all arms; ``information_fraction`` is events over
    planned events, as the interim analyses of a trial with a time to event count information (Schoenfeld, Biometrika
    1981;68:316). Both are null where the protocol plans nothing.
    """
    import pandas as pd

    times = statistics[(statistics["analysis"] == "survival") & statistics["statistic"].isin(["n", "events"])]
    keys = zip(times["endpoint"], times["group"], times["statistic"], strict=True)
    counts = dict(zip(keys, times["value"].astype(float), strict=True))
    rows = []
    for endpoint in (each.paramcd for each in protocol.endpoints if each.kind == "time_to_event"):
        arms = [arm.code for arm in protocol.arms if (endpoint, arm.code, "events") in counts]
        by_arm = [(arm, int(counts[endpoint, arm, "n"]), int(counts[endpoint, arm, "events"])) for arm in arms]
        together = (ALL, sum(n for _, n, _ in by_arm), sum(events for _, _, events in by_arm))
        planned = protocol.monitoring.planned_events.get(endpoint)
        for group, n, events in (*by_arm, together):
            is_all = group == ALL
            fraction = rounded(events / planned) if planned and is_all else None
            rows.append([run, data_cut, endpoint, group, n, events, planned if is_all else None, fraction])
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.astype({"planned_events": "Int64"})


def with_earlier(earlier: "pd.DataFrame", now: "pd.DataFrame") -> "pd.DataFrame":
    """The cuts of ``earlier`` and that of ``now``, by day; of two as of the same day the later made stands."""
    import pandas as pd

    kept = earlier[~earlier["data_cut"].isin(now["data_cut"].unique())]
    together = pd.concat([kept, now], ignore_index=True) if len(kept) else now
    return together.sort_values("data_cut", kind="stable", ignore_index=True)
