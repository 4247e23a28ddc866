"""How far the arms are apart at the start: standardised mean differences, before and after weighting.

Austin, Multivar Behav Res 2011;46:399. A share or a mean of the first arm less that of the reference, over the root of
the mean of the two variances. A covariate of several levels as a whole: Yang and Dalton (SAS Global Forum 2012, paper
335), which is never negative. After weighting the shares and means are weighted and the variances are not, so that the
two columns have one measure.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analyses.baseline import arms_compared
from analyses.propensity import compared_arms, complete
from analyses.statistic import Statistic, rounded
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

METHOD = "standardised mean difference; of several levels by Yang and Dalton"
COLUMNS = ["covariate", "level", "smd", "weighted_smd", "weighted_on"]


def balance(adsl: "pd.DataFrame", weight: "pd.Series[float] | None", protocol: Protocol) -> "pd.DataFrame":
    """One row a covariate of Table 1 or of the weights (level blank), and under it one a level where it has levels.

    ``smd`` is of all patients whose covariate is known; ``weighted_smd`` of those with a weight, blank where there are
    no weights. ``weighted_on`` is Y where the weights are made from the covariate. Blank: an arm without patients, or
    a covariate without spread that differs between the arms.
    """
    import pandas as pd

    on = protocol.weighting.covariates if protocol.weighting else []
    rows = []
    for name in asked(protocol):
        for (level, plain), (_, weighted) in zip(
            _differences(adsl, name, None, protocol), _differences(adsl, name, weight, protocol), strict=True
        ):
            weighted = None if weight is None else rounded(weighted)
            rows.append((name, level, rounded(plain), weighted, "Y" if name in on else "N"))
    return pd.DataFrame(rows, columns=COLUMNS)


def differences(adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``table1``: the absolute standardised mean difference of each covariate as a whole."""
    table = protocol.tables.baseline
    if table is None:
        return
    of_arms = f", {' against '.join(compared_arms(protocol))}" if len(protocol.arms) > 2 else ""
    for name in [*table.covariates, *(entry.name for entry in table.continuous)]:
        value = next(difference for level, difference in _differences(adsl, name, None, protocol) if not level)
        yield Statistic(
            analysis="table1",
            variable=name,
            group=arms_compared(protocol),
            statistic="smd",
            value=None if value is None else abs(value),
            method=METHOD + of_arms,
            denominator=len(complete(adsl, [name], protocol)),
            note="" if value is not None else "not estimable: an arm has no patients or the covariate no spread",
        )


def asked(protocol: Protocol) -> list[str]:
    """The covariates of Table 1 and those of the weights, each once."""
    table = protocol.tables.baseline
    names = [*(entry.name for entry in table.continuous), *table.covariates] if table else []
    return list(dict.fromkeys([*names, *(protocol.weighting.covariates if protocol.weighting else [])]))


def _differences(
    adsl: "pd.DataFrame", name: str, weight: "pd.Series[float] | None", protocol: Protocol
) -> list[tuple[str, float | None]]:
    """The difference as a whole (level blank) and of each level."""
    rows = complete(adsl, [name], protocol)
    if weight is not None:
        rows = rows[rows["usubjid"].isin(weight.index)]
    w = np.ones(len(rows)) if weight is None else weight.loc[rows["usubjid"]].to_numpy(float)
    is_first = (rows["arm"] == compared_arms(protocol)[0]).to_numpy()
    defined = {covariate.name: covariate for covariate in protocol.covariates}
    if name not in defined:
        values = rows[name].to_numpy(float)[:, None]
        return [("", _single(values, w, is_first, ddof=1))]
    levels = [level.value for level in defined[name].levels]
    values = np.column_stack([(rows[name] == level).to_numpy(float) for level in levels])
    by_level = [(level, _single(values[:, [place]], w, is_first, ddof=0)) for place, level in enumerate(levels)]
    return [("", _whole(values, w, is_first)), *by_level]


def _single(values: Array, w: Array, is_first: NDArray[np.bool_], ddof: int) -> float | None:
    """One column: the signed difference."""
    if min(is_first.sum(), (~is_first).sum()) <= ddof:
        return None
    difference = float(_mean(values, w, is_first)[0] - _mean(values, w, ~is_first)[0])
    variance = (values[is_first].var(ddof=ddof) + values[~is_first].var(ddof=ddof)) / 2
    if variance > 0:
        return difference / float(np.sqrt(variance))
    return 0.0 if difference == 0 else None


def _whole(values: Array, w: Array, is_first: NDArray[np.bool_]) -> float | None:
    """Several levels: the Mahalanobis distance of the shares, over the mean of the multinomial covariances."""
    if not is_first.any() or is_first.all():
        return None
    difference = _mean(values, w, is_first) - _mean(values, w, ~is_first)
    covariance = np.zeros((values.shape[1], values.shape[1]))
    for chosen in (is_first, ~is_first):
        share = values[chosen].mean(axis=0)
        covariance += (np.diag(share) - np.outer(share, share)) / 2
    if not np.allclose(covariance @ np.linalg.pinv(covariance) @ difference, difference, atol=1e-9):
        return None
    return float(np.sqrt(max(0.0, float(difference @ np.linalg.pinv(covariance) @ difference))))


def _mean(values: Array, w: Array, chosen: NDArray[np.bool_]) -> Array:
    mean: Array = w[chosen] @ values[chosen] / w[chosen].sum()
    return mean
