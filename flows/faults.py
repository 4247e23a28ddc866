"""What crosses a task boundary when something goes wrong: a sentence, never a patient's value.

An error of ours (a file, a study, a store) carries such a sentence already. Anything else is a fault of datacut; its
text may quote a value, so only its kind and the lines of our code it came through are passed on.
"""

import errno
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

OUTSIDE = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ENOTDIR}
"""What disks and rights refuse while a flow runs."""

NO_SPACE = "No space left on device"


def without_values(function: Callable[P, R]) -> Callable[P, R]:
    """``function``, whose unexpected exceptions leave it as InternalError."""

    @functools.wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except EXPECTED_ERRORS as error:
            leaving: Exception = _without_frames(error)
        except OSError as error:
            leaving = _outside(error) if error.errno in OUTSIDE else InternalError(_where(error))
        except Exception as error:
            leaving = _full_disk() if NO_SPACE in str(error) else InternalError(_where(error))
        # Raised out here, it does not carry along what it came from: other texts, and frames with rows and connections.
        raise leaving

    return guarded


def _without_frames(error: Exception) -> Exception:
    """Prefect keeps an exception as long as the process lives, and with it whatever its frames hold."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _outside(error: OSError) -> Exception:
    place = error.filename or "a file"
    return WarehouseError(f"{place}: cannot be used ({error.strerror}); see to its disk and rights, then start again.")


def _full_disk() -> Exception:
    """The engine says it in a text of its own, which may quote a value."""
    return WarehouseError(f"The disk is full ({NO_SPACE.lower()}); make room, then start again.")


def _where(error: Exception) -> str:
    lines = [
        f"{Path(frame.filename).relative_to(SOURCE_ROOT)}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
        if SOURCE_ROOT in Path(frame.filename).parents and "site-packages" not in frame.filename
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(lines))}; this is a fault of datacut, please report it."
