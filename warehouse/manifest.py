"""A manifest as it is read: what a run says of itself, or that the file which said it is damaged."""

import json
from pathlib import Path
from typing import Any

from warehouse.errors import DamagedManifestError

ALWAYS_THERE = ("run_id", "status", "study", "data_cut")
LISTS_OF_FILES = ("extract_files", "outputs")
DAMAGED = "damaged: manifest.json cannot be read"
"""What stands for the outcome of a run in a list, where its manifest is damaged."""


def read_manifest(file: Path) -> dict[str, Any]:
    """What the manifest ``file`` says, with everything in it that every manifest has.

    Raises:
        DamagedManifestError: it is not readable, no JSON, or lacks what every manifest has.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict) or not _is_whole(content):
        raise DamagedManifestError(
            f"{file}: the manifest of the run is damaged; bring the folder back from a copy, or move it out of the "
            "runs folder."
        )
    return content


def _is_whole(content: dict[str, Any]) -> bool:
    files = [content.get(name) for name in LISTS_OF_FILES]
    return all(isinstance(content.get(name), str) for name in ALWAYS_THERE) and all(
        isinstance(listed, list)
        and all(isinstance(entry, dict) and {"file", "sha256"} <= entry.keys() for entry in listed)
        for listed in files
    )
