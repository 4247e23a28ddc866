"""Starts a refresh when the files of a folder changed and then stayed as they are for a while."""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from warehouse.store import write_bytes_durably

HALF_WRITTEN = (".", "~$")
"""How the names of files begin that a copying program or Excel is at work on."""

Looked = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Watch:
    """A folder, where to note what was refreshed last, and the patience: seconds between looks, and of quiet."""

    folder: Path
    note: Path
    every: float = 30
    settle: float = 120

    def once(self, refresh: Callable[[], int], wait: Callable[[float], None] = time.sleep) -> bool:
        """Waits until the folder is quiet; refreshes if its content is not what was refreshed last. Gives whether.

        A content that was blocked or failed is not tried again before it changes; one whose refresh could not even
        start (exit code 2) is.
        """
        look = self._look()
        quiet = 0.0
        while quiet < self.settle:
            wait(self.every)
            again = self._look()
            quiet = quiet + self.every if again == look and again else 0.0
            look = again
        try:
            content = self._content(look)
        except OSError:  # moved away meanwhile: the next look will see
            return False
        if content == self._noted():
            return False
        code = refresh()
        if code != 2:
            write_bytes_durably(self.note, (json.dumps({"content": content, "exit_code": code}) + "\n").encode())
        return True

    def _look(self) -> Looked:
        """Name, size and time of each file; nothing where the folder is away."""
        try:
            files = [
                path for path in self.folder.rglob("*") if path.is_file() and not path.name.startswith((".", "~$"))
            ]
            return tuple(sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files))
        except OSError:
            return ()

    def _content(self, look: Looked) -> str:
        digest = hashlib.sha256()
        for name, _, _ in look:
            path = Path(name)
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.relative_to(self.folder)}\0{sha256}\n".encode())
        return digest.hexdigest()

    def _noted(self) -> str:
        if not self.note.is_file():
            return ""
        return str(json.loads(self.note.read_text(encoding="utf-8"))["content"])


def refresh_by_command(study: str, extracts: Path, data: Path, runs: Path) -> int:
    """Refreshes in a process of its own, whose history is the server's where PREFECT_API_URL names one."""
    options = ["--study", study, "--extracts", str(extracts), "--data", str(data), "--runs", str(runs)]
    return subprocess.call([sys.executable, "-m", "flows.command_line", "refresh", *options])
