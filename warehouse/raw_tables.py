"""The tables ``raw.*``: the statement that reads a file into one, and what is changed in them once all are there.

Identifiers become pseudonyms and birth dates become years inside that statement, and an identifier in a column which is
not its own becomes a mark there, so that the plain value is never written to the database.
"""

import glob
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from schemas.extract_tables import ExtractTable
from warehouse.errors import ExtractError
from warehouse.extract_files import ExtractFile
from warehouse.extract_reading import ReadFile
from warehouse.identifiers import Mask, Masks
from warehouse.known_identifiers import MARK
from warehouse.pseudonyms import pseudonym
from warehouse.text_files import LONGEST_LINE, ORIGIN, TextFile
from warehouse.text_rows import counted

MOST_MARKED_CELLS = 3
"""More identifiers in one column that is not theirs are no slip of one record: the export is wrong."""
NAMES_THE_ROW = ("subject_id", "site")
"""Columns of which every cell counts: without them a row is nobody's, and nobody is asked about it."""


def write_rows(
    connection: duckdb.DuckDBPyConnection, table: ExtractTable, read: ReadFile, masks: Masks, key: bytes
) -> None:
    """Writes ``read`` to ``raw.<table>``.

    Columns: row_id (from 1, in file order), source_file, source_row (line, the heading is line 1 and blank lines
    count), is_duplicate (an exact copy of an earlier row, blanks aside), then the columns of ``table``; one that is
    not mapped is null. A cell of ``masks`` becomes MARK.

    Raises:
        ExtractError: DuckDB does not read the rows that were read before.
    """
    file, text, rows, gaps = read.file, read.text, read.rows, read.gaps
    connection.execute("create schema if not exists raw")
    connection.create_function(
        "pseudonym", lambda kind, value: pseudonym(key, kind, value), ["VARCHAR", "VARCHAR"], "VARCHAR"
    )
    try:
        connection.execute(
            _statement(table, file, text, masks),
            {
                "path": glob.escape(str(text.path)),
                **({} if text.has_origin else {"file": file.source.file}),
                **_masked_values(masks),
            },
        )
        ((count,),) = connection.execute(f"select count(*) from raw.{table.name}").fetchall()
    except duckdb.Error as error:
        raise ExtractError(table.name, file.source.file, _reason(error)) from None
    finally:
        connection.remove_function("pseudonym")
    if count != rows:
        raise ExtractError(
            table.name, file.source.file, f"{count} rows were read where {rows} lines stand; export it again."
        )
    if gaps:
        connection.execute(
            f"""
            update raw.{table.name} as target set source_row = source_row + moved.blanks
            from (
                select received.row_id, gap.blanks
                from raw.{table.name} as received
                asof join (select unnest($rows) as after_row, unnest($blanks) as blanks) as gap
                    on received.row_id > gap.after_row
            ) as moved
            where target.row_id = moved.row_id
            """,
            {"rows": list(gaps), "blanks": list(itertools.accumulate(gaps.values()))},
        )


def marked_cells(connection: duckdb.DuckDBPyConnection, file: ExtractFile, masks: Masks) -> Iterator[ExtractError]:
    """A sentence for each column in which cells were replaced: how many, and the first line; never what stood there."""
    source = file.source
    for column in masks:
        ((count, line),) = connection.execute(
            f"select count(*), min(source_row) from raw.{source.table} where {column} = $mark", {"mark": MARK}
        ).fetchall()
        if not count:
            continue
        what, list_them = {
            "subject_id": ("is no study number of the agreed form, or", "subject_id_pattern"),
            "site": ("is none of the wards of the study, or", "sites"),
        }.get(column, ("", ""))
        yield ExtractError(
            source.table,
            source.file,
            f"{counted(count, 'cell')} of the column {source.columns[column]!r} ({source.table}.{column}) "
            f"{'holds' if count == 1 else 'hold'} what {what and what + ' '}looks like a name, a record number, "
            f"a telephone number or a birth date, first in line {line}; nothing of it was kept. See whether two "
            "headings are swapped, and put each value into its own column"
            + (f", or correct {list_them} in mapping.toml." if list_them else "."),
            blocks=count > MOST_MARKED_CELLS or column in NAMES_THE_ROW,
            field=column,
        )


