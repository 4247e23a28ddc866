"""Weights that make arms comparable which were not drawn by lot: stabilised inverse probabilities of treatment.

Robins, Hernán and Brumback, Epidemiology 2000;11:550; Austin and Stuart, Stat Med 2015;34:3661. The probability is a
logistic regression (statsmodels) of the arm on what the protocol names, every one known at time zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analyses.survival import with_levels
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[Any]

METHOD = "stabilised inverse probability of treatment, logistic regression"
CERTAIN = 1e-6
"""A probability nearer to 0 or 1 than this is separation: no patient of the other arm is like this one."""


@dataclass(frozen=True)
class Weights:
    """``weight`` by usubjid, of the ``n`` patients with every covariate; None where ``note`` says why."""

    weight: "pd.Series[float] | None"
    n: int
    note: str = ""


def treatment_weights(adsl: "pd.DataFrame", protocol: Protocol) -> Weights:
    """The weight of each patient of the two arms, from ``[weighting]``: P(arm) / P(arm | covariates)."""
    import pandas as pd

    assert protocol.weighting is not None
    first = compared_arms(protocol)[0]
    known = complete(adsl, protocol.weighting.covariates, protocol)
    treated = (known["arm"] == first).to_numpy(float)
    n = len(known)
    if not 0 < treated.sum() < n:
        return Weights(None, n, "not estimable: only one arm has patients with every covariate")
    design = model_columns(known, protocol.weighting.covariates, protocol)
    probability = _probability(treated, design.to_numpy(float))
    if probability is None:
        return Weights(None, n, "not estimable: the covariates tell the arms apart, so nobody is comparable")
    share = treated.mean()
    weight = np.where(treated == 1, share / probability, (1 - share) / (1 - probability))
    return Weights(pd.Series(weight, index=known["usubjid"].to_numpy()), n)


def compared_arms(protocol: Protocol) -> tuple[str, str]:
    """The arm whose effect is asked for, and the reference."""
    reference = protocol.reference_arm.code
    return next(arm.code for arm in protocol.arms if arm.code != reference), reference


def complete(adsl: "pd.DataFrame", names: Sequence[str], protocol: Protocol) -> "pd.DataFrame":
    """The patients of the two arms with a value of every one of ``names``, in order of usubjid."""
    defined = {covariate.name for covariate in protocol.covariates}
    rows = with_levels(adsl[adsl["arm"].isin(compared_arms(protocol))], [n for n in names if n in defined], protocol)
    return rows.dropna(subset=[name for name in names if name not in defined]).sort_values("usubjid")


def model_columns(rows: "pd.DataFrame", names: Sequence[str], protocol: Protocol) -> "pd.DataFrame":
    """A column a level but the reference (0 and 1), a continuous characteristic as it stands."""
    import pandas as pd

    defined = {covariate.name for covariate in protocol.covariates}
    columns = {}
    for name in names:
        if name not in defined:
            columns[name] = rows[name].astype(float)
            continue
        for level in protocol.covariate(name).levels:
            if level.value != protocol.covariate(name).reference:
                columns[f"{name}={level.value}"] = (rows[name] == level.value).astype(float)
    return pd.DataFrame(columns, index=rows.index)


def effective_size(weight: "pd.Series[float] | Array") -> float:
    """How many patients of equal weight would be as informative: (sum w)^2 / sum w^2 (Kish 1965)."""
    w = np.asarray(weight, dtype=float)
    return float(w.sum() ** 2 / (w**2).sum()) if len(w) else 0.0


def _probability(treated: Array, design: Array) -> Array | None:
    """P(treated | design); None where the arms are separated. A column that others tell is left out."""
    import warnings

    import statsmodels.api as sm
    from statsmodels.tools.sm_exceptions import PerfectSeparationError, PerfectSeparationWarning

    spread = design.std(axis=0)
    scaled = (design - design.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    columns = _independent(np.column_stack([np.ones(len(design)), scaled[:, spread > 0]]))
    if columns.shape[1] >= len(design):
        return None  # a patient each: every one is told apart
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            fitted = sm.GLM(treated, columns, family=sm.families.Binomial()).fit(tol=1e-12)
        except (PerfectSeparationError, PerfectSeparationWarning, np.linalg.LinAlgError):
            return None
    probability = np.asarray(fitted.fittedvalues, dtype=float)
    is_separated = (probability < CERTAIN).any() or (probability > 1 - CERTAIN).any()
    return None if is_separated or not fitted.converged else probability


def _independent(columns: Array) -> Array:
    """The columns, in their order, that the ones before do not tell."""
    kept: list[int] = []
    for place in range(columns.shape[1]):
        if np.linalg.matrix_rank(columns[:, [*kept, place]]) > len(kept):
            kept.append(place)
    return columns[:, kept]
