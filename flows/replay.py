"""A run made again from its manifest and its archived extract, in a scratch folder, and every hash compared."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows import stages
from flows.outcome import decide, made_by
from flows.plan import Plan
from flows.stages import without_prefect
from studies import load_study
from warehouse import Store, WarehouseError
from warehouse.durable import file_sha256
from warehouse.history import find_published
from warehouse.pseudonyms import key_from_environment, key_mark
from warehouse.verification import archive_of, verify

REPRODUCIBLE = ("analysis", "results", "tables", "figures")


@dataclass(frozen=True)
class Replay:
    """What came of it. ``unlike``: in a sentence each, what the run was made by and is not the same today.

    ``differing``: outputs with other bytes, ``missing``: not made again, ``added``: made now and not then.
    """

    run_id: str
    unlike: list[str]
    same: list[str]
    differing: list[str]
    missing: list[str]
    added: list[str]

    @property
    def is_equal(self) -> bool:
        return not (self.differing or self.missing or self.added)


def replay(run: str, study_name: str, data: Path, runs: Path, scratch: Path) -> Replay:
    """Makes the run again in the folder ``scratch`` and compares analysis/, results/, tables/ and figures/.

    Raises:
        WrongUseError: no such run, it published nothing, or the key is another.
        WarehouseError: its archived extract, or the cut it was compared with, is missing or damaged.
    """
    study = load_study(study_name)
    store = Store(data, study=study.protocol.study.id, key=key_mark(key_from_environment()))
    store.check_owner()
    folder = find_published(runs, run)
    manifest = folder.manifest()
    for file in verify(store, folder):
        if file.part == "extract" and file.problem:
            raise WarehouseError(f"{file.sentence} So the run cannot be made again.")
    plan = Plan(
        study=study_name,
        extracts=str(archive_of(store, manifest)),
        data_cut=date.fromisoformat(manifest["data_cut"]),
        data=str(scratch / "data"),
        runs=str(scratch / "runs"),
        run_id=folder.run_id,
        study_id=store.study,
        key_mark=store.key,
    )
    _prepare(plan, store, manifest.get("previous_cut"))
    _make(plan)
    then = {file["file"]: file["sha256"] for file in manifest["outputs"] if file["file"].startswith(REPRODUCIBLE)}
    now = {name: file_sha256(plan.folder.path / name) for name in _reproducible(plan.folder.path)}
    both = then.keys() & now.keys()
    return Replay(
        run_id=folder.run_id,
        unlike=list(_unlike(manifest, made_by(plan))),
        same=sorted(name for name in both if then[name] == now[name]),
        differing=sorted(name for name in both if then[name] != now[name]),
        missing=sorted(then.keys() - now.keys()),
        added=sorted(now.keys() - then.keys()),
    )


def _prepare(plan: Plan, store: Store, previous_cut: str | None) -> None:
    """The folders, and in them the cut before as the current one: some rules look at what changed since then."""
    scratch = plan.store
    with scratch.refreshing():
        plan.folder.create()
        if not previous_cut:
            return
        if damage := store.damage(previous_cut):
            raise WarehouseError(f"{damage} The run was compared with it, so it cannot be made again.")
        shutil.copyfile(store.cut_file(previous_cut), scratch.build_file(previous_cut))
        scratch.publish(previous_cut, "the cut before")


def _make(plan: Plan) -> None:
    """The stages of a refresh up to its reports, without Prefect and without publishing anything."""
    extract_files = without_prefect(stages.load)(plan)
    for made in (stages.parse, stages.check_extract, stages.derive, stages.audit, stages.cover):
        without_prefect(made)(plan)
    reasons = without_prefect(stages.gate)(plan)
    if reasons:
        raise WarehouseError(f"{plan.run_id}: would be blocked today, so it cannot be made again. {' '.join(reasons)}")
    without_prefect(stages.follow_queries)(plan, extract_files)
    without_prefect(stages.analyse)(plan)
    without_prefect(stages.report)(plan, decide(plan, reasons, extract_files))


def _reproducible(folder: Path) -> Iterator[str]:
    for part in REPRODUCIBLE:
        for path in sorted((folder / part).rglob("*")):
            if path.is_file():
                yield path.relative_to(folder).as_posix()


def _unlike(then: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    if then.get("code_version") != now["code_version"]:
        yield f"Code: {then.get('code_version')} then, {now['code_version']} now."
    for name in ("protocol", "contracts"):
        if then.get(f"{name}_sha256") != now[f"{name}_sha256"]:
            yield f"The {name} {'are' if name == 'contracts' else 'is'} not the same as then."
    if then.get("waivers_in_force", []) != now["waivers_in_force"]:
        yield "Other waivers are in force than then."
    packages = then.get("package_versions", {})
    for package, version in now["package_versions"].items():
        if packages.get(package) != version:
            yield f"Package {package}: {packages.get(package, 'not recorded')} then, {version} now."


def as_json(replayed: Replay) -> str:
    """For scripts."""
    return json.dumps(
        {
            "run": replayed.run_id,
            "equal": replayed.is_equal,
            **{name: getattr(replayed, name) for name in ("unlike", "same", "differing", "missing", "added")},
        }
    )


def as_text(replayed: Replay) -> str:
    """For people: what is not the same, then the verdict."""
    lines = list(replayed.unlike)
    for what, files in (
        ("other bytes than then", replayed.differing),
        ("was not made again", replayed.missing),
        ("was not made then", replayed.added),
    ):
        lines += [f"  {name}: {what}" for name in files]
    total = len(replayed.same) + len(replayed.differing) + len(replayed.missing)
    verdict = "every byte is the same" if replayed.is_equal else f"{len(replayed.same)} of {total} files are the same"
    return os.linesep.join(
        [*lines, f"{replayed.run_id}: made again from its archived extract; {verdict} ({total} files)."]
    )
