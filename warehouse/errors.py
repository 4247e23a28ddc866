"""What can go wrong with files and stores, in sentences for people."""

import errno
from collections.abc import Sequence
from pathlib import Path


class WarehouseError(Exception):
    """Something outside our code is wrong; the message names it and says what to do. Holds no patient value."""


class WrongUseError(WarehouseError):
    """What was asked for cannot be done as asked: a folder that does not exist, a key that is not set."""


class DamagedManifestError(WarehouseError):
    """What a run says of itself cannot be read any more."""


class UnreachableError(WarehouseError):
    """A file is there and could not be read: a network folder may be back in a moment."""


HEADINGS = "headings"
"""The field of a fault that is about the heading line and not about one column."""


class ExtractError(WarehouseError):
    """A file of the extract cannot be used. ``table`` and ``file`` say which, the message says why.

    One that does not block was read all the same, and its file has to be mended. ``field`` is what of the file is
    meant, a column mostly, where a file can have several faults: each is a query of its own.
    """

    def __init__(self, table: str, file: str, message: str, blocks: bool = True, field: str | None = None) -> None:
        super().__init__(f"{file}: {message}")
        self.table = table
        self.file = file
        self.blocks = blocks
        self.field = field

    @property
    def faults(self) -> Sequence["ExtractError"]:
        """Each fault by itself."""
        return (self,)


class SeveralFaultsError(ExtractError):
    """Several faults of one file."""

    def __init__(self, faults: Sequence[ExtractError]) -> None:
        super().__init__(faults[0].table, faults[0].file, "")
        self.args = (" ".join(str(fault) for fault in faults),)
        self._faults = faults

    @property
    def faults(self) -> Sequence[ExtractError]:
        return self._faults


def raise_all(faults: Sequence[ExtractError]) -> None:
    """Raises what is wrong with a file: nothing, one fault or several at once."""
    if faults:
        raise faults[0] if len(faults) == 1 else SeveralFaultsError(faults)


FULL = {errno.ENOSPC, errno.EDQUOT}
"""What a disk says to any path, however it was named."""


def not_writable(path: Path, error: OSError, option: str) -> WarehouseError:
    """Why nothing can be written to ``path``, which the option ``option`` of a command names.

    It is wrong use, unless the disk is full.
    """
    why = "a file stands in its place" if isinstance(error, FileExistsError) else error.strerror
    sentence = f"{path}: cannot be written ({why}); choose another {option}, or see that you may write there."
    return WarehouseError(sentence) if error.errno in FULL else WrongUseError(sentence)
