"""Printed figures by hand: two arms A (22) and B (38), a factor X in table T1, and the running text."""

import pandas as pd

from analyses.number_audit import audit_numbers
from analyses.number_audit_figures import COLUMNS as FIGURE_COLUMNS

Row = tuple[str, str, str, str, str, str, str]


def audited(*rows: Row) -> list[tuple[str, str]]:
    """Rule and figure of what the audit finds in these figures."""
    found = audit_numbers(pd.DataFrame(list(rows), columns=list(FIGURE_COLUMNS)))
    return list(zip(found["rule_id"], found["id"], strict=True))


def counts(
    one: str, other: str, level: str = "Yes", of: tuple[str, str] = ("22", "38"), table: str = "T1"
) -> list[Row]:
    """One level of a factor in the arms A and B."""
    return [
        (f"T1.x.{level}.{arm}.n", f"T1 / X / {level} / {arm}", arm, "n", n, size, "")
        for arm, n, size in zip("AB", (one, other), of, strict=True)
    ]


def compared(kind: str, value: str, test: str, location: str = "T1 / X", of: str = "60") -> Row:
    return (f"T1.x.{kind}", f"{location} / {kind}", "A vs B", kind, value, of, test)


def text(name: str, group: str, kind: str, value: str, of: str = "22", test: str = "", where: str = "Results") -> Row:
    return (name, where, group, kind, value, of, test)


def share(n: str, percent: str, of: str) -> list[Row]:
    return [text("X.y.n", "A", "n", n, of), text("X.y.pct", "A", "percent", percent, of)]


def estimate(kind: str, value: str, low: str, high: str, test: str = "", p: str = "", of: str = "60") -> list[Row]:
    limits = [text(f"X.e.{name}", "A", name, limit, of, test) for name, limit in (("ci_low", low), ("ci_high", high))]
    tested = [text("X.e.p", "A", "p", p, "60", "Wald")] if p else []
    return [text(f"X.e.{kind}", "A", kind, value, of, test), *limits, *tested]


FOUR_BY_HAND = [*counts("9", "17"), *counts("13", "21", "No")]
SPARSE = counts("2", "0", "Grade 3-4")
SPARSE_AT = "T1 / X / Grade 3-4"
HEADER: list[Row] = [
    ("T1.N.A", "T1 / header", "A", "n", "22", "60", ""),
    ("T1.N.B", "T1 / header", "B", "n", "38", "60", ""),
]
PEARSON, FISHER, ANY = "Pearson chi-square, df=1", "Fisher exact two-sided", "Pearson chi-square or Fisher two-sided"


def ages(first: tuple[str, str, str], second: tuple[str, str, str], whole: tuple[str, str, str]) -> list[Row]:
    """A median and two unlabelled limits in each arm, and those of all in the text, labelled."""
    rows: list[Row] = [compared("p", "0.5", "Student")]
    for arm, printed, of in (("A", first, "22"), ("B", second, "38"), ("all", whole, "60")):
        for kind, value in zip(("median", "ci_low", "ci_high"), printed, strict=True):
            if arm == "all":
                rows.append(text(f"X.x.{kind}", arm, kind, value, of, "95% CI of the mean (t)"))
            else:
                rows.append((f"T1.x.{arm}.{kind}", f"T1 / X / {arm}", arm, kind, value, of, "unlabelled summary"))
    return rows


def ranks(u: str, p: str) -> list[Row]:
    sizes: list[Row] = [(f"T1.x.{arm}.median", f"T1 / X / {arm}", arm, "median", "50", of, "") for arm, of in SIZES]
    return [*sizes, compared("u", u, "Mann-Whitney U"), compared("p", p, "Mann-Whitney U")]


ABSTRACT = text("X.y.median.Abs", "A", "median", "68.5", where="Abstract")
TWELVE = text("X.e.n", "A", "n", "12", "22")
SIZES = [("A", "22"), ("B", "38")]
