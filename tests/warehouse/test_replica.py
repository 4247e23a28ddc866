"""Extracts by query from a real PostgreSQL: read-only, exact text, equal bytes; no value or address in an error."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres_server import PostgresServer, free_port, postgres_server
from warehouse.errors import UnreachableError, WarehouseError
from warehouse.replica import Query, pull

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def replica() -> Iterator[PostgresServer]:
    import psycopg

    with postgres_server() as server:
        with psycopg.connect(server.address, autocommit=True) as connection:
            connection.execute("create role reader login password 'open-sesame-7'")
            connection.execute(
                "create table visits (id text, seen date, size numeric(8, 2), alive boolean, at timestamp, note text)"
            )
            connection.execute(
                "insert into visits values"
                " ('P2', '2012-05-31', 12.50, true, '2012-05-31 08:30', 'says \"ill\", tired'),"
                " ('P1', '2011-01-02', 7, false, null, null), ('张三', null, null, null, null, '')"
            )
            connection.execute(
                "create table many as select n as id, repeat('x', 40) as text from generate_series(1, 300000) n"
            )
            connection.execute("grant select on visits, many to reader")
        yield server


def reader(replica: PostgresServer) -> str:
    return f"postgresql://reader:open-sesame-7@127.0.0.1:{replica.port}/postgres"


def test_rows_come_sorted_as_postgres_writes_them_under_the_headings_of_the_mapping(
    replica: PostgresServer, tmp_path: Path
) -> None:
    query = Query("visits", "visits.csv", "select * from visits", {"id": "Study no.", "seen": "就诊日期"})
    (file,) = pull(reader(replica), [query], tmp_path)
    assert file.read_text("utf-8").splitlines() == [
        '"Study no.","就诊日期","size","alive","at","note"',
        '"P1","2011-01-02","7.00","false",,',
        '"P2","2012-05-31","12.50","true","2012-05-31 08:30:00","says ""ill"", tired"',
        '"张三",,,,,""',
    ]
    first = file.read_bytes()
    pull(reader(replica), [query], tmp_path)
    assert file.read_bytes() == first


def test_an_answer_of_many_rows_comes_in_pieces_and_whole(replica: PostgresServer, tmp_path: Path) -> None:
    (file,) = pull(reader(replica), [Query("many", "many.csv", "select id, text from many", {})], tmp_path)
    with file.open(encoding="utf-8") as lines:
        ids = [int(line.split(",")[0].strip('"')) for line in list(lines)[1:]]
    assert len(ids) == 300_000
    assert sum(ids) == 300_000 * 300_001 // 2


def test_nothing_can_be_written_not_even_by_the_owner(replica: PostgresServer, tmp_path: Path) -> None:
    statement = "with gone as (delete from visits returning *) select * from gone"
    with pytest.raises(WarehouseError, match="The query of visits: refused by PostgreSQL") as caught:
        pull(replica.address, [Query("visits", "visits.csv", statement, {})], tmp_path)
    assert not isinstance(caught.value, UnreachableError)
    assert len(_rows(replica, tmp_path)) == 3


def test_a_refusal_quotes_no_value(replica: PostgresServer, tmp_path: Path) -> None:
    statement = "select id::integer as id from visits"  # PostgreSQL says: invalid input syntax for type integer: "P2"
    with pytest.raises(WarehouseError, match="The query of visits: refused") as caught:
        pull(reader(replica), [Query("visits", "visits.csv", statement, {})], tmp_path)
    assert "P2" not in str(caught.value)  # what it came from is cut off at the task (flows.faults)


def test_a_wrong_password_is_refused_without_being_said(replica: PostgresServer, tmp_path: Path) -> None:
    address = f"postgresql://nobody_here:hush-hush@127.0.0.1:{replica.port}/postgres"
    with pytest.raises(WarehouseError) as caught:
        pull(address, [Query("visits", "visits.csv", "select 1 as one", {})], tmp_path)
    assert not isinstance(caught.value, UnreachableError)
    assert "hush" not in str(caught.value)


def test_a_server_that_is_away_is_unreachable_and_worth_a_second_try(tmp_path: Path) -> None:
    address = f"postgresql://reader:open-sesame-7@127.0.0.1:{free_port()}/postgres"
    with pytest.raises(UnreachableError, match="no connection") as caught:
        pull(address, [Query("visits", "visits.csv", "select 1 as one", {})], tmp_path)
    assert "sesame" not in str(caught.value)


def test_a_server_that_is_gone_in_the_middle_of_an_answer_is_unreachable(tmp_path: Path) -> None:
    import threading
    import time

    with postgres_server() as server:
        slow = (
            "select n, pg_sleep(0.01) is null as slept, repeat('x', 5000) as text from generate_series(1, 100000) as n"
        )
        stopper = threading.Thread(target=lambda: (time.sleep(2), server.stop()))
        stopper.start()
        with pytest.raises(UnreachableError):
            pull(server.address, [Query("visits", "visits.csv", slow, {})], tmp_path)
        stopper.join()


def _rows(replica: PostgresServer, folder: Path) -> list[str]:
    (file,) = pull(reader(replica), [Query("visits", "v.csv", "select * from visits", {})], folder)
    return file.read_text("utf-8").splitlines()[1:]
