"""Extract files into ``raw.*``: our column names, text as received, each row with its file and line.

Identifiers become pseudonyms and birth dates become years inside the statement that reads the file, and one that stands
in a column which is not its own (warehouse/identifiers.py) becomes a mark there, so that the plain value is never
written to the database.
"""

import glob
import itertools
import re
import shutil
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from schemas.extract_tables import EXTRACT_TABLES, ExtractTable
from warehouse.assembly import Assembled, Assembly, assemble
from warehouse.domain_files import DomainRows, find_domain, read_domain
from warehouse.errors import ExtractError
from warehouse.extract_files import LONGEST_LINE, ORIGIN, ExtractFile, Source, TextFile, as_text, find
from warehouse.identifiers import MARK, Agreed, Cells, Mask, Masks, recognise
from warehouse.pseudonyms import pseudonym
from warehouse.text_rows import counted, rows_of

LINES_AT_ONCE = 500

MOST_MARKED_CELLS = 3
"""More identifiers in one column that is not theirs are no slip of one record: the export is wrong."""
NAMES_THE_ROW = ("subject_id", "site")
"""Columns of which every cell counts: without them a row is nobody's, and nobody is asked about it."""


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


@dataclass(frozen=True)
class ReadFile:
    """A file that has the form of its table: its text, its rows, where blank lines stand, and what its cells hold.

    ``files`` are the files of the extract that it was read from, with the rows of each: itself, or several domains.
    """

    file: ExtractFile
    text: TextFile
    rows: int
    gaps: dict[int, int]
    cells: Cells
    files: tuple[LoadedFile, ...] = ()


def load_extract(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    sources: Sequence[Source | Assembly],
    workspace: Path,
    key: bytes,
    agreed: Agreed | None = None,
    not_collected: Collection[str] = (),
) -> tuple[list[LoadedFile], list[ExtractError]]:
    """Reads every mapped file of the extract into raw.*; gives what was loaded, and all that is wrong at once.

    ``workspace`` holds UTF-8 copies while they are read and is removed, whatever happens. Without the patients file
    nothing is written: which cells hold an identifier is not known then. A table that is ``not_collected`` is empty.
    """
    loaded: list[LoadedFile] = []
    problems: list[ExtractError] = []
    tables = {table.name: table for table in EXTRACT_TABLES}
    mapped = {source.table: source for source in sources}
    for name in sorted((mapped.keys() | set(not_collected)) ^ tables.keys()):
        known = "is not mapped; add" if name in tables else "is not known; correct or remove"
        problems.append(ExtractError(name, "mapping.toml", f"the table {name} {known} [tables.{name}]."))
    try:
        domains = _domains(directory, mapped.values(), workspace, problems)
        read: dict[str, ReadFile] = {}
        for name in (name for name in tables if name in mapped):
            try:
                read[name] = _read(tables[name], directory, mapped[name], domains, workspace, problems)
            except ExtractError as error:
                problems.append(error)
        masks = recognise({name: each.cells for name, each in read.items()}, agreed or Agreed())
        for name, each in read.items():
            each.cells.rows.clear()
            if "patients" not in read:
                loaded += each.files
                continue
            try:
                _write(connection, tables[name], each, masks[name], key)
                loaded += each.files
                problems += _marked(connection, each.file, masks[name])
            except ExtractError as error:
                problems.append(error)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
    for name in not_collected:
        if name in tables:
            _leave_empty(connection, tables[name])
    if not any(problem.blocks for problem in problems):
        by_record = [
            source.table
            for source in mapped.values()
            if source.table != "patients" and isinstance(source, Source) and "record_id" in source.columns
        ]
        name_subjects(connection, by_record)
    return loaded, problems


def files_of(directory: Path, sources: Iterable[Source | Assembly]) -> list[ExtractFile]:
    """The files that ``load_extract`` would read, found and hashed; nothing is read of them.

    Raises:
        ExtractError: one of them is missing.
    """
    found: dict[str, ExtractFile] = {}
    for source in sources:
        if isinstance(source, Source):
            found[source.file] = find(directory, source)
            continue
        for name in source.used():
            file = find_domain(directory, source.domains[name])
            found[file.source.file] = file
    return list(found.values())


def _domains(
    directory: Path, sources: Iterable[Source | Assembly], workspace: Path, problems: list[ExtractError]
) -> dict[str, DomainRows]:
    """Every domain that a table is put together from, read once; one that cannot be is a problem."""
    assemblies = [source for source in sources if isinstance(source, Assembly)]
    headings: dict[str, set[str]] = {}
    for assembly in assemblies:
        for domain, heading in (pair for part in assembly.parts for pair in part.headings()):
            headings.setdefault(domain, set()).add(heading)
    known = {name: domain for assembly in assemblies for name, domain in assembly.domains.items()}
    read: dict[str, DomainRows] = {}
    for name, needed in headings.items():
        try:
            read[name] = read_domain(find_domain(directory, known[name]), needed, workspace)
        except ExtractError as error:
            problems.append(error)
    return read


def _read(
    table: ExtractTable,
    directory: Path,
    source: Source | Assembly,
    domains: dict[str, DomainRows],
    workspace: Path,
    problems: list[ExtractError],
) -> ReadFile:
    if isinstance(source, Source):
        return read_file(table, find(directory, source), workspace)
    if lost := [name for name in source.used() if name not in domains]:
        raise ExtractError(table.name, ", ".join(lost), f"the table {table.name} needs the domain, which was not read.")
    made = assemble(source, domains, workspace)
    problems += made.ambiguous
    return _as_read(table, made, [domains[name] for name in source.used()])


