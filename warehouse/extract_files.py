"""The files of an extract: found, hashed, archived as received, and turned into UTF-8 text that DuckDB can read."""

import codecs
import csv
import hashlib
import os
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import ExtractError, UnreachableError

DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Source:
    """Where one of our tables stands in an extract: the file, and the heading of each mapped column."""

    table: str
    file: str
    columns: Mapping[str, str]
    encoding: str | None = None


@dataclass(frozen=True)
class ExtractFile:
    """One file of an extract, found and hashed."""

    source: Source
    path: Path
    sha256: str


@dataclass(frozen=True)
class TextFile:
    """A file of the extract as UTF-8 text: what DuckDB reads."""

    path: Path
    encoding: str
    delimiter: str
    headings: tuple[str, ...]


def find(directory: Path, source: Source) -> ExtractFile:
    """The file of ``source`` in ``directory``.

    Raises:
        ExtractError: it is missing or is not a file.
        UnreachableError: it is there and cannot be read.
    """
    path = directory / source.file
    if not path.is_file():
        raise ExtractError(
            source.table,
            source.file,
            f"the file of table {source.table} is missing from {directory}; ask for it, or correct mapping.toml.",
        )
    try:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise UnreachableError(
            f"{path}: the file cannot be read ({error.strerror}); check the folder and its rights."
        ) from None
    return ExtractFile(source, path, digest.hexdigest())


def extract_hash(files: Iterable[ExtractFile]) -> str:
    """One hash for a whole extract: changes when a byte or the name of any of its files changes."""
    lines = sorted(f"{file.source.file}\0{file.sha256}" for file in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def archive(files: Sequence[ExtractFile], raw: Path) -> None:
    """Keeps the files, as received and read-only, in ``raw/<extract hash>/``. A second archiving changes nothing."""
    folder = raw / extract_hash(files)
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        kept = folder / file.source.file
        if kept.exists():
            continue
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_name(f".{kept.name}.part")
        shutil.copyfile(file.path, partial)
        partial.chmod(stat.S_IRUSR)
        os.replace(partial, kept)


def as_text(file: ExtractFile, workspace: Path) -> TextFile:
    """The file as UTF-8 text with its delimiter and headings; a copy is written to ``workspace`` only if it has to be.

    Raises:
        ExtractError: the file is empty, is not text, or has no usable heading line.
    """
    encoding = _encoding(file)
    as_it_is = encoding in ("utf-8", "ascii") and not _mixes_line_ends(file.path)
    path = file.path if as_it_is else _transcoded(file, encoding, workspace)
    with path.open(encoding="utf-8-sig", newline="") as text:
        first_line = text.readline(1 << 20)
    if not first_line.strip():
        raise ExtractError(
            file.source.table, file.source.file, "line 1 is empty; the first line must hold the headings."
        )
    delimiter = max(DELIMITERS, key=first_line.count)
    headings = next(csv.reader([first_line], delimiter=delimiter))
    return TextFile(path, encoding, delimiter, tuple(heading.strip() for heading in headings))


def _encoding(file: ExtractFile) -> str:
    """The encoding: as mapped, by byte order mark, UTF-8 where valid, else the first in which it makes sense."""
    source = file.source
    if source.encoding:
        return source.encoding
    content = file.path.read_bytes()
    if not content.strip():
        raise ExtractError(source.table, source.file, "the file is empty; ask for it again.")
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return name
    if b"\0" in content:
        raise ExtractError(
            source.table, source.file, "the file is not text (it holds zero bytes); save it as CSV and send it again."
        )
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    for name in ("gb18030", "big5", "cp1252"):
        if _is_plausible(content, name, source.columns.values()):
            return name
    raise ExtractError(
        source.table,
        source.file,
        "the file is not text in a known encoding (UTF-8, UTF-16, GB18030, Big5, Windows-1252), "
        "or its first line lacks the mapped headings; save it as UTF-8 CSV and send it again.",
    )


def _is_plausible(content: bytes, encoding: str, headings: Iterable[str]) -> bool:
    """Whether the bytes decode, without control characters, to a text whose first line has a heading we map.

    A statistical guess can take GBK for Big5 or Korean; that the headings come out as mapped cannot.
    """
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    first_line = text.split("\n", 1)[0]
    if any(ord(character) < 32 and character not in "\t\r\n" for character in text):
        return False
    return any(heading in first_line for heading in headings)


def _mixes_line_ends(path: Path) -> bool:
    """Whether lines end in one way here and in another there, as after an edit by hand."""
    content = path.read_bytes()
    both = content.count(b"\r\n")
    return 0 < both < content.count(b"\n")


def _transcoded(file: ExtractFile, encoding: str, workspace: Path) -> Path:
    workspace.mkdir(parents=True, exist_ok=True)
    path = workspace / f"{file.source.table}.csv"
    try:
        with file.path.open(encoding=encoding) as text, path.open("w", encoding="utf-8", newline="\n") as copy:
            shutil.copyfileobj(text, copy)
    except UnicodeError:
        raise ExtractError(
            file.source.table,
            file.source.file,
            f"the file begins as {encoding} text but does not stay so; save it as UTF-8 CSV and send it again.",
        ) from None
    return path
