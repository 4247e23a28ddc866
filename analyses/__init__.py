"""What does it say? Pure functions, data frames in, numbers out; a number knows its method and population."""

from analyses.comparison import compare_published
from analyses.run import run_analyses
from analyses.statistic import Statistic

__all__ = ["Statistic", "compare_published", "run_analyses"]
