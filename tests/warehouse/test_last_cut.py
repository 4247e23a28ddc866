"""What is copied from the cut before into ``previous``; without one, or from an older one, the tables are empty."""

from pathlib import Path

import duckdb
import pytest

from warehouse import WarehouseError
from warehouse.last_cut import attach_previous

TABLES = ("patients", "adsl", "adtte", "rows", "missingness", "code_words")
CUT = """
    create schema typed;
    create schema analysis;
    create schema quality;
    create schema coverage;
    create table typed.patients as
        select * from (values
            (1, false, 'S1', 'F', 1950, 'TREATED'), (2, true, 'S1', 'M', 1950, 'TREATED'),
            (4, false, 'S2', 'M', 1961, 'CONTROL'), (3, false, 'S2', 'F', 1960, 'CONTROL'),
            (5, false, null, 'F', 1970, 'CONTROL')
        ) as listed (row_id, is_duplicate, subject_id, sex, birth_year, arm);
    create table analysis.adsl as
        select 'STUDY-S1' as usubjid, 'S1' as subjid, date '2010-01-04' as trtsdt, 'Y' as dthfl,
            date '2010-02-04' as dthdt, 'more' as other;
    create table analysis.adtte as select 'STUDY-S1' as usubjid, 'OS' as paramcd, 32::bigint as aval, 0 as cnsr;
    create table quality.rows as
        select 'patients' as table_name, 1 as table_order, 5 as received, 1 as duplicates, 0 as quarantined,
            4 as published;
    create table coverage.missingness as
        select 'patients' as table_name, 'sex' as column_name, 4 as rows, 1 as missing, 0 as unreadable,
            25.0 as missing_percent;
    create table coverage.code_words as select 'patients' as table_name, 'sex' as column_name, 'F' as code, 3 as n;
"""


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def cut(folder: Path, *statements: str) -> Path:
    """A published cut, as old as ``statements`` make it."""
    path = folder / "the cut's file.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute(CUT)
        for statement in statements:
            made.execute(statement)
    path.chmod(0o444)
    return path


def rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    return connection.execute(f"select * from previous.{table} order by all").fetchall()


def columns(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'previous'"
        " order by all"
    ).fetchall()


def test_the_cut_before_is_copied_and_let_go(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = cut(tmp_path)
    content = path.read_bytes()
    assert attach_previous(connection, path)
    # A subject once: its first row that is no copy. A row without a subject can be compared with none.
    assert rows(connection, "patients") == [("S1", "F", 1950, "TREATED"), ("S2", "F", 1960, "CONTROL")]
    ((usubjid, subjid, start, dead, died),) = rows(connection, "adsl")
    assert (usubjid, subjid, str(start), dead, str(died)) == ("STUDY-S1", "S1", "2010-01-04", "Y", "2010-02-04")
    assert rows(connection, "adtte") == [("S1", "OS", 32, 0)]
    assert rows(connection, "rows") == [("patients", 5, 1, 0, 4)]
    assert rows(connection, "missingness") == [("patients", "sex", 4, 1, 0, 25.0)]
    assert rows(connection, "code_words") == [("patients", "sex", "F", 3)]
    assert connection.execute("select count(*) from duckdb_databases() where not internal").fetchall() == [(1,)]
    assert path.read_bytes() == content


def test_without_a_cut_before_the_same_tables_are_empty(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    attach_previous(connection, cut(tmp_path))
    with_a_cut = columns(connection)
    for none in (None, tmp_path / "swept.duckdb"):
        assert not attach_previous(connection, none)
        assert columns(connection) == with_a_cut
        assert not [table for table in TABLES if rows(connection, table)]


@pytest.mark.parametrize(("older", "empty"), [
    ("drop schema coverage cascade", {"missingness", "code_words"}),
    ("alter table coverage.missingness drop column unreadable", {"missingness"}),
    ("alter table analysis.adsl drop column dthfl", {"adsl"}),
    ("drop table analysis.adsl", {"adsl", "adtte"}),
    ("drop table quality.rows", {"rows"}),
])  # fmt: skip
def test_what_an_older_version_did_not_keep_is_empty(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, older: str, empty: set[str]
) -> None:
    assert attach_previous(connection, cut(tmp_path, older))
    assert {table for table in TABLES if not rows(connection, table)} == empty


def test_a_damaged_cut_is_named_and_the_connection_lives(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "cut.duckdb"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(WarehouseError, match=r"cut\.duckdb: the previous cut cannot be read"):
        attach_previous(connection, path)
    assert not attach_previous(connection, None)


def test_a_value_that_does_not_fit_is_not_quoted(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = cut(
        tmp_path,
        "alter table typed.patients alter birth_year type varchar",
        "update typed.patients set birth_year = 'Li Wei'",
    )
    with pytest.raises(WarehouseError) as raised:
        attach_previous(connection, path)
    assert "Li Wei" not in str(raised.value)
    assert raised.value.__suppress_context__
    assert connection.execute("select count(*) from duckdb_databases() where not internal").fetchall() == [(1,)]
