"""Options that several commands have in common, and how what is entered for them is read."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

WRONG_USE, CRASHED = 2, 1


def day(entry: str) -> date:
    """The day of an option.

    Raises:
        BadParameter: it is none.
    """
    try:
        return date.fromisoformat(entry)
    except ValueError:
        raise typer.BadParameter(f"{entry} is no day; write year-month-day, such as 2026-01-31.") from None


def count(entry: str | int) -> int:
    """The number of an option that counts something.

    Raises:
        BadParameter: it is no whole number of 1 or more.
    """
    if not str(entry).isascii() or not str(entry).isdigit() or int(entry) < 1:
        raise typer.BadParameter(f"{entry} is no whole number of 1 or more.")
    return int(entry)


StudyOption = Annotated[str, typer.Option("--study", help="Name of a study, or the folder of one.")]
DataOption = Annotated[Path, typer.Option("--data", help="Folder of the warehouse.")]
RunsOption = Annotated[Path, typer.Option("--runs", help="Folder of the runs.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")]
