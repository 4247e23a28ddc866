"""Extracts by query from a PostgreSQL replica of the EMR: read-only, all tables as of one moment, piece by piece."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.errors import UnreachableError, WarehouseError

BYTES_A_PIECE = 4 << 20
LEVEL = "repeatable read"
AWAY = ("08", "57P", "53")
"""Classes of SQLSTATE that say that the server is away or too busy: the network, a shutdown, no connection left."""

REFUSAL = "FATAL"
BUSY = ("starting up", "shutting down", "too many", "recovery mode")
BROKEN = ("server closed the connection", "could not receive", "SSL SYSCALL", "terminating connection", "no connection")
"""Words of libpq for what has no SQLSTATE: refused at the door, not now, and gone in the middle."""


@dataclass(frozen=True)
class Query:
    """What to ask for one of our tables: the file it becomes, and the heading for each column that is named as ours."""

    table: str
    file: str
    statement: str
    headings: Mapping[str, str]


def pull(address: str, queries: list[Query], folder: Path) -> list[Path]:
    """Writes the answer of each query as UTF-8 CSV into ``folder``, its rows sorted; gives the files.

    Values are as PostgreSQL writes them as text (dates ISO 8601). No value and no part of the address is in an error.

    Raises:
        UnreachableError: the server cannot be reached, or the connection broke.
        WarehouseError: it refuses the user or a query.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _reading(address) as cursor:
        return [_written(cursor, query, folder) for query in queries]


@contextmanager
def _reading(address: str) -> Iterator[Any]:
    """A cursor in a transaction that cannot write."""
    from adbc_driver_manager import Error
    from adbc_driver_postgresql import dbapi

    with _in_our_words("The replica of the EMR"):
        connection = dbapi.connect(address)
    try:
        with _in_our_words("The replica of the EMR"):
            cursor = connection.cursor(adbc_stmt_kwargs={"adbc.postgresql.batch_size_hint_bytes": str(BYTES_A_PIECE)})
            cursor.execute(f"set transaction isolation level {LEVEL}, read only")
            cursor.execute("set local datestyle to 'ISO, YMD'")
        yield cursor
    finally:
        # Nothing was written: how it ends is of no matter, not even that the server is gone.
        with suppress(Error):
            connection.close()


def _written(cursor: Any, query: Query, folder: Path) -> Path:
    """Asks for every column as text, sorted by all of them: equal answers give equal bytes."""
    from pyarrow import csv

    path = folder / query.file
    path.parent.mkdir(parents=True, exist_ok=True)
    with _in_our_words(f"The query of {query.table}"):
        cursor.execute(f"select * from ({query.statement}) as asked limit 0")
        names = [column[0] for column in cursor.description]
        cursor.fetchall()
        columns = ", ".join(f"{_quoted(name)}::text as {_quoted(query.headings.get(name, name))}" for name in names)
        order = ", ".join(str(place) for place in range(1, len(names) + 1))
        cursor.execute(f"select {columns} from ({query.statement}) as asked order by {order}")
        pieces = cursor.fetch_record_batch()
        with csv.CSVWriter(path, pieces.schema) as file:
            for piece in pieces:
                file.write_batch(piece)
    return path


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


@contextmanager
def _in_our_words(what: str) -> Iterator[None]:
    """A database's own sentence may quote a value or the address: only its code is passed on."""
    from adbc_driver_manager import AdbcStatusCode, Error

    try:
        yield
        return
    except Error as error:
        state, is_network = error.sqlstate or "", error.status_code == AdbcStatusCode.IO
        answered = REFUSAL in str(error) and not any(word in str(error) for word in BUSY)
    except OSError as error:  # from the middle of an answer, where Arrow passes on the words alone
        state, is_network = "", any(word in str(error) for word in BROKEN)
        answered = not is_network
    if is_network and (state.startswith(AWAY) if state else not answered):
        raise UnreachableError(f"{what}: no connection ({state or 'no answer'}); check the network and the server.")
    raise WarehouseError(
        f"{what}: refused by PostgreSQL (SQLSTATE {state or 'unknown'}); try it with psql, as that user."
    )
