"""Simulated extracts, written once: a clean random cohort, and what the committed sample should be."""

from collections import defaultdict
from pathlib import Path

import pytest

from simulate import simulate_extracts
from studies import DEFAULT_STUDY, Study, load_study
from tests.simulate.extract_reader import Row, read_table

SAMPLE_SEED = 1


@pytest.fixture(scope="session")
def study() -> Study:
    return load_study(DEFAULT_STUDY)


@pytest.fixture(scope="session")
def fresh_sample(tmp_path_factory: pytest.TempPathFactory, study: Study) -> Path:
    """The sample, simulated anew as it was for the repository: extracts/ and defects.csv."""
    folder = tmp_path_factory.mktemp("sample")
    simulate_extracts(
        folder / "extracts",
        patients=60,
        seed=SAMPLE_SEED,
        study=study,
        defects=True,
        cohort_file=study.directory / "calibrated_cohort.csv",
        defects_file=folder / "defects.csv",
    )
    return folder


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory, study: Study) -> dict[str, list[Row]]:
    """The tables of 200 random patients without a planted defect."""
    folder = tmp_path_factory.mktemp("clean")
    simulate_extracts(folder, patients=200, seed=11, study=study)
    return {table: read_table(folder, table, study) for table in study.mapping.tables}


def by_subject(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows grouped by subject, in their order."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["subject_id"]].append(row)
    return grouped
