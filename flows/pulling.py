"""The extract of a run, brought to where it can be loaded: from a folder, from workbooks in it, or from the replica.

A folder of text files is read where it lies. Workbooks become text, and the answers of the replica become files, in a
folder under ``data/build`` that is removed when the run ends (the archive keeps what was loaded).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.configuration import secret
from flows.progress import stage
from flows.stages import is_unreachable, stage_task
from studies import Study, load_study
from studies.sources import Replica
from warehouse import Store, WrongUseError

WORKBOOK = ".xlsx"


@contextmanager
def pulled(study: Study, extracts: str | None, store: Store) -> Iterator[Path]:
    """The folder to load from. ``extracts`` goes before the replica of the study, and that before its own folder.

    Raises:
        WrongUseError: the address of the replica is not known.
        WarehouseError: the replica cannot be reached or refuses, or a workbook cannot be read.
    """
    sources = None if extracts else study.read_sources()
    target = store.build / f"pulled-{os.getpid()}"
    try:
        if sources:
            pull_replica(str(study.directory), str(target))
            yield target
            return
        folder = Path(extracts) if extracts else study.extracts_dir
        if workbooks_of(study, folder):
            convert_workbooks(str(study.directory), str(folder), str(target), str(store.raw))
            yield target
        else:
            yield folder
    finally:
        shutil.rmtree(target, ignore_errors=True)


@stage_task("Pull the extracts", retries=3, retry_delay_seconds=[2, 10, 30], retry_condition_fn=is_unreachable)
def pull_replica(study_name: str, folder: str) -> None:
    """The answers of the study's queries as files; tried again only when the replica cannot be reached."""
    from warehouse.replica import Query, pull

    study = load_study(study_name)
    sources = study.read_sources()
    assert sources is not None
    replica, tables = sources.replica, study.mapping.tables
    queries = [
        Query(table, tables[table].file, statement, tables[table].columns)
        for table, statement in replica.queries.items()
    ]
    with stage("Pulling the extracts"):
        pull(address_of(replica), queries, Path(folder))


@stage_task("Read the workbooks")
def convert_workbooks(study_name: str, extracts: str, folder: str, raw: str) -> None:
    """Workbooks of the extract as text, beside the other files; the archive keeps them as received."""
    from warehouse.extract_files import keep
    from warehouse.workbook_extract import as_csv

    study, target = load_study(study_name), Path(folder)
    workbooks = workbooks_of(study, Path(extracts))
    target.mkdir(parents=True)
    with stage("Reading the workbooks"):
        for table, mapped in study.mapping.tables.items():
            if table in workbooks:
                keep(workbooks[table], Path(raw) / "workbooks")
                as_csv(table, workbooks[table], target / mapped.file, study.mapping.date_formats[0])
            elif mapped.file and (file := Path(extracts) / mapped.file).exists():
                (target / mapped.file).symlink_to(file.resolve())


def workbooks_of(study: Study, folder: Path) -> dict[str, Path]:
    """The workbooks that stand in for a file of the mapping: of the same name but for its ending, by table.

    A table that is put together from domains has no file that a workbook could stand in for.
    """
    found = {}
    for table, mapped in study.mapping.tables.items():
        if not mapped.file:
            continue
        workbook = (folder / mapped.file).with_suffix(WORKBOOK)
        if not (folder / mapped.file).exists() and workbook.is_file():
            found[table] = workbook
    return found


def address_of(replica: Replica) -> str:
    """Where the replica is, from the environment or the Prefect block.

    Raises:
        WrongUseError: it is in neither.
    """
    address = os.environ.get(replica.environment) or secret(replica.block)
    if not address:
        raise WrongUseError(
            f"{replica.environment}: the address of the EMR replica is not known; set it "
            f"(postgresql://reader:password@host/database), or make the Prefect block secret/{replica.block}."
        )
    return address
