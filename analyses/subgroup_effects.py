"""The effect of treatment within the levels of each covariate, and whether it differs between them (forest plot)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analyses.baseline import arms_compared
from analyses.conventions import TIES
from analyses.cox import HazardRatio, hazard_ratios
from analyses.cox_regression import CoxFit, fit_cox
from analyses.statistic import Statistic
from analyses.survival import times_of, with_levels
from studies import Protocol
from studies.protocol import Covariate

if TYPE_CHECKING:
    import pandas as pd

INTERACTION = "likelihood-ratio test of treatment by covariate"


def subgroup_effects(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``subgroup_effects``, of each figure of that kind: one endpoint, each covariate that it compares.

    By level of a covariate, and without a covariate in all: ``n`` and ``events`` of each arm, and ``hr`` with limits
    and P of each arm against the reference, from a model of the arms alone within the level. By covariate:
    ``interaction_p``, ``_chi2`` and ``_df``, the likelihood-ratio test of the model with the products of arm and
    level against the one without (Kent and others, BMJ 2018;363:k4245: the difference is tested, never the levels one
    by one). Covariates are those known at the start; the protocol refuses others.
    """
    for figure in protocol.figures_of("subgroups"):
        times = with_levels(times_of(adtte, adsl, figure.endpoint, protocol), ["arm"], protocol)
        yield from _effect(times, figure.endpoint, protocol)
        for covariate in protocol.covariates_of(figure):
            for level in covariate.levels:
                of_level = times[times[covariate.name] == level.value]
                yield from _effect(of_level, figure.endpoint, protocol, covariate.name, level.value)
            yield from _interaction(times, covariate, figure.endpoint, protocol)


def _effect(
    times: "pd.DataFrame", endpoint: str, protocol: Protocol, variable: str = "", level: str = ""
) -> Iterator[Statistic]:
    import pandas as pd

    key = {"analysis": "subgroup_effects", "endpoint": endpoint, "variable": variable, "level": level}
    for arm in protocol.arms:
        of_arm = times[times["arm"] == arm.code]
        for statistic, number in (("n", len(of_arm)), ("events", int(of_arm["event"].sum()))):
            yield Statistic(**key, group=arm.code, statistic=statistic, value=number, denominator=len(of_arm))
    reference = protocol.reference_arm.code
    others = [arm.code for arm in protocol.arms if arm.code != reference]
    design = pd.DataFrame({code: (times["arm"] == code).astype(float) for code in others}, index=times.index)
    ties = TIES[protocol.statistics.convention]
    ratios = (
        hazard_ratios(times["time"], times["event"], design, ties, protocol.statistics.confidence_level)
        if len(times)
        else dict.fromkeys(others, HazardRatio(None, None, None, None, "no patients"))
    )
    for code, ratio in ratios.items():
        values = {"hr": ratio.hr, "hr_lower": ratio.lower, "hr_upper": ratio.upper, "hr_p": ratio.p}
        for statistic, value in values.items():
            yield Statistic(
                **key, group=f"{code}-{reference}", statistic=statistic, value=value, denominator=len(times),
                method=f"Cox regression, {ties.capitalize()} ties, Wald limits", note=ratio.note,
            )  # fmt: skip


def _interaction(times: "pd.DataFrame", covariate: Covariate, endpoint: str, protocol: Protocol) -> Iterator[Statistic]:
    ties = TIES[protocol.statistics.convention]
    known = with_levels(times, [covariate.name], protocol)
    test = _likelihood_ratio(known, covariate, ties, protocol)
    for statistic, value in (("chi2", test.chi2), ("df", test.df), ("p", test.p)):
        yield Statistic(
            analysis="subgroup_effects", endpoint=endpoint, variable=covariate.name, group=arms_compared(protocol),
            statistic=f"interaction_{statistic}", value=value, method=f"{INTERACTION}, {ties.capitalize()} ties",
            denominator=len(known), note=test.note,
        )  # fmt: skip


@dataclass(frozen=True)
class _Test:
    chi2: float | None
    df: int | None
    p: float | None
    note: str = ""


def _likelihood_ratio(times: "pd.DataFrame", covariate: Covariate, ties: str, protocol: Protocol) -> _Test:
    """The test of the products; they count as many degrees of freedom as can be told apart."""
    from scipy import stats

    if not times["event"].any():
        return _Test(None, None, None, "no test: no events")
    arms = [arm.code for arm in protocol.arms if not arm.reference]
    levels = [level.value for level in covariate.levels if level.value != covariate.reference]
    by_arm = [np.asarray(times["arm"] == code, dtype=float) for code in arms]
    by_level = [np.asarray(times[covariate.name] == value, dtype=float) for value in levels]
    products = [arm * level for arm in by_arm for level in by_level]

    def fit(columns: list[NDArray[np.float64]]) -> CoxFit:
        design, names = np.column_stack(columns), [str(place) for place in range(len(columns))]
        return fit_cox(times["time"].to_numpy(float), times["event"].to_numpy(bool), design, names, ties=ties)

    main, whole = fit([*by_arm, *by_level]), fit([*by_arm, *by_level, *products])
    df = len(whole.estimated) - len(main.estimated)
    if df < 1:
        return _Test(None, None, None, "no test: only one level has events to compare in both arms")
    if not (main.has_converged and whole.has_converged):
        return _Test(None, None, None, "no test: the model does not converge")
    chi2 = max(0.0, 2 * (whole.loglik - main.loglik))
    return _Test(chi2, df, float(stats.chi2.sf(chi2, df)))
