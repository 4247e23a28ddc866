"""The E-value: how strongly an unmeasured confounder would have to act to explain a hazard ratio away.

VanderWeele and Ding, Ann Intern Med 2017;167:268. A risk ratio RR below 1 is turned over first; then
E = RR + sqrt(RR (RR - 1)). A hazard ratio stands for the risk ratio where the outcome is rare (at most 15 % have it by
the end of follow-up); where it is common, RR = (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR)).
"""

from dataclasses import dataclass
from math import sqrt

RARE = 0.15
COMMON_METHOD = "common outcome, RR = (1 - 0.5^sqrt(HR)) / (1 - 0.5^sqrt(1/HR))"
RARE_METHOD = "rare outcome, RR = HR"


@dataclass(frozen=True)
class EValue:
    """Of the estimate, and of the limit that is nearer to 1; the latter is 1 where the interval holds 1."""

    estimate: float
    limit: float
    method: str


def e_value(hr: float, lower: float, upper: float, share_with_event: float) -> EValue:
    """The E-values of a hazard ratio with its limits; ``share_with_event`` decides whether the outcome is rare."""
    common = share_with_event > RARE
    nearer = upper if hr < 1 else lower
    holds_one = lower <= 1 <= upper
    method = f"E-value (VanderWeele and Ding 2017), {COMMON_METHOD if common else RARE_METHOD}"
    return EValue(_of(hr, common), 1.0 if holds_one else _of(nearer, common), method)


def _of(hr: float, common: bool) -> float:
    ratio = (1 - 0.5 ** sqrt(hr)) / (1 - 0.5 ** sqrt(1 / hr)) if common else hr
    ratio = 1 / ratio if ratio < 1 else ratio
    return ratio + sqrt(ratio * (ratio - 1))
