"""The command ``datacut explain``: one subject's way from scan to endpoint, out of a published cut."""

import json
from pathlib import Path
from typing import Annotated

import typer

from flows.command_options import DataOption, JsonOption, RunsOption, StudyOption
from flows.one_sentence import in_one_sentence
from studies import DEFAULT_STUDY


def explain(
    subject: Annotated[str, typer.Argument(help="Study subject id, or USUBJID.")],
    endpoint: Annotated[
        str | None, typer.Option(help="Only what leads to this one: OS, PFS, BOR, … Default: all.")
    ] = None,
    run: Annotated[str, typer.Option(help="Id of a run that published, or latest.")] = "latest",
    study: StudyOption = DEFAULT_STUDY,
    data: DataOption = Path("data"),
    runs: RunsOption = Path("runs"),
    as_json: JsonOption = False,
) -> None:
    """Print the whole path of one subject: lesions, sums, responses, best response, each event or censoring and why.

    Each line names the file and line of the extract that it came from, and the findings on it. Reads a published cut.
    """
    with in_one_sentence():
        from flows.explain import explained

        path = explained(subject, endpoint, run, study, data, runs)
    from reports.path_text import path_text, with_reasons

    if as_json:
        print(json.dumps(with_reasons(path), ensure_ascii=False, allow_nan=False))
    else:
        print(path_text(path, endpoint and endpoint.strip().upper()))
