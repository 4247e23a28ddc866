"""Tests of a table of counts, as the tables of the paper make them: Pearson without Yates, or Fisher."""

from collections.abc import Sequence
from dataclasses import dataclass

PEARSON = "Pearson chi-square test without continuity correction"
FISHER = "Fisher's exact test, two-sided"


@dataclass(frozen=True)
class TableTest:
    """A test and what it gave; Fisher's has no statistic. ``note`` says why there is no p."""

    method: str
    chi2: float | None = None
    df: int | None = None
    p: float | None = None
    note: str = ""


def table_test(counts: Sequence[Sequence[int]], fisher_below: float) -> TableTest:
    """Compares the rows (arms) of ``counts`` over its columns (levels).

    Fisher's exact test in a 2 x 2 table whose smallest expected count is below ``fisher_below``, else Pearson's
    chi-square without continuity correction (SPSS CROSSTABS; scipy's default would apply Yates). Levels that nobody
    has are left out; with fewer than two levels there is nothing to compare.
    """
    from scipy import stats

    columns = [column for column in zip(*counts, strict=True) if sum(column)]
    rows = [row for row in zip(*columns, strict=True) if sum(row)]
    if len(rows) < 2:
        return TableTest(PEARSON, note="no test: fewer than two groups have patients")
    if len(columns) < 2:
        return TableTest(PEARSON, note="no test: all patients have the same level")
    chi2, p, df, expected = stats.chi2_contingency(rows, correction=False)
    if len(rows) == len(columns) == 2 and expected.min() < fisher_below:
        return TableTest(FISHER, p=float(stats.fisher_exact(rows)[1]))
    return TableTest(PEARSON, float(chi2), int(df), float(p))


def exact_interval(n: int, of: int, level: float) -> tuple[float, float]:
    """Clopper-Pearson limits of a proportion, in percent (Biometrika 1934;26:404)."""
    from scipy import stats

    if of == 0:
        return (float("nan"), float("nan"))
    interval = stats.binomtest(n, of).proportion_ci(confidence_level=level, method="exact")
    return (100 * float(interval.low), 100 * float(interval.high))
