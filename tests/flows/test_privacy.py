"""No name, record number, telephone number or birth date of the sample leaves the raw archive, byte by byte."""

import os
from pathlib import Path

import pytest

from studies import Study
from tests.flows.conftest import Refreshed

pytestmark = pytest.mark.slow

PRIVATE_COLUMNS = ("name_id", "record_id", "phone_id", "birth_year")


@pytest.fixture(scope="module")
def private_values(study: Study) -> set[str]:
    import csv

    mapped = study.mapping.tables["patients"]
    with (study.extracts_dir / mapped.file).open(encoding="gb18030", newline="") as file:
        rows = list(csv.DictReader(file))
    values = {row[mapped.columns[column]].strip(" \u3000") for row in rows for column in PRIVATE_COLUMNS}
    assert len(values) > 200
    assert all(len(value.encode("utf-8")) >= 6 for value in values)
    return values


def haystack(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def test_the_search_would_find_one(private_values: set[str], sample: Refreshed) -> None:
    (archived,) = (sample.data / "raw").rglob("patients*")
    content = archived.read_bytes()
    assert any(value.encode("gb18030") in content for value in private_values)


def test_no_private_value_in_cut_run_folder_log_or_prefect_database(
    private_values: set[str], sample: Refreshed
) -> None:
    places = [sample.data / "cuts", sample.data / "build", sample.runs, Path(os.environ["PREFECT_HOME"])]
    files = [path for place in places for path in haystack(place)]
    assert any(path.suffix == ".duckdb" for path in files)
    assert any(path.name == "prefect.db" for path in files)
    needles = {value.encode(encoding) for value in private_values for encoding in ("utf-8", "gb18030", "utf-16-le")}
    leaked = []
    for path in files:
        content = path.read_bytes()
        leaked += [path.name for needle in needles if needle in content]
    assert leaked == []


def test_the_workbooks_hold_none_inside_their_zip(private_values: set[str], sample: Refreshed) -> None:
    import zipfile

    for path in sample.run.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as archive:
            inside = b"".join(archive.read(name) for name in archive.namelist())
        assert not [value for value in private_values if value.encode("utf-8") in inside], path.name


def test_the_analysis_data_sets_hold_none(private_values: set[str], sample: Refreshed) -> None:
    import pandas as pd

    for path in sample.run.rglob("*.parquet"):
        text = pd.read_parquet(path).to_csv()
        assert not [value for value in private_values if value in text], path.name
    with sample.cut() as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        for (table,) in tables:
            text = connection.execute(f"select * from {table}").df().to_csv()
            assert not [value for value in private_values if value in text], table
