"""The one lock that admits a refresh to a folder: the operating system's, free as soon as its holder is dead."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from warehouse.errors import WarehouseError, not_writable


@contextmanager
def held(file: Path, option: str, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Holds the lock ``file`` of the folder that ``option`` names.

    Where another process holds it: waits, after calling ``waiting``, or without ``waiting`` gives up at once.

    Raises:
        WarehouseError: another refresh holds it, or the file cannot be written (WrongUseError mostly).
    """
    lock = FileLock(file)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if waiting is None:
                raise WarehouseError(
                    f"{file.parent}: another refresh is running on this folder; wait for it to end and start again, "
                    "or say --wait."
                ) from None
            waiting()
            lock.acquire(timeout=-1)
    except OSError as error:
        raise not_writable(file, error, option) from None
    try:
        yield
    finally:
        lock.release()
