"""How numbers are printed: P without a leading zero, percentages to one decimal, halves rounded up.

The style is that of the paper's tables (.133, <.001). A value that is not there is printed as a dash, as NR (not
reached) or as NE (not estimable), never as 0. Printing rounds, and does nothing else.
"""

from decimal import ROUND_HALF_UP, Decimal

MISSING = "–"
NOT_REACHED = "NR"
NOT_ESTIMABLE = "NE"
SMALLEST_P = 0.001


def fixed(value: float | None, decimals: int, missing: str = MISSING) -> str:
    """``value`` with this many decimals, halves away from zero: ``fixed(12.345, 2)`` is ``12.35``.

    The decimal digits of the stored number are rounded, not its binary neighbour (Python would print 12.35 or 12.34).
    """
    if value is None:
        return missing
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{rounded + 0:.{decimals}f}".replace("-", "−")


def count(value: float | None) -> str:
    """A whole number, ``1 234`` for thousands."""
    return MISSING if value is None else f"{round(value):,}".replace(",", " ")


def p_value(value: float | None) -> str:
    """A P value in journal style: ``.133``, ``<.001``; exactly 1 is ``1.000``, what only rounds to it ``>.999``."""
    if value is None:
        return MISSING
    if value < SMALLEST_P:
        return "<.001"
    printed = fixed(value, 3)
    if printed == "1.000":
        return printed if value == 1 else ">.999"
    return printed.removeprefix("0")


def p_with_sign(value: float | None) -> str:
    """``P = .133`` or ``P < .001``, for running text and figures; its parts stay on one line."""
    printed = p_value(value)
    text = f"P {printed[0]} {printed[1:]}" if printed[0] in "<>" else f"P = {printed}"
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def count_percent(n: float | None, percent: float | None) -> str:
    """``16 (72.7)``."""
    return MISSING if n is None else f"{count(n)} ({fixed(percent, 1)})"


def interval(low: float | None, high: float | None, decimals: int, absent: tuple[str, str] = (MISSING, MISSING)) -> str:
    """``57.5–79.6``; "to" where a limit is negative. ``absent``: what stands for a limit that is missing."""
    if low is None and high is None and absent[0] == absent[1]:
        return absent[0]
    dash = " to " if (low is not None and low < 0) or (high is not None and high < 0) else "–"
    return f"{fixed(low, decimals, absent[0])}{dash}{fixed(high, decimals, absent[1])}"


def estimate(
    value: float | None,
    low: float | None,
    high: float | None,
    decimals: int,
    absent: tuple[str, str, str] = (MISSING, MISSING, MISSING),
) -> str:
    """``68.6 (57.5–79.6)``; ``absent``: what stands for the value and for each limit where there is none."""
    if value is None and low is None and high is None:
        return absent[0]
    return f"{fixed(value, decimals, absent[0])} ({interval(low, high, decimals, absent[1:])})"
