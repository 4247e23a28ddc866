"""The log-rank test (Mantel, Cancer Chemother Rep 1966;50:163; Peto and Peto, JRSS A 1972;135:185)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

METHOD = "log-rank test"


@dataclass(frozen=True)
class LogRank:
    """``note`` says why there is no test."""

    chi2: float | None
    df: int | None
    p: float | None
    note: str = ""


def log_rank(time: "pd.Series[float]", event: "pd.Series[bool]", group: "pd.Series[str]") -> LogRank:
    """Compares the groups over the whole of follow-up, unweighted."""
    from lifelines.statistics import multivariate_logrank_test

    groups = group.nunique()
    if groups < 2:
        return LogRank(None, None, None, "no test: fewer than two groups")
    if not event.any():
        return LogRank(None, None, None, "no test: no events")
    result = multivariate_logrank_test(time.to_numpy(float), group.to_numpy(), event.to_numpy(bool))
    return LogRank(float(result.test_statistic), groups - 1, float(result.p_value))
