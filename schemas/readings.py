"""Readings: what sizes, scans and readers say when several measurements are seen together."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Flag, Limit, Number, Text, context, limit
from schemas.contract import INFO, ROW, WARNING, Contract, rule
from schemas.lesions import TUMOUR

outlier = partial(rule, "TR11", WARNING, ROW, column="diameter_mm", endpoints=TUMOUR, since="0.2.0")
technique = partial(rule, "TR10", WARNING, ROW, since="0.2.0")


class SizeChanges(
    Contract, relation="checks.size_changes", table="lesion_measurements", key=("lesion_id", "scan_date", "reader")
):
    """The size of a lesion against the scan before and the scan after."""

    lesion_id: Text = context("Lesion")
    reader: Text = context("Reader")
    scan_date: Date = context("Date of the scan")
    size_mm: Limit = context("Size", unit="mm")
    previous_mm: Limit = context("Size at the scan before", unit="mm")
    previous_scan_date: Date = context("Scan before")
    days_since_previous: Count = context("Time since then", unit="days")
    next_mm: Limit = context("Size at the scan after", unit="mm")
    next_scan_date: Date = context("Scan after")
    is_confirmed: Flag = context("Another reader saw the change too")
    jump_days: Count = limit("A change is judged within", unit="days")
    jump_share: Limit = limit("Change that is doubted, as a share")
    jump_percent: Limit = limit("Change that is doubted", unit="%")

    @outlier()
    def change_is_possible(cls) -> pl.Expr:
        return ~_jumped() | _is_peak() | pl.col("is_confirmed")

    @outlier()
    def size_is_no_peak(cls) -> pl.Expr:
        return ~_is_peak() | pl.col("is_confirmed")


class Scans(Contract, relation="checks.scans", table="lesion_measurements", key=("scan_date", "reader")):
    """All that a reader read on one day."""

    reader: Text = context("Reader")
    scan_date: Date = context("Date of the scan")
    lesion_count: Count = context("Lesions with a size")
    modality: Text = context("Modality")
    other_modality: Text = context("Modality that differs from the first one")
    first_modality: Text = context("Modality at the first scan of the lesion")
    other_modality_count: Count = context("Lesions seen in another modality than first")
    slice_mm: Number = context("Slice thickness", unit="mm")
    slice_difference_mm: Limit = context("Difference to the first scan of the lesion", unit="mm")
    slice_limit_mm: Limit = limit("Difference that does not matter", unit="mm")
    copied_scans: Count = context("Scans in a row with the very same sizes")
    copied_scans_limit: Count = limit("Scans in a row that are doubted")
    copied_lesions_limit: Count = limit("Lesions from which on they are doubted")
    embolisation_effect: Text = context("Effect of the embolisation")
    procedure_date: Date = context("First embolisation")
    response_organ: Text = limit("Organ that is embolised")
    unnoted_count: Count = context("Lesions of the organ, after it, of which no effect is noted")

    @technique(column="modality", needs=("modality",))
    def modality_is_that_of_baseline(cls) -> pl.Expr:
        return pl.col("other_modality_count") == 0

    @technique(column="slice_mm", needs=("slice_mm",))
    def slices_are_those_of_baseline(cls) -> pl.Expr:
        return pl.col("slice_difference_mm") <= pl.col("slice_limit_mm")

    @rule("TR13", WARNING, ROW, column="diameter_mm", endpoints=TUMOUR, since="0.2.0")
    def sizes_are_not_carried_over(cls) -> pl.Expr:
        several = pl.col("lesion_count") >= pl.col("copied_lesions_limit")
        return ~several | (pl.col("copied_scans") < pl.col("copied_scans_limit"))

    @rule("TR14", INFO, ROW, column="embolisation_effect", needs=("embolisation_effect",), since="0.2.0")
    def effect_of_embolisation_is_noted(cls) -> pl.Expr:
        return pl.col("unnoted_count") == 0


class Readers(Contract, relation="checks.readers", table="lesion_measurements", key=("reader",)):
    """How a reader measures."""

    reader: Text = context("Reader")
    size_count: Count = context("Sizes")
    round_percent: Limit = context("Sizes that end in 0 or 5 mm", unit="%")
    heaping_sizes: Count = limit("Sizes from which on a reader is judged")
    heaping_percent: Limit = limit("Share that is doubted", unit="%")

    @rule("TR12", INFO, ROW, column="diameter_mm", since="0.2.0")
    def sizes_are_not_rounded(cls) -> pl.Expr:
        few = pl.col("size_count") < pl.col("heaping_sizes")
        return few | (pl.col("round_percent") <= pl.col("heaping_percent"))


def _jumped() -> pl.Expr:
    soon = pl.col("days_since_previous") <= pl.col("jump_days")
    grown = pl.col("size_mm") > (1 + pl.col("jump_share")) * pl.col("previous_mm")
    shrunk = pl.col("size_mm") < (1 - pl.col("jump_share")) * pl.col("previous_mm")
    return (soon & (grown | shrunk)).fill_null(False)


def _is_peak() -> pl.Expr:
    """Larger than before and after by the share that is doubted; a small size between two large ones is a response."""
    above_previous = pl.col("size_mm") > (1 + pl.col("jump_share")) * pl.col("previous_mm")
    above_next = pl.col("size_mm") > (1 + pl.col("jump_share")) * pl.col("next_mm")
    return (above_previous & above_next).fill_null(False)
