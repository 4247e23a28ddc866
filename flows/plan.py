"""What one refresh is about to do: the study, the folders, the data cut and the run id, as plain values."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from studies import Study, load_study
from warehouse import ExtractError, Store
from warehouse.extract_files import Source, find
from warehouse.runs import RunFolder, code_version, files_sha256, package_versions


@dataclass(frozen=True)
class Plan:
    """Values only: tasks get this and open what they need, so nothing large crosses from task to task."""

    study: str
    extracts: str
    data_cut: date
    data: str
    runs: str
    run_id: str

    def load_study(self) -> Study:
        return load_study(self.study)

    @property
    def store(self) -> Store:
        return Store(Path(self.data))

    @property
    def folder(self) -> RunFolder:
        return RunFolder(Path(self.runs), self.run_id)

    @property
    def build_file(self) -> Path:
        return self.store.build_file(self.run_id)

    @property
    def cut_file(self) -> Path:
        return self.store.cut_file(self.run_id)

    @property
    def workspace(self) -> Path:
        """Where text copies of extract files lie while they are read; emptied by the load, swept at the next start."""
        return self.store.build / f"{self.run_id}-text"


def fingerprint(plan: Plan, extract_files: Iterable[Mapping[str, Any]]) -> str:
    """What a cut follows from: extract, protocol, mapping, published figures, data cut, code and package versions."""
    study = plan.load_study()
    parts = {
        "extract": sorted(f"{file['file']} {file['sha256']}" for file in extract_files),
        "study": files_sha256(study.directory.glob("*.*")),
        "data_cut": plan.data_cut.isoformat(),
        "code": code_version(),
        "packages": package_versions(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def unchanged(plan: Plan) -> RunFolder | None:
    """The run of the current cut, if a refresh would make the same cut again."""
    current = plan.store.current()
    if current is None or not plan.store.cut_file(current["cut_id"]).is_file():
        return None
    run = RunFolder(Path(plan.runs), current["cut_id"])
    if not run.is_complete:
        return None
    try:
        found = [find(Path(plan.extracts), source) for source in sources(plan.load_study())]
    except ExtractError:
        return None
    files = [{"file": file.source.file, "sha256": file.sha256} for file in found]
    return run if fingerprint(plan, files) == current["fingerprint"] else None


def sources(study: Study) -> list[Source]:
    """The files that the study's mapping names, in the words of the warehouse."""
    return [
        Source(table=name, file=table.file, columns=table.columns, encoding=table.encoding)
        for name, table in study.mapping.tables.items()
    ]
