"""What the contract is measured against asks the same: as many findings by hand-written SQL as by datacut."""

from pathlib import Path

from benchmarks import checking_speed


def test_plain_sql_and_the_contract_find_the_same(tmp_path: Path) -> None:
    file = tmp_path / "lesion_measurements.duckdb"
    checking_speed.make(file, 20_000)
    found = checking_speed.plain_sql(file)
    assert found > 20
    assert checking_speed.datacut(file) == found
