"""What a person at the terminal sees of a refresh: one line a stage, with its time."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_shown = False


def show() -> None:
    """From now on stages are announced on standard error; without this call a flow is silent (worker, test)."""
    global _shown
    _shown = True


@contextmanager
def stage(sentence: str) -> Iterator[None]:
    """Announces a stage while it runs, and its time when it has ended; a failed one may be tried again below it."""
    start = time.perf_counter()
    if _shown:
        print(f"  {sentence} …", end="", flush=True, file=sys.stderr)
    end = " failed,"
    try:
        yield
        end = ""
    finally:
        if _shown:
            print(f"{end} {time.perf_counter() - start:.1f} s", file=sys.stderr)
