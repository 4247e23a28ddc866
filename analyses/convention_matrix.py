"""The main survival results under each convention side by side: what would move if another package had been used."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyses.conventions import CONVENTIONS, MEDIAN_RULE
from analyses.models import cox_models
from analyses.statistic import Statistic, rounded
from analyses.survival import survival
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

MEDIANS = ("median", "median_lower", "median_upper")
RATIOS = ("hr", "hr_lower", "hr_upper")
KEYS = ("endpoint", "level", "group", "statistic")
COLUMNS = [*KEYS, "protocol", *CONVENTIONS, "moves"]
SAME = 5e-7  # relative: less than this is the same number


def convention_matrix(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> "pd.DataFrame":
    """One row a number: medians by endpoint and arm, crude and multivariate hazard ratios, with their limits.

    ``protocol`` is the number as it stands in ``statistics.csv`` (the protocol's convention and median rule); ``r``,
    ``sas`` and ``spss`` are those of each package with its own rule for a flat median and its own ties. ``moves`` names
    the conventions whose number differs from the protocol's, ``none`` where all agree. A blank is not reached or not
    estimable. A median is in the study's unit of time.
    """
    import pandas as pd

    columns = {"protocol": _numbers(adtte, adsl, protocol)}
    for name in CONVENTIONS:
        statistics = protocol.statistics.model_copy(update={"convention": name, "median_rule": MEDIAN_RULE[name]})
        columns[name] = _numbers(adtte, adsl, protocol.model_copy(update={"statistics": statistics}))
    rows = []
    for key, own in columns["protocol"].items():
        values = {name: column.get(key) for name, column in columns.items()}
        moved = [name for name in CONVENTIONS if not _is_same(own, values[name])]
        rows.append({**dict(zip(KEYS, key, strict=True)), **values, "moves": " ".join(moved) or "none"})
    return pd.DataFrame(rows, columns=COLUMNS)


def _numbers(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> dict[tuple[str, ...], float | None]:
    return {tuple(getattr(row, key) for key in KEYS): rounded(row.value) for row in _compared(adtte, adsl, protocol)}


def _compared(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    yield from (row for row in survival(adtte, adsl, protocol) if row.statistic in MEDIANS)
    # The arms with either ties are in the results whatever the convention; here the convention decides.
    models = ("crude", "multivariate")
    yield from (row for row in cox_models(adtte, adsl, protocol) if row.statistic in RATIOS and row.group in models)


def _is_same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME * max(abs(one), abs(other))
