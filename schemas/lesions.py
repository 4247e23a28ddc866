"""Lesions: one row a lesion of a subject, with its class from baseline on."""

from functools import partial

import polars as pl

from schemas.columns import (
    Count,
    Date,
    Integer,
    Limit,
    Millimetres,
    Text,
    code,
    context,
    date,
    limit,
    plain_text,
    usable,
)
from schemas.contract import CELL, ERROR, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows

TUMOUR = ("PFS", "LPFS", "BOR", "LBOR")

first_seen = partial(rule, "TU09", ERROR, endpoints=TUMOUR, since="0.2.0")
lesion_key = partial(rule, "TU01", ERROR, endpoints=TUMOUR)


class Lesions(SubjectRows, relation="checks.lesions", table="lesions", key=("lesion_id",)):
    """What must be true of the lesions (limits: RECIST 1.1)."""

    lesion_id: Text = plain_text("Lesion")
    organ: Text = code("Organ", unreadable=None)
    location_text: Text = plain_text("Location")
    lesion_class: Text = code("Class", endpoints=TUMOUR)
    first_seen_date: Date = date("First seen", endpoints=TUMOUR)
    id_count: Count = context("Rows of the subject with this lesion number")
    startdt: Date = context("Start of the clock")
    unmeasurable_word: Text = context("What makes it no target")
    baseline_scan_date: Date = context("Baseline scan")
    baseline_diameter_mm: Millimetres = context("Longest diameter at baseline", unit="mm")
    baseline_short_axis_mm: Millimetres = context("Short axis at baseline", unit="mm")
    target_of_organ: Count = context("Place among the targets of its organ")
    target_of_subject: Count = context("Place among the targets of the subject")
    baseline_sightings: Count = context("Measurements that show it at baseline or before")
    measurement_count: Count = context("Measurements of this lesion")
    targets_limit: Integer = limit("Targets, at most")
    targets_per_organ_limit: Integer = limit("Targets of one organ, at most")
    target_min_mm: Limit = limit("Target, smallest longest diameter", unit="mm")
    target_node_min_mm: Limit = limit("Target node, smallest short axis", unit="mm")
    node_min_mm: Limit = limit("Node, smallest short axis", unit="mm")

    @lesion_key(scope=ROW, column="lesion_id")
    def lesion_is_numbered_once(cls) -> pl.Expr:
        return pl.col("lesion_id").is_not_null() & (pl.col("id_count") == 1)

    @lesion_key(scope=CELL, column="organ", entry="organ_text")
    def organ_is_known(cls) -> pl.Expr:
        return pl.col("organ").is_not_null()

    @rule("TU02", ERROR, ROW, column="lesion_class", endpoints=TUMOUR)
    def within_targets_of_subject(cls) -> pl.Expr:
        return pl.col("target_of_subject") <= pl.col("targets_limit")

    @rule("TU03", ERROR, ROW, column="lesion_class", endpoints=TUMOUR)
    def within_targets_of_organ(cls) -> pl.Expr:
        return pl.col("target_of_organ") <= pl.col("targets_per_organ_limit")

    @rule("TU04", ERROR, ROW, column="lesion_class", endpoints=TUMOUR)
    def target_is_measurable(cls) -> pl.Expr:
        other = (pl.col("lesion_class") != "TARGET") | (pl.col("organ") == "LYMPH NODE")
        return other | (pl.col("baseline_diameter_mm") >= pl.col("target_min_mm"))

    @rule("TU05", ERROR, ROW, column="lesion_class", endpoints=TUMOUR)
    def target_node_is_measurable(cls) -> pl.Expr:
        other = (pl.col("lesion_class") != "TARGET") | (pl.col("organ") != "LYMPH NODE")
        return other | (pl.col("baseline_short_axis_mm") >= pl.col("target_node_min_mm"))

    @rule("TU06", WARNING, ROW, column="lesion_class", endpoints=TUMOUR)
    def non_target_node_is_pathological(cls) -> pl.Expr:
        other = (pl.col("lesion_class") != "NON-TARGET") | (pl.col("organ") != "LYMPH NODE")
        size = pl.col("baseline_short_axis_mm")
        return other | ((size >= pl.col("node_min_mm")) & (size < pl.col("target_node_min_mm")))

    # What was seen up to the start is the baseline. A target that was measured then has a wrong date; one that was not
    # has the wrong class.
    @first_seen(scope=CELL, column="first_seen_date")
    def measured_target_is_dated_at_baseline(cls) -> pl.Expr:
        return ~_is_late_target() | (pl.col("baseline_sightings") == 0)

    @first_seen(scope=ROW, column="lesion_class")
    def target_is_seen_at_baseline(cls) -> pl.Expr:
        return ~_is_late_target() | (pl.col("baseline_sightings") > 0)

    @rule("TU12", WARNING, ROW, column="lesion_class", endpoints=TUMOUR, since="0.2.0")
    def target_is_of_a_measurable_kind(cls) -> pl.Expr:
        return (pl.col("lesion_class") != "TARGET") | pl.col("unmeasurable_word").is_null()

    @rule("TU10", ERROR, ROW, column="first_seen_date", endpoints=TUMOUR)
    def new_lesion_is_new(cls) -> pl.Expr:
        dated = pl.col("first_seen_date").is_not_null() | pl.col("first_seen_date_text").is_not_null()
        after_baseline = (usable("first_seen_date") > pl.col("baseline_scan_date")).fill_null(True)
        return (pl.col("lesion_class") != "NEW") | (dated & after_baseline & (pl.col("baseline_sightings") == 0))

    @rule("TU13", ERROR, ROW, column="lesion_id", endpoints=TUMOUR, tables=("lesion_measurements",))
    def lesion_is_measured(cls) -> pl.Expr:
        return (pl.col("measurement_count") > 0) | pl.col("lesion_id").is_null()


def _is_late_target() -> pl.Expr:
    """A target first seen after the start, of a subject who was scanned before it (without that: TR15)."""
    was_scanned = pl.col("baseline_scan_date").is_not_null()
    return was_scanned & (pl.col("lesion_class") == "TARGET") & (usable("first_seen_date") > pl.col("startdt"))
