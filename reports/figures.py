"""The figures of a report, in the order of the protocol."""

from reports.figures_survival import DrawnFigure, survival_figure
from reports.run_folder import Results
from reports.setting import Setting


def all_figures(results: Results, setting: Setting) -> list[DrawnFigure]:
    """Every figure of the protocol for which the run has curves."""
    drawn = (survival_figure(figure, results, setting) for figure in setting.protocol.figures)
    return [figure for figure in drawn if figure]
