"""Writes the files that the study's mapping names, with its headings, batch after batch."""

import csv
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import polars as pl

from simulate.defects import Defect
from studies import Study

MARK_HEADING, MARK = "Source", "SYNTHETIC"
BYTE_ORDER_MARK_TABLE = "follow_up"
DEFECTS_FILE = "defects.csv"
DEFECT_COLUMNS = ("defect", "rule_id", "table", "file", "row", "subject_id", "key", "what")


class ExtractWriter:
    """The files of one extract, open while batches are added; the copies of rows follow at the end of each file.

    Raises:
        OSError: the folder or a file in it cannot be written.
    """

    def __init__(self, directory: Path, study: Study) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._tables = study.mapping.tables
        self._files: dict[str, IO[bytes]] = {}
        self._encodings: dict[str, str] = {}
        self._copies: dict[str, list[pl.DataFrame]] = {name: [] for name in self._tables}
        for name, table in self._tables.items():
            headings = [*table.columns.values(), MARK_HEADING]
            encoding = _encoding(name, headings, table.encoding)
            self._files[name] = (directory / table.file).open("wb")
            self._write(name, pl.DataFrame(schema=dict.fromkeys(headings, pl.String)), encoding, header=True)
            self._encodings[name] = encoding.removesuffix("-sig")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for name, copies in self._copies.items():
            if copies and error is None:
                self._write(name, pl.concat(copies), self._encodings[name])
            self._files[name].close()

    def add(self, table: str, typed: pl.DataFrame, is_copied: pl.Series) -> None:
        """Adds rows of text in our columns; a column that the mapping names and the rows lack stays blank."""
        cells = typed.select(
            *(
                pl.col(name) if name in typed.columns else pl.lit(None, dtype=pl.String).alias(name)
                for name in self._tables[table].columns
            ),
            pl.lit(MARK).alias(MARK_HEADING),
        )
        self._write(table, cells, self._encodings[table])
        self._copies[table].append(cells.filter(is_copied))

    def _write(self, table: str, cells: pl.DataFrame, encoding: str, *, header: bool = False) -> None:
        file = self._files[table]
        if encoding == "utf-8":
            cells.write_csv(file, include_header=header, line_terminator="\r\n")
        else:
            file.write(cells.write_csv(include_header=header, line_terminator="\r\n").encode(encoding))


def _encoding(table: str, headings: list[str], stated: str | None) -> str:
    """Chinese headings come from a system that writes GBK; one of the others puts a byte order mark."""
    if stated:
        return stated
    if not all(heading.isascii() for heading in headings):
        return "gb18030"
    return "utf-8-sig" if table == BYTE_ORDER_MARK_TABLE else "utf-8"


def remove_older_list(directory: Path) -> None:
    """Removes the list of the defects of an earlier extract in ``directory``; a file that is no such list stays."""
    file = directory / DEFECTS_FILE
    headings = ",".join(DEFECT_COLUMNS).encode() + b"\n"
    if file.is_file() and file.read_bytes().startswith(headings):
        file.unlink()


def write_defects(path: Path, planted: Iterable[tuple[Defect, int]], study: Study) -> None:
    """The list of planted defects, with DEFECT_COLUMNS; of the rows of a file the headings are 1."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(DEFECT_COLUMNS)
        for number, (defect, line) in enumerate(planted, start=1):
            writer.writerow(
                [
                    f"D{number:02d}",
                    defect.rule_id,
                    defect.table,
                    study.mapping.tables[defect.table].file,
                    line,
                    defect.subject,
                    defect.key,
                    defect.what,
                ]
            )
