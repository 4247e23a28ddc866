"""Do the printed numbers of a publication, or our own, contradict each other? From the figures alone."""

from typing import TYPE_CHECKING

from analyses import number_audit_counts as counts
from analyses import number_audit_estimates as estimates
from analyses.number_audit_figures import read_figures
from analyses.number_audit_summaries import unlabelled_intervals
from analyses.printed_figures import printed_figures

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ["rule_id", "id", "location", "printed", "expected", "sentence"]
CHECKS = (
    counts.shares,
    counts.sums,
    counts.totals,
    counts.grades,
    counts.count_tests,
    counts.counts_in_the_text,
    estimates.intervals,
    estimates.ratio_tests,
    estimates.chi_squares,
    estimates.rank_tests,
    estimates.arithmetic,
    estimates.repetitions,
    estimates.ratios_told_twice,
    unlabelled_intervals,
)


def audit_numbers(figures: "pd.DataFrame") -> "pd.DataFrame":
    """One row a contradiction, in the order of ``figures`` (columns id, location, group, kind, value, denominator,
    test, all text; the columns of published.csv with the right values are not looked at).

    ``rule_id``: TT07 for counts, percentages, sums, P values and intervals; TT08 for a number of the text that
    contradicts a table or another place of the text. ``expected``: what the other figures make of it.

    A printed number stands for all that rounds to it half up, and only what no such number can explain is reported.
    Two figures that contradict each other are both reported where neither can be called the wrong one (a U and its
    P). What needs patients cannot be found: medians, log-rank and Cox P values, which follow from no other figure.
    """
    import pandas as pd

    read = read_figures(figures)
    order = {figure.id: place for place, figure in reversed(list(enumerate(read.rows)))}
    findings = sorted((finding for check in CHECKS for finding in check(read)), key=lambda row: order[row.figure.id])
    rows = [
        (row.rule_id, row.figure.id, row.figure.location, row.figure.value, row.expected, row.sentence)
        for row in findings
    ]
    return pd.DataFrame(list(dict.fromkeys(rows)), columns=COLUMNS)


def audit_printed(statistics: "pd.DataFrame", confidence_level: float) -> "pd.DataFrame":
    """The contradictions among this run's own numbers as the tables print them; columns as ``audit_numbers``."""
    return audit_numbers(printed_figures(statistics, confidence_level))
