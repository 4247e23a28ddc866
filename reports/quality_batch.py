"""The batch as a whole, on the quality page: its monitors, and numbers that contradict each other."""

from collections import Counter
from typing import Any

from reports.numbers import count
from reports.quality_verdict import FIRED
from reports.run_folder import Quality, Record

MONITOR_STATUSES = ("failed to run", "findings", "passed", "not applicable")
MONITOR_WORDS = {"findings": "fired"}
AUDITED = {
    "this run": "Numbers of this run",
    "publication": "Numbers of the publication",
}


def monitors(quality: Quality) -> dict[str, Any]:
    """Every monitor: those that fired first, then those that passed; those with nothing to look at apart."""
    lines = sorted(
        quality.monitors,
        key=lambda monitor: (_rank(monitor["status"]), monitor["monitor_id"], monitor["table_name"]),
    )
    counts = Counter(monitor["status"] for monitor in lines)
    summary = ", ".join(
        f"{counts[status]} {MONITOR_WORDS.get(status, status)}" for status in MONITOR_STATUSES if counts[status]
    )
    looked = [monitor for monitor in lines if monitor["status"] != "not applicable"]
    explained: set[str] = set()
    for place, monitor in enumerate(looked):
        is_first = monitor["status"] in FIRED and monitor["monitor_id"] not in explained
        explained.add(monitor["monitor_id"])
        looked[place] = {**monitor, "is_explained": is_first}
    return {
        "summary": summary,
        "looked": [
            {
                **monitor,
                "has_fired": monitor["status"] in FIRED,
                "word": MONITOR_WORDS.get(monitor["status"], monitor["status"]),
                "failed": ""
                if monitor["failed"] is None or monitor["checked"] is None
                else f"{count(monitor['failed'])} / {count(monitor['checked'])}",
            }
            for monitor in looked
        ],
        "not_applicable": [monitor for monitor in lines if monitor["status"] == "not applicable"],
    }


def _rank(status: str) -> int:
    return MONITOR_STATUSES.index(status) if status in MONITOR_STATUSES else len(MONITOR_STATUSES)


def number_audit(quality: Quality) -> list[tuple[str, list[Record]]]:
    """Printed numbers that contradict others: those of this run, and those of the publication."""
    return [
        (heading, [number for number in quality.number_audit if number["source"] == source])
        for source, heading in AUDITED.items()
    ]
