"""A browser for the pages, where one is installed; where CI is set it must be."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.reports.browser import Browser, chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium must be installed where CI is set; .ci/run installs it")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with chromium(executable) as opened:
        yield opened
