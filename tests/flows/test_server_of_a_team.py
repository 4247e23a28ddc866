"""A team: PostgreSQL behind the Prefect server, several workers; the server is a real one, of Debian's packages."""

import pytest

from tests.flows.operated import awaited, operated
from tests.postgres_server import postgres_server

pytestmark = pytest.mark.slow


def test_two_workers_on_a_server_that_keeps_its_history_in_postgres(tmp_path_factory: pytest.TempPathFactory) -> None:
    import psycopg

    with postgres_server() as postgres:
        database = postgres.address.replace("postgresql://", "postgresql+asyncpg://")
        with operated(tmp_path_factory.mktemp("team"), "--workers", "2", DATACUT_DATABASE=database) as team:
            workers = awaited(
                lambda: (
                    len(team.ask("/work_pools/datacut/workers/filter", limit=10)) == 2
                    and team.ask("/work_pools/datacut/workers/filter", limit=10)
                )
            )
            assert {worker["name"] for worker in workers} == {"datacut-1", "datacut-2"}
            runs = [team.start("safety"), team.start("quality")]
            ended = [team.ended(run) for run in runs]
            # Nothing is published yet: what one worker says of it does not keep the other from checking.
            assert [run["state_name"] for run in ended] == ["Wrong use", "Checked"]
            assert not list(team.home.rglob("prefect.db"))
        with psycopg.connect(postgres.address) as connection:
            kept = connection.execute("select state_name from flow_run where state_name in ('Wrong use', 'Checked')")
            assert len(kept.fetchall()) == 2
