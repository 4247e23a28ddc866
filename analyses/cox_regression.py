"""The Cox model (JRSS B 1972;34:187): partial likelihood by Newton's method, step by step as R's coxph takes it.

Ties by Breslow (Biometrics 1974;30:89) or Efron (JASA 1977;72:557), case weights, delayed entry and time-dependent
covariates as rows (entry, time], strata, and the robust variance by subject (Lin and Wei, JASA 1989;84:1074). The
iterations, where they stop and what is called aliased or infinite are those of coxph (survival 3.5), so coefficients
agree with R's to the last digits and not only to its tolerance.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyses.risk_sets import Moments, RiskSets, risk_sets

Array = NDArray[Any]

CONVERGED = 1e-9  # relative change of the log likelihood (coxph.control: eps)
MOST_ITERATIONS = 20
SINGULAR = float(np.finfo(float).eps) ** 0.75  # share of the largest pivot (toler.chol)
INFINITE = CONVERGED**0.5  # a step left over that is more than this share of the coefficient (toler.inf)


@dataclass(frozen=True)
class Coefficient:
    """One covariate: log hazard ratio, its standard error, hazard ratio with Wald limits, Wald z and P.

    All None where there is no estimate; ``note`` then says why.
    """

    name: str
    coef: float | None
    se: float | None
    hr: float | None
    lower: float | None
    upper: float | None
    z: float | None
    p: float | None
    note: str = ""


@dataclass(frozen=True)
class Test:
    """A chi-square statistic of all coefficients together."""

    chi2: float
    df: int
    p: float


@dataclass(frozen=True)
class CoxFit:
    """A fitted model. Vectors and matrices are in the order of ``names``; not a number where a covariate is aliased.

    ``variance`` is the robust one where ``is_robust``; ``model_variance`` always the inverse of the information.
    ``aliased``: constant, or a sum of covariates before it; left out, as R prints NA. ``infinite``: the likelihood
    still rises as the coefficient runs away (separation, a level without events), so there is no estimate.
    """

    names: tuple[str, ...]
    ties: str
    n: int
    events: int
    coefficients: Array
    variance: Array
    model_variance: Array
    is_robust: bool
    loglik_null: float
    loglik: float
    score_chi2: float
    iterations: int
    has_converged: bool
    aliased: tuple[str, ...]
    infinite: tuple[str, ...]
    moments: Moments = field(repr=False)
    """The sums over the risk sets at the estimate, aliased covariates at zero."""

    @property
    def sets(self) -> RiskSets:
        return self.moments.sets

    @property
    def estimated(self) -> NDArray[np.intp]:
        """The places of the covariates that are in the model."""
        return np.flatnonzero(~np.isnan(self.coefficients))

    def score_test(self) -> Test:
        """Of all coefficients being zero, from the slope at zero."""
        return _test(self.score_chi2, len(self.estimated))

    def likelihood_ratio_test(self) -> Test:
        return _test(2 * (self.loglik - self.loglik_null), len(self.estimated))

    def wald_test(self) -> Test:
        place = self.estimated
        estimate, variance = self.coefficients[place], self.variance[np.ix_(place, place)]
        return _test(float(estimate @ np.linalg.solve(variance, estimate)) if len(place) else 0.0, len(place))

    def table(self, level: float = 0.95) -> list[Coefficient]:
        """One row a covariate, with limits at this confidence level."""
        return [self._row(place, name, level) for place, name in enumerate(self.names)]

    def _row(self, place: int, name: str, level: float) -> Coefficient:
        note = self.note_of(name)
        if note:
            return Coefficient(name, None, None, None, None, None, None, None, note)
        coef, se = float(self.coefficients[place]), float(np.sqrt(self.variance[place, place]))
        return wald(name, coef, se, level)

    def note_of(self, name: str) -> str:
        """Why this covariate has no estimate; empty where it has one."""
        if not self.events:
            return "not estimable: no events"
        if self.loglik_null == 0:
            return "not estimable: nobody else is at risk when the event happens"
        if self.sets.is_one_moment:
            return "not estimable: all have the event at the same time"
        if name in self.aliased:
            return "not estimable: constant, or told by the other covariates"
        if name in self.infinite:
            return "not estimable: the likelihood rises without end (the groups are separated)"
        return "" if self.has_converged else "not estimable: the model does not converge"


def wald(name: str, coef: float, se: float, level: float) -> Coefficient:
    """Hazard ratio, limits and test of one coefficient from its standard error."""
    from scipy import stats

    reach, z = float(stats.norm.ppf(0.5 + level / 2)) * se, coef / se
    with np.errstate(over="ignore"):
        hr, lower, upper = (float(value) for value in np.exp([coef, coef - reach, coef + reach]))
    return Coefficient(name, coef, se, hr, lower, upper, z, float(2 * stats.norm.sf(abs(z))))


def fit_cox(
    time: Array,
    event: NDArray[np.bool_],
    design: Array,
    names: Sequence[str],
    *,
    ties: str = "efron",
    counts: Array | None = None,
    weights: Array | None = None,
    entry: Array | None = None,
    strata: NDArray[np.intp] | None = None,
    subject: NDArray[np.intp] | None = None,
    robust: bool = False,
) -> CoxFit:
    """The maximum partial likelihood estimate. One row a subject, or an interval (entry, time] of a subject.

    This signature is stable; other analyses build on it.

    Args:
        time: End of observation, in any unit.
        event: Whether it ended with the event.
        design: A column a covariate, numbers.
        names: What the columns are called.
        ties: ``efron`` (R) or ``breslow`` (SAS, SPSS).
        counts: How many equal subjects a row stands for (collapsed data); one each if left out.
        weights: Case weights, above zero, as for inverse probability of treatment; use ``robust`` with them.
        entry: Start of observation; a row is at risk in (entry, time]. A covariate that changes in time, or delayed
            entry, is several rows of one subject, or one row that starts late. Left out: at risk from the beginning.
        strata: A whole number a row; each stratum has its own baseline hazard.
        subject: A whole number a row; rows of one subject are summed in the robust variance. Left out: a row each.
        robust: Give the sandwich variance of Lin and Wei (R: ``robust = TRUE``, ``cluster = subject``).

    Raises:
        ValueError: a number is missing or not finite, a weight is not above zero, an interval ends before it starts,
            or collapsed rows (``counts``) are asked for a robust variance.
    """
    time, event, design = np.asarray(time, dtype=float), np.asarray(event, dtype=bool), np.asarray(design, dtype=float)
    _refuse_nonsense(time, design, weights, entry)
    if robust and counts is not None:
        raise ValueError("a robust variance needs one row a subject or interval, not counts")
    sets = risk_sets(time, event, design, ties, counts=counts, weights=weights, entry=entry, strata=strata)
    n = len(time) if counts is None else round(float(np.sum(counts)))
    n_columns = design.shape[1]
    events = int(sets.deaths.sum())
    if not events:
        nothing = np.full((n_columns, n_columns), np.nan)
        blank = np.full(n_columns, np.nan)
        at_zero = sets.moments(np.zeros(n_columns))
        return CoxFit(
            tuple(names), ties, n, 0, blank, nothing, nothing, robust, 0.0, 0.0, 0.0, 0, True, tuple(names), (), at_zero
        )
    fitted = _maximise(sets, _scales(design, counts, weights))
    variance = fitted.variance
    if robust:
        variance = _sandwich(sets, fitted, len(time), subject)
    return CoxFit(
        names=tuple(names),
        ties=ties,
        n=n,
        events=events,
        coefficients=fitted.coefficients,
        variance=variance,
        model_variance=fitted.variance,
        is_robust=robust,
        loglik_null=fitted.loglik_null,
        loglik=fitted.moments.loglik,
        score_chi2=fitted.score_chi2,
        iterations=fitted.iterations,
        has_converged=fitted.has_converged,
        aliased=tuple(name for name, value in zip(names, fitted.coefficients, strict=True) if np.isnan(value)),
        infinite=tuple(name for name, runs in zip(names, fitted.is_infinite, strict=True) if runs),
        moments=fitted.moments,
    )


def _refuse_nonsense(time: Array, design: Array, weights: Array | None, entry: Array | None) -> None:
    if not np.isfinite(time).all() or not np.isfinite(design).all():
        raise ValueError("a time or a covariate is missing or not finite")
    if weights is not None and not (np.isfinite(weights).all() and (np.asarray(weights) > 0).all()):
        raise ValueError("a weight is missing or not above zero")
    if entry is not None and not (np.isfinite(entry).all() and (np.asarray(entry) < time).all()):
        raise ValueError("an interval does not end after its start")


def _scales(design: Array, counts: Array | None, weights: Array | None) -> Array:
    """What a column is multiplied with before its pivot is compared: one over its mean distance from its mean."""
    size = np.ones(len(design))
    for factor in (counts, weights):
        size = size if factor is None else size * np.asarray(factor, dtype=float)
    mean = size @ design / size.sum()
    spread = np.array([size @ np.abs(design[:, place] - mean[place]) for place in range(design.shape[1])]) / size.sum()
    with np.errstate(divide="ignore"):
        return np.where(spread > 0, 1 / spread, 1.0)


@dataclass(frozen=True)
class _Maximum:
    coefficients: Array
    variance: Array
    moments: Moments
    loglik_null: float
    score_chi2: float
    iterations: int
    has_converged: bool
    is_infinite: NDArray[np.bool_]


def _maximise(sets: RiskSets, scales: Array) -> _Maximum:
    """Newton's method from zero with step halving; stops where the log likelihood changes by less than CONVERGED."""
    now = sets.moments(np.zeros(sets.design.shape[1]))
    score, information = now.score(), now.information()
    used = _independent(information * np.outer(scales, scales))
    beta = np.zeros(len(scales))
    step = _solved(information, score, used, scales)
    loglik_null = loglik = now.loglik
    score_chi2 = float(score @ step)
    tried, halvings, has_converged, iterations = beta + step, 0, False, 0
    while used.any() and iterations < MOST_ITERATIONS:
        iterations += 1
        now = _moments(sets, tried)
        if np.isfinite(now.loglik):
            score, information = now.score(), now.information()
        is_sound = bool(np.isfinite(now.loglik) and np.isfinite(score).all() and np.isfinite(information).all())
        if is_sound and abs(1 - loglik / now.loglik if now.loglik else loglik) <= CONVERGED and not halvings:
            has_converged = True
            break
        if not is_sound or now.loglik < loglik:
            halvings += 1
            tried = (tried + halvings * beta) / (halvings + 1)
        else:
            halvings, loglik, beta = 0, now.loglik, tried
            used &= _independent(information * np.outer(scales, scales))
            tried = beta + _solved(information, score, used, scales)
    if not has_converged and used.any():
        tried = beta
        now = sets.moments(beta)
        score, information = now.score(), now.information()
    variance = _inverse(information, used, scales)
    with np.errstate(invalid="ignore"):
        left_over = np.abs(score @ variance)
    runs_on = (left_over > CONVERGED) & (left_over > INFINITE * np.abs(tried))
    is_infinite = used & (runs_on | ~np.isfinite(left_over))
    coefficients = np.where(used, tried, np.nan)
    variance[~used], variance[:, ~used] = np.nan, np.nan
    return _Maximum(
        coefficients, variance, now, loglik_null, score_chi2, iterations, has_converged or not used.any(), is_infinite
    )


