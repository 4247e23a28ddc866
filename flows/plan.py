"""What one refresh is about to do: the study, the folders, the data cut and the run id, as plain values."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from flows import progress
from schemas.monitor import MonitorLimits
from studies import Study, StudyError, domains, load_study
from warehouse import ExtractError, Store
from warehouse.assembly import Assembly, Lookup, Part, Wide
from warehouse.domain_files import Domain
from warehouse.errors import DamagedManifestError
from warehouse.extract_files import Source
from warehouse.known_identifiers import Agreed
from warehouse.ledger import day_of
from warehouse.load import files_of
from warehouse.runs import RunFolder, code_version, files_sha256, package_versions
from warehouse.verification import verify


@dataclass(frozen=True)
class Plan:
    """Values only: tasks get this and open what they need, so nothing large crosses from task to task.

    ``study_id`` and ``key_mark`` say to whom the data folder belongs (warehouse.store).
    """

    study: str
    extracts: str
    data_cut: date
    data: str
    runs: str
    run_id: str
    study_id: str = ""
    key_mark: str = ""

    def load_study(self) -> Study:
        return load_study(self.study)

    @property
    def store(self) -> Store:
        return Store(Path(self.data), study=self.study_id, key=self.key_mark)

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
    """What a cut follows from: extract, study folder, waivers, data cut, pseudonym key, code and package versions."""
    study = plan.load_study()
    parts = {
        "extract": extract_hash(extract_files),
        "waivers": [
            waiver for waiver in study.read_waivers() if waiver["date"] <= day_of(plan.run_id) <= waiver["expires"]
        ],
        "study": files_sha256(study.directory.glob("*.*")),
        "data_cut": plan.data_cut.isoformat(),
        "key": plan.key_mark,
        "code": code_version(),
        "packages": package_versions(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def extract_hash(extract_files: Iterable[Mapping[str, Any]]) -> str:
    """One hash for the content of all files of an extract."""
    named = sorted({f"{file['file']} {file['sha256']}" for file in extract_files})
    return hashlib.sha256("\n".join(named).encode()).hexdigest()


def unchanged(plan: Plan) -> RunFolder | None:
    """The run of the current cut, if a refresh would make the same cut again and nothing of it is damaged."""
    current = plan.store.current()
    if current is None:
        return None
    run = RunFolder(Path(plan.runs), current["cut_id"])
    if not run.is_complete:
        return None
    try:
        found = files_of(Path(plan.extracts), sources(plan.load_study()))
    except ExtractError:
        return None
    files = [{"file": file.source.file, "sha256": file.sha256} for file in found]
    if fingerprint(plan, files) != current["fingerprint"]:
        return None
    try:
        damaged = [file for file in verify(plan.store, run) if file.problem]
    except DamagedManifestError as error:
        progress.note(f"{error} The cut is made again.")
        return None
    for file in damaged:
        progress.note(f"{file.sentence} The cut is made again.")
    return None if damaged else run


def monitor_limits(study: Study) -> MonitorLimits:
    """The limits of the batch monitors: the protocol's, and datacut's own where it says nothing.

    Raises:
        StudyError: the protocol names a limit that there is none of.
    """
    known = [field.name for field in fields(MonitorLimits)]
    stated = study.protocol.quality.monitors
    if unknown := sorted(stated.keys() - set(known)):
        raise StudyError(
            f"{study.directory / 'protocol.toml'}: quality.monitors.{unknown[0]} is no limit of a monitor; "
            f"there are {', '.join(known)}."
        )
    limits: dict[str, Any] = dict(stated)
    return MonitorLimits(**limits)


def sources(study: Study) -> list[Source | Assembly]:
    """The file, or the parts of domains, that the mapping names for each table, in the words of the warehouse."""
    mapping = study.mapping
    named = {name: Domain(name, tuple(files)) for name, files in mapping.domains.items()}
    made: list[Source | Assembly] = []
    for name, table in mapping.tables.items():
        absent = frozenset(
            column for owner, _, column in (entry.partition(".") for entry in mapping.not_collected) if owner == name
        )
        if table.parts:
            evaluator = study.protocol.response.evaluator
            taken = [part for part in table.parts if part.for_evaluator in (None, evaluator)]
            made.append(Assembly(name, [warehouse_part(part) for part in taken], named, absent))
        else:
            made.append(Source(name, table.file, table.columns, table.encoding, absent, mapping.date_formats[0]))
    return made


def tables_not_collected(study: Study) -> list[str]:
    """The tables that the study says it does not have."""
    return [entry for entry in study.mapping.not_collected if "." not in entry]


def warehouse_part(part: domains.Part) -> Part:
    """A part of a table in the words of the warehouse."""
    return Part(
        domain=part.domain,
        where=_texts(part.where),
        where_not=_texts(part.where_not),
        columns=part.columns,
        constants=part.constants,
        lookups={
            name: Lookup(
                lookup.domain, lookup.column, lookup.match, _texts(lookup.where), _texts(lookup.where_not), lookup.take
            )
            for name, lookup in part.lookups.items()
        },
        wide=Wide(part.wide.by, part.wide.test, part.wide.value, part.wide.tests) if part.wide else None,
    )


def _texts(condition: domains.Condition) -> dict[str, list[str]]:
    return {heading: [texts] if isinstance(texts, str) else texts for heading, texts in condition.items()}


def agreed(study: Study) -> Agreed:
    """The form of study numbers, the wards and the code words of the study's mapping, in the words of the warehouse."""
    mapping = study.mapping
    meanings = [entry for codes in mapping.codes.values() for entry in codes.items()]
    words = [word for code, others in meanings for word in (code, *others)]
    return Agreed.of(mapping.subject_id_pattern, mapping.sites, [*words, *mapping.never_names])
