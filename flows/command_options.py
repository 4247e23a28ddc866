"""Options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

WRONG_USE, CRASHED = 2, 1

StudyOption = Annotated[str, typer.Option("--study", help="Name of a study, or the folder of one.")]
DataOption = Annotated[Path, typer.Option("--data", help="Folder of the warehouse.")]
RunsOption = Annotated[Path, typer.Option("--runs", help="Folder of the runs.")]
JsonOption = Annotated[bool, typer.Option("--json", help="The result as JSON on standard output.")]
