"""What would an EMR give? Synthetic extracts of any size, with planted defects or as follow-up accrues."""

from simulate.extracts import simulate_extracts
from simulate.refreshes import simulate_refreshes

__all__ = ["simulate_extracts", "simulate_refreshes"]
