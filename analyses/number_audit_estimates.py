"""What estimates must obey: intervals, ratios, rank tests, stated arithmetic, and the same quantity told twice."""

import ast
import math
import operator
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise, product

from analyses.contingency import exact_interval
from analyses.number_audit_counts import half_up
from analyses.number_audit_figures import NARRATIVE_RULE, TABLE_RULE, Figure, Figures, Finding

TIES = 0.75  # ties leave at least this much of the variance of a U
ARITHMETIC = re.compile(r"[\d\s+\-*/().]*[+\-*/][\d\s+\-*/().]*")
OPERATIONS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
DEGREES = re.compile(r"\bdf ?= ?(\d+)")
TOTAL_OVER = re.compile(r"total/(\d+)")


def intervals(figures: Figures) -> Iterator[Finding]:
    """An interval holds its estimate, in the middle where its method puts it: on the log scale for a ratio.

    Limits of a share by Clopper and Pearson follow from its count.
    """
    for low in figures.of_kind("ci_low", "q1"):
        high = figures.beside(low, "ci_high" if low.kind == "ci_low" else "q3")
        named = (figures.beside(low, kind) for kind in ("hr", "median", "mean", "percent"))
        estimate = next((figure for figure in named if figure), None)
        if not (high and high.range and low.range and estimate and estimate.range):
            continue
        printed = f"{estimate.value} ({low.value} to {high.value})"
        if estimate.range[1] <= low.range[0] or estimate.range[0] >= high.range[1] or low.range[0] >= high.range[1]:
            said = f"{printed}: the interval does not hold its estimate."
            yield Finding(TABLE_RULE, estimate, f"within {low.value} to {high.value}", said)
            continue
        if "clopper" in low.test.lower():
            yield from _exact_limits(figures, low, high)
        if estimate.kind == "hr" and low.range[0] > 0:
            middle = [math.sqrt(low.range[side] * high.range[side]) for side in (0, 1)]
        elif "+/-" in low.test or "symmetric" in low.test:
            middle = [float(low.range[side] + high.range[side]) / 2 for side in (0, 1)]
        else:
            continue
        if not estimate.may_be(*middle):
            centre = f"{sum(middle) / 2:.3g}"
            said = f"{printed}: an interval of this method has its estimate in the middle, which is {centre}."
            yield Finding(TABLE_RULE, estimate, centre, said)


def _exact_limits(figures: Figures, low: Figure, high: Figure) -> Iterator[Finding]:
    n = figures.beside(low, "n")
    if n is None or n.whole is None or not n.denominator or n.whole > n.denominator:
        return
    for limit, right in zip((low, high), exact_interval(n.whole, n.denominator, low.confidence), strict=True):
        if not limit.may_be(right):
            said = f"Limit {limit.value} % of {n.value}/{n.denominator}: the exact limit is {right:.1f} %."
            yield Finding(TABLE_RULE, limit, f"{right:.1f}", said)


def ratio_tests(figures: Figures) -> Iterator[Finding]:
    """The Wald P of a hazard ratio follows from the ratio and its interval, within what their rounding allows."""
    from scipy import stats

    for hr in figures.of_kind("hr"):
        p, low, high = (figures.beside(hr, kind) for kind in ("p", "ci_low", "ci_high"))
        if not (p and p.range and hr.range and low and low.range and high and high.range):
            continue
        if min(hr.range[0], low.range[0]) <= 0 or low.range[1] >= high.range[0]:
            continue
        reach = 2 * float(stats.norm.isf((1 - low.confidence) / 2))
        possible = [
            math.erfc(abs(math.log(ratio)) * reach / math.log(upper / lower) / math.sqrt(2))
            for ratio, lower, upper in product(hr.range, low.range, high.range)
        ]
        least = min(possible)
        most = 1.0 if hr.range[0] <= 1 <= hr.range[1] else max(possible)
        if not p.may_be(least, most):
            said = f"P {p.value} does not follow from {hr.value} ({low.value} to {high.value}), which gives {least:.3g}"
            yield Finding(TABLE_RULE, p, f"{least:.3g} to {most:.3g}", f"{said} to {most:.3g}.")


def chi_squares(figures: Figures) -> Iterator[Finding]:
    """A chi-square and its P, where the degrees of freedom are stated, say the same."""
    from scipy import stats

    for p in figures.of_kind("p"):
        chi2, degrees = figures.beside(p, "chi2"), DEGREES.search(p.test)
        if not (chi2 and chi2.range and degrees and p.range):
            continue
        most, least = (float(stats.chi2.sf(max(0.0, float(end)), int(degrees[1]))) for end in chi2.range)
        if not p.may_be(least, most):
            said = f"Chi-square {chi2.value} with {degrees[1]} degrees of freedom is P {most:.3g}, not {p.value}."
            yield Finding(TABLE_RULE, p, f"{most:.3g}", said)


