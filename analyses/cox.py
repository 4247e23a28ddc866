"""Cox models (JRSS B 1972;34:187): hazard ratios with Breslow's or Efron's handling of ties."""

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

# Beyond these a coefficient is not an estimate but the iteration running away: a level without events, or separation.
LARGEST_COEFFICIENT = 10.0
LARGEST_STANDARD_ERROR = 50.0
LARGEST_SCORE = 1e-3


@dataclass(frozen=True)
class HazardRatio:
    """The hazard ratio of one column with Wald limits and P; ``note`` says why there is none."""

    hr: float | None
    lower: float | None
    upper: float | None
    p: float | None
    note: str = ""


def hazard_ratios(
    time: "pd.Series[float]", event: "pd.Series[bool]", design: "pd.DataFrame", ties: str, level: float
) -> dict[str, HazardRatio]:
    """One hazard ratio a column of ``design`` (indicator columns, one a level against the reference).

    ``ties``: ``breslow`` (SPSS, SAS; statsmodels PHReg) or ``efron`` (R; lifelines). A column that cannot be
    estimated has a note and no numbers; it is left out and the others are fitted without it.
    """
    obstacles = {str(name): _obstacle(event.to_numpy(bool), design[name].to_numpy(float)) for name in design}
    result = {name: HazardRatio(None, None, None, None, note) for name, note in obstacles.items() if note}
    fitted = design.drop(columns=list(result))
    if np.linalg.matrix_rank(fitted.assign(_constant=1.0).to_numpy(float)) <= fitted.shape[1]:
        note = "not estimable: the factors cannot be told apart"
        result |= {str(name): HazardRatio(None, None, None, None, note) for name in fitted}
    elif fitted.shape[1]:
        fit = _efron if ties == "efron" else _breslow
        result |= fit(time, event, fitted, level)
    return {str(name): result[str(name)] for name in design}


def _obstacle(event: NDArray[np.bool_], column: NDArray[np.float64]) -> str:
    if not event.any():
        return "not estimable: no events"
    if column.min() == column.max():
        return "not estimable: all patients have the same level"
    if not event[column == column.max()].any() or not event[column == column.min()].any():
        return "not estimable: no events in one of the groups"
    return ""


def _breslow(
    time: "pd.Series[float]", event: "pd.Series[bool]", design: "pd.DataFrame", level: float
) -> dict[str, HazardRatio]:
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.tools.sm_exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # what follows says it, of the columns it is true of
        model = PHReg(time.to_numpy(float), design.to_numpy(float), status=event.to_numpy(int), ties="breslow").fit()
    # At the maximum the score is zero; so it nearly is where one column runs away and the others have converged.
    if not (np.abs(model.model.score(model.params)) < LARGEST_SCORE).all():
        return _none_converges(design)
    return {
        name: _wald(float(model.params[place]), float(model.bse[place]), level)
        for place, name in enumerate(map(str, design))
    }


def _efron(
    time: "pd.Series[float]", event: "pd.Series[bool]", design: "pd.DataFrame", level: float
) -> dict[str, HazardRatio]:
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError, ConvergenceWarning

    frame = design.assign(_time=time.to_numpy(float), _event=event.to_numpy(int))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # as above
            warnings.filterwarnings("error", ".*failed to converge.*", ConvergenceWarning)
            model = CoxPHFitter().fit(frame, "_time", "_event")
    except (ConvergenceError, ConvergenceWarning):
        return _none_converges(design)
    return {
        name: _wald(float(model.params_[name]), float(model.standard_errors_[name]), level) for name in map(str, design)
    }


def _none_converges(design: "pd.DataFrame") -> dict[str, HazardRatio]:
    note = "not estimable: the model does not converge"
    return {name: HazardRatio(None, None, None, None, note) for name in map(str, design)}


def _wald(coefficient: float, error: float, level: float) -> HazardRatio:
    from scipy import stats

    if not np.isfinite([coefficient, error]).all() or error <= 0:
        return HazardRatio(None, None, None, None, "not estimable: the model does not converge")
    if abs(coefficient) > LARGEST_COEFFICIENT or error > LARGEST_STANDARD_ERROR:
        return HazardRatio(None, None, None, None, "not estimable: the groups are separated")
    reach = float(stats.norm.ppf(0.5 + level / 2)) * error
    p = float(2 * stats.norm.sf(abs(coefficient / error)))
    return HazardRatio(
        float(np.exp(coefficient)), float(np.exp(coefficient - reach)), float(np.exp(coefficient + reach)), p
    )
