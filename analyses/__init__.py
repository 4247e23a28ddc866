"""What does it say? Pure functions, data frames in, numbers out; a number knows its method and population."""

from analyses.comparison import compare_published, verdict_counts
from analyses.number_audit import audit_numbers, audit_printed
from analyses.run import run_analyses
from analyses.sensitivity import beside
from analyses.statistic import Statistic

__all__ = [
    "Statistic",
    "audit_numbers",
    "audit_printed",
    "beside",
    "compare_published",
    "run_analyses",
    "verdict_counts",
]
