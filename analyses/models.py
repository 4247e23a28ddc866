"""The Cox models of the protocol: each factor alone, and the multivariate one."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from analyses.conventions import TIES
from analyses.cox import HazardRatio, cox_model
from analyses.firth import METHOD as PENALISED
from analyses.proportional_hazards import GLOBAL, ProportionalHazards
from analyses.proportional_hazards import METHOD as SCORE_TEST
from analyses.statistic import Statistic, rounded
from analyses.survival import times_of, with_levels
from studies import Protocol, stated

if TYPE_CHECKING:
    import pandas as pd

EVENTS_PER_VARIABLE = 10  # Peduzzi, J Clin Epidemiol 1995;48:1503


def cox_models(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``cox``: hazard ratio of each level against its reference; level ``factor=level``.

    Groups: ``crude`` and ``multivariate`` with the ties of the convention, and ``crude breslow`` and ``crude efron``
    side by side for the arms. Covariates known only after start are refused by the protocol in the multivariate
    model, and left out here where Table 2 has them: a plain model would credit the survivor with what surviving made
    possible. Beside the ratios: ``hr_penalised`` with limits and P where groups are separated and there is no ratio,
    and the test of proportional hazards (``ph_chi2``, ``ph_df``, ``ph_p``), of a model of several columns also of all
    (level ``GLOBAL``, of one factor with several levels ``factor=GLOBAL``).
    """
    cox, table = protocol.cox, protocol.tables.prognostic
    if cox is None:
        return
    times = times_of(adtte, adsl, cox.endpoint, protocol)
    ties = TIES[protocol.statistics.convention]
    single = dict.fromkeys([*cox.multivariate, *(table.covariates if table else [])])
    for name in [name for name in single if protocol.covariate(name).known == "baseline"]:
        yield from _model(times, [name], ties, "crude", protocol)
    for each in ("breslow", "efron"):
        yield from _model(times, ["arm"], each, f"crude {each}", protocol)
    yield from _model(times, cox.multivariate, ties, "multivariate", protocol)


def main_hazard_ratio(adtte: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> float | None:
    """The hazard ratio that the study is about: of the first arm that is not the reference, crude, as ``cox_models``.

    None where it cannot be estimated, or the protocol asks for no Cox model.
    """
    if protocol.cox is None:
        return None
    ties = TIES[protocol.statistics.convention]
    ratios = _model(times_of(adtte, adsl, protocol.cox.endpoint, protocol), ["arm"], ties, "crude", protocol)
    wanted = main_ratio_id(protocol)
    return next((rounded(ratio.value) for ratio in ratios if ratio.result_id == wanted), None)


def main_ratio_id(protocol: Protocol) -> str:
    """The result_id of that hazard ratio; empty where the protocol asks for no Cox model."""
    if protocol.cox is None:
        return ""
    arm = next(arm.code for arm in protocol.arms if not arm.reference)
    return f"cox.{protocol.cox.endpoint}.arm={arm}.crude.hr"


def _model(
    times: "pd.DataFrame", names: Sequence[str], ties: str, group: str, protocol: Protocol
) -> Iterator[Statistic]:
    complete = with_levels(times, names, protocol)
    design = design_of(complete, names, protocol)
    events = int(complete["event"].sum())
    level = protocol.statistics.confidence_level
    variables = design.shape[1]
    few = f"{events} events for {variables} variable{'s' if variables > 1 else ''}"
    few = few if events < EVENTS_PER_VARIABLE * variables else ""
    model = cox_model(complete["time"], complete["event"], design, ties, level)
    for term, ratio in model.ratios.items():
        yield from _statistics(term, ratio, few, ties, group, len(complete), protocol)
    for term, ratio in model.penalised.items():
        yield from _penalised(term, ratio, ties, group, len(complete), protocol)
    for test in model.proportional_hazards.values():
        term = test.covariate if test.covariate != GLOBAL or len(names) > 1 else f"{names[0]}={GLOBAL}"
        yield from _proportional(term, test, ties, group, len(complete), protocol)


def design_of(times: "pd.DataFrame", names: Sequence[str], protocol: Protocol) -> "pd.DataFrame":
    """An indicator column ``factor=level`` for each level that is no reference."""
    import pandas as pd

    columns = {
        f"{name}={level.value}": (times[name] == level.value).astype(float)
        for name in names
        for level in protocol.covariate(name).levels
        if level.value != protocol.covariate(name).reference
    }
    return pd.DataFrame(columns, index=times.index)


def _statistics(
    term: str, ratio: HazardRatio, few: str, ties: str, group: str, n: int, protocol: Protocol
) -> Iterator[Statistic]:
    values = {
        "hr": ratio.hr,
        "hr_lower": ratio.lower,
        "hr_upper": ratio.upper,
        "p": ratio.p,
        "risk_reduction": None if ratio.hr is None else 100 * (1 - ratio.hr),
    }
    for statistic, value in values.items():
        yield Statistic(
            analysis="cox",
            endpoint=stated(protocol.cox).endpoint,
            level=term,
            group=group,
            statistic=statistic,
            value=value,
            method=f"Cox regression, {ties.capitalize()} ties, Wald limits",
            denominator=n,
            note=ratio.note or few,
        )


def _penalised(term: str, ratio: HazardRatio, ties: str, group: str, n: int, protocol: Protocol) -> Iterator[Statistic]:
    values = {"": ratio.hr, "_lower": ratio.lower, "_upper": ratio.upper, "_p": ratio.p}
    for part, value in values.items():
        yield Statistic(
            analysis="cox",
            endpoint=stated(protocol.cox).endpoint,
            level=term,
            group=group,
            statistic=f"hr_penalised{part}",
            value=value,
            method=f"Cox regression, {ties.capitalize()} ties, {PENALISED}",
            denominator=n,
            note="" if value is not None else "not reached",
        )


def _proportional(
    term: str, test: ProportionalHazards, ties: str, group: str, n: int, protocol: Protocol
) -> Iterator[Statistic]:
    for statistic, value in (("ph_chi2", test.chi2), ("ph_df", test.df), ("ph_p", test.p)):
        yield Statistic(
            analysis="cox",
            endpoint=stated(protocol.cox).endpoint,
            level=term,
            group=group,
            statistic=statistic,
            value=value,
            method=f"{SCORE_TEST}, {ties.capitalize()} ties",
            denominator=n,
            note=test.note,
        )