def rank_tests(figures: Figures) -> Iterator[Finding]:
    """A Mann-Whitney U and its P, by the normal approximation; neither can be called the wrong one.

    Allowed are the range from a continuity correction without ties to ties that take a quarter of the variance.
    """
    from scipy import stats

    for u in figures.of_kind("u"):
        p, sizes = figures.beside(u, "p"), [_size(figures, u, arm) for arm in u.arms]
        if p is None or p.range is None or u.number is None or len(sizes) != 2 or None in sizes:
            continue
        first, second = (float(size or 0) for size in sizes)
        middle, deviation = first * second / 2, math.sqrt(first * second * (first + second + 1) / 12)
        apart = abs(float(u.number) - middle)
        most, least = (
            math.erfc(max(0.0, z) / math.sqrt(2))
            for z in ((apart - 1) / deviation, (apart + 0.5) / (deviation * math.sqrt(TIES)))
        )
        if not 0 <= u.number <= first * second or not p.may_be(least, most):
            said = f"U = {u.value} with {first:.0f} and {second:.0f} patients would be P {most:.2g}, not {p.value}."
            needed = middle - deviation * float(stats.norm.isf(float(sum(p.range)) / 4))
            yield Finding(TABLE_RULE, u, f"about {needed:.0f} for P {p.value}", said)
            yield Finding(TABLE_RULE, p, f"{most:.2g} for U = {u.value}", said)


def _size(figures: Figures, test: Figure, arm: str) -> int | None:
    of_variable = (row for row in figures.rows if row.parts[:-1] == test.parts[:-1] and row.group == arm)
    return next((row.denominator for row in of_variable if row.denominator), None)


def arithmetic(figures: Figures) -> Iterator[Finding]:
    """A figure whose row states its sum, share or reduction (``22-15-6``, ``(12+5)/22``, ``100*(1-HR)``) equals it.

    ``total/N`` of a mean: some whole total must give the printed mean.
    """
    for figure in figures.of_kind("n", "percent", "mean"):
        if over := TOTAL_OVER.fullmatch(figure.test) if figure.kind == "mean" else None:
            yield from _mean_of_whole_numbers(figure, int(over[1]))
            continue
        if figure.kind == "percent" and figures.beside(figure, "n"):
            continue  # a share of a printed count
        hr = figures.beside(figure, "hr")
        ends = hr.range if hr and hr.range else (Fraction(0), Fraction(0))
        stated = [figure.test.replace("HR", str(float(end))) for end in ends] if hr else [figure.test]
        if figure.range is None or not all(ARITHMETIC.fullmatch(formula) for formula in stated):
            continue
        times = 100 if figure.kind == "percent" and "100" not in figure.test else 1
        try:
            values = sorted(times * _worth(ast.parse(formula.strip(), mode="eval").body) for formula in stated)
        except (SyntaxError, ValueError, ZeroDivisionError):
            continue
        if not (figure.may_be(values[0]) if len(values) == 1 else figure.may_be(values[0], values[1])):
            right = half_up(sum(values, Fraction(0)) / len(values), figure)
            shown = figure.test.replace("HR", hr.value) if hr else figure.test
            yield Finding(TABLE_RULE, figure, right, f"{figure.value} is printed for {shown}, which is {right}.")


def _mean_of_whole_numbers(mean: Figure, of: int) -> Iterator[Finding]:
    if mean.range is None or mean.number is None or not of:
        return
    total = round(mean.number * of)
    if not any(mean.may_be(Fraction(near, of)) for near in (total - 1, total, total + 1)):
        said = f"No whole total over {of} patients gives a mean of {mean.value}; {total}/{of} is {total / of:.3g}."
        yield Finding(TABLE_RULE, mean, f"{total / of:.3g}", said)


def _worth(node: ast.expr) -> Fraction:
    """The exact value of + - * / over plain numbers.

    Raises:
        ValueError: there is anything else in it.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(str(node.value))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATIONS:
        return Fraction(OPERATIONS[type(node.op)](_worth(node.left), _worth(node.right)))
    raise ValueError("not plain arithmetic")


def repetitions(figures: Figures) -> Iterator[Finding]:
    """One quantity printed in two places has one value: in two parts of the text, or in the text and in a table.

    The later place, or the text, is reported.
    """
    told: dict[tuple[object, ...], list[Figure]] = {}
    for figure in figures.rows:
        if not figure.in_table and figure.place:
            told.setdefault((figure.quantity, figure.kind, figure.group), []).append(figure)
    for places in told.values():
        for one, other in pairwise(places):
            if not one.agrees_with(other):
                said = f"{other.value} in {other.location}, {one.value} in {one.location}."
                yield Finding(NARRATIVE_RULE, other, one.value, said)
    tables: dict[tuple[object, ...], Figure] = {
        (row.quantity[1:], row.kind, row.group): row for row in figures.rows if row.in_table and len(row.quantity) == 2
    }
    for figure in figures.rows:
        row = None if figure.in_table else tables.get((figure.quantity[1:], figure.kind, figure.group))
        if row and not figure.agrees_with(row):
            said = f"{figure.group}: {figure.value} in the text, {row.value} in {row.location}."
            yield Finding(NARRATIVE_RULE, figure, row.value, said)


def ratios_told_twice(figures: Figures) -> Iterator[Finding]:
    """A hazard ratio without an interval of its own lies in the interval printed for the same comparison.

    Two models may well differ, but then each has to come with its interval; so ratios that have one are left alone.
    """
    for hr in figures.of_kind("hr"):
        if figures.beside(hr, "ci_low") or hr.number is None:
            continue
        for other in figures.of_kind("hr"):
            low, high = figures.beside(other, "ci_low"), figures.beside(other, "ci_high")
            same = hr.group == other.group or hr.group.lower() in [arm.lower() for arm in other.arms[:1]]
            if other is hr or not same or not (low and high and low.range and high.range):
                continue
            if not low.range[0] <= hr.number <= high.range[1]:
                printed = f"{other.value} ({low.value} to {high.value})"
                said = f"Hazard ratio {hr.value} here, {printed} in {other.location}: it lies outside that interval."
                yield Finding(NARRATIVE_RULE, hr, printed, said)
