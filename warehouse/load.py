"""The files of an extract into ``raw.*``: our column names, text as received, each row with its file and line."""

import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import duckdb

from schemas.extract_tables import EXTRACT_TABLES, ExtractTable
from warehouse.assembly import Assembly, assemble
from warehouse.domain_files import DomainRows, find_domain, read_domain
from warehouse.errors import ExtractError
from warehouse.extract_files import ExtractFile, Source, find
from warehouse.extract_reading import LoadedFile, ReadFile, read_assembled, read_file
from warehouse.identifiers import recognise
from warehouse.known_identifiers import Agreed
from warehouse.raw_tables import leave_empty, marked_cells, name_subjects, write_rows


def load_extract(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    sources: Sequence[Source | Assembly],
    workspace: Path,
    key: bytes,
    agreed: Agreed | None = None,
    not_collected: Collection[str] = (),
) -> tuple[list[LoadedFile], list[ExtractError]]:
    """Reads every mapped file of the extract into raw.*; gives what was loaded, and all that is wrong at once.

    ``workspace`` holds UTF-8 copies while they are read and is removed, whatever happens. Without the patients file
    nothing is written: which cells hold an identifier is not known then. A table that is ``not_collected`` is empty.
    """
    loaded: list[LoadedFile] = []
    problems: list[ExtractError] = []
    tables = {table.name: table for table in EXTRACT_TABLES}
    mapped = {source.table: source for source in sources}
    for name in sorted((mapped.keys() | set(not_collected)) ^ tables.keys()):
        known = "is not mapped; add" if name in tables else "is not known; correct or remove"
        problems.append(ExtractError(name, "mapping.toml", f"the table {name} {known} [tables.{name}]."))
    try:
        domains = _domains(directory, mapped.values(), workspace, problems)
        read: dict[str, ReadFile] = {}
        for name in (name for name in tables if name in mapped):
            try:
                read[name] = _read(tables[name], directory, mapped[name], domains, workspace, problems)
            except ExtractError as error:
                problems += error.faults
        masks = recognise({name: each.cells for name, each in read.items()}, agreed or Agreed())
        for name, each in read.items():
            each.cells.rows.clear()
            if "patients" not in read:
                loaded += each.files
                continue
            try:
                write_rows(connection, tables[name], each, masks[name], key)
                loaded += each.files
                problems += marked_cells(connection, each.file, masks[name])
            except ExtractError as error:
                problems += error.faults
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
    for name in not_collected:
        if name in tables:
            leave_empty(connection, tables[name])
    if not any(problem.blocks for problem in problems):
        by_record = [
            source.table
            for source in mapped.values()
            if source.table != "patients" and isinstance(source, Source) and "record_id" in source.columns
        ]
        name_subjects(connection, by_record)
    return loaded, problems


def files_of(directory: Path, sources: Iterable[Source | Assembly]) -> list[ExtractFile]:
    """The files that ``load_extract`` would read, found and hashed; nothing is read of them.

    Raises:
        ExtractError: one of them is missing.
    """
    found: dict[str, ExtractFile] = {}
    for source in sources:
        if isinstance(source, Source):
            found[source.file] = find(directory, source)
            continue
        for name in source.used():
            file = find_domain(directory, source.domains[name])
            found[file.source.file] = file
    return list(found.values())


def _domains(
    directory: Path, sources: Iterable[Source | Assembly], workspace: Path, problems: list[ExtractError]
) -> dict[str, DomainRows]:
    """Every domain that a table is put together from, read once; one that cannot be is a problem."""
    assemblies = [source for source in sources if isinstance(source, Assembly)]
    headings: dict[str, set[str]] = {}
    for assembly in assemblies:
        for domain, heading in (pair for part in assembly.parts for pair in part.headings()):
            headings.setdefault(domain, set()).add(heading)
    known = {name: domain for assembly in assemblies for name, domain in assembly.domains.items()}
    read: dict[str, DomainRows] = {}
    for name, needed in headings.items():
        try:
            read[name] = read_domain(find_domain(directory, known[name]), needed, workspace)
        except ExtractError as error:
            problems += error.faults
    return read


def _read(
    table: ExtractTable,
    directory: Path,
    source: Source | Assembly,
    domains: dict[str, DomainRows],
    workspace: Path,
    problems: list[ExtractError],
) -> ReadFile:
    if isinstance(source, Source):
        return read_file(table, find(directory, source), workspace)
    if lost := [name for name in source.used() if name not in domains]:
        raise ExtractError(table.name, ", ".join(lost), f"the table {table.name} needs the domain, which was not read.")
    made = assemble(source, domains, workspace)
    problems += made.ambiguous
    return read_assembled(table, made, [domains[name] for name in source.used()])
