"""Where data lives between runs: the folder ``data/`` and the pointer to the current cut (architecture, Publishing)."""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from warehouse.errors import WarehouseError, WrongUseError


@dataclass(frozen=True)
class Store:
    """The data folder: ``raw/`` as received, ``build/`` in the making, ``cuts/`` published, ``CURRENT.json``.

    It belongs to one study and one pseudonym key: ``study`` is the study's id, ``key`` the mark of the key. The pointer
    keeps both; empty ones are neither kept nor asked for, and a pointer without them (of an older version) belongs to
    whoever comes.
    """

    root: Path
    study: str = ""
    key: str = ""

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
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def pointer(self) -> Path:
        return self.root / "CURRENT.json"

    def build_file(self, run_id: str) -> Path:
        return self.build / f"{run_id}.duckdb"

    def cut_file(self, cut_id: str) -> Path:
        return self.cuts / f"{cut_id}.duckdb"

    def current(self) -> dict[str, Any] | None:
        """``cut_id``, ``file``, ``fingerprint`` of the current cut, ``published`` (all ids); None before the first."""
        content = self.committed() or {}
        return content if content.get("cut_id") else None

    def committed(self) -> dict[str, Any] | None:
        """Everything the pointer says: the current cut, if there is one, and ``ledgers``, the head of each study's."""
        if not self.pointer.is_file():
            return None
        try:
            content = json.loads(self.pointer.read_text(encoding="utf-8"))
        except OSError as error:
            raise WarehouseError(f"{self.pointer}: cannot be read ({error.strerror}); check its rights.") from None
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise WarehouseError(
                f"{self.pointer}: not readable as JSON; restore it, or remove it and refresh with --force."
            )
        return content

    def check_owner(self) -> None:
        """Asks whether the data folder may be used for this study and with this key.

        Raises:
            WrongUseError: it belongs to another study, or was made with another key.
        """
        committed = self.committed() or {}
        owner = committed.get("study", self.study)
        if owner != self.study:
            raise WrongUseError(
                f"{self.root}: holds the data of the study {owner}, not of {self.study}; choose another --data."
            )
        if self.key and committed.get("key", self.key) != self.key:
            raise WrongUseError(
                f"{self.root}: its data were made with another DATACUT_KEY, and the pseudonyms would not match; "
                "set the old key, or choose another --data."
            )

    @contextmanager
    def refreshing(self) -> Iterator[None]:
        """Holds the one lock that admits a refresh; the kernel releases it when its holder dies.

        Raises:
            WarehouseError: another refresh holds it, or the folder cannot be written.
        """
        for folder in (self.root, self.raw, self.build, self.cuts, self.ledger):
            make_writable(folder, "--data")
        lock = FileLock(self.root / "refresh.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise WarehouseError(
                f"{self.root}: another refresh is running on this folder; wait for it to end and start again."
            ) from None
        except OSError as error:
            raise WarehouseError(_not_writable(self.root / "refresh.lock", error, "--data")) from None
        try:
            yield
        finally:
            lock.release()

    def sweep(self) -> None:
        """Removes what a killed refresh left in ``build/`` and beside the pointer. Call it under the lock."""
        for left in self.build.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        for left in self.root.glob(".CURRENT.json.*"):
            left.unlink()
        committed = self.committed()
        if committed is None:
            # Nothing was published yet, or the pointer was lost: then no cut and no segment is taken for a leftover.
            return
        published = set(committed.get("published", []))
        for cut in self.cuts.glob("*.duckdb"):
            # Moved here by a publisher that died before it moved the pointer: no reader ever saw it.
            if cut.stem not in published:
                cut.unlink()
        for study, head in committed.get("ledgers", {}).items():
            for segment in (self.ledger / study).glob("*.parquet*"):
                if segment.name.removesuffix(".parquet") not in head["segments"]:
                    segment.unlink()

    def publish(self, run_id: str, fingerprint: str, ledgers: Mapping[str, Any] | None = None) -> Path:
        """Makes the build file of ``run_id`` the current cut and gives its path. The pointer is the commit point.

        ``ledgers`` are the heads of the ledgers that change with it, by study.
        """
        cut = self.cut_file(run_id)
        os.replace(self.build_file(run_id), cut)
        cut.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        _sync_folder(self.cuts)
        committed = self.committed()
        earlier = (
            committed.get("published", []) if committed else [cut.stem for cut in sorted(self.cuts.glob("*.duckdb"))]
        )
        published = [*(name for name in earlier if name != run_id), run_id]
        self._move(ledgers, cut_id=run_id, file=cut.name, fingerprint=fingerprint, published=published)
        return cut

    def commit_ledgers(self, ledgers: Mapping[str, Any]) -> None:
        """Takes over the heads of ledgers and leaves the current cut as it is."""
        self._move(ledgers)

    def _move(self, ledgers: Mapping[str, Any] | None, **cut: Any) -> None:
        committed = self.committed() or {}
        heads = {**committed.get("ledgers", {}), **(ledgers or {})}
        owner = {name: value for name, value in (("study", self.study), ("key", self.key)) if value}
        content = {**committed, **owner, **cut, "ledgers": heads}
        write_bytes_durably(self.pointer, (json.dumps(content, indent=2) + "\n").encode())


def make_writable(folder: Path, option: str) -> None:
    """Makes the folder that ``option`` names, if need be, and proves that files can be made in it.

    Raises:
        WarehouseError: they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise WarehouseError(_not_writable(folder, error, option)) from None


def _not_writable(path: Path, error: OSError, option: str) -> str:
    why = "a file stands in its place" if isinstance(error, FileExistsError) else error.strerror
    return f"{path}: cannot be written ({why}); choose another {option}, or see that you may write there."


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
