"""The files of an extract: found, hashed, and archived as received."""

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from warehouse.durable import sync
from warehouse.errors import ExtractError, UnreachableError
from warehouse.failpoints import failpoint

BLOCK = 1 << 20
WORKBOOK = ".xlsx"
TEXT_ENDINGS = (".csv", ".txt", ".tsv")


@dataclass(frozen=True)
class Source:
    """Where one of our tables stands in an extract: the file, and the heading of each mapped column.

    ``not_collected`` are columns that the study does not have; ``date_format`` is how a date of a workbook is written.
    """

    table: str
    file: str
    columns: Mapping[str, str]
    encoding: str | None = None
    not_collected: frozenset[str] = frozenset()
    date_format: str = "%Y-%m-%d"


@dataclass(frozen=True)
class ExtractFile:
    """One file of an extract, found and hashed. ``source.file`` is its name as delivered."""

    source: Source
    path: Path
    sha256: str

    @property
    def is_workbook(self) -> bool:
        return self.path.suffix.lower() == WORKBOOK


def find(directory: Path, source: Source) -> ExtractFile:
    """The file of ``source`` in ``directory``; a workbook of the same name but for its ending stands in for it.

    Raises:
        ExtractError: it is missing or is not a file, or there is a workbook beside it.
        UnreachableError: it is there and cannot be read.
    """
    path = directory / source.file
    try:
        workbook = path.with_suffix(WORKBOOK)
        if path.exists() and workbook != path and workbook.is_file():
            raise ExtractError(
                source.table,
                source.file,
                f"{workbook.name} is there as well, and only one of the two can be meant; take the older away.",
            )
        if not path.exists() and workbook.is_file():
            source, path = replace(source, file=Path(source.file).with_suffix(WORKBOOK).as_posix()), workbook
        if not path.is_file():
            raise ExtractError(source.table, source.file, _why_no_file(path, source.table))
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        raise UnreachableError(
            f"{path}: the file cannot be read ({error.strerror}); check the folder and its rights."
        ) from None
    return ExtractFile(source, path, digest.hexdigest())


def _why_no_file(path: Path, table: str) -> str:
    if path.is_dir():
        return (
            f"a folder stands where the file of table {table} should be; put the file there, or correct mapping.toml."
        )
    if path.is_symlink() and not path.exists():
        return "this is a link that leads to no file; put the file itself there."
    if path.exists():
        return "this is a device or a pipe, not a file; put the file itself there."
    missing = f"the file of table {table} is missing from {path.parent}"
    if not (alike := _called_alike(path)):
        return f"{missing}; ask for it, or correct mapping.toml."
    names = [one.name for one in alike]
    if len(names) > 1:
        return f"{missing}; there are {', '.join(names)}: rename the one it is, or name it in mapping.toml."
    meant = path.with_suffix(WORKBOOK) if alike[0].suffix.lower() == WORKBOOK else path
    return f"{missing}; there is {names[0]}: rename it to {meant.name}, or name it in mapping.toml."


def _called_alike(path: Path) -> list[Path]:
    """Files beside it whose name has the same letters: Patients.CSV, patients_2026-11.csv for patients.csv."""
    if not path.parent.is_dir():
        return []
    readable = {path.suffix.lower(), WORKBOOK, *TEXT_ENDINGS}
    return sorted(
        file
        for file in path.parent.iterdir()
        if _letters(file) == _letters(path) != ""
        and file.suffix.lower() in readable
        and not file.name.startswith((".", "~$"))
        and file.is_file()
    )


def _letters(path: Path) -> str:
    return re.sub(r"[\W\d_]+", "", path.name.split(".")[0].casefold())


def extract_hash(files: Iterable[ExtractFile]) -> str:
    """One hash for a whole extract: changes when a byte or the name of any of its files changes."""
    return hash_of_hashes((file.source.file, file.sha256) for file in files)


def hash_of_hashes(files: Iterable[tuple[str, str]]) -> str:
    """The hash of an extract from the name and the hash of each of its files."""
    lines = sorted({f"{name}\0{digest}" for name, digest in files})
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def archive(files: Sequence[ExtractFile], raw: Path) -> Path:
    """Keeps the files, as received and read-only, in ``raw/<extract hash>/`` and gives that folder.

    A second archiving changes nothing. The folder gets its name when it is whole.
    """
    folder = raw / extract_hash(files)
    if all((folder / file.source.file).is_file() for file in files) and folder.is_dir():
        return folder
    partial = raw / f".{folder.name}.part"
    for left in (partial, folder):
        if left.exists():
            shutil.rmtree(left)
    partial.mkdir(parents=True)
    for file in files:
        kept = partial / file.source.file
        if kept.exists():  # several tables may be read from one file
            continue
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path, kept)
        kept.chmod(stat.S_IRUSR)
        sync(kept)
        failpoint("archive-part")
    os.replace(partial, folder)
    sync(raw)
    failpoint("archived")
    return folder
