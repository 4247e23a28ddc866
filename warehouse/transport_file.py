"""SAS transport files, version 5 (TS-140): the form that SAS, R and the authorities read."""

import datetime
import re
from pathlib import Path
from typing import Any

import pandas as pd

from warehouse.described_tables import DATE, TEXT, DescribedColumn, DescribedTable

LONGEST_TEXT = 200
LONGEST_LABEL = 40
SAS_EPOCH = datetime.date(1960, 1, 1)
STAMP = re.compile(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d")
STAMPS = 4  # of the library and of its member: made, changed


def write_transport_file(table: DescribedTable, path: Path, made: datetime.datetime) -> list[str]:
    """Writes ``table`` to ``path``, dated ``made``; gives a sentence for all that the form could not keep.

    A date is the number of days since 1960 with its format, a missing text is blank, a number is a double.
    """
    import pyreadstat

    columns = {column.name: _values(table, column) for column in table.columns}
    remarks = [remark for column in table.columns for remark in _remarks(table, column)]
    pyreadstat.write_xport(
        pd.DataFrame(columns),
        path,
        file_label=table.label[:LONGEST_LABEL],
        column_labels={column.name: column.variable.label for column in table.columns},
        table_name=table.name,
        file_format_version=5,
        variable_format={column.name: column.variable.format for column in table.columns if column.variable.format},
    )
    # The writer dates the file by the clock; equal content has equal bytes only with the date of its run.
    stamp = f"{made:%d%b%y:%H:%M:%S}".upper().encode()
    path.write_bytes(STAMP.sub(stamp, path.read_bytes(), count=STAMPS))
    return remarks


def _values(table: DescribedTable, column: DescribedColumn) -> "pd.Series[Any]":
    values = table.rows[column.name].to_pylist()
    if column.type == TEXT:
        return pd.Series([cut_text(value or "") for value in values], dtype=object)
    if column.type == DATE:
        values = [None if value is None else (value - SAS_EPOCH).days for value in values]
    return pd.Series([None if value is None else float(value) for value in values], dtype="float64")


def cut_text(text: str) -> str:
    """``text`` up to LONGEST_TEXT bytes of UTF-8, without half a letter at its end."""
    return text.encode()[:LONGEST_TEXT].decode(errors="ignore")


def _remarks(table: DescribedTable, column: DescribedColumn) -> list[str]:
    if column.type != TEXT:
        return []
    texts = [text for text in table.rows[column.name].to_pylist() if text]
    name, remarks = f"{table.name}.{column.name}", []
    if long := sum(len(text.encode()) > LONGEST_TEXT for text in texts):
        remarks.append(
            f"{name}: {long} {'value was' if long == 1 else 'values were'} cut at {LONGEST_TEXT} bytes, the most that "
            "a SAS transport file holds; the other formats have the whole text."
        )
    if not all(text.isascii() for text in texts):
        remarks.append(f"{name}: holds letters beyond ASCII, written as UTF-8; read it in a SAS session with UTF-8.")
    return remarks
