"""Tells Prefect, as an event, that queries have waited longer for an answer than they may. Counts alone."""

from pathlib import Path

from flows.configuration import configured
from reports.run_folder import read_quality
from studies import Study

EVENT = "datacut.queries.overdue"
WAITING = ("new", "open", "reopened", "miscorrected", "undetermined")


def tell_overdue(folder: Path, study: Study) -> bool:
    """Emits the event if a query of the run in ``folder`` is older than ``query_days`` (flows.configuration)."""
    from prefect.events import emit_event

    days = int(configured("query_days"))
    waiting = [query for query in read_quality(folder, study.mapping).queries if query["state"] in WAITING]
    overdue = [query for query in waiting if (query["age_days"] or 0) > days]
    if not overdue:
        return False
    emit_event(
        EVENT,
        resource={"prefect.resource.id": f"datacut.study.{study.name}", "prefect.resource.name": study.name},
        payload={
            "study": study.name, "overdue": len(overdue), "open": len(waiting), "days": days, "run": folder.name,
        },
    )  # fmt: skip
    return True
