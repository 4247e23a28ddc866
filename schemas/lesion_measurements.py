"""Lesion measurements: one row a lesion, scan and reader."""

from functools import partial

import polars as pl

from schemas.columns import (
    Count,
    Date,
    Flag,
    Limit,
    Millimetres,
    Number,
    Text,
    code,
    context,
    date,
    limit,
    number,
    plain_text,
    usable,
)
from schemas.contract import CELL, ERROR, ROW, WARNING, Contract, rule
from schemas.lesions import TUMOUR
from schemas.subject_rows import SubjectRows, after_death

size = partial(rule, "TR01", ERROR, CELL, endpoints=TUMOUR)


class LesionMeasurements(
    SubjectRows,
    relation="checks.lesion_measurements",
    table="lesion_measurements",
    key=("lesion_id", "scan_date", "reader"),
):
    """What must be true of the measurements."""

    lesion_id: Text = plain_text("Lesion")
    scan_date: Date = date("Date of the scan", required=True, endpoints=TUMOUR)
    reader: Text = code("Reader", endpoints=TUMOUR)
    modality: Text = code("Modality")
    diameter_mm: Millimetres = number("Longest diameter", unit="mm", text="diameter_text", unreadable=None)
    diameter_unit: Text = code("Unit of the diameter", endpoints=TUMOUR, codes="unit")
    short_axis_mm: Millimetres = number("Short axis", unit="mm", text="short_axis_text", unreadable=None)
    lesion_status: Text = code("Status of the lesion", endpoints=TUMOUR)
    not_evaluable_reason: Text = plain_text("Reason why not evaluable")
    noted_class: Text = code("Class as noted with the measurement", codes="lesion_class")
    noted_location: Text = plain_text("Location as noted with the measurement")
    slice_mm: Number = number("Slice thickness", unit="mm")
    known_class: Text = context("Class in the lesions file")
    known_location: Text = context("Location in the lesions file, or as noted first")
    is_known_location: Flag = context("The two locations agree")
    is_known_lesion: Flag = context("Lesion is in the lesions file")
    value_count: Count = context("Rows of this lesion, scan and reader")
    neighbour_1_mm: Limit = context("The same lesion at a neighbouring scan", unit="mm")
    neighbour_2_mm: Limit = context("The same lesion at another neighbouring scan", unit="mm")
    neighbour_ratio: Limit = context("Ratio to the closer of the two neighbouring sizes")
    neighbour_ratio_limit: Limit = limit("Ratio from which on a unit is doubted")
    diameter_low: Limit = limit("Diameter, smallest plausible", unit="mm")
    diameter_high: Limit = limit("Diameter, largest plausible", unit="mm")
    too_small_mm: Limit = limit("Below this a lesion is too small to measure", unit="mm")

    @size(column="diameter_mm")
    def diameter_is_understood(cls) -> pl.Expr:
        return _understood("diameter_mm", "diameter_text")

    @size(column="short_axis_mm")
    def short_axis_is_understood(cls) -> pl.Expr:
        return _understood("short_axis_mm", "short_axis_text")

    @size(column="diameter_mm")
    def diameter_is_possible(cls) -> pl.Expr:
        return pl.col("diameter_mm").is_between(pl.col("diameter_low"), pl.col("diameter_high"))

    @size(column="short_axis_mm")
    def short_axis_is_possible(cls) -> pl.Expr:
        return pl.col("short_axis_mm").is_between(pl.col("diameter_low"), pl.col("diameter_high"))

    @rule("TR02", WARNING, CELL, column="diameter_mm", endpoints=TUMOUR)
    def unit_agrees_with_neighbours(cls) -> pl.Expr:
        return pl.col("neighbour_ratio") < pl.col("neighbour_ratio_limit")

    @rule("TR03", ERROR, ROW, column="short_axis_mm", endpoints=TUMOUR)
    def short_axis_is_shorter(cls) -> pl.Expr:
        # A size that is out of range is TR01's.
        possible = pl.col("short_axis_mm") <= pl.col("diameter_high")
        return ~possible | (pl.col("short_axis_mm") <= pl.col("diameter_mm"))

    @rule("TR05", WARNING, CELL, column="diameter_mm", endpoints=TUMOUR)
    def large_enough_to_measure(cls) -> pl.Expr:
        unit_in_doubt = (pl.col("neighbour_ratio") >= pl.col("neighbour_ratio_limit")).fill_null(False)
        small = (pl.col("diameter_mm") > 0) & (pl.col("diameter_mm") < pl.col("too_small_mm"))
        return ~small | unit_in_doubt

    @rule("TR09", ERROR, ROW, column="diameter_mm", endpoints=TUMOUR)
    def one_value(cls) -> pl.Expr:
        return pl.col("value_count") == 1

    @rule("TU07", ERROR, CELL, column="noted_class", endpoints=TUMOUR, needs=("noted_class",), since="0.2.0")
    def class_stays(cls) -> pl.Expr:
        return pl.col("noted_class") == pl.col("known_class")

    @rule("TU08", WARNING, CELL, column="noted_location", needs=("noted_location",), since="0.2.0")
    def location_stays(cls) -> pl.Expr:
        return pl.col("is_known_location")

    @rule("TU13", ERROR, ROW, column="lesion_id", endpoints=TUMOUR, tables=("lesions",))
    def lesion_is_known(cls) -> pl.Expr:
        return pl.col("is_known_lesion")

    @after_death(scope=ROW, column="scan_date")
    def scan_before_death(cls) -> pl.Expr:
        return usable("scan_date") <= pl.col("death_latest")


class ExpectedMeasurements(
    Contract,
    relation="checks.expected_measurements",
    table="lesion_measurements",
    key=("lesion_id", "scan_date", "reader"),
):
    """Every target, at every scan, by each of its readers. Where no row stands there is none to set aside."""

    lesion_id: Text = plain_text("Lesion")
    reader: Text = plain_text("Reader")
    scan_date: Date = context("Date of the scan")
    state: Text = context("What stands there")
    is_complete: Flag = context("Has a value, or is not evaluable for a reason")

    @rule("TR06", ERROR, ROW, column="diameter_mm", endpoints=TUMOUR)
    def target_is_measured(cls) -> pl.Expr:
        return pl.col("is_complete")


def _understood(name: str, text: str) -> pl.Expr:
    """Text became a number. A unit word that is not known is a finding of its own (RF02)."""
    unknown_unit = pl.col("diameter_unit").is_null() & pl.col("diameter_unit_text").is_not_null()
    return pl.col(name).is_not_null() | pl.col(text).is_null() | unknown_unit
