"""Is a run still as it was made? Every output, archived extract file and cut hashed again, beside the manifest."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.durable import file_sha256
from warehouse.extract_files import hash_of_hashes
from warehouse.runs import RunFolder
from warehouse.store import Store


@dataclass(frozen=True)
class Verified:
    """One file of a run. ``problem`` is empty where its bytes are those of the manifest, else a few words."""

    part: str
    file: Path
    problem: str

    @property
    def sentence(self) -> str:
        """``runs/…/report.html: its bytes have changed since the manifest was written.``"""
        return f"{self.file}: {self.problem}."


def verify(store: Store, run: RunFolder) -> list[Verified]:
    """Every file that the manifest of ``run`` answers for: ``output``, ``extract`` or ``cut``, in this order."""
    manifest = run.manifest()
    return [*verify_outputs(run), *_extracts(store, manifest), *_cut(store, manifest)]


def verify_outputs(run: RunFolder) -> list[Verified]:
    """The outputs of ``run``, and what stands in its folder without being one."""
    outputs = {output["file"]: output["sha256"] for output in run.manifest()["outputs"]}
    present = {path.relative_to(run.path).as_posix() for path in run.path.rglob("*") if path.is_file()}
    unlisted = sorted(present - outputs.keys() - {run.manifest_file.name})
    return [
        *(Verified("output", run.path / name, _problem(run.path / name, digest)) for name, digest in outputs.items()),
        *(Verified("output", run.path / name, "is not in the manifest") for name in unlisted),
    ]


def archive_of(store: Store, manifest: dict[str, Any]) -> Path:
    """The folder of ``raw/`` that keeps the extract files of a run, as received."""
    return store.raw / hash_of_hashes((file["file"], file["sha256"]) for file in manifest["extract_files"])


def _extracts(store: Store, manifest: dict[str, Any]) -> Iterator[Verified]:
    archive = archive_of(store, manifest)
    for name, digest in sorted({(file["file"], file["sha256"]) for file in manifest["extract_files"]}):
        yield Verified("extract", archive / name, _problem(archive / name, digest))


def _cut(store: Store, manifest: dict[str, Any]) -> Iterator[Verified]:
    if manifest.get("cut"):
        file = store.cuts / manifest["cut"]
        yield Verified("cut", file, _problem(file, manifest.get("cut_sha256", "")))


def _problem(file: Path, expected: str) -> str:
    """``expected`` is empty where a manifest of an earlier version says nothing of the file."""
    if not file.is_file():
        return "is missing"
    if expected and file_sha256(file) != expected:
        return "its bytes have changed since the manifest was written"
    return ""
