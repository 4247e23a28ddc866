"""Where data lives between runs: the folder ``data/`` and the pointer to the current cut (architecture, Publishing)."""

import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from warehouse.errors import WarehouseError


@dataclass(frozen=True)
class Store:
    """The data folder: ``raw/`` as received, ``build/`` in the making, ``cuts/`` published, ``CURRENT.json``."""

    root: Path

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def build(self) -> Path:
        return self.root / "build"

    @property
    def cuts(self) -> Path:
        return self.root / "cuts"

    @property
    def pointer(self) -> Path:
        return self.root / "CURRENT.json"

    def build_file(self, run_id: str) -> Path:
        return self.build / f"{run_id}.duckdb"

    def cut_file(self, cut_id: str) -> Path:
        return self.cuts / f"{cut_id}.duckdb"

    def current(self) -> dict[str, Any] | None:
        """The pointer: ``cut_id``, ``file``, ``fingerprint``, ``published`` (all cut ids); None before the first."""
        if not self.pointer.is_file():
            return None
        try:
            content: dict[str, Any] = json.loads(self.pointer.read_text(encoding="utf-8"))
        except ValueError:
            raise WarehouseError(
                f"{self.pointer}: not readable as JSON; restore it, or remove it and refresh with --force."
            ) from None
        return content

    @contextmanager
    def refreshing(self) -> Iterator[None]:
        """Holds the one lock that admits a refresh; the kernel releases it when its holder dies.

        Raises:
            WarehouseError: another refresh holds it, or the folder cannot be written.
        """
        try:
            for folder in (self.raw, self.build, self.cuts):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WarehouseError(f"{self.root}: cannot be written ({error.strerror}); choose another --data.") from None
        try:
            with FileLock(self.root / "refresh.lock", timeout=0):
                yield
        except Timeout:
            raise WarehouseError(
                f"{self.root}: another refresh is running on this folder; wait for it to end and start again."
            ) from None

    def sweep(self) -> None:
        """Removes what a killed refresh left in ``build/`` and beside the pointer. Call it under the lock."""
        for left in self.build.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        for left in self.root.glob(".CURRENT.json.*"):
            left.unlink()
        published = set((self.current() or {}).get("published", []))
        for cut in self.cuts.glob("*.duckdb"):
            # Moved here by a publisher that died before it moved the pointer: no reader ever saw it.
            if cut.stem not in published:
                cut.unlink()

    def publish(self, run_id: str, fingerprint: str) -> Path:
        """Makes the build file of ``run_id`` the current cut and gives its path. The pointer is the commit point."""
        cut = self.cut_file(run_id)
        os.replace(self.build_file(run_id), cut)
        cut.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        _sync_folder(self.cuts)
        published = [*(self.current() or {}).get("published", []), run_id]
        pointer = {"cut_id": run_id, "file": cut.name, "fingerprint": fingerprint, "published": published}
        write_bytes_durably(self.pointer, (json.dumps(pointer, indent=2) + "\n").encode())
        return cut


def write_bytes_durably(path: Path, content: bytes) -> None:
    """Writes a file so that a reader, also after a crash, sees the old content or the new, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
