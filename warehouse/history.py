"""The runs of a folder, as people ask for them: by id or as ``latest``, and listed with what became of each."""

from pathlib import Path
from typing import Any

from warehouse.errors import DamagedManifestError, WrongUseError
from warehouse.manifest import DAMAGED
from warehouse.runs import RUN_ID, RunFolder, complete_runs
from warehouse.store import Store

LATEST = ("latest", "latest-quality")


def find_run(runs: Path, name: str) -> RunFolder:
    """The complete run ``name`` in the folder ``runs``: a run id, ``latest`` or ``latest-quality``.

    Raises:
        WrongUseError: there is no such run, or it is not complete.
    """
    if name in LATEST:
        link = runs / name
        if not link.exists():
            raise WrongUseError(_why_no_latest(runs, link))
        name = link.resolve().name
    folder = RunFolder(runs, name)
    if not RUN_ID.fullmatch(name) or not folder.path.is_dir():
        raise WrongUseError(f"{name}: no such run in {runs}; datacut runs lists them, and latest is the newest.")
    if not folder.is_complete:
        raise WrongUseError(f"{name}: this run was never completed, it has no manifest; name another.")
    return folder


def _why_no_latest(runs: Path, link: Path) -> str:
    if link.is_symlink():
        return f"{link}: the run it leads to is gone; datacut runs lists those that are left, name one."
    checks = runs / "latest-quality"
    if checks.exists():
        return (
            f"{runs}: holds no refresh yet, only checks of the extract (the newest is {checks.resolve().name}, or "
            "latest-quality); make one with datacut refresh."
        )
    return f"{runs}: holds no run yet; make one with datacut refresh, or name another --runs."


def find_published(runs: Path, name: str) -> RunFolder:
    """The same, of a run that published a cut.

    Raises:
        WrongUseError: there is no such run, or it published nothing.
    """
    folder = find_run(runs, name)
    if not folder.manifest().get("cut"):
        raise WrongUseError(
            f"{folder.run_id}: this run published nothing ({folder.manifest()['status']}); name another."
        )
    return folder


def listed_runs(store: Store, runs: Path) -> list[dict[str, Any]]:
    """One mapping a run, the newest first.

    ``run``, ``ended``, ``outcome``, ``data_cut``, ``subjects`` (null where nothing was derived), ``findings`` (by
    severity), ``current`` (whether the pointer names its cut) and ``cut`` (kept, removed, or none). Of a run whose
    manifest is damaged the outcome says so, and what the manifest would have said is empty.

    Raises:
        WrongUseError: there is no such folder.
    """
    if not runs.is_dir():
        raise WrongUseError(f"{runs}: no such folder; make a run with datacut refresh, or name another --runs.")
    if not store.root.is_dir() and (store.root.exists() or store.root.is_symlink()):
        raise WrongUseError(f"{store.root}: is no folder; name the --data folder of the study.")
    current = (store.current() or {}).get("cut_id")
    rows = []
    for folder in reversed(complete_runs(runs)):
        try:
            manifest = folder.manifest()
        except DamagedManifestError:
            kept = store.cut_file(folder.run_id)
            manifest = {"status": DAMAGED, "cut": kept.name if kept.is_file() else None}
        cut = manifest.get("cut")
        rows.append(
            {
                "run": folder.run_id,
                "ended": manifest.get("ended", ""),
                "outcome": manifest["status"],
                "data_cut": manifest.get("data_cut", ""),
                "subjects": sum(manifest.get("subjects_by_arm", {}).values()) or None,
                "findings": manifest.get("findings_by_severity", {}),
                "current": folder.run_id == current,
                "cut": "none" if not cut else "kept" if (store.cuts / cut).is_file() else "removed",
            }
        )
    return rows
