"""What is not as in the run before: the headline results, side by side."""

import json
from pathlib import Path

from reports.headlines import headlines
from studies import Study
from warehouse.runs import RUN_ID


def earlier_run(folder: Path) -> Path | None:
    """The newest published run before the one in ``folder``, among its neighbours."""
    for neighbour in sorted(folder.parent.iterdir(), reverse=True):
        if neighbour.name < folder.name and RUN_ID.fullmatch(neighbour.name) and _is_published(neighbour):
            return neighbour
    return None


def _is_published(folder: Path) -> bool:
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return False
    return str(json.loads(manifest.read_text(encoding="utf-8"))["status"]).startswith("published")


def changed_headlines(earlier: Path, folder: Path, study: Study) -> list[str]:
    """The headlines of ``folder`` that the earlier run has otherwise, each with what it was."""
    before = dict(line.split(": ", 1) for line in headlines(earlier, study))
    now = dict(line.split(": ", 1) for line in headlines(folder, study))
    changed = [name for name in now if now[name] != before.get(name)]
    return [f"{name}: {now[name]}, was {before.get(name, 'absent')}" for name in changed]
