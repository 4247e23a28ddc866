"""Named places at which a refresh can be made to die or to fail, to prove that it survives: for tests alone.

``DATACUT_FAILPOINT=name`` or ``name:kill`` ends the process there by SIGKILL, as a power cut would; ``name:raise``
raises FailpointReachedError. Without the variable a failpoint is one look into the environment.
"""

import os
import signal

from warehouse.errors import WrongUseError

VARIABLE = "DATACUT_FAILPOINT"

FAILPOINTS = {
    "recovery-begun": "the locks are held, nothing is swept yet",
    "recovery-runs": "the folders of killed runs are removed, their cuts and build files are not",
    "recovery-data": "build files, unnamed cuts and unnamed segments are removed",
    "recovery-done": "the links to the newest run are right again",
    "run-begun": "the run has its folder, with nothing in it",
    "archive-part": "some files of the extract are archived, in a folder that has no name yet",
    "archived": "the extract is archived",
    "segment-part": "the new segment of the ledger is written, under a temporary name",
    "segment-written": "the segment stands beside the others; the pointer does not name it",
    "analysis-written": "the data sets are exported, no results yet",
    "results-written": "the results are written, no reports yet",
    "reports-written": "every page is written; there is no manifest",
    "outputs-hashed": "every output is hashed and on the disk; there is no manifest",
    "manifest-part": "the manifest is written, under a temporary name",
    "manifest-written": "the run folder is complete; the build file is still a build file",
    "cut-moved": "the build file stands among the cuts; the pointer does not name it",
    "cut-sealed": "the cut is read-only and on the disk; the pointer does not name it",
    "pointer-part": "the new pointer is written, under a temporary name",
    "pointer-moved": "the cut is published; the links to the newest run still lead to the one before",
    "link-part": "a new link is made, under a temporary name",
    "quality-link-moved": "latest-quality leads to the run, latest does not yet",
    "links-moved": "both links lead to the run; the build file of a run that published nothing is still there",
}
"""Every failpoint, in the order in which a refresh comes through them, and what is done by then."""

ACTIONS = ("kill", "raise")


class FailpointReachedError(Exception):
    """The failure that was asked for."""


def failpoint(name: str) -> None:
    """Dies or fails here, if DATACUT_FAILPOINT says so."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    point, _, action = wanted.partition(":")
    if point != name:
        return
    if action == "raise":
        raise FailpointReachedError(f"failpoint {name}")
    os.kill(os.getpid(), signal.SIGKILL)


def check_failpoint() -> None:
    """Asks whether DATACUT_FAILPOINT, where it is set, names a failpoint: a misspelt one would prove nothing.

    Raises:
        WrongUseError: it does not.
    """
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    point, _, action = wanted.partition(":")
    if point not in FAILPOINTS or (action or "kill") not in ACTIONS:
        raise WrongUseError(
            f"{VARIABLE}={wanted}: no such failpoint; write name, name:kill or name:raise with one of "
            f"{', '.join(FAILPOINTS)}."
        )
