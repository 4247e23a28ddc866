"""Where data lives between runs: the folder ``data/`` and the pointer to the current cut (architecture, Publishing)."""

import json
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.durable import file_sha256, sync, write_bytes_durably
from warehouse.errors import WarehouseError, WrongUseError, not_writable
from warehouse.failpoints import failpoint
from warehouse.locks import held


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

    def published(self) -> list[str]:
        """The ids of every published cut, the oldest first."""
        committed = self.committed() or {}
        current = [committed["cut_id"]] if committed.get("cut_id") else []
        return list(committed.get("published", current))

    def run_ids(self) -> list[str]:
        """Every run that the pointer knows of."""
        committed = self.committed() or {}
        followed = [head.get("last_run", "") for head in committed.get("ledgers", {}).values()]
        return [*self.published(), committed.get("last_run", ""), *followed]

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
    def refreshing(self, waiting: Callable[[], None] | None = None) -> Iterator[None]:
        """Holds the one lock that admits a refresh; ``waiting`` as in warehouse.locks.

        A folder that never held a cut or a query gets a pointer that names none: from then on whatever it does not
        name was never published, and a missing pointer is a lost one.

        Raises:
            WarehouseError: another refresh holds it, or the folder cannot be written.
        """
        for folder in (self.root, self.raw, self.build, self.cuts, self.ledger):
            make_writable(folder, "--data")
        with held(self.root / "refresh.lock", "--data", waiting):
            if not self.pointer.exists() and not any(self.cuts.iterdir()) and not any(self.ledger.iterdir()):
                write_bytes_durably(self.pointer, _as_text({"published": [], "ledgers": {}}))
            yield

    def sweep(self) -> None:
        """Removes what a killed refresh left. Call it under the lock."""
        for left in self.build.iterdir():
            remove(left)
        for left in (*self.root.glob(".CURRENT.json.*"), *self.raw.glob(".*")):
            remove(left)
        for cut in self.unnamed_cuts():
            cut.unlink()
        self.sweep_ledger()

    def unnamed_cuts(self) -> list[Path]:
        """Cuts moved by a publisher that died before it moved the pointer: no reader ever saw them.

        None while the pointer is lost: then no cut is taken for a leftover.
        """
        committed = self.committed()
        published = None if committed is None else set(committed.get("published", []))
        return [
            cut for cut in sorted(self.cuts.glob("*.duckdb*")) if published is not None and cut.stem not in published
        ]

    def sweep_ledger(self) -> None:
        """Removes segments of the ledgers that were written and never committed. Call it under the lock."""
        committed = self.committed()
        if committed is None:
            return
        heads = committed.get("ledgers", {})
        for segment in self.ledger.glob("*/*.parquet*"):
            named = heads.get(segment.parent.name, {}).get("segments", [])
            if segment.name.removesuffix(".parquet") not in named:
                segment.unlink()

    def publish(
        self, run_id: str, fingerprint: str, ledgers: Mapping[str, Any] | None = None, sha256: str = ""
    ) -> Path:
        """Makes the build file of ``run_id`` the current cut and gives its path. The pointer is the commit point.

        ``ledgers`` are the heads of the ledgers that change with it, by study; ``sha256`` the hash of the file, where
        it is known already.
        """
        cut, built = self.cut_file(run_id), self.build_file(run_id)
        digest = sha256 or file_sha256(built)
        sync(built)
        os.replace(built, cut)
        failpoint("cut-moved")
        cut.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
        sync(self.cuts)
        failpoint("cut-sealed")
        committed = self.committed()
        earlier = (
            committed.get("published", []) if committed else [cut.stem for cut in sorted(self.cuts.glob("*.duckdb"))]
        )
        published = [*(name for name in earlier if name != run_id), run_id]
        hashes = {**(committed or {}).get("cut_sha256", {}), run_id: digest}
        self._move(
            ledgers,
            cut_id=run_id,
            file=cut.name,
            fingerprint=fingerprint,
            published=published,
            cut_sha256={name: hashes[name] for name in published if name in hashes},
            last_run=run_id,
        )
        return cut

    def commit_ledgers(self, ledgers: Mapping[str, Any], run_id: str = "") -> None:
        """Takes over the heads of ledgers, and ``run_id`` as the last run where one made them; the cut stays."""
        self._move(ledgers, **({"last_run": run_id} if run_id else {}))

    def forget(self, cut_ids: Collection[str]) -> None:
        """Strikes cuts that are not the current one off the list of the published."""
        committed = self.committed() or {}
        gone = set(cut_ids) - {committed.get("cut_id")}
        hashes = committed.get("cut_sha256", {})
        self._move(
            None,
            published=[name for name in self.published() if name not in gone],
            cut_sha256={name: digest for name, digest in hashes.items() if name not in gone},
        )

    def is_committed(self, run_id: str) -> bool:
        """Whether the pointer was moved for this run: it published a cut, or it is the last that ended."""
        committed = self.committed() or {}
        return run_id in committed.get("published", []) or run_id == committed.get("last_run")

    def damage(self, cut_id: str) -> str:
        """What is wrong with the file of a published cut, as a sentence; empty where it is as it was published."""
        file, expected = self.cut_file(cut_id), ((self.committed() or {}).get("cut_sha256", {})).get(cut_id)
        if not file.is_file():
            return f"{file}: is missing."
        if expected and file_sha256(file) != expected:
            return f"{file}: is not as it was published; its bytes have changed."
        return ""

    def _move(self, ledgers: Mapping[str, Any] | None, **cut: Any) -> None:
        committed = self.committed() or {}
        heads = {**committed.get("ledgers", {}), **(ledgers or {})}
        owner = {name: value for name, value in (("study", self.study), ("key", self.key)) if value}
        content = {**committed, **owner, **cut, "ledgers": heads}
        write_bytes_durably(self.pointer, _as_text(content), "pointer-part")
        failpoint("pointer-moved")


def make_writable(folder: Path, option: str) -> None:
    """Makes the folder that ``option`` names, if need be, and proves that files can be made in it.

    Raises:
        WrongUseError: they cannot: the folder is named wrongly, or is not theirs to write to.
        WarehouseError: they cannot, because the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise not_writable(folder, error, option) from None


def remove(path: Path) -> None:
    """Removes a file or a whole folder, read-only files too."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _as_text(pointer: Mapping[str, Any]) -> bytes:
    return (json.dumps(pointer, indent=2) + "\n").encode()
