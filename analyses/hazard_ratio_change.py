"""From one run's hazard ratio to the next's, one thing swapped at a time: how much is due to code, contracts, data."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyses.statistic import rounded

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["step", "hr", "swapped", "factor", "percent_of_change", "note"]


@dataclass(frozen=True)
class Step:
    """A hazard ratio on the way from the earlier run to the later. ``swapped``: what differs from the step before."""

    step: str
    hr: float | None
    swapped: str = ""
    note: str = ""


def hazard_ratio_change(steps: Sequence[Step]) -> "pd.DataFrame":
    """One row a step. ``factor`` is its hazard ratio over that of the last step that has one, so that the factors of
    all steps multiply to the whole change; ``percent_of_change`` is its share of the change of the log hazard ratio,
    null where nothing changed. A step without a hazard ratio says in ``note`` why it could not be made.
    """
    import pandas as pd

    known = [step.hr for step in steps if step.hr]
    whole = math.log(known[-1] / known[0]) if len(known) > 1 else 0.0
    rows, before = [], None
    for step in steps:
        factor = step.hr / before if step.hr and before else None
        part = 100 * math.log(factor) / whole if factor and abs(whole) > 1e-9 else None
        rows.append([step.step, step.hr, step.swapped, rounded(factor), rounded(part), step.note])
        before = step.hr or before
    return pd.DataFrame(rows, columns=COLUMNS)
