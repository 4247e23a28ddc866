"""Every test process has a Prefect home of its own, and a pseudonym key; nothing touches the user's."""

import gc
import os
import tempfile

os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="prefect-of-a-test-")
os.environ["DATACUT_KEY"] = "a key for tests, long enough"

from flows.prefect_settings import apply_settings

apply_settings(quiet=True)


def pytest_unconfigure() -> None:
    """Lets go of the connections that failed assertions hold, or DuckDB's binding complains at the end of the run."""
    gc.collect()
