"""The command ``datacut survival``: the survival analyses on any table."""

import json
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from flows.command_options import JsonOption
from flows.one_sentence import in_one_sentence


class Convention(StrEnum):
    """Whose median limits and ties."""

    r = "r"
    sas = "sas"
    spss = "spss"


class Ties(StrEnum):
    """How a Cox model takes events at the same time."""

    efron = "efron"
    breslow = "breslow"


def survival(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV or Parquet file, one row a subject.")],
    time: Annotated[str, typer.Option(help="Column of the time to the event or to the end of observation.")],
    event: Annotated[str, typer.Option(help="Column that says which: 1 (true) event, 0 (false) censored.")],
    group: Annotated[str | None, typer.Option(help="Column of the groups to compare.")] = None,
    covariates: Annotated[
        str | None, typer.Option(help="Columns of the Cox model, with commas between; text is taken as a category.")
    ] = None,
    ties: Annotated[Ties | None, typer.Option(help="Default: as the convention has it.")] = None,
    convention: Annotated[
        Convention,
        typer.Option(
            help="Limits of the median and default ties: r (log limits, Efron), sas (log-log, Breslow), "
            "spss (symmetric, Breslow)."
        ),
    ] = Convention.r,
    study: Annotated[
        str | None,
        typer.Option(help="A study, by name or folder: its covariates that are known only after start are refused."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Kaplan-Meier, log-rank, Cox model and test of proportional hazards on any table.

    Without --group one curve of all rows and no log-rank test; without --covariates no Cox model and no test of
    proportional hazards. Rows with a missing value in a used column are left out and counted. A number that cannot be
    estimated is null, with a note that says why.
    """
    from analyses.ad_hoc import Roles, survival_of_table
    from analyses.table_columns import UnusableDataError
    from warehouse import WrongUseError
    from warehouse.table_file import place_of_row, read_columns

    roles = Roles(time, event, group, _names(covariates))
    with in_one_sentence():
        _refuse_later_known(study, roles.covariates)
        table, place = read_columns(file, roles.names), partial(place_of_row, file)
        try:
            result = survival_of_table(table, roles, convention.value, ties and ties.value, place)
        except UnusableDataError as error:
            raise WrongUseError(f"{file}: {error}") from None
    if as_json:
        print(json.dumps(result, ensure_ascii=False, allow_nan=False))
        return
    from reports.survival_text import survival_text

    print(survival_text(result))


def _refuse_later_known(study: str | None, covariates: tuple[str, ...]) -> None:
    """A plain Cox model takes what is known at time zero.

    Raises:
        WrongUseError: the study says that one of ``covariates`` is known only later.
    """
    from studies import load_study
    from warehouse import WrongUseError

    late = {each.name for each in load_study(study).protocol.covariates if each.known != "baseline"} if study else set()
    for name in covariates:
        if name in late:
            raise WrongUseError(
                f"--covariates: {name} is known only after the start (protocol of {study}); a plain Cox model of it "
                "credits the survivor. See the landmark and time-dependent models of a refresh."
            )


def _names(listed: str | None) -> tuple[str, ...]:
    """Column names with commas between; one that holds a comma stands in double quotes."""
    import csv

    if listed is None:
        return ()
    return tuple(name.strip() for name in next(csv.reader([listed], skipinitialspace=True), []) if name.strip())
