"""The pandas implementation that the SQL is measured against derives the same, and the benchmark says so if not."""

import shutil
from pathlib import Path

import pytest

from benchmarks import endpoints


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("benchmark")
    endpoints.make(made, 150)
    return made


def prepared(folder: Path) -> Path:
    """The folder as every way of the benchmark finds it."""
    shutil.copyfile(folder / endpoints.PREPARED, folder / endpoints.WORKING)
    return folder


def test_every_row_and_value_of_pandas_is_that_of_the_sql(folder: Path) -> None:
    assert endpoints.compare(prepared(folder)) > 10_000


def test_a_value_that_differs_stops_the_benchmark(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import endpoints_in_pandas

    monkeypatch.setattr(endpoints_in_pandas, "PR", endpoints_in_pandas.SD)
    with pytest.raises(AssertionError):
        endpoints.compare(prepared(folder))


def test_a_grown_cohort_has_every_patient_so_many_times(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "grown")
    endpoints._grow(tmp_path / "grown", 3)
    import duckdb

    rows = {}
    for place in (folder, tmp_path / "grown"):
        with duckdb.connect(str(place / endpoints.PREPARED), read_only=True) as connection:
            rows[place] = [
                connection.sql(f"select count(*), count(distinct subject_id) from clean.{table}").fetchall()[0]
                for table in ("patients", "lesions", "follow_up")
            ]
    assert rows[tmp_path / "grown"] == [(3 * rows_, 3 * subjects) for rows_, subjects in rows[folder]]


def test_the_table_names_every_way_with_time_ratio_and_memory(capsys: pytest.CaptureFixture[str]) -> None:
    result = {way: {"seconds": 2.0, "peak_mib": 100, "rows": 5} for way in endpoints.TITLES}
    result["derive"]["seconds"] = 0.5
    endpoints.print_size(1000, result, {"rows": 7})
    endpoints.print_growth(
        {1000: result, 10_000: {way: {**run, "seconds": 10 * run["seconds"]} for way, run in result.items()}}
    )
    said = capsys.readouterr().out
    assert "| 0.50 | 0.25 | 100 | 5 |" in said
    assert "7 rows compared, all equal. datacut derives 4.0 times as fast as pandas." in said
    assert "| 1,000 | 10,000 | 1.00 | 1.00 |" in said
