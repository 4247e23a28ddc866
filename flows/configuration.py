"""Where a run that was started by a deployment finds its study, its folders and its key.

What a run is not told, it takes from the environment of its process (DATACUT_STUDY, DATACUT_DATA, …), then from the
Prefect variables (datacut_study, datacut_data, …), then from what the command line has for default. The pseudonym key
comes from the environment or from the Prefect block ``secret/datacut-key``: never from a parameter or a variable, which
everybody can read in the UI.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from studies import DEFAULT_STUDY
from warehouse import WrongUseError
from warehouse.pseudonyms import KEY_VARIABLE

DEFAULTS = {"study": DEFAULT_STUDY, "extracts": "", "data": "data", "runs": "runs", "reports": "", "query_days": "28"}
"""``extracts``: the study's own; ``reports``: where ``datacut serve`` shows the runs, nowhere; ``query_days``: how
long a query may wait for its answer."""

KEY_BLOCK = "datacut-key"


@dataclass(frozen=True)
class Places:
    """A study and its folders, as names and paths."""

    study: str
    extracts: str | None
    data: str
    runs: str


def configured(name: str, given: str | None = None) -> str:
    """What ``name`` (a key of DEFAULTS) is set to: as ``given``, by the environment, by a Prefect variable, or not."""
    value = given or os.environ.get(f"DATACUT_{name.upper()}", "") or _variable(f"datacut_{name}")
    return value or DEFAULTS[name]


def places(study: str | None, extracts: str | None, data: str | None, runs: str | None) -> Places:
    """The study and folders of a run, from its parameters or from where it is configured.

    The extracts that are configured are those of the configured study: a study that is named has its own.
    """
    return Places(
        configured("study", study),
        (extracts if study else configured("extracts", extracts)) or None,
        configured("data", data),
        configured("runs", runs),
    )


def check_extracts(folder: Path) -> None:
    """Whether the folder of the extracts is one that can be read.

    Raises:
        WrongUseError: it is not.
    """
    try:
        next(folder.iterdir(), None)
    except FileNotFoundError:
        why = "no such folder"
    except NotADirectoryError:
        why = "is a file and no folder"
    except OSError as error:
        why = f"cannot be read ({error.strerror})"
    else:
        return
    raise WrongUseError(f"{folder}: {why}; name the folder that holds the extract files (--extracts).")


def take_key() -> None:
    """Puts the key of the Prefect block into the environment of this process, where that has none."""
    if os.environ.get(KEY_VARIABLE):
        return
    key = secret(KEY_BLOCK)
    if key:
        os.environ[KEY_VARIABLE] = key


def secret(block: str) -> str:
    """What the Prefect block ``secret/<block>`` holds; empty where there is none."""
    from prefect.blocks.system import Secret

    try:
        loaded = Secret.load(block)
    except ValueError:  # how Prefect says that there is no such block
        return ""
    assert isinstance(loaded, Secret)
    return str(loaded.get())


def _variable(name: str) -> str:
    from prefect.variables import Variable

    value = Variable.get(name)
    return str(value) if value else ""
