"""What the figures draw, beside the statistics of the report: one frame a kind of figure."""

from typing import TYPE_CHECKING

from analyses.course import course
from analyses.incidence import incidence_curves
from analyses.log_log import log_log_curves
from analyses.schoenfeld import residual_series
from analyses.tumour_change import tumour_change
from studies import Protocol

if TYPE_CHECKING:
    import pandas as pd


def figure_series(
    adsl: "pd.DataFrame",
    adtte: "pd.DataFrame",
    adrs: "pd.DataFrame",
    adtr: "pd.DataFrame",
    adex: "pd.DataFrame",
    protocol: Protocol,
) -> dict[str, "pd.DataFrame"]:
    """By the name of its file in results/, of the kinds of figures that the protocol has:

    ``tumour_change`` (analyses.tumour_change) for waterfall and spider, ``course`` (analyses.course) for swimmer,
    ``cumulative_incidence`` and ``incidence_at_risk`` (analyses.incidence), ``log_log`` (analyses.log_log),
    ``schoenfeld`` and ``schoenfeld_smooth`` (analyses.schoenfeld).
    """
    made = {}
    if protocol.figures_of("waterfall") or protocol.figures_of("spider"):
        made["tumour_change"] = tumour_change(adtr, adrs, adsl, protocol)
    if protocol.figures_of("swimmer"):
        made["course"] = course(adsl, adtte, adrs, adex, protocol)
    if protocol.figures_of("cumulative_incidence"):
        made["cumulative_incidence"], made["incidence_at_risk"] = incidence_curves(adtte, adsl, protocol)
    if protocol.figures_of("log_log"):
        made["log_log"] = log_log_curves(adtte, adsl, protocol)
    if protocol.figures_of("schoenfeld"):
        made["schoenfeld"], made["schoenfeld_smooth"] = residual_series(adtte, adsl, protocol)
    return made
