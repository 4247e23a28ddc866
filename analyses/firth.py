"""Cox estimates where the likelihood has no maximum: Firth's penalty (Heinze and Schemper, Biometrics 2001;57:114).

The log likelihood is raised by half the logarithm of the determinant of the information, which keeps every estimate
finite. Limits and P come from the profile of the penalised likelihood, as these authors advise: it is far from
parabolic where groups are separated, and limits from a standard error would be wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.cox_regression import Coefficient, CoxFit
from analyses.risk_sets import RiskSets

Array = NDArray[np.float64]

METHOD = "Firth's penalised likelihood, profile limits"
MOST_NUMBERS = 20_000_000  # event times x covariates squared that are held at once
MOST_STEPS = 200
LARGEST_STEP = 1.0  # in standard deviations of a covariate
SMALLEST_STEP = 1e-9


@dataclass(frozen=True)
class _Penalised:
    """The penalised log likelihood, its slope and the information at some coefficients."""

    value: float
    slope: Array
    information: Array


def firth_table(fit: CoxFit, level: float = 0.95) -> list[Coefficient]:
    """One row a covariate of ``fit``; an aliased one has its note and no numbers.

    ``se`` is from the information at the estimate; limits and P are from the profile, ``z`` is the signed root of its
    chi-square. A limit is None where the profile does not fall that far.
    """
    place = fit.estimated
    steps = int(fit.sets.deaths.sum()) if fit.ties == "efron" else len(fit.sets.event_time)
    if not len(place) or steps * len(place) ** 2 > MOST_NUMBERS or fit.sets.is_one_moment:
        why = "not estimable" if steps * len(place) ** 2 <= MOST_NUMBERS else "not penalised: too many event times"
        return [_missing(name, fit.note_of(name) or why) for name in fit.names]
    model = _Model(fit.sets, place)
    best = model.maximum(np.zeros(len(place)), np.ones(len(place), dtype=bool))
    if best is None:
        return [_missing(name, "not estimable: the penalised model does not converge") for name in fit.names]
    rows = dict(zip((fit.names[column] for column in place), _rows(model, best, fit, level), strict=True))
    return [rows.get(name) or _missing(name, fit.note_of(name)) for name in fit.names]


def _missing(name: str, note: str) -> Coefficient:
    return Coefficient(name, None, None, None, None, None, None, None, note)


def _rows(model: "_Model", best: Array, fit: CoxFit, level: float) -> Iterator[Coefficient]:
    from scipy import stats

    top = model.at(best)
    errors = np.sqrt(np.diag(np.linalg.inv(top.information)))
    limit = top.value - float(stats.chi2.ppf(level, 1)) / 2
    for column, name in enumerate(fit.names[place] for place in fit.estimated):
        coef, se = (float(vector[column] * model.scale[column]) for vector in (best, errors))
        without = model.profile(column, 0.0, best)
        chi2 = None if without is None else max(0.0, 2 * (top.value - without))
        ends = [_end(model, column, best, float(errors[column]), limit, side) for side in (-1, 1)]
        lower, upper = (None if end is None else float(np.exp(end * model.scale[column])) for end in ends)
        z = None if chi2 is None else float(np.copysign(np.sqrt(chi2), coef))
        p = None if chi2 is None else float(stats.chi2.sf(chi2, 1))
        yield Coefficient(name, coef, se, float(np.exp(coef)), lower, upper, z, p, METHOD)


def _end(model: "_Model", column: int, best: Array, error: float, limit: float, side: int) -> float | None:
    """Where the profile falls to ``limit`` on this side of the maximum."""
    from scipy.optimize import brentq

    def above(value: float) -> float:
        height = model.profile(column, value, best)
        return np.nan if height is None else height - limit

    near = float(best[column])
    for reach in (1.0, 2.0, 4.0, 8.0, 16.0, 32.0):
        far = float(best[column]) + side * reach * error
        height = above(far)
        if np.isnan(height):
            return None
        if height < 0:
            return float(brentq(above, near, far, xtol=1e-10, rtol=1e-10))
        near = far
    return None


class _Model:
    """The penalised likelihood of some columns of the risk sets, each divided by its standard deviation."""

    def __init__(self, sets: RiskSets, place: NDArray[np.intp]) -> None:
        columns = sets.design[:, place]
        spread = np.sqrt(sets.size @ columns**2 / sets.size.sum())
        self.scale: Array = 1 / np.where(spread > 0, spread, 1.0)
        self.sets = sets
        self.design = columns * self.scale
        self.events = self.design[sets.of_event]
        if sets.ties == "efron":
            begins = np.concatenate(([0], np.cumsum(sets.deaths)[:-1]))
            self.step_of = np.repeat(np.arange(len(sets.deaths)), sets.deaths)
            step = np.arange(len(self.step_of)) - np.repeat(begins, sets.deaths)
            self.share = step / np.repeat(sets.deaths, sets.deaths)
            self.weight = np.repeat(sets.mean_weight, sets.deaths)
        else:
            self.step_of = np.arange(len(sets.deaths))
            self.share = np.zeros(len(sets.deaths))
            self.weight = sets.mean_weight * sets.deaths

    def _sums(self, values: Array) -> Array:
        """For each tied event in turn the sum over who is at risk, less its share of those who have the event."""
        sets = self.sets
        whole = sets.at_each_time(values)[self.step_of]
        if not self.share.any():
            return whole
        place = sets.last[sets.of_event]
        return whole - self.share * np.bincount(place, values[sets.of_event], len(sets.event_time))[self.step_of]

    def at(self, coefficients: Array) -> _Penalised:
        """Value, slope and information; the value is not finite where a step went too far."""
        sets, x, p = self.sets, self.design, self.design.shape[1]
        predictor = x @ coefficients
        predictor = predictor - predictor.max()
        risk = sets.size * np.exp(predictor)
        s0 = self._sums(risk)
        s1 = np.column_stack([self._sums(risk * x[:, i]) for i in range(p)])
        s2 = np.empty((len(s0), p, p))
        for i in range(p):
            for j in range(i, p):
                s2[:, i, j] = s2[:, j, i] = self._sums(risk * x[:, i] * x[:, j])
        mean, w = s1 / s0[:, None], self.weight
        information = np.tensordot(w / s0, s2, 1) - mean.T @ (mean * w[:, None])
        sign, logarithm = np.linalg.slogdet(information)
        if sign <= 0:
            return _Penalised(-np.inf, np.zeros(p), information)
        size = sets.size[sets.of_event]
        value = float(size @ predictor[sets.of_event] - w @ np.log(s0)) + logarithm / 2
        # Half the trace of the inverse information times its derivative (Heinze and Schemper, formula for U*).
        v = np.linalg.inv(information)
        squared = np.einsum("ij,jk,ik->i", x, v, x)
        s3 = np.column_stack([self._sums(risk * squared * x[:, i]) for i in range(p)])
        in_s2 = np.einsum("tij,ij->t", s2, v) / s0
        in_mean = np.einsum("ti,ij,tj->t", mean, v, mean)
        cross = np.einsum("ti,ij,tjr->tr", mean, v, s2) / s0[:, None]
        penalty = w @ (s3 / s0[:, None] - in_s2[:, None] * mean - 2 * cross + 2 * in_mean[:, None] * mean) / 2
        return _Penalised(value, size @ self.events - w @ mean + penalty, information)

    def maximum(self, start: Array, free: NDArray[np.bool_]) -> Array | None:
        """The coefficients with the greatest penalised likelihood, those that are not free as they start."""
        beta, place = start.copy(), np.flatnonzero(free)
        if not len(place):
            return beta
        with np.errstate(all="ignore"):
            now = self.at(beta)
            for _ in range(MOST_STEPS):
                step = np.linalg.solve(self._curvature(beta, now, place), now.slope[place])
                step *= min(1.0, LARGEST_STEP / float(np.abs(step).max(initial=1e-300)))
                if float(np.abs(step).max()) < SMALLEST_STEP:
                    return beta
                for _half in range(40):
                    tried = beta.copy()
                    tried[place] += step
                    there = self.at(tried)
                    if np.isfinite(there.value) and there.value >= now.value - 1e-12 * abs(now.value):
                        break
                    step = step / 2
                else:
                    return beta if float(np.abs(now.slope[place]).max()) < 1e-6 else None
                beta, now = tried, there
        return None

    def _curvature(self, beta: Array, now: _Penalised, place: NDArray[np.intp]) -> Array:
        """Minus the second derivative, by differences of the slope; the information where that is no maximum's."""
        differences = np.empty((len(place), len(place)))
        for at, column in enumerate(place):
            shift = np.zeros(len(beta))
            shift[column] = 1e-5
            differences[at] = (self.at(beta - shift).slope - self.at(beta + shift).slope)[place] / 2e-5
        curvature = (differences + differences.T) / 2
        if np.isfinite(curvature).all() and float(np.linalg.eigvalsh(curvature).min()) > 0:
            return curvature
        information: Array = now.information[np.ix_(place, place)]
        return information

    def profile(self, column: int, value: float, near: Array) -> float | None:
        """The greatest penalised log likelihood with one coefficient held at ``value``."""
        start = near.copy()
        start[column] = value
        free = np.ones(len(near), dtype=bool)
        free[column] = False
        best = self.maximum(start, free)
        return None if best is None else self.at(best).value
