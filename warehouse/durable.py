"""Files that a crash leaves old or new, never in part; and their hashes."""

import hashlib
import os
from pathlib import Path

from warehouse.failpoints import failpoint


def write_bytes_durably(path: Path, content: bytes, failpoint_before_move: str = "") -> None:
    """Writes a file so that a reader, also after a crash, sees the old content or the new, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    failpoint(failpoint_before_move)
    os.replace(temporary, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def file_sha256(path: Path) -> str:
    """The hash of the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