def _as_read(table: ExtractTable, made: Assembled, domains: Sequence[DomainRows]) -> ReadFile:
    _require_headings(table, made.file, made.text)
    cells = _no_cells(table, made.file)
    rows, gaps = _rows_by_line(table, made.file, made.text, cells)
    files = {domain.file.source.file: domain for domain in domains}
    return ReadFile(
        made.file,
        made.text,
        rows,
        gaps,
        cells,
        tuple(
            LoadedFile(
                ExtractFile(replace(made.file.source, file=name), domain.file.path, domain.file.sha256),
                domain.encoding,
                made.rows_by_file[name],
            )
            for name, domain in files.items()
        ),
    )


def _leave_empty(connection: duckdb.DuckDBPyConnection, table: ExtractTable) -> None:
    """A table that the study does not have: its columns and no row."""
    columns = ", ".join(f"{column} varchar" for column in table.columns)
    connection.execute("create schema if not exists raw")
    connection.execute(
        f"create or replace table raw.{table.name}"
        f" (row_id bigint, source_file varchar, source_row bigint, is_duplicate boolean, {columns})"
    )


def load_table(
    connection: duckdb.DuckDBPyConnection, table: ExtractTable, file: ExtractFile, workspace: Path, key: bytes
) -> LoadedFile:
    """Reads ``file`` into ``raw.<table>``; other files of the extract are not looked at.

    Columns: row_id (from 1, in file order), source_file, source_row (line, the heading is line 1 and blank lines
    count), is_duplicate (an exact copy of an earlier row, blanks aside), then the columns of ``table``; one that is
    not mapped is null.

    Raises:
        ExtractError: the file is not readable as a table, a mapped heading is missing or stands there twice, or it
            has no rows.
    """
    read = read_file(table, file, workspace)
    _write(connection, table, read, recognise({table.name: read.cells}, Agreed())[table.name], key)
    return read.files[0]


def read_file(table: ExtractTable, file: ExtractFile, workspace: Path) -> ReadFile:
    """Reads ``file`` through, a line at a time, and writes nothing to the database.

    Raises:
        ExtractError: as load_table.
    """
    text = as_text(file, workspace)
    _require_headings(table, file, text)
    cells = _no_cells(table, file)
    rows, gaps = _rows_by_line(table, file, text, cells)
    return ReadFile(file, text, rows, gaps, cells, (LoadedFile(file, text.encoding, rows),))


def _no_cells(table: ExtractTable, file: ExtractFile) -> Cells:
    hidden = {"record_id", *table.identifiers, *table.reduced_to_year}
    columns = list(file.source.columns)
    return Cells(
        columns,
        {column: set() for column in columns if column not in hidden},
        {column: set() for column in columns if column in hidden},
    )


def _write(
    connection: duckdb.DuckDBPyConnection, table: ExtractTable, read: ReadFile, masks: Masks, key: bytes
) -> None:
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


def _marked(connection: duckdb.DuckDBPyConnection, file: ExtractFile, masks: Masks) -> Iterator[ExtractError]:
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
        )


def _rows_by_line(table: ExtractTable, file: ExtractFile, text: TextFile, cells: Cells) -> tuple[int, dict[int, int]]:
    """How many rows the file has, each a line of as many fields as headings, and after which of them blank lines stand.

    ``cells`` takes up what stands in the mapped columns.
    """
    rows, last = 0, 1  # the heading is line 1
    gaps: dict[int, int] = {}
    taken: list[list[str]] = []
    places = [text.headings.index(heading) for heading in file.source.columns.values()]

    def take() -> None:
        by_place = list(zip(*taken, strict=True))
        taken.clear()
        for column, place in zip(cells.columns, places, strict=True) if by_place else ():
            cells.values.get(column, cells.identifiers.get(column, set())).update(by_place[place])
        if table.name == "patients" and by_place:
            cells.rows.extend(zip(*(by_place[place] for place in places), strict=True))

    for line, fields in rows_of(file, text):
        if line > last + 1:
            gaps[rows] = line - last - 1
        rows, last = rows + 1, line
        taken.append(fields)
        if len(taken) == LINES_AT_ONCE:
            take()
    take()
    if rows == 0 and not table.may_be_empty:
        raise ExtractError(
            table.name,
            file.source.file,
            "the file has headings and no row; an empty table cannot be told from a lost one.",
        )
    return rows, gaps


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


def _require_headings(table: ExtractTable, file: ExtractFile, text: TextFile) -> None:
    mapped = file.source.columns
    for column in table.required:
        by_record = column == "subject_id" and "record_id" in mapped
        if column not in mapped and column not in file.source.not_collected and not by_record:
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
        alike = [name for name in text.headings if _folded(name) == _folded(heading)]
        if alike == [heading]:
            continue
        if len(alike) > 1:
            what = f"stands there {len(alike)} times (capitals and blanks aside)"
        elif alike:
            what = f"is written {alike[0]!r}"
        else:
            what = "is missing"
        raise ExtractError(
            table.name,
            file.source.file,
            f"the column {heading!r} ({table.name}.{column}) {what} in line 1; correct the export or mapping.toml.",
        )


def _folded(heading: str) -> str:
    return "".join(unicodedata.normalize("NFKC", heading).casefold().split())


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
