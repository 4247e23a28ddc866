"""How far two readers agree on the overall response: Cohen's kappa, with the agreement in percent beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyses.statistic import Statistic
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd

RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
OVERALL = {"OVRLRESP": "RDRRESP", "LVRRESP": "LRDRRESP"}
"""The overall response, and the reader's own where that was adjudicated."""
KAPPA = "Cohen's kappa, unweighted, asymptotic limits (Fleiss, Cohen and Everitt 1969)"
OF_ASSESSMENTS = "assessments of one day are pairs; those of one patient are taken as independent"


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa and its limits; None where both readers gave one and the same response only."""

    value: float | None
    lower: float | None = None
    upper: float | None = None


def agreement_of_readers(adrs: "pd.DataFrame", protocol: Protocol) -> Iterator[Statistic]:
    """Analysis ``reader_agreement``: the evaluator beside each other reader, at the assessments that both have.

    ``n`` assessments alike and ``percent`` of the pairs, ``kappa`` with ``kappa_lower`` and ``kappa_upper``; the group
    is ``EVALUATOR-READER``. Every reader's own response counts, also where it was adjudicated later. Without a second
    reader there is no row.
    """
    evaluator = protocol.response.evaluator
    for paramcd, own in OVERALL.items():
        responses = _own_responses(adrs, paramcd, own)
        if evaluator not in responses:
            continue
        for reader in sorted(set(responses.columns) - {evaluator}):
            pairs = responses[[evaluator, reader]].dropna()
            counts = [
                [int(((pairs[evaluator] == one) & (pairs[reader] == other)).sum()) for other in RESPONSES]
                for one in RESPONSES
            ]
            yield from _statistics(counts, f"{evaluator}-{reader}", paramcd, protocol)


def cohens_kappa(counts: Sequence[Sequence[int]], level: float) -> Kappa:
    """Agreement of two readers beyond chance, from their square table of ``counts``.

    kappa = (po - pe) / (1 - pe) (Cohen, Educ Psychol Meas 1960;20:37). The limits take the large-sample variance
    of an estimated kappa (Fleiss, Cohen and Everitt, Psychol Bull 1969;72:323, formula 13) and end at -1 and 1.
    """
    import numpy as np
    from scipy import stats

    table = np.asarray(counts, dtype=float)
    n = table.sum()
    if n == 0:
        return Kappa(None)
    shares = table / n
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    observed, expected = float(np.trace(shares)), float(rows @ columns)
    if expected == 1:
        return Kappa(None)
    kappa = (observed - expected) / (1 - expected)
    margins = columns[:, None] + rows[None, :]  # of cell i, j: share of i by the other reader, of j by this one
    alike = np.diag(shares) * (1 - (rows + columns) * (1 - kappa)) ** 2
    unlike = shares * margins**2 * (1 - kappa) ** 2
    variance = alike.sum() + unlike.sum() - np.trace(unlike) - (kappa - expected * (1 - kappa)) ** 2
    error = float(np.sqrt(max(variance, 0) / n) / (1 - expected))
    width = float(stats.norm.ppf((1 + level) / 2)) * error
    return Kappa(kappa, max(kappa - width, -1.0), min(kappa + width, 1.0))


def _own_responses(adrs: "pd.DataFrame", paramcd: str, own: str) -> "pd.DataFrame":
    """One row a subject and day, one column a reader."""
    of_both = adrs[adrs["paramcd"].isin([paramcd, own])]
    first_own = of_both.assign(is_own=of_both["paramcd"] == own).sort_values("is_own", ascending=False, kind="stable")
    once = first_own.drop_duplicates(["usubjid", "adt", "treval"])
    return once.pivot(index=["usubjid", "adt"], columns="treval", values="avalc")


def _statistics(counts: Sequence[Sequence[int]], group: str, paramcd: str, protocol: Protocol) -> Iterator[Statistic]:
    n = sum(map(sum, counts))
    alike = sum(counts[place][place] for place in range(len(counts)))
    kappa = cohens_kappa(counts, protocol.statistics.confidence_level)
    note = "" if kappa.value is not None else "no pair" if n == 0 else "both readers gave one response only"
    key = {"analysis": "reader_agreement", "endpoint": paramcd, "group": group}
    population = "assessments that both readers have"
    yield Statistic(**key, statistic="n", value=alike, population=population, denominator=n)
    yield Statistic(
        **key, statistic="percent", value=100 * alike / n if n else None, population=population, denominator=n
    )
    for statistic, value in (("kappa", kappa.value), ("kappa_lower", kappa.lower), ("kappa_upper", kappa.upper)):
        yield Statistic(
            **key, statistic=statistic, value=value, method=KAPPA, population=population, denominator=n,
            note=note or OF_ASSESSMENTS,
        )  # fmt: skip
