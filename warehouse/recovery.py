"""What a start does with what a killed run left, so that store and runs say the same: the pointer decides.

A run for which the pointer was not moved never was: its folder, its cut, its build file and its segment of the ledger
go, in this order, for the cut or the build file is the evidence of whose the folder is. A run for which the pointer
was moved has everything, but for the links that lead to it. Killed in between, recovery begins again and comes to the
same end.
"""

from pathlib import Path

from warehouse.failpoints import failpoint
from warehouse.runs import RUN_ID, RunFolder, point_to_newest, sweep_runs
from warehouse.store import Store


def recover(store: Store, runs: Path) -> list[str]:
    """Sweeps and repairs, and gives the ids of the runs that were swept. Call it under both locks.

    Raises:
        WarehouseError: the pointer cannot be read.
    """
    failpoint("recovery-begun")
    swept = killed_runs(store)
    for run_id in swept:
        folder = RunFolder(runs, run_id)
        if folder.path.is_dir():
            folder.remove()
    sweep_runs(runs)
    failpoint("recovery-runs")
    store.sweep()
    failpoint("recovery-data")
    point_to_newest(runs)
    failpoint("recovery-done")
    return swept


def killed_runs(store: Store) -> list[str]:
    """Runs whose build file or cut is there, and for which the pointer was never moved; none while it is lost."""
    if store.committed() is None:
        return []
    begun = {path.name for path in store.build.iterdir()} | {cut.name for cut in store.unnamed_cuts()}
    found = {match.group() for match in map(RUN_ID.match, begun) if match}
    return sorted(run_id for run_id in found if not store.is_committed(run_id))
