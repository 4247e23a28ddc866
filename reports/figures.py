"""The figures of a report, in the order of the protocol: which kind is drawn by what."""

from collections.abc import Callable

from reports.drawing import DrawnFigure, NotDrawn
from reports.figures_adverse_events import adverse_events_figure
from reports.figures_balance import balance_figure
from reports.figures_flow import flow_figure
from reports.figures_forest import forest_figure
from reports.figures_incidence import incidence_figure
from reports.figures_proportional import log_log_figure, schoenfeld_figure
from reports.figures_survival import survival_figure
from reports.figures_swimmer import swimmer_figure
from reports.figures_tumour import spider_figure, waterfall_figure
from reports.run_folder import Results
from reports.setting import Setting
from studies.protocol import Figure

DRAWN_BY: dict[str, Callable[[Figure, Results, Setting], DrawnFigure | NotDrawn]] = {
    "survival": survival_figure,
    "subgroups": forest_figure,
    "waterfall": waterfall_figure,
    "spider": spider_figure,
    "swimmer": swimmer_figure,
    "adverse_events": adverse_events_figure,
    "cumulative_incidence": incidence_figure,
    "balance": balance_figure,
    "log_log": log_log_figure,
    "schoenfeld": schoenfeld_figure,
    "flow": flow_figure,
}


def all_figures(results: Results, setting: Setting) -> list[DrawnFigure | NotDrawn]:
    """Every figure of the protocol: drawn, or why it is not."""
    return [DRAWN_BY[figure.kind](figure, results, setting) for figure in setting.protocol.figures]
