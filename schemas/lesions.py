"""Lesions: one row a lesion of a subject, with its class from baseline on."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Integer, Limit, Millimetres, Text, code, context, date, plain_text, usable
from schemas.contract import CELL, ERROR, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows

TUMOUR = ("PFS", "LPFS", "BOR", "LBOR")

lesion_key = partial(
    rule,
    "TU01",
    "Lesion without its own number or organ",
    ERROR,
    why="Measurements are joined to their lesion by its number, and nodes and liver lesions are judged by their organ.",
    endpoints=TUMOUR,
)


class Lesions(SubjectRows, relation="checks.lesions", table="lesions", key=("lesion_id",)):
    """What must be true of the lesions (limits: RECIST 1.1)."""

    lesion_id: Text = plain_text("Lesion")
    organ: Text = code("Organ", unreadable=None)
    location_text: Text = plain_text("Location")
    lesion_class: Text = code("Class", endpoints=TUMOUR)
    first_seen_date: Date = date("First seen", endpoints=TUMOUR)
    id_count: Count = context("Rows of the subject with this lesion number")
    baseline_scan_date: Date = context("Baseline scan")
    baseline_diameter_mm: Millimetres = context("Longest diameter at baseline", unit="mm")
    baseline_short_axis_mm: Millimetres = context("Short axis at baseline", unit="mm")
    target_of_organ: Count = context("Place among the targets of its organ")
    target_of_subject: Count = context("Place among the targets of the subject")
    baseline_sightings: Count = context("Measurements that show it at baseline or before")
    measurement_count: Count = context("Measurements of this lesion")
    targets_limit: Integer = context("Targets, at most")
    targets_per_organ_limit: Integer = context("Targets of one organ, at most")
    target_min_mm: Limit = context("Target, smallest longest diameter", unit="mm")
    target_node_min_mm: Limit = context("Target node, smallest short axis", unit="mm")
    node_min_mm: Limit = context("Node, smallest short axis", unit="mm")

    @lesion_key(
        scope=ROW,
        column="lesion_id",
        sentence="Lesion {lesion_id} stands in {id_count} rows of this subject.",
        fix="Give each lesion its own number, and each row one.",
    )
    def lesion_is_numbered_once(cls) -> pl.Expr:
        return pl.col("lesion_id").is_not_null() & (pl.col("id_count") == 1)

    @lesion_key(
        scope=CELL,
        column="organ",
        sentence="Organ of lesion {lesion_id} is '{organ_text}', which is not a known word.",
        fix="Enter the organ; if the word is right, add it to the code list in mapping.toml.",
    )
    def organ_is_known(cls) -> pl.Expr:
        return pl.col("organ").is_not_null()

    @rule(
        "TU02",
        "Too many targets",
        ERROR,
        ROW,
        column="lesion_class",
        sentence="Lesion {lesion_id} is target number {target_of_subject}; at most {targets_limit} are allowed.",
        why="RECIST 1.1 sums at most five targets; a further one changes every sum.",
        fix="Make it a non-target, or correct the class of another.",
        endpoints=TUMOUR,
    )
    def within_targets_of_subject(cls) -> pl.Expr:
        return pl.col("target_of_subject") <= pl.col("targets_limit")

    @rule(
        "TU03",
        "Too many targets in one organ",
        ERROR,
        ROW,
        column="lesion_class",
        sentence="Lesion {lesion_id} is target number {target_of_organ} in {organ}; "
        "at most {targets_per_organ_limit} are allowed.",
        why="RECIST 1.1 sums at most two targets of one organ; a further one changes every sum.",
        fix="Make it a non-target, or correct the organ or class of another.",
        endpoints=TUMOUR,
    )
    def within_targets_of_organ(cls) -> pl.Expr:
        return pl.col("target_of_organ") <= pl.col("targets_per_organ_limit")

    @rule(
        "TU04",
        "Target too small at baseline",
        ERROR,
        ROW,
        column="lesion_class",
        sentence="Target {lesion_id} has {baseline_diameter_mm} mm at baseline; a target needs {target_min_mm} mm.",
        why="A lesion below 10 mm is not measurable in the sense of RECIST 1.1; its changes are measurement error.",
        fix="Make it a non-target, or correct the baseline diameter.",
        endpoints=TUMOUR,
    )
    def target_is_measurable(cls) -> pl.Expr:
        other = (pl.col("lesion_class") != "TARGET") | (pl.col("organ") == "LYMPH NODE")
        return other | (pl.col("baseline_diameter_mm") >= pl.col("target_min_mm"))

    @rule(
        "TU05",
        "Target node too small at baseline",
        ERROR,
        ROW,
        column="lesion_class",
        sentence="Target node {lesion_id} has a short axis of {baseline_short_axis_mm} mm at baseline; "
        "a target node needs {target_node_min_mm} mm.",
        why="A node below 15 mm is not measurable in the sense of RECIST 1.1.",
        fix="Make it a non-target, or correct the short axis at baseline.",
        endpoints=TUMOUR,
    )
    def target_node_is_measurable(cls) -> pl.Expr:
        other = (pl.col("lesion_class") != "TARGET") | (pl.col("organ") != "LYMPH NODE")
        return other | (pl.col("baseline_short_axis_mm") >= pl.col("target_node_min_mm"))

    @rule(
        "TU06",
        "Non-target node of unusual size at baseline",
        WARNING,
        ROW,
        column="lesion_class",
        sentence="Non-target node {lesion_id} has a short axis of {baseline_short_axis_mm} mm at baseline; "
        "expected is {node_min_mm} to below {target_node_min_mm} mm.",
        why="Below 10 mm a node is normal, from 15 mm on it could be a target (RECIST 1.1).",
        fix="Correct the class or the short axis, or confirm both.",
        endpoints=TUMOUR,
    )
    def non_target_node_is_pathological(cls) -> pl.Expr:
        other = (pl.col("lesion_class") != "NON-TARGET") | (pl.col("organ") != "LYMPH NODE")
        size = pl.col("baseline_short_axis_mm")
        return other | ((size >= pl.col("node_min_mm")) & (size < pl.col("target_node_min_mm")))

    @rule(
        "TU10",
        "New lesion that is not new",
        ERROR,
        ROW,
        column="first_seen_date",
        sentence="New lesion {lesion_id} was first seen on {first_seen_date}; the baseline scan is of "
        "{baseline_scan_date}, and {baseline_sightings} measurement(s) show it then or before.",
        why="A new lesion is progression; one that was there at baseline is not new.",
        fix="Correct the date it was first seen, or its class.",
        endpoints=TUMOUR,
    )
    def new_lesion_is_new(cls) -> pl.Expr:
        dated = pl.col("first_seen_date").is_not_null() | pl.col("first_seen_date_text").is_not_null()
        after_baseline = (usable("first_seen_date") > pl.col("baseline_scan_date")).fill_null(True)
        return (pl.col("lesion_class") != "NEW") | (dated & after_baseline & (pl.col("baseline_sightings") == 0))

    @rule(
        "TU13",
        "Lesion and measurements do not match",
        ERROR,
        ROW,
        column="lesion_id",
        sentence="Lesion {lesion_id} has {measurement_count} measurements, though this subject was scanned.",
        why="A lesion that is never measured cannot respond or progress.",
        fix="Correct the lesion number in one of the two forms, or add the measurements.",
        endpoints=TUMOUR,
    )
    def lesion_is_measured(cls) -> pl.Expr:
        return (pl.col("measurement_count") > 0) | pl.col("lesion_id").is_null()
