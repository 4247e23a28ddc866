"""Times that are the same but for the last bits are ties.

A time made by subtracting dates and dividing by 30.4375 differs in its last bits between two patients who were observed
equally long; taken as it stands it would break their tie. R's survival does the same before every analysis (aeqSurv).
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

TOLERANCE = float(np.finfo(float).eps) ** 0.5


def settle_ties(time: Array) -> Array:
    """``time`` with values closer than the tolerance (absolute, or relative to the mean) set to the least of them."""
    distinct = np.unique(np.asarray(time, dtype=float))
    gaps = np.diff(distinct)
    size = float(np.abs(distinct).mean()) if len(distinct) else 0.0
    if not size:
        return np.asarray(time, dtype=float)
    is_tied = (gaps <= TOLERANCE) | (gaps / size <= TOLERANCE)
    if not is_tied.any():
        return np.asarray(time, dtype=float)
    kept = distinct[np.concatenate(([True], ~is_tied))]
    settled: Array = kept[np.searchsorted(kept, time, side="right") - 1]
    return settled
