"""The end of a run, in the one order that leaves the old or the new complete wherever it is cut off.

1. The run folder is completed: reports, then the manifest, with a hash for each output and for the cut.
2. The build file moves among the cuts; nobody is led to it yet.
3. The pointer moves: this is the commit. Cut, queries and run count from here on, together.
4. The links to the newest run follow; if they do not come to it, the next start lets them (warehouse.recovery).

So whom the pointer or ``runs/latest`` leads somewhere finds everything there.
"""

from collections.abc import Mapping
from typing import Any

from warehouse.durable import file_sha256
from warehouse.runs import RunFolder
from warehouse.store import Store


def publish(
    store: Store, folder: RunFolder, manifest: Mapping[str, Any], ledgers: Mapping[str, Any], fingerprint: str
) -> None:
    """Publishes the build file of the run as the current cut, with the heads of ledgers that change with it."""
    digest = file_sha256(store.build_file(folder.run_id))
    folder.seal({**manifest, "cut_sha256": digest})
    store.publish(folder.run_id, fingerprint, ledgers, digest)
    folder.point()


def conclude(store: Store, folder: RunFolder, manifest: Mapping[str, Any], ledgers: Mapping[str, Any]) -> None:
    """The end of a run that publishes nothing: the current cut stays, the queries it changed count."""
    folder.seal(dict(manifest))
    store.commit_ledgers(ledgers, folder.run_id)
    folder.point()
    store.build_file(folder.run_id).unlink(missing_ok=True)
