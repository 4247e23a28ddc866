"""A refresh of the sample study, made once, and a way to make others."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pytest

from studies import DEFAULT_STUDY, Study, load_study


@dataclass(frozen=True)
class Refreshed:
    """What a refresh left: the state Prefect saw, and the folders."""

    state: str
    message: str
    data: Path
    runs: Path
    run: Path

    def cut(self) -> duckdb.DuckDBPyConnection:
        (cut,) = (self.data / "cuts").glob("*.duckdb")
        return duckdb.connect(str(cut), read_only=True)


def refreshed(folder: Path, study: str = DEFAULT_STUDY, extracts: Path | None = None, **options: object) -> Refreshed:
    from flows.refresh import refresh

    data, runs = folder / "data", folder / "runs"
    state = refresh(
        study=study,
        extracts=str(extracts) if extracts else None,
        data=str(data),
        runs=str(runs),
        return_state=True,
        **options,
    )
    if state.is_failed():
        return Refreshed(state.name, state.message or "", data, runs, runs)
    outcome = state.result()
    return Refreshed(state.name, state.message or "", data, runs, runs / outcome.run_id)


@pytest.fixture(scope="session")
def study() -> Study:
    return load_study(DEFAULT_STUDY)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Refreshed:
    """The sample study, refreshed once for all tests that only look."""
    return refreshed(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def study_copy(tmp_path: Path, study: Study) -> Path:
    """The sample study in a folder of its own, to be damaged."""
    return Path(shutil.copytree(study.directory, tmp_path / "study"))


Refresh = Callable[..., Refreshed]
CUT = date(2012, 5, 31)
