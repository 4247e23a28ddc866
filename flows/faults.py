"""What crosses a task boundary when something goes wrong: a sentence, never a patient's value.

An error of ours (a file, a study, a store) carries such a sentence already. Anything else is a fault of datacut; its
text may quote a value, so only its kind and the lines of our code it came through are passed on.
"""

import functools
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from studies import StudyError
from warehouse import WarehouseError

P = ParamSpec("P")
R = TypeVar("R")

SOURCE_ROOT = Path(__file__).parent.parent


class InternalError(Exception):
    """A fault of datacut itself; the message says where, and holds no value."""


EXPECTED_ERRORS = (StudyError, WarehouseError, InternalError)
"""Errors whose text is a sentence for people."""


def without_values(function: Callable[P, R]) -> Callable[P, R]:
    """``function``, whose unexpected exceptions leave it as InternalError."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except EXPECTED_ERRORS:
            raise
        except Exception as error:
            where = _where(error)
        # Raised out here, the new exception does not carry the old one, with its text and its frames, along.
        raise InternalError(where)

    return guarded


def _where(error: Exception) -> str:
    lines = [
        f"{Path(frame.filename).relative_to(SOURCE_ROOT)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if SOURCE_ROOT in Path(frame.filename).parents and "site-packages" not in frame.filename
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(lines))}; this is a fault of datacut, please report it."
