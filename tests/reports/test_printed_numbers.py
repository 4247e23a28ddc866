"""How a number is printed."""

import pytest

from reports.numbers import count, count_percent, estimate, fixed, interval, p_value, p_with_sign


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.00004, "<.001"),
        (0.0009999, "<.001"),
        (0.001, ".001"),
        (0.0495, ".050"),
        (0.1325, ".133"),
        (0.79, ".790"),
        (0.9996, ">.999"),
        (1.0, "1.000"),
        (0.0, "<.001"),
        (None, "–"),
    ],
)
def test_a_p_value_in_journal_style(value: float | None, printed: str) -> None:
    assert p_value(value) == printed


@pytest.mark.parametrize(("value", "printed"), [(0.133, "P = .133"), (1e-9, "P < .001"), (0.9999, "P > .999")])
def test_a_p_value_in_running_text(value: float, printed: str) -> None:
    assert p_with_sign(value).replace("\N{NO-BREAK SPACE}", " ") == printed


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (12.345, 2, "12.35"),
        (2.675, 2, "2.68"),
        (0.25, 1, "0.3"),
        (18.45, 1, "18.5"),
        (68.5714285, 1, "68.6"),
        (-0.04, 1, "0.0"),
        (-1.25, 1, "−1.3"),
        (1e-7, 1, "0.0"),
        (None, 1, "–"),
    ],
)
def test_halves_are_rounded_up_on_the_decimal_digits(value: float | None, decimals: int, printed: str) -> None:
    assert fixed(value, decimals) == printed


def test_a_count_with_its_percentage() -> None:
    assert count_percent(16, 72.727272) == "16 (72.7)"
    assert count_percent(0, 0.0) == "0 (0.0)"
    assert count_percent(None, None) == "–"
    assert count(2412) == "2 412"


def test_an_estimate_with_its_interval() -> None:
    assert estimate(68.55, 57.45, 79.6, 1) == "68.6 (57.5–79.6)"
    assert interval(-1.0, 2.0, 1) == "−1.0 to 2.0"


def test_what_is_not_there_is_never_a_number() -> None:
    assert estimate(None, None, None, 1) == "–"
    assert estimate(None, None, None, 1, ("NR", "NE", "NR")) == "NR"
    assert estimate(None, 12.0, None, 1, ("NR", "NE", "NR")) == "NR (12.0–NR)"
    assert estimate(40.0, 12.0, None, 1, ("NR", "NE", "NR")) == "40.0 (12.0–NR)"
    assert estimate(40.0, None, None, 1, ("NR", "NE", "NE")) == "40.0 (NE)"
