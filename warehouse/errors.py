"""What can go wrong with files and stores, in sentences for people."""

from pathlib import Path


class WarehouseError(Exception):
    """Something outside our code is wrong; the message names it and says what to do. Holds no patient value."""


class WrongUseError(WarehouseError):
    """What was asked for cannot be done as asked: a folder that does not exist, a key that is not set."""


class DamagedManifestError(WarehouseError):
    """What a run says of itself cannot be read any more."""


class UnreachableError(WarehouseError):
    """A file is there and could not be read: a network folder may be back in a moment."""


class ExtractError(WarehouseError):
    """A file of the extract cannot be used. ``table`` and ``file`` say which, the message says why.

    One that does not block was read all the same, and its file has to be mended.
    """

    def __init__(self, table: str, file: str, message: str, blocks: bool = True) -> None:
        super().__init__(f"{file}: {message}")
        self.table = table
        self.file = file
        self.blocks = blocks


def not_writable(path: Path, error: OSError, option: str) -> str:
    """Why nothing can be written to ``path``, which the option ``option`` of a command names."""
    why = "a file stands in its place" if isinstance(error, FileExistsError) else error.strerror
    return f"{path}: cannot be written ({why}); choose another {option}, or see that you may write there."
