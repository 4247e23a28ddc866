"""Extract files into ``raw.*``: our column names, text as received, each row with its file and line.

Identifiers become pseudonyms and birth dates become years inside the statement that reads the file, so that the
plain value is never written to the database.
"""

import csv
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from schemas.extract_tables import EXTRACT_TABLES, ExtractTable
from warehouse.errors import ExtractError
from warehouse.extract_files import ExtractFile, Source, TextFile, as_text, find
from warehouse.pseudonyms import pseudonym

LONGEST_LINE_BYTES = 4_000_000


@dataclass(frozen=True)
class LoadedFile:
    """A file of the extract and what came of it."""

    file: ExtractFile
    encoding: str
    rows: int

    def described(self) -> dict[str, Any]:
        """As the manifest and the report name it."""
        source = self.file.source
        return {
            "file": source.file,
            "table": source.table,
            "sha256": self.file.sha256,
            "rows": self.rows,
            "encoding": self.encoding,
        }


def load_extract(
    connection: duckdb.DuckDBPyConnection, directory: Path, sources: Sequence[Source], workspace: Path, key: bytes
) -> tuple[list[LoadedFile], list[ExtractError]]:
    """Reads every mapped file of the extract into raw.*; gives what was loaded, and all that is wrong at once.

    ``workspace`` holds UTF-8 copies while they are read and is removed, whatever happens.
    """
    loaded: list[LoadedFile] = []
    problems: list[ExtractError] = []
    tables = {table.name: table for table in EXTRACT_TABLES}
    mapped = {source.table: source for source in sources}
    for name in sorted(mapped.keys() ^ tables.keys()):
        known = "is not mapped; add" if name in tables else "is not known; correct or remove"
        problems.append(ExtractError(name, "mapping.toml", f"the table {name} {known} [tables.{name}]."))
    try:
        for name in (name for name in tables if name in mapped):
            try:
                loaded.append(load_table(connection, tables[name], find(directory, mapped[name]), workspace, key))
            except ExtractError as error:
                problems.append(error)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
    if not problems:
        name_subjects(
            connection, [name for name in mapped if name != "patients" and "record_id" in mapped[name].columns]
        )
    return loaded, problems


def load_table(
    connection: duckdb.DuckDBPyConnection, table: ExtractTable, file: ExtractFile, workspace: Path, key: bytes
) -> LoadedFile:
    """Reads ``file`` into ``raw.<table>``.

    Columns: row_id (from 1, in file order), source_file, source_row (line, the heading is line 1), is_duplicate (an
    exact copy of an earlier row, blanks aside), then the columns of ``table``; one that is not mapped is null.

    Raises:
        ExtractError: the file is not readable as a table, a mapped heading is missing or stands there twice, or it
            has no rows.
    """
    text = as_text(file, workspace)
    _require_headings(table, file, text)
    connection.execute("create schema if not exists raw")
    connection.create_function(
        "pseudonym", lambda kind, value: pseudonym(key, kind, value), ["VARCHAR", "VARCHAR"], "VARCHAR"
    )
    try:
        connection.execute(_statement(table, file, text), {"path": str(text.path), "file": file.source.file})
        ((count,),) = connection.execute(f"select count(*) from raw.{table.name}").fetchall()
    except duckdb.Error as error:
        raise ExtractError(table.name, file.source.file, _reason(error)) from None
    finally:
        connection.remove_function("pseudonym")
    if count == 0 and not table.may_be_empty:
        raise ExtractError(
            table.name,
            file.source.file,
            "the file has headings and no row; an empty table cannot be told from a lost one.",
        )
    _account_for_lines(table, file, text, count)
    return LoadedFile(file, text.encoding, count)


def _account_for_lines(table: ExtractTable, file: ExtractFile, text: TextFile, rows: int) -> None:
    """Every line of the file is a row: a quote that is never closed would swallow the lines behind it, unseen.

    So a field that runs over several lines is refused too, although CSV allows it (docs/decisions, 8).
    """
    with text.path.open(encoding="utf-8-sig", newline="") as lines:
        if sum(1 for line in lines if line.strip()) == rows + 1:
            return
    csv.field_size_limit(sys.maxsize)
    with text.path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines, delimiter=text.delimiter)
        start = 1
        for _ in reader:
            if reader.line_num > start:
                raise ExtractError(
                    table.name,
                    file.source.file,
                    f"line {start}: a field runs on to line {reader.line_num}; close the quote that is open there, "
                    "or export without line breaks inside a field.",
                )
            start = reader.line_num + 1
    raise ExtractError(
        table.name,
        file.source.file,
        f"{rows} rows were read and the file has another number of lines; export it again.",
    )


