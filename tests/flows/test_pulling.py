"""The extract of a run is brought to where it can be loaded: the replica by query, workbooks as text."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.pulling import address_of, pulled
from studies import Study, StudyError, load_study
from studies.sources import Replica
from tests.postgres_server import PostgresServer, postgres_server
from warehouse import Store, WrongUseError

pytestmark = pytest.mark.slow


def rows_of(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    encoding = "utf-8-sig"
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "gb18030"
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


@pytest.fixture(scope="module")
def replica(study: Study) -> Iterator[PostgresServer]:
    """The sample's extract as tables of a hospital's database, columns named as the mapping's headings."""
    import psycopg
    from psycopg import sql

    with postgres_server() as server, psycopg.connect(server.address, autocommit=True) as connection:
        for name, table in study.mapping.tables.items():
            rows = rows_of(study.extracts_dir / table.file)
            columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(heading)) for heading in rows[0])
            connection.execute(sql.SQL("create table {} ({})").format(sql.Identifier(name), columns))
            with connection.cursor().copy(sql.SQL("copy {} from stdin").format(sql.Identifier(name))) as copy:
                for row in rows:
                    copy.write_row(list(row.values()))
        yield server


def with_queries(study_copy: Path, queries: dict[str, str]) -> Study:
    lines = ["[replica]", 'environment = "REPLICA_OF_A_TEST"', "[replica.queries]"]
    lines += [f'{table} = """{query}"""' for table, query in queries.items()]
    (study_copy / "sources.toml").write_text("\n".join(lines), "utf-8")
    return load_study(str(study_copy))


def store_in(folder: Path) -> Store:
    store = Store(folder / "data")
    store.build.mkdir(parents=True)
    return store


def test_the_replica_gives_the_extract_that_the_files_are(
    replica: PostgresServer, study_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPLICA_OF_A_TEST", replica.address)
    study = with_queries(
        study_copy, {name: f"select * from {name};" for name in load_study(str(study_copy)).mapping.tables}
    )
    store = store_in(tmp_path)
    with pulled(study, None, store) as folder:
        for table in study.mapping.tables.values():
            expected = [
                {name: value or "" for name, value in row.items()} for row in rows_of(study.extracts_dir / table.file)
            ]
            assert sorted(rows_of(folder / table.file), key=str) == sorted(expected, key=str)
    assert list(store.build.iterdir()) == []


def test_files_in_a_folder_that_is_named_go_before_the_replica(study_copy: Path, tmp_path: Path) -> None:
    study = with_queries(study_copy, {"patients": "select 1"})
    with pulled(study, str(study.extracts_dir), store_in(tmp_path)) as folder:
        assert folder == study.extracts_dir


def test_without_an_address_it_is_wrong_use_that_says_where_to_put_it() -> None:
    with pytest.raises(WrongUseError, match="NO_SUCH_ADDRESS: the address of the EMR replica is not known"):
        address_of(Replica(environment="NO_SUCH_ADDRESS", queries={"patients": "select 1"}))


@pytest.mark.parametrize(
    ("queries", "sentence"),
    [
        ({"patients": "delete from patients"}, "a query begins with select or with"),
        ({"patients": "select 1; drop table patients"}, "one statement, without a semicolon inside"),
        ({"patience": "select 1"}, "mapping.toml has no table of this name"),
    ],
)
def test_a_wrong_query_is_named_with_its_file(study_copy: Path, queries: dict[str, str], sentence: str) -> None:
    with pytest.raises(StudyError, match=sentence) as caught:
        with_queries(study_copy, queries).read_sources()
    assert "sources.toml" in str(caught.value)
