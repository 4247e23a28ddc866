"""Every test process has a Prefect home of its own, and a pseudonym key; nothing touches the user's."""

import os
import tempfile

os.environ["PREFECT_HOME"] = tempfile.mkdtemp(prefix="prefect-of-a-test-")
os.environ["DATACUT_KEY"] = "a key for tests, long enough"

from flows.prefect_settings import apply_settings  # noqa: E402

apply_settings(quiet=True)
