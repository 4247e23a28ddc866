"""A file of an extract as UTF-8 text that DuckDB can read: its encoding, its delimiter, its headings."""

import codecs
import contextlib
import csv
import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.errors import ExtractError
from warehouse.extract_files import BLOCK, WORKBOOK, ExtractFile
from warehouse.workbook_extract import MOST_COLUMNS, OLD_OR_LOCKED, PACKED, as_csv

DELIMITERS = ",;\t|"
LONGEST_HEADING_LINE = 100_000
LONGEST_LINE = 2_000_000

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as that of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_TEXT = {
    PACKED: "an Excel workbook or a zip archive",
    OLD_OR_LOCKED: "an Excel workbook of the old kind or one with a password",
}
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

_NO_TEXT = "the file is not text"
_SAVE = "save it as UTF-8 CSV and send it again."

LineEnds = str | tuple[str, ...] | None


ORIGIN = ("source_file", "source_row")
"""Headings of a text that was put together: the file and the row that each row came from."""


@dataclass(frozen=True)
class TextFile:
    """A file of the extract as UTF-8 text: what DuckDB reads. ``has_origin``: its last headings are ORIGIN."""

    path: Path
    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    has_origin: bool = False


def as_text(file: ExtractFile, workspace: Path) -> TextFile:
    """The file as UTF-8 text with its delimiter and headings; a copy is written to ``workspace`` only if it has to be.

    Raises:
        ExtractError: the file is empty, is not text, or has no usable heading line.
    """
    path, encoding = _workbook_as_text(file, workspace) if file.is_workbook else _as_utf8(file, workspace)
    with path.open(encoding="utf-8-sig", newline="") as text:
        first_line = text.readline(LONGEST_HEADING_LINE)
    if not first_line.strip():
        raise _error(file, "line 1 is empty; the first line must hold the headings.")
    if len(first_line) == LONGEST_HEADING_LINE:
        raise _error(file, f"line 1 is longer than {LONGEST_HEADING_LINE} characters; it must hold the headings alone.")
    mapped = set(file.source.columns.values())
    readings = {mark: _headings(first_line, mark) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: (len(mapped.intersection(readings[mark])), first_line.count(mark)))
    if len(readings[delimiter]) > MOST_COLUMNS:
        raise _error(file, f"line 1 holds more than {MOST_COLUMNS} headings; export only the columns that are mapped.")
    return TextFile(path, encoding, delimiter, readings[delimiter])


def _workbook_as_text(file: ExtractFile, workspace: Path) -> tuple[Path, str]:
    path = _copy_of(file, workspace)
    as_csv(file, path)
    return path, WORKBOOK.removeprefix(".")


def _as_utf8(file: ExtractFile, workspace: Path) -> tuple[Path, str]:
    """The file itself where it can be read as it is, or a copy; and its encoding."""
    encoding, line_ends = _proven(file)
    if encoding in ("utf-8", "ascii") and not isinstance(line_ends, tuple):
        return file.path, encoding
    path = _copy_of(file, workspace)
    with file.path.open(encoding=encoding) as text, path.open("w", encoding="utf-8", newline="\n") as copy:
        shutil.copyfileobj(text, copy)
    return path, encoding


def _copy_of(file: ExtractFile, workspace: Path) -> Path:
    workspace.mkdir(parents=True, exist_ok=True)
    return workspace / f"{file.source.table}.csv"


def without_lines(text: TextFile, lines: Collection[int], file: ExtractFile, workspace: Path) -> TextFile:
    """A copy of ``text`` in ``workspace`` that lacks the ``lines``, counted from 1."""
    workspace.mkdir(parents=True, exist_ok=True)
    path = workspace / f"{file.source.table}-rows.csv"
    with (
        text.path.open(encoding="utf-8-sig", newline="") as whole,
        path.open("w", encoding="utf-8", newline="") as kept,
    ):
        kept.writelines(line for number, line in enumerate(whole, start=1) if number not in lines)
    return replace(text, path=path)


