"""Table 1 and its kin: how many patients of each arm have each level, and whether the arms differ."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyses.contingency import table_test
from analyses.statistic import Statistic
from studies import Protocol
from studies.numbered_tables import Continuous
from studies.protocol import Covariate

if TYPE_CHECKING:
    import pandas as pd

MANN_WHITNEY = "Mann-Whitney U test, normal approximation"


def baseline(adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``table1``: n and percent by level and arm, the test of the arms; quartiles where continuous."""
    table = protocol.tables.baseline
    if table is None:
        return
    for name in table.covariates:
        covariate = protocol.covariate(name)
        yield from _levels("table1", adsl, covariate, protocol)
        yield from _test("table1", adsl, covariate, protocol)
    for continuous in table.continuous:
        yield from _continuous(adsl, continuous, protocol)


def description(adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``description``: every covariate by arm and in all (group ``all``); procedures and drugs by arm."""
    groups = {**{arm.code: adsl[adsl["arm"] == arm.code] for arm in protocol.arms}, "": adsl}
    for code, patients in groups.items():
        yield Statistic(analysis="description", statistic="n", value=len(patients), variable="arm", group=code)
    for covariate in protocol.covariates:
        yield from _levels("description", adsl, covariate, protocol)
        for level in covariate.levels:
            n = int((adsl[covariate.name] == level.value).sum())
            key = {"analysis": "description", "variable": covariate.name, "level": level.value}
            yield Statistic(**key, statistic="n", value=n, denominator=len(adsl))
            yield Statistic(**key, statistic="percent", value=_percent(n, len(adsl)), denominator=len(adsl))
    for arm in protocol.arms:
        patients = groups[arm.code]
        key = {"analysis": "description", "group": arm.code}
        if arm.procedures_expected and len(patients):
            total = int(patients["nproc"].sum())
            yield Statistic(**key, variable="nproc", statistic="total", value=total, denominator=len(patients))
            yield Statistic(
                **key, variable="nproc", statistic="mean", value=total / len(patients), denominator=len(patients)
            )
        for drug, n in patients["tkidrug"].value_counts().sort_index().items():
            yield Statistic(
                **key, variable="tkidrug", level=str(drug), statistic="n", value=int(n), denominator=len(patients)
            )


def _levels(analysis: str, adsl: "pd.DataFrame", covariate: Covariate, protocol: Protocol) -> Iterator[Statistic]:
    for arm in protocol.arms:
        patients = adsl[adsl["arm"] == arm.code]
        for level in covariate.levels:
            n = int((patients[covariate.name] == level.value).sum())
            key = {"analysis": analysis, "variable": covariate.name, "level": level.value, "group": arm.code}
            yield Statistic(**key, statistic="n", value=n, denominator=len(patients))
            yield Statistic(**key, statistic="percent", value=_percent(n, len(patients)), denominator=len(patients))


def _test(analysis: str, adsl: "pd.DataFrame", covariate: Covariate, protocol: Protocol) -> Iterator[Statistic]:
    counts = [
        [int(((adsl["arm"] == arm.code) & (adsl[covariate.name] == level.value)).sum()) for level in covariate.levels]
        for arm in protocol.arms
    ]
    test = table_test(counts, protocol.statistics.fisher_below_expected_count)
    n = sum(map(sum, counts))  # who has no level is not in the test
    key = {"analysis": analysis, "variable": covariate.name, "group": arms_compared(protocol), "note": test.note}
    for statistic, value in (("chi2", test.chi2), ("df", test.df), ("p", test.p)):
        if value is not None or statistic == "p":
            yield Statistic(**key, statistic=statistic, value=value, method=test.method, denominator=n)


def _continuous(adsl: "pd.DataFrame", continuous: Continuous, protocol: Protocol) -> Iterator[Statistic]:
    values = {arm.code: adsl.loc[adsl["arm"] == arm.code, continuous.name].dropna() for arm in protocol.arms}
    key = {"analysis": "table1", "variable": continuous.name}
    for code, of_arm in values.items():
        yield from _summary(of_arm, group=code, **key)
    yield from _summary(adsl[continuous.name].dropna(), group="", **key)
    if len(values) == 2 and all(len(of_arm) for of_arm in values.values()):
        from scipy import stats

        first, second = values.values()
        u = stats.mannwhitneyu(first, second, use_continuity=False, method="asymptotic")
        # SPSS prints the smaller of the two U.
        smaller = min(float(u.statistic), len(first) * len(second) - float(u.statistic))
        group, n = arms_compared(protocol), len(first) + len(second)
        yield Statistic(**key, group=group, statistic="u", value=smaller, method=MANN_WHITNEY, denominator=n)
        yield Statistic(**key, group=group, statistic="p", value=float(u.pvalue), method=MANN_WHITNEY, denominator=n)


def _summary(values: "pd.Series[float]", **key: str) -> Iterator[Statistic]:
    made = {
        "n": len(values),
        "median": values.median(),
        "q1": values.quantile(0.25),
        "q3": values.quantile(0.75),
        "mean": values.mean(),
        "sd": values.std(),
    }
    for statistic, value in made.items():
        yield Statistic(**key, statistic=statistic, value=float(value), denominator=len(values))  # type: ignore[arg-type]


def arms_compared(protocol: Protocol) -> str:
    """The group of a statistic that compares the arms: their codes, in the order of the protocol."""
    return "-".join(arm.code for arm in protocol.arms)


def _percent(n: int, of: int) -> float | None:
    return 100 * n / of if of else None
