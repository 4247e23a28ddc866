"""The command ``datacut export``: the analysis data sets of a run for SAS, R and others."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.command_options import JsonOption, RunsOption, StudyOption
from flows.one_sentence import in_one_sentence
from studies import DEFAULT_STUDY


class ExportFormat(StrEnum):
    """What is written: SAS transport (version 5), CSV, Parquet, or CDISC Dataset-JSON."""

    xpt = "xpt"
    csv = "csv"
    parquet = "parquet"
    json = "json"


def export(
    run: Annotated[str, typer.Argument(help="Id of a run, or latest.")],
    form: Annotated[
        ExportFormat,
        typer.Option("--format", help="xpt (SAS transport, version 5), csv, parquet, or json (CDISC Dataset-JSON)."),
    ] = ExportFormat.xpt,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder to write to; default: exports/<run id>/<format>.")
    ] = None,
    study: StudyOption = DEFAULT_STUDY,
    runs: RunsOption = Path("runs"),
    as_json: JsonOption = False,
) -> None:
    """Write the analysis data sets of a run with labels and formats, and the dictionary that describes them.

    define.html is for people, define.csv and define.json for programs. What a format cannot keep is said in a sentence.
    """
    with in_one_sentence():
        from flows.export import exported

        result = exported(run, form.value, out, study, runs)
    for remark in result.remarks:
        print(remark, file=sys.stderr)
    if as_json:
        print(json.dumps({"files": [str(path) for path in result.files], "remarks": result.remarks}))
    else:
        for path in result.files:
            print(path)