def _headings(first_line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(heading.strip() for heading in next(csv.reader([first_line], delimiter=delimiter)))


def _error(file: ExtractFile, sentence: str) -> ExtractError:
    return ExtractError(file.source.table, file.source.file, sentence)


def _proven(file: ExtractFile) -> tuple[str, LineEnds]:
    """The encoding, and how lines end: as mapped, by byte order mark, UTF-8 where valid, else the first that fits."""
    with file.path.open("rb") as content:
        start = content.read(BLOCK)
    for mark, kind in NOT_TEXT.items():
        if start.startswith(mark):
            # Never unpacked, so what it would become, and how large, is of no matter.
            raise _error(file, f"the file is {kind}, not text; save its sheet as CSV UTF-8 and send that.")
    if not start.strip() and len(start) < BLOCK:
        raise _error(file, "the file is empty; ask for it again.")
    marked = next((name for mark, name in BYTE_ORDER_MARKS if start.startswith(mark)), None)
    if encoding := file.source.encoding or marked:
        try:
            return encoding, _line_ends(file, encoding)
        except LookupError:
            raise _error(file, f"mapping.toml calls its encoding {encoding}, which is none of text.") from None
        except UnicodeError:
            line = _damage(file.path, encoding).line
            raise _error(
                file, f"line {line} is not {encoding} text; save the file as UTF-8 CSV and send it again."
            ) from None
    names = ("utf-16-le", "utf-16-be") if b"\0" in start else ("utf-8", "gb18030", "big5", "cp1252")
    for name in names:
        try:
            return name, _line_ends(file, name, is_guess=name != "utf-8")
        except UnicodeError:
            if name == "utf-8" and (damage := _damage(file.path, name)).is_small:
                raise _error(
                    file, f"line {damage.line} is not UTF-8 text as the other lines are; export the file again."
                ) from None
    if b"\0" in start:
        line = start.count(b"\n", 0, start.index(0)) + 1
        raise _error(file, f"{_NO_TEXT} (line {line} holds zero bytes); {_SAVE}")
    raise _error(
        file,
        "the file is not text in a known encoding (UTF-8, UTF-16, GB18030, Big5, Windows-1252), "
        f"or its first line lacks the mapped headings; {_SAVE}",
    )


def _line_ends(file: ExtractFile, encoding: str, is_guess: bool = False) -> LineEnds:
    """Reads the file through, a block at a time; gives the one way in which its lines end, or a tuple of several.

    A statistical guess can take GBK for Big5 or Korean; that the headings come out as mapped cannot. So a guess holds
    if the first line has a heading we map and no control character stands anywhere.

    Raises:
        UnicodeError: the bytes are not text in ``encoding``.
        ExtractError: there is a zero byte, or a line without end.
    """
    line, unended = 1, 0
    with file.path.open(encoding=encoding) as text:
        while block := text.read(BLOCK):
            if is_guess and CONTROL_CHARACTER.search(block):
                raise UnicodeError
            if is_guess and line == 1 and not unended:
                first_line = block.split("\n", 1)[0]
                if not any(heading in first_line for heading in file.source.columns.values()):
                    raise UnicodeError
            if "\0" in block:
                line += block.count("\n", 0, block.index("\0"))
                raise _error(file, f"{_NO_TEXT} (line {line} holds zero bytes); {_SAVE}")
            line += block.count("\n")
            unended = len(block) - block.rfind("\n") - 1 if "\n" in block else unended + len(block)
            if unended > LONGEST_LINE:
                raise _error(file, f"line {line} is longer than {LONGEST_LINE:,} characters; {_SAVE}")
        return text.newlines


@dataclass(frozen=True)
class _Damage:
    """Where bytes that are no text begin, and whether most of what is not ASCII is sound all the same."""

    line: int
    is_small: bool


def _damage(path: Path, encoding: str) -> _Damage:
    line, first, bad, others = 1, 0, 0, 0
    # Some encodings cannot replace what they cannot read: then it is the line where they stopped.
    with path.open(encoding=encoding, errors="replace") as text, contextlib.suppress(UnicodeError):
        while block := text.read(BLOCK):
            if not first and "\ufffd" in block:
                first = line + block.count("\n", 0, block.index("\ufffd"))
            line += block.count("\n")
            bad += block.count("\ufffd")
            others += len(block) - len(block.encode("ascii", "ignore"))
    return _Damage(first or line, is_small=others - bad > 2 * bad)
