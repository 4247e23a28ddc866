"""What the monitoring page of a run shows, carried on from the run before: events of every cut, and their curves.

Each run holds the whole history, so it outlives the runs that are let go of.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from analyses import accrual, with_earlier
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "monitoring"
MOST_CUTS = 12
"""Of so many cuts, the newest, the curves are kept; events are kept of all."""

CURVE_COLUMNS = ["run", "data_cut", "endpoint", "group", "time", "survival"]


def write_monitoring(run: Path, data_cut: str, before: Path | None, protocol: Protocol) -> None:
    """Writes monitoring/accrual.csv and monitoring/curves.csv from results/ of ``run`` and the same of the run before.

    accrual.csv: see analyses.accrual. curves.csv: the steps of each Kaplan-Meier curve, in the study's unit of time.
    """
    import pandas as pd

    results, folder = run / "results", run / FOLDER
    now = accrual(run.name, data_cut, pd.read_csv(results / "statistics.csv"), protocol)
    curves = pd.read_csv(results / "curves.csv").assign(run=run.name, data_cut=data_cut)[CURVE_COLUMNS]
    events = with_earlier(_earlier(before, "accrual", now), now).astype({"planned_events": "Int64"})
    together = with_earlier(_earlier(before, "curves", curves), curves)
    kept = sorted(together["data_cut"].unique())[-MOST_CUTS:]
    folder.mkdir(exist_ok=True)
    for name, frame in (("accrual", events), ("curves", together[together["data_cut"].isin(kept)])):
        marked = frame.assign(data=protocol.mark) if protocol.mark else frame
        marked.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def _earlier(before: Path | None, name: str, now: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    file = before / FOLDER / f"{name}.csv" if before else None
    return pd.read_csv(file)[list(now.columns)] if file and file.is_file() else now.iloc[:0]
