"""Lesion measurements: one row a lesion, scan and reader."""

from functools import partial

import polars as pl

from schemas.columns import (
    Count,
    Date,
    Flag,
    Limit,
    Millimetres,
    Text,
    code,
    context,
    date,
    number,
    plain_text,
    usable,
)
from schemas.contract import CELL, ERROR, ROW, WARNING, Contract, rule
from schemas.lesions import TUMOUR
from schemas.subject_rows import SubjectRows, after_death

size = partial(
    rule,
    "TR01",
    "Size that is no number of millimetres",
    ERROR,
    CELL,
    why="The sum of the targets is made of these numbers.",
    fix="Correct the number or its unit.",
    endpoints=TUMOUR,
)


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
    diameter_unit: Text = code("Unit of the diameter", endpoints=TUMOUR)
    short_axis_mm: Millimetres = number("Short axis", unit="mm", text="short_axis_text", unreadable=None)
    lesion_status: Text = code("Status of the lesion", endpoints=TUMOUR)
    not_evaluable_reason: Text = plain_text("Reason why not evaluable")
    is_known_lesion: Flag = context("Lesion is in the lesions file")
    value_count: Count = context("Rows of this lesion, scan and reader")
    neighbour_1_mm: Limit = context("The same lesion at a neighbouring scan", unit="mm")
    neighbour_2_mm: Limit = context("The same lesion at another neighbouring scan", unit="mm")
    neighbour_ratio: Limit = context("Ratio to the closer of the two neighbouring sizes")
    neighbour_ratio_limit: Limit = context("Ratio from which on a unit is doubted")
    diameter_low: Limit = context("Diameter, smallest plausible", unit="mm")
    diameter_high: Limit = context("Diameter, largest plausible", unit="mm")
    too_small_mm: Limit = context("Below this a lesion is too small to measure", unit="mm")

    @size(column="diameter_mm", sentence="Longest diameter is '{diameter_text}' with unit '{diameter_unit_text}'.")
    def diameter_is_understood(cls) -> pl.Expr:
        return _understood("diameter_mm", "diameter_text")

    @size(column="short_axis_mm", sentence="Short axis is '{short_axis_text}' with unit '{diameter_unit_text}'.")
    def short_axis_is_understood(cls) -> pl.Expr:
        return _understood("short_axis_mm", "short_axis_text")

    @size(
        column="diameter_mm",
        sentence="Longest diameter is {diameter_mm} mm; possible is {diameter_low} to {diameter_high} mm.",
    )
    def diameter_is_possible(cls) -> pl.Expr:
        return pl.col("diameter_mm").is_between(pl.col("diameter_low"), pl.col("diameter_high"))

    @size(
        column="short_axis_mm",
        sentence="Short axis is {short_axis_mm} mm; possible is {diameter_low} to {diameter_high} mm.",
    )
    def short_axis_is_possible(cls) -> pl.Expr:
        return pl.col("short_axis_mm").is_between(pl.col("diameter_low"), pl.col("diameter_high"))

    @rule(
        "TR02",
        "Unit in doubt: ten times the neighbouring scans",
        WARNING,
        CELL,
        column="diameter_mm",
        sentence="Longest diameter is {diameter_mm} mm (short axis {short_axis_mm} mm); the neighbouring scans have "
        "{neighbour_1_mm} and {neighbour_2_mm} mm.",
        why="A lesion that is ten times larger or smaller at one scan only was entered in the other unit.",
        fix="Correct the unit or the number, or confirm both.",
        endpoints=TUMOUR,
    )
    def unit_agrees_with_neighbours(cls) -> pl.Expr:
        return pl.col("neighbour_ratio") < pl.col("neighbour_ratio_limit")

    @rule(
        "TR03",
        "Short axis longer than the longest diameter",
        ERROR,
        ROW,
        column="short_axis_mm",
        sentence="Short axis is {short_axis_mm} mm and the longest diameter {diameter_mm} mm.",
        why="The longest diameter is the longest by definition; the two were exchanged or one is wrong.",
        fix="Correct one of the two.",
        endpoints=TUMOUR,
    )
    def short_axis_is_shorter(cls) -> pl.Expr:
        # A size that is out of range is TR01's.
        possible = pl.col("short_axis_mm") <= pl.col("diameter_high")
        return ~possible | (pl.col("short_axis_mm") <= pl.col("diameter_mm"))

    @rule(
        "TR05",
        "Diameter below what can be measured",
        WARNING,
        CELL,
        column="diameter_mm",
        sentence="Longest diameter is {diameter_mm} mm; below {too_small_mm} mm a lesion is too small to measure.",
        why="RECIST 1.1 gives a lesion that is present and too small to measure 5 mm.",
        fix="Enter 5 mm, or 0 if the lesion is gone.",
        endpoints=TUMOUR,
    )
    def large_enough_to_measure(cls) -> pl.Expr:
        unit_in_doubt = (pl.col("neighbour_ratio") >= pl.col("neighbour_ratio_limit")).fill_null(False)
        small = (pl.col("diameter_mm") > 0) & (pl.col("diameter_mm") < pl.col("too_small_mm"))
        return ~small | unit_in_doubt

    @rule(
        "TR09",
        "Two values for one lesion, scan and reader",
        ERROR,
        ROW,
        column="diameter_mm",
        sentence="Lesion {lesion_id} has {value_count} rows for {scan_date}, reader {reader}; this one gives "
        "{diameter_mm} mm.",
        why="Which of two values counts must not be decided by their order in a file.",
        fix="Keep the right row.",
        endpoints=TUMOUR,
    )
    def one_value(cls) -> pl.Expr:
        return pl.col("value_count") == 1

    @rule(
        "TU13",
        "Lesion and measurements do not match",
        ERROR,
        ROW,
        column="lesion_id",
        sentence="Lesion '{lesion_id}' of subject {subject_id} is measured and is not in the lesions file.",
        why="Without organ and class a measurement belongs to no sum.",
        fix="Correct the lesion number in one of the two forms, or add the lesion.",
        endpoints=TUMOUR,
    )
    def lesion_is_known(cls) -> pl.Expr:
        return pl.col("is_known_lesion")

    @after_death(scope=ROW, column="scan_date", sentence="Scan is of {scan_date}; the patient died on {death_latest}.")
    def before_death(cls) -> pl.Expr:
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

    @rule(
        "TR06",
        "Target not measured at a scan",
        ERROR,
        ROW,
        column="diameter_mm",
        sentence="Target {lesion_id} at the scan of {scan_date}, reader {reader}: {state}.",
        why="Without one of its targets a sum cannot be made, and the response of that scan is not evaluable.",
        fix="Enter the size, or that the lesion was not evaluable and why.",
        endpoints=TUMOUR,
    )
    def target_is_measured(cls) -> pl.Expr:
        return pl.col("is_complete")


def _understood(name: str, text: str) -> pl.Expr:
    """Text became a number. A unit word that is not known is a finding of its own (RF02)."""
    unknown_unit = pl.col("diameter_unit").is_null() & pl.col("diameter_unit_text").is_not_null()
    return pl.col(name).is_not_null() | pl.col(text).is_null() | unknown_unit
