"""What a run tells Prefect beside its states is a courtesy: a server that is away must not cost the run.

Prefect's engine waits for a server that it has reached before; a client that is opened for one call does not.
"""

import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import httpx

P = ParamSpec("P")
R = TypeVar("R")

WAITS = (1, 2, 4, 8, 15, 30)
"""Seconds between two attempts: as long as a server takes to start anew."""

_logger = logging.getLogger(__name__)
_is_given_up = False


def patiently(function: Callable[P, R]) -> Callable[P, R | None]:
    """``function``, tried again while the server does not answer; then None, and what comes after is tried once."""

    def called(*args: P.args, **kwargs: P.kwargs) -> R | None:
        global _is_given_up
        for wait in () if _is_given_up else WAITS:
            try:
                return function(*args, **kwargs)
            except httpx.TransportError:
                time.sleep(wait)
        made = once(function)(*args, **kwargs)
        _is_given_up = made is None
        return made

    return called


def once(function: Callable[P, R]) -> Callable[P, R | None]:
    """``function``; None, and a line in the log, where the server does not answer."""

    def called(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return function(*args, **kwargs)
        except httpx.TransportError as error:
            _logger.warning("The Prefect server did not answer (%s); the run goes on.", type(error).__name__)
            return None

    return called
