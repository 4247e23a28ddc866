"""What would an EMR give? Synthetic extracts of any size, with planted defects on request."""

from simulate.extracts import simulate_extracts

__all__ = ["simulate_extracts"]
