"""Intervals that a table prints without saying of what: is there one statistic that gives them all?"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from analyses.number_audit_figures import TABLE_RULE, Figure, Figures, Finding


@dataclass(frozen=True)
class Summary:
    """An estimate of one group with two limits, all three printed."""

    estimate: Figure
    low: Figure
    high: Figure

    @property
    def limits(self) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
        assert self.low.range
        assert self.high.range
        return self.low.range, self.high.range

    @property
    def is_centred(self) -> bool:
        low, high = self.limits
        return self.estimate.may_be((low[0] + high[0]) / 2, (low[1] + high[1]) / 2)

    def squares(self, side: int) -> float:
        """The least (side 0) or greatest (1) sum of squares if the limits are the t interval of the mean."""
        from scipy import stats

        of = self.low.denominator or 0
        low, high = self.limits
        width = float(high[side] - low[1 - side]) / 2
        deviation = width * math.sqrt(of) / float(stats.t.ppf((1 + self.low.confidence) / 2, of - 1))
        return (of - 1) * deviation**2


def unlabelled_intervals(figures: Figures) -> Iterator[Finding]:
    """The unlabelled limits of the arms in one row must be the same statistic. Three are tried.

    A symmetric interval of the printed estimate; the t interval of the mean, whose spread within the arms cannot
    exceed that of all patients where the text prints it; quartiles, which for whole numbers (all printed medians are
    multiples of a half) end on quarters. If none gives all the limits, all of them are reported: which one is
    mislabelled cannot be told from the figures.
    """
    variables: dict[tuple[str, ...], list[Summary]] = {}
    for summary in _summaries(figures):
        if "unlabelled" in summary.low.test.lower() and summary.low.group in figures.arms:
            variables.setdefault(summary.low.parts[:-1], []).append(summary)
    for parts, arms in variables.items():
        variable = arms[0].low.quantity[1:2]
        alike = [summary for summary in _summaries(figures) if summary.low.quantity[1:2] == variable]
        whole = [s for s in alike if s.low.group not in figures.arms and "of the mean" in s.low.test]
        if len(arms) < 2 or all(summary.is_centred for summary in arms):
            continue
        if not whole or sum(arm.squares(0) for arm in arms) <= whole[0].squares(1):
            continue
        halves = all(Fraction(2) * (s.estimate.number or 0) % 1 == 0 for s in alike)
        if not halves or all(_on_quarters(limit) for arm in arms for limit in (arm.low, arm.high)):
            continue
        printed = " and ".join(f"{arm.estimate.value} ({arm.low.value} to {arm.high.value})" for arm in arms)
        said = (
            f"{parts[-1]} {printed}: not one statistic; neither symmetric about the estimates, nor the intervals of "
            f"means within {whole[0].low.value} to {whole[0].high.value} of all patients, nor quartiles."
        )
        for arm in arms:
            for limit in (arm.low, arm.high):
                yield Finding(TABLE_RULE, limit, "the same statistic in each group", said)


def _summaries(figures: Figures) -> Iterator[Summary]:
    for low in figures.of_kind("ci_low"):
        high, estimate = figures.beside(low, "ci_high"), figures.beside(low, "median") or figures.beside(low, "mean")
        if (
            high
            and estimate
            and low.range
            and high.range
            and estimate.number is not None
            and (low.denominator or 0) > 1
        ):
            yield Summary(estimate, low, high)


def _on_quarters(limit: Figure) -> bool:
    assert limit.range
    return limit.may_be(Fraction(round(4 * (limit.range[0] + limit.range[1]) / 2), 4))
