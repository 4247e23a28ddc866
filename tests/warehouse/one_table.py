"""One file of an extract into its table of ``raw``, as a load of the whole extract would, without the others."""

from pathlib import Path

import duckdb

from schemas.extract_tables import ExtractTable
from warehouse.extract_files import ExtractFile
from warehouse.extract_reading import LoadedFile, read_file
from warehouse.identifiers import recognise
from warehouse.known_identifiers import Agreed
from warehouse.raw_tables import write_rows


def load_table(
    connection: duckdb.DuckDBPyConnection, table: ExtractTable, file: ExtractFile, workspace: Path, key: bytes
) -> LoadedFile:
    """Raises ExtractError where the file is no table of this form."""
    read = read_file(table, file, workspace)
    write_rows(connection, table, read, recognise({table.name: read.cells}, Agreed())[table.name], key)
    return read.files[0]
