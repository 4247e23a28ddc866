"""Best response by arm, for all lesions and for the organ of interest, with response and disease control rates."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analyses.baseline import arms_compared
from analyses.contingency import exact_interval, table_test
from analyses.statistic import Statistic
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING")
RATES = {"ORR": ("CR", "PR"), "DCR": ("CR", "PR", "SD", "NON-CR/NON-PD")}
INTERVAL = "Clopper-Pearson limits"


def response(adrs: "pd.DataFrame", adsl: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``response``: n and percent of each best response and rate by arm, rates with exact limits and a test.

    The denominator is all treated patients of the arm: NE and MISSING stay in it (RECIST 1.1, section 4.7).
    Analysis ``response_by``: the same counts within the levels of the factors that the protocol names.
    """
    for endpoint in protocol.endpoints:
        if endpoint.kind != "response":
            continue
        best = _best(adrs, adsl, endpoint.paramcd)
        key = {"analysis": "response", "endpoint": endpoint.paramcd}
        for arm in protocol.arms:
            yield from _counts(best[best["arm"] == arm.code], protocol, group=arm.code, **key)
        for rate, responses in RATES.items():
            yield from _test(best, rate, responses, protocol, **key)
        for factor in protocol.tables.response_by:
            for arm in protocol.arms:
                for level in protocol.covariate(factor).levels:
                    of_level = best[(best["arm"] == arm.code) & (best[factor] == level.value)]
                    yield from _counts(
                        of_level,
                        protocol,
                        analysis="response_by",
                        endpoint=endpoint.paramcd,
                        variable=f"{factor}={level.value}",
                        group=arm.code,
                    )


def _best(adrs: "pd.DataFrame", adsl: "pd.DataFrame", paramcd: str) -> "pd.DataFrame":
    of_endpoint = adrs[(adrs["paramcd"] == paramcd) & (adrs["anl01fl"] == "Y")]
    joined = adsl.merge(of_endpoint[["usubjid", "avalc"]], on="usubjid", how="left", validate="one_to_one")
    return joined.assign(response=joined["avalc"].fillna("MISSING"))


def _counts(best: "pd.DataFrame", protocol: Protocol, **key: Any) -> Iterator[Statistic]:
    of = len(best)
    for level in RESPONSES:
        n = int((best["response"] == level).sum())
        yield Statistic(**key, level=level, statistic="n", value=n, denominator=of)
        yield Statistic(**key, level=level, statistic="percent", value=100 * n / of if of else None, denominator=of)
    for rate, responses in RATES.items():
        n = int(best["response"].isin(responses).sum())
        lower, upper = exact_interval(n, of, protocol.statistics.confidence_level)
        yield Statistic(**key, level=rate, statistic="n", value=n, denominator=of)
        yield Statistic(**key, level=rate, statistic="percent", value=100 * n / of if of else None, denominator=of)
        for statistic, value in (("lower", lower), ("upper", upper)):
            yield Statistic(**key, level=rate, statistic=statistic, value=value, method=INTERVAL, denominator=of)


def _test(
    best: "pd.DataFrame", rate: str, responses: tuple[str, ...], protocol: Protocol, **key: str
) -> Iterator[Statistic]:
    counts = []
    for arm in protocol.arms:
        of_arm = best.loc[best["arm"] == arm.code, "response"].isin(responses)
        counts.append([int(of_arm.sum()), int((~of_arm).sum())])
    test = table_test(counts, protocol.statistics.fisher_below_expected_count)
    yield Statistic(
        **key,
        level=rate,
        group=arms_compared(protocol),
        statistic="p",
        value=test.p,
        method=test.method,
        denominator=len(best),
        note=test.note,
    )