def _moments(sets: RiskSets, coefficients: Array) -> Moments:
    with np.errstate(all="ignore"):  # a step too far overflows, and is halved
        return sets.moments(coefficients)


def _independent(information: Array) -> NDArray[np.bool_]:
    """Which columns have a pivot in the Cholesky decomposition, taken in their order."""
    left = information.copy()
    least = SINGULAR * max(float(np.diag(left).max(initial=0.0)), 0.0)
    used = np.zeros(len(left), dtype=bool)
    for place in range(len(left)):
        pivot = left[place, place]
        if not np.isfinite(pivot) or pivot <= least:
            continue
        used[place] = True
        left = left - np.outer(left[:, place], left[place]) / pivot
    return used


def _solved(information: Array, score: Array, used: NDArray[np.bool_], scales: Array) -> Array:
    step: Array = _inverse(information, used, scales) @ score
    return step


def _inverse(information: Array, used: NDArray[np.bool_], scales: Array) -> Array:
    """Of the used rows and columns, in scaled units so that a covariate's unit does not matter; zero elsewhere."""
    inverse, corner = np.zeros_like(information), np.ix_(used, used)
    if used.any():
        units = np.outer(scales, scales)[corner]
        try:
            inverse[corner] = np.linalg.inv(information[corner] * units) * units
        except np.linalg.LinAlgError:
            inverse[corner] = np.inf  # nothing is known any more where a coefficient has run away
    return inverse


def _sandwich(sets: RiskSets, fitted: _Maximum, n_rows: int, subject: NDArray[np.intp] | None) -> Array:
    """The sum over subjects of squared influences (dfbeta), each the score residual times the model variance."""
    influence = fitted.moments.score_residuals() @ np.nan_to_num(fitted.variance, nan=0.0)
    owner = np.arange(n_rows) if subject is None else np.unique(subject, return_inverse=True)[1]
    summed = np.zeros((int(owner.max()) + 1, influence.shape[1]))
    np.add.at(summed, owner[sets.row], influence)
    variance: Array = summed.T @ summed
    aliased = np.isnan(fitted.coefficients)
    variance[aliased], variance[:, aliased] = np.nan, np.nan
    return variance


def _test(chi2: float, df: int) -> Test:
    from scipy import stats

    return Test(chi2, df, float(stats.chi2.sf(chi2, df)) if df else 1.0)
