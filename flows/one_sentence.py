"""How a command ends where one of our errors comes through: with its sentence and its exit code."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from flows.command_options import CRASHED, WRONG_USE


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Ends the process with a sentence and its exit code where one of our errors comes through."""
    from studies import StudyError
    from warehouse import WarehouseError, WrongUseError
    from warehouse.errors import FULL

    try:
        yield
    except (StudyError, WrongUseError) as error:
        print(f"datacut: {error}", file=sys.stderr)
        raise typer.Exit(WRONG_USE) from None
    except WarehouseError as error:
        print(f"datacut: {error}", file=sys.stderr)
        raise typer.Exit(CRASHED) from None
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        print(f"datacut: {place}{(error.strerror or 'cannot be used').lower()}; name another.", file=sys.stderr)
        raise typer.Exit(CRASHED if error.errno in FULL else WRONG_USE) from None
