"""A hash of the content of analysis data sets: results with equal ones came from equal data."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

DIGITS = 16


def source_hash(frames: Mapping[str, "pd.DataFrame"]) -> str:
    """Sixteen hexadecimal digits of a SHA-256 over names, columns and rows of ``frames``.

    Neither the order of the rows nor that of the columns matters; a changed, added or missing value does.
    """
    import pandas as pd

    digest = hashlib.sha256()
    for name in sorted(frames):
        columns = sorted(map(str, frames[name].columns))
        digest.update("\0".join([name, *columns, ""]).encode())
        rows = pd.util.hash_pandas_object(frames[name][columns], index=False)
        digest.update(rows.sort_values().to_numpy().astype("<u8").tobytes())
    return digest.hexdigest()[:DIGITS]
