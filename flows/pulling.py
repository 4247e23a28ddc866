"""The extract of a run, brought to where it can be loaded: from a folder, or from the replica.

A folder of files is read where it lies. The answers of the replica become files in a folder under ``data/build`` that
is removed when the run ends (the archive keeps what was loaded).
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


@contextmanager
def pulled(study: Study, extracts: str | None, store: Store) -> Iterator[Path]:
    """The folder to load from. ``extracts`` goes before the replica of the study, and that before its own folder.

    Raises:
        WrongUseError: the address of the replica is not known.
        WarehouseError: the replica cannot be reached or refuses.
    """
    sources = None if extracts else study.read_sources()
    if not sources:
        yield Path(extracts) if extracts else study.extracts_dir
        return
    target = store.build / f"pulled-{os.getpid()}"
    try:
        pull_replica(str(study.directory), str(target))
        yield target
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