def name_subjects(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Fills ``subject_id`` in the tables that name their patients by record number, through the record pseudonym."""
    for table in tables:
        connection.execute(
            f"""
            update raw.{table} as target set subject_id = patients.subject_id
            from (select record_id, min(subject_id) as subject_id from raw.patients group by record_id) as patients
            where target.record_id = patients.record_id
            """
        )


def _require_headings(table: ExtractTable, file: ExtractFile, text: TextFile) -> None:
    mapped = file.source.columns
    for column in table.required:
        if column not in mapped and not (column == "subject_id" and "record_id" in mapped):
            raise ExtractError(
                table.name,
                file.source.file,
                f"mapping.toml names no heading for the required column {column}; "
                f"add tables.{table.name}.columns.{column}.",
            )
    for column, heading in mapped.items():
        if column not in table.columns and column != "record_id":
            raise ExtractError(
                table.name,
                file.source.file,
                f"mapping.toml maps {column}, which table {table.name} does not have; correct the name or remove it.",
            )
        count = text.headings.count(heading)
        if count != 1:
            what = "is missing" if count == 0 else f"stands there {count} times"
            raise ExtractError(
                table.name,
                file.source.file,
                f"the column {heading!r} ({table.name}.{column}) {what} in line 1; correct the export or mapping.toml.",
            )


def _statement(table: ExtractTable, file: ExtractFile, text: TextFile) -> str:
    mapped = file.source.columns
    columns = [*table.columns, *(["record_id"] if "record_id" in mapped and "record_id" not in table.columns else [])]
    identifiers = {column for column in columns if column in table.identifiers or column == "record_id"}
    received = ", ".join(
        f"{_quoted(mapped[column])} as {column}" if column in mapped else f"cast(null as varchar) as {column}"
        for column in columns
    )
    kept = ", ".join(_kept(column, column in identifiers, column in table.reduced_to_year) for column in columns)
    folded = ", ".join(f"clean_text({column})" for column in columns)
    lookups = "\n".join(
        f"left join (select {column} as plain, pseudonym('{column}', {column}) as hidden"
        f" from (select distinct {column} from received where {column} is not null)) as {column}_pseudonym"
        f" on {column}_pseudonym.plain = received.{column}"
        for column in sorted(identifiers)
    )
    return f"""
        create or replace table raw.{table.name} as
        with file as (
            select row_number() over () as row_id, *
            from read_csv(
                $path, all_varchar = true, header = true, delim = '{text.delimiter}', quote = '"', escape = '"',
                null_padding = false, strict_mode = true, parallel = false, auto_detect = false,
                columns = {{{", ".join(f"{_literal(name)}: 'VARCHAR'" for name in text.headings)}}},
                max_line_size = {LONGEST_LINE_BYTES}
            )
        ),
        received as (select row_id, {received} from file),
        numbered as (
            select *, row_number() over (partition by {folded} order by row_id) > 1 as is_duplicate from received
        )
        select
            received.row_id, $file as source_file, received.row_id + 1 as source_row, received.is_duplicate, {kept}
        from numbered as received
        {lookups}
        order by received.row_id
    """


def _kept(column: str, is_identifier: bool, is_reduced_to_year: bool) -> str:
    if is_identifier:
        return f"{column}_pseudonym.hidden as {column}"
    if is_reduced_to_year:
        # A birth date that cannot be read must not be kept as it stands: the word says that something stood there.
        return (
            f"case when clean_text(received.{column}) is null then null"
            f" when regexp_matches(clean_text(received.{column}), '^[0-9]{{4}}$') then clean_text(received.{column})"
            f" else coalesce(cast(year(parse_date(received.{column})) as varchar), 'unreadable') end as {column}"
        )
    return f"received.{column}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _reason(error: duckdb.Error) -> str:
    """What DuckDB objects to, without the line it quotes: that line holds a patient's values."""
    line = re.search(r"[Ll]ine:? (\d+)", str(error))
    place = f"line {line[1]} " if line else "a line "
    return f"{place}is no row of this table (number of fields, a quote left open, a field too long); mend the export."
