"""What does it say? Pure functions, data frames in, numbers out; a number knows its method and population."""

from analyses.accrual import accrual, with_earlier
from analyses.comparison import compare_published, verdict_counts
from analyses.figure_series import figure_series
from analyses.hazard_ratio_change import Step, hazard_ratio_change
from analyses.models import main_hazard_ratio, main_ratio_id
from analyses.number_audit import audit_numbers, audit_printed
from analyses.run import run_analyses
from analyses.sensitivity import beside
from analyses.statistic import Statistic

__all__ = [
    "Statistic",
    "Step",
    "accrual",
    "audit_numbers",
    "audit_printed",
    "beside",
    "compare_published",
    "figure_series",
    "hazard_ratio_change",
    "main_hazard_ratio",
    "main_ratio_id",
    "run_analyses",
    "verdict_counts",
    "with_earlier",
]
