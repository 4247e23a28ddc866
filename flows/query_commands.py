"""The commands around the query loop: take answers in, waive a query, print the dictionary."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.command_options import DataOption, JsonOption, StudyOption, day
from flows.one_sentence import in_one_sentence
from studies import DEFAULT_STUDY


def answers(
    file: Annotated[Path, typer.Argument(help="A workbook of queries that came back.")],
    study: StudyOption = DEFAULT_STUDY,
    data: DataOption = Path("data"),
    as_json: JsonOption = False,
) -> None:
    """Take the answers of a returned workbook into the ledger; a receipt is written beside the file."""
    with in_one_sentence():
        from flows.answers import summary, take_answers, write_receipt

        receipts = take_answers(file, study, data)
        receipt_file = write_receipt(file, receipts)
    if as_json:
        print(json.dumps([{**asdict(receipt), "result": receipt.result} for receipt in receipts]))
    else:
        print(summary(receipts))
        print(f"Receipt: {receipt_file}")


def waive(
    query: Annotated[str, typer.Argument(help="The id of the query, from the column “query” of the workbook.")],
    reason: Annotated[str, typer.Option(help="Why the record may stay as it is.")],
    who: Annotated[str, typer.Option(help="Who decided it.")],
    expires: Annotated[
        date, typer.Option(parser=day, metavar="YYYY-MM-DD", help="Last day on which the waiver holds.")
    ],
    study: StudyOption = DEFAULT_STUDY,
    data: DataOption = Path("data"),
) -> None:
    """Waive a query: a line in the study's waivers.csv, bound to the value that the record has now."""
    with in_one_sentence():
        from flows.waive import waive_query

        file = waive_query(query, reason, who, expires, study, data)
    print(f"Waived from the next run on: {file}")


def dictionary(
    directory: Annotated[Path, typer.Argument(help="Folder to write the dictionary to.")],
    study: StudyOption = DEFAULT_STUDY,
) -> None:
    """Write the data dictionary: tables, columns, units, code lists and rules, as a page and as CSV."""
    with in_one_sentence():
        import schemas
        from reports.dictionary_page import write_dictionary
        from studies import load_study

        meant = load_study(study)
        tables = meant.mapping.tables
        parts = schemas.dictionary(
            files={name: table.came_from for name, table in tables.items()},
            headings={
                (name, column): head for name, table in tables.items() for column, head in table.headings.items()
            },
            codes=meant.mapping.codes,
            ranges=[entry.model_dump() for entry in meant.protocol.ranges],
        )
        written = write_dictionary(directory, meant, parts)
    for path in written:
        print(path)


COMMANDS: tuple[Callable[..., None], ...] = (answers, waive, dictionary)