def leave_empty(connection: duckdb.DuckDBPyConnection, table: ExtractTable) -> None:
    """A table that the study does not have: its columns and no row."""
    columns = ", ".join(f"{column} varchar" for column in table.columns)
    connection.execute("create schema if not exists raw")
    connection.execute(
        f"create or replace table raw.{table.name}"
        f" (row_id bigint, source_file varchar, source_row bigint, is_duplicate boolean, {columns})"
    )


def name_subjects(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
    """Fills ``subject_id`` in the tables that name their patients by record number, through the record pseudonym.

    It stays null where two patients have the record number: the row may be of either.
    """
    for table in tables:
        connection.execute(
            f"""
            update raw.{table} as target set subject_id = patients.subject_id
            from (
                select record_id, min(subject_id) as subject_id from raw.patients
                group by record_id having count(distinct clean_text(subject_id)) = 1
            ) as patients
            where target.record_id = patients.record_id
            """
        )


def _statement(table: ExtractTable, file: ExtractFile, text: TextFile, masks: Masks) -> str:
    mapped = file.source.columns
    columns = [*table.columns, *(["record_id"] if "record_id" in mapped and "record_id" not in table.columns else [])]
    identifiers = {column for column in columns if column in table.identifiers or column == "record_id"}
    received = ", ".join(
        f"field_{text.headings.index(mapped[column])} as {column}"
        if column in mapped
        else f"cast(null as varchar) as {column}"
        for column in columns
    )
    owner = "record_id" if "record_id" in mapped and "subject_id" not in mapped else "subject_id"
    kept = ", ".join(
        _unless_masked(column, masks[column], owner)
        if column in masks
        else _kept(column, column in identifiers, column in table.reduced_to_year)
        for column in columns
    )
    folded = ", ".join(f"clean_text({column})" for column in columns)
    origin = "$file as source_file, received.row_id + 1 as source_row"
    if text.has_origin:
        places = ", ".join(f"field_{text.headings.index(heading)} as {heading}" for heading in ORIGIN)
        received = f"{received}, {places}"
        origin = "received.source_file, cast(received.source_row as bigint) as source_row"
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
                compression = 'none', hive_partitioning = false, max_line_size = {3 * LONGEST_LINE},
                columns = {{{", ".join(f"field_{place}: 'VARCHAR'" for place in range(len(text.headings)))}}}
            )
        ),
        received as (select row_id, {received} from file),
        numbered as (
            select *, row_number() over (partition by {folded} order by row_id) > 1 as is_duplicate from received
        )
        select
            received.row_id, {origin}, received.is_duplicate, {kept}
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


def _unless_masked(column: str, mask: Mask, owner: str) -> str:
    """The column as received, but for the cells of ``mask``; their texts are parameters and never part of the SQL."""
    conditions = []
    if mask.texts:
        conditions.append(f"received.{column} in (select unnest($texts_{column}))")
    if mask.rows:
        conditions.append(f"received.row_id in (select unnest($rows_{column}))")
    if mask.owned:
        conditions.append(
            f"lower(clean_text(received.{owner})) || chr(31) || received.{column} in (select unnest($owned_{column}))"
        )
    return f"case when {' or '.join(conditions)} then '{MARK}' else received.{column} end as {column}"


def _masked_values(masks: Masks) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for column, mask in masks.items():
        if mask.texts:
            values[f"texts_{column}"] = sorted(mask.texts)
        if mask.rows:
            values[f"rows_{column}"] = sorted(mask.rows)
        if mask.owned:
            values[f"owned_{column}"] = [f"{owner}\x1f{text}" for owner, text in sorted(mask.owned)]
    return values


def _reason(error: duckdb.Error) -> str:
    """What DuckDB objects to, without the line it quotes: that line holds a patient's values."""
    line = re.search(r"[Ll]ine:? (\d+)", str(error))
    place = f"line {line[1]} " if line else "a line "
    return f"{place}is no row of this table (a quote left open or inside a field, a field too long); mend the export."
