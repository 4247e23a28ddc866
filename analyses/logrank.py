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
    """Compares the groups over the whole of follow-up, unweighted.

    A group that nobody is left of at the first event expects no events: it is left out and costs no degree of
    freedom (as in R's survdiff).
    """
    from lifelines.statistics import multivariate_logrank_test

    groups = group.nunique()
    if groups < 2:
        return LogRank(None, None, None, "no test: fewer than two groups")
    if not event.any():
        return LogRank(None, None, None, "no test: no events")
    first = time[event].min()
    at_risk = time >= first
    groups = group[at_risk].nunique()
    if groups < 2:
        return LogRank(None, None, None, "no test: fewer than two groups at risk at the first event")
    if (event[at_risk] & (time[at_risk] == first)).all():
        return LogRank(None, None, None, "no test: all have the event at the same time")
    result = multivariate_logrank_test(
        time[at_risk].to_numpy(float), group[at_risk].to_numpy(), event[at_risk].to_numpy(bool)
    )
    return LogRank(float(result.test_statistic), groups - 1, float(result.p_value))
