"""Empty clean.* and study.* tables with one subject's frame around them, for the tests of the SQL models."""

from collections.abc import Iterator

import duckdb
import pytest
from tiny_cohort import TinyCohort


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as opened:
        yield opened


@pytest.fixture
def cohort(connection: duckdb.DuckDBPyConnection) -> TinyCohort:
    """A cohort of one control, S1, whose start is day 0."""
    tiny = TinyCohort(connection)
    tiny.subject()
    return tiny
