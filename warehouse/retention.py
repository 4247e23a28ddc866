"""Which runs are let go of; nothing that a kept manifest cites goes: its cut, its extract, the cut before it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import DamagedManifestError
from warehouse.runs import RunFolder, complete_runs
from warehouse.store import Store, remove
from warehouse.verification import archive_of

EXTRACT_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Retention:
    """What goes and what stays. ``runs`` and ``cuts`` are ids, ``archives`` folders of ``raw/``."""

    keep: tuple[str, ...]
    runs: tuple[RunFolder, ...]
    cuts: tuple[str, ...]
    archives: tuple[Path, ...]
    bytes: int

    @property
    def is_empty(self) -> bool:
        return not (self.runs or self.cuts or self.archives)


def planned_retention(store: Store, runs: Path, keep: int) -> Retention:
    """Keeps the newest ``keep`` runs that published, and every run that is as new; lets go of all that is older.

    A run of another study or another data folder is left alone. An extract stays as long as a manifest that stays
    cites it; all extracts stay where a published cut has no manifest in ``runs``, for nobody knows then what it cites.

    Raises:
        DamagedManifestError: a manifest cannot be read; it might cite what would go, so nothing does.
    """
    published = store.published()
    try:
        known = {run.run_id: run.manifest() for run in complete_runs(runs)}
    except DamagedManifestError as error:
        raise DamagedManifestError(f"{error} Nothing was removed: what it cites cannot be asked.") from None
    ours = {
        run_id: manifest
        for run_id, manifest in known.items()
        if manifest["study"] == store.study and (not manifest.get("cut") or run_id in published)
    }
    with_manifest = [run_id for run_id in published if run_id in ours]
    kept_published = with_manifest[-keep:]
    if not kept_published:
        return Retention((), (), (), (), 0)
    kept = {run_id: manifest for run_id, manifest in ours.items() if run_id >= min(kept_published)}
    cited = {*kept, *(str(manifest.get("previous_cut")) for manifest in kept.values())}
    cuts = [run_id for run_id in with_manifest if run_id not in cited]
    archives: list[Path] = []
    if len(with_manifest) == len(published):
        stays = [manifest for run_id, manifest in known.items() if run_id in kept or run_id not in ours]
        needed = {archive_of(store, manifest) for manifest in stays}
        archives = [
            folder
            for folder in sorted(store.raw.iterdir())
            if EXTRACT_HASH.fullmatch(folder.name) and folder not in needed
        ]
    gone = [RunFolder(runs, run_id) for run_id in sorted(ours.keys() - kept.keys())]
    paths = [*(run.path for run in gone), *(store.cut_file(cut) for cut in cuts), *archives]
    return Retention(tuple(sorted(kept)), tuple(gone), tuple(cuts), tuple(archives), sum(map(_bytes, paths)))


def let_go(store: Store, retention: Retention) -> None:
    """Does it. Call it under both locks.

    The pointer forgets the cuts first: what is left after a kill between two steps is swept at the next start.
    """
    store.forget(retention.cuts)
    for run in retention.runs:
        run.remove()
    for cut in retention.cuts:
        store.cut_file(cut).unlink(missing_ok=True)
    for archive in retention.archives:
        remove(archive)


def _bytes(path: Path) -> int:
    files: Iterable[Path] = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
