"""Which processes still run; one that has ended and whose parent has not asked for it yet (a zombie) does not."""

import time
from pathlib import Path

SECONDS_TO_END = 60


def running(group: int) -> list[int]:
    """The processes of a process group that run."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of_group = place.read_text("utf-8", errors="replace").rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):  # it has ended while we looked
            continue
        if int(of_group) == group and state != "Z":
            found.append(int(place.parent.name))
    return found


def ends(group: int) -> bool:
    """Whether every process of the group ends within a minute."""
    limit = time.monotonic() + SECONDS_TO_END
    while running(group) and time.monotonic() < limit:
        time.sleep(0.1)
    return not running(group)
