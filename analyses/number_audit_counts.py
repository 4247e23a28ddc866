"""What counts must obey: shares, sums, totals, and the tests that can be made from them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from analyses.contingency import table_test
from analyses.number_audit_figures import NARRATIVE_RULE, TABLE_RULE, Cell, Figure, Figures, Finding

FISHER_BELOW = 5  # the smallest expected count under which a 2 x 2 table takes Fisher's test
COMPLETE = {"missing", "unknown", "censored"}  # a table that prints one of these levels lists everybody
YES = {"yes", "y"}
ANY_GRADE, HIGH_GRADE = re.compile(r"^(all|any)\b", re.IGNORECASE), re.compile(r"\bgrade (3|4)", re.IGNORECASE)


def shares(figures: Figures) -> Iterator[Finding]:
    """A count within its denominator, a denominator within its group, a percentage that is n/N rounded half up.

    Truncation is no reading: one that also accepted it would pass 86.0 for 19/22.
    """
    for figure in figures.of_kind("n", "percent"):
        n = figure if figure.kind == "n" else figures.beside(figure, "n")
        of, size = figure.denominator, figures.sizes.get(figure.group)
        if size and size.whole is not None and of is not None and of > size.whole and figure.location != size.location:
            if figure.kind == "n" and of == sum(row.whole or 0 for row in figures.sizes.values()):
                if figure.whole != size.whole:
                    said = f"{figure.value} patients in group {figure.group} here, {size.value} in {size.location}."
                    yield Finding(_rule(figure), figure, size.value, said)
            else:
                yield Finding(
                    _rule(figure), figure, size.value, f"Of {of} in group {figure.group}, which has {size.value}."
                )
        if figure.kind == "n" and figure.number is not None and of is not None and figure.number > of:
            yield Finding(TABLE_RULE, figure, f"at most {of}", f"{figure.value} patients out of {of} is not possible.")
        if figure.kind != "percent" or figure.number is None:
            continue
        if figure.number > 100:
            yield Finding(TABLE_RULE, figure, "at most 100", f"{figure.value} % is more than all.")
        elif n is not None and n.whole is not None and of:
            share = Fraction(100 * n.whole, of)
            if not figure.may_be(share):
                right = half_up(share, figure)
                said = f"{n.value} ({figure.value} %) of {of}: {n.value}/{of} is {right} %."
                yield Finding(TABLE_RULE, figure, right, said)


def half_up(value: Fraction, like: Figure) -> str:
    """``value`` with the decimals that the figure has, at least one for a percentage."""
    decimals = max(len(like.value.partition(".")[2]), 1 if like.kind == "percent" else 0)
    scaled = int(abs(value) * 10**decimals + Fraction(1, 2))
    return f"{Decimal(-scaled if value < 0 else scaled).scaleb(-decimals):.{decimals}f}"


def sums(figures: Figures) -> Iterator[Finding]:
    """The levels of a variable add up to their group, less only those whom its test leaves out as well.

    A level with a P value or an interval of its own (a grade, a response rate) is no part of a whole.
    """
    alone: set[tuple[str, ...]] = {figure.parts[:3] for figure in figures.of_kind("p") if len(figure.parts) == 4}
    alone |= {figure.parts[:3] for figure in figures.of_kind("ci_low") if figures.beside(figure, "percent")}
    tested = {figure.parts[:2]: figure.denominator for figure in figures.of_kind("p") if len(figure.parts) == 3}
    variables: dict[tuple[str, str], dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for cell in figures.cells:
        if (cell.table, cell.variable, cell.level) not in alone:
            variables[cell.table, cell.variable][cell.group].append(cell)
    for key, groups in variables.items():
        everybody = sum(_total(cells) for group, cells in groups.items() if group != "all" or len(groups) == 1)
        for group, cells in groups.items():
            sizes = {cell.figure.denominator for cell in cells}
            size = next(iter(sizes))
            if len(cells) < 2 or len(sizes) > 1 or size is None:
                continue
            total = _total(cells)
            complete = tested.get(key) is not None or any(cell.level.lower() in COMPLETE for cell in cells)
            if total > size or (total < size and complete and everybody != tested.get(key)):
                added = " + ".join(cell.figure.value for cell in cells)
                said = f"The levels of {key[1]} in group {group} are {added} = {total}, but the group has {size}."
                yield Finding(TABLE_RULE, cells[0].figure, f"sum {size}", said)


def _total(cells: list[Cell]) -> int:
    return sum(cell.figure.whole or 0 for cell in cells)


def totals(figures: Figures) -> Iterator[Finding]:
    """The arms together make the whole, in the header and level by level, also in another table of as many."""
    arms = set(figures.arms)
    for figure in list(figures.sizes.values())[:1]:
        added = sum(size.whole or 0 for size in figures.sizes.values())
        if set(figures.sizes) == arms and figure.denominator not in (None, added):
            said = f"The arms add up to {added}, but all patients are {figure.denominator}."
            yield Finding(TABLE_RULE, figure, str(added), said)
    by_arm: dict[tuple[str, tuple[str, ...]], dict[str, Figure]] = defaultdict(dict)
    whole: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for cell in figures.cells:
        source, *rest = cell.figure.tokens
        if cell.group in arms:
            by_arm[source, tuple(token for token in rest if token != cell.group)][cell.group] = cell.figure
        elif cell.group == "all":
            key = tuple(rest[:-1] if rest[-1:] == ["all"] else rest)
            for named in (key, key[1:]):  # the second without the endpoint
                whole[named].append(cell.figure)
    for (_, key), parts in by_arm.items():
        size = sum(part.denominator or 0 for part in parts.values())
        for figure in whole[key] if set(parts) == arms else []:
            added = sum(part.whole or 0 for part in parts.values())
            if figure.whole != added and figure.denominator == size:
                terms = " + ".join(f"{part.value} ({arm})" for arm, part in parts.items())
                said = f"{figure.value} patients in all, but the arms have {terms} = {added}."
                yield Finding(TABLE_RULE, figure, str(added), said)


def grades(figures: Figures) -> Iterator[Finding]:
    """No more patients with an event of grade 3-4 than with one of any grade."""
    of_any = {
        (cell.table, cell.variable, cell.group): cell.figure for cell in figures.cells if ANY_GRADE.search(cell.level)
    }
    for cell in figures.cells:
        at_most = of_any.get((cell.table, cell.variable, cell.group))
        if not HIGH_GRADE.search(cell.level) or at_most is None:
            continue
        if (cell.figure.whole or 0) > (at_most.whole or 0):
            said = f"{cell.variable}: {cell.figure.value} patients with {cell.level.lower()}, {at_most.value} with any."
            yield Finding(TABLE_RULE, cell.figure, f"at most {at_most.value}", said)


def count_tests(figures: Figures) -> Iterator[Finding]:
    """Chi-square and P of the printed counts, by the test the row names: Pearson's without Yates, or Fisher's.

    Where it names neither, or one that has nothing to follow in two columns (linear-by-linear), the convention of the
    tables: Fisher's for a 2 x 2 table with an expected count below five, else Pearson's. Other tests need patients.
    """
    for figure in figures.of_kind("p", "chi2"):
        counts = _counts(figures, figure) if figure.arms and figure.in_table else []
        named = figure.test.lower()
        pearson, fisher = "pearson" in named, "fisher" in named
        trend = "linear-by-linear" in named and all(len(row) == 2 for row in counts)
        if not counts or not (pearson or fisher or trend or "none" in named or not named):
            continue
        below = FISHER_BELOW if pearson == fisher or figure.number is None else float("inf") if fisher else 0.0
        test = table_test(counts, below)
        right = test.p if figure.kind == "p" else test.chi2
        if right is None and figure.kind == "chi2":
            continue
        shown = " against ".join(_fraction(row) for row in counts)
        if right is None and figure.number is not None:
            said = f"{figure.value} is printed, but {shown} cannot be compared."
            yield Finding(TABLE_RULE, figure, "NA", said)
        elif right is not None and figure.range is None:
            said = f"{figure.value} is printed, but {shown} can be compared: {_method(test.method)} P = {right:.3f}."
            yield Finding(TABLE_RULE, figure, f"{right:.3f}", said)
        elif right is not None and not figure.may_be(right):
            what = "P" if figure.kind == "p" else "Chi-square"
            said = f"{what} {figure.value} does not follow from {shown}: {_method(test.method)} gives {right:.3g}."
            yield Finding(TABLE_RULE, figure, f"{right:.3g}", said)


def _counts(figures: Figures, figure: Figure) -> list[list[int]]:
    """A row an arm: its levels, or those with and without; empty if an arm is not there or not whole."""
    prefix, rows = figure.parts[:-1], []
    for arm in figure.arms:
        own = [cell.figure for cell in figures.cells if cell.group == arm]
        levels = [cell.whole for cell in own if cell.parts[:2] == prefix and cell.whole is not None]
        single = [cell for cell in own if cell.parts[:3] == prefix]
        if single and single[0].denominator is not None and single[0].whole is not None:
            levels = [single[0].whole, single[0].denominator - single[0].whole]
        if not levels or min(levels) < 0:
            return []
        rows.append(levels)
    return rows if len({len(row) for row in rows}) == 1 else []


def _fraction(row: list[int]) -> str:
    return f"{row[0]}/{sum(row)}" if len(row) == 2 else "/".join(map(str, row))


def _method(method: str) -> str:
    return "Fisher's exact test" if method.startswith("Fisher") else "Pearson's test"


def counts_in_the_text(figures: Figures) -> Iterator[Finding]:
    """A count that the text gives for a variable alone is that of its level Yes, in an arm or in all arms."""
    tables: dict[str, dict[str, int]] = defaultdict(dict)
    for cell in figures.cells:
        if cell.level.lower() in YES and cell.group in figures.arms and len(cell.figure.tokens) == 4:
            tables[cell.figure.tokens[1].lower()][cell.group] = cell.figure.whole or 0
    for figure in figures.of_kind("n"):
        if figure.in_table or len(figure.quantity) < 2 or figure.whole is None:
            continue
        variable, rest = figure.quantity[1], figure.quantity[2:]
        of_arms = tables.get(variable, {})
        if not of_arms or set(of_arms) != set(figures.arms) or rest not in ((), ("all",), (figure.group.lower(),)):
            continue
        right = of_arms.get(figure.group, sum(of_arms.values()) if figure.group == "all" else figure.whole)
        if figure.whole != right:
            said = f"{figure.value} of group {figure.group} in the text; the table has {right} with {variable}."
            yield Finding(NARRATIVE_RULE, figure, str(right), said)


def _rule(figure: Figure) -> str:
    return TABLE_RULE if figure.in_table else NARRATIVE_RULE
