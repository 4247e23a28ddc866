"""Response assessments: one row a scan and reader, the response as the reader reported it."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Limit, Number, Text, code, context, date, limit, number, plain_text, usable
from schemas.contract import CELL, ERROR, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death

recheck = partial(rule, "RS08", WARNING, ROW, endpoints=("BOR",), since="0.2.0")
driver = partial(rule, "RS14", WARNING, column="progression_driver", needs=("progression_driver",), since="0.2.0")
unknown_response = partial(rule, "RS01", ERROR, CELL)


class ResponseAssessments(
    SubjectRows, relation="checks.response_assessments", table="response_assessments", key=("scan_date", "reader")
):
    """What must be true of the reported responses."""

    scan_date: Date = date("Date of the scan", required=True)
    reader: Text = code("Reader")
    sum_mm: Number = number("Sum of the targets", unit="mm")
    target_response: Text = code("Target response", unreadable=unknown_response, codes="response")
    nontarget_response: Text = code("Non-target response", unreadable=unknown_response, codes="response")
    new_lesion: Text = code("New lesion", codes="yes_no")
    overall_response: Text = code("Overall response", unreadable=unknown_response, codes="response")
    liver_response: Text = code("Liver response", unreadable=unknown_response, codes="response")
    not_evaluable_reason: Text = plain_text("Reason why not evaluable")
    nadir_mm: Number = number("Smallest sum before, as reported", unit="mm")
    progression_driver: Text = code("What shows the progression", codes="lesion_class")
    adjudicated_response: Text = code("Response after adjudication", unreadable=unknown_response, codes="response")
    implied_overall: Text = context("Overall response that the reported parts imply")
    progression_date: Date = context("First progression that this reader reported before")
    complete_date: Date = context("First complete response of the targets that this reader reported before")
    response_date: Date = context("First response that this reader reported before")
    smallest_sum_mm: Number = context("Smallest sum that this reader reported before", unit="mm")
    recheck_share: Limit = limit("Share of growth from which on a response is looked at again")
    recheck_percent: Limit = limit("Growth from which on a response is looked at again", unit="%")
    evaluator_response: Text = context("Overall response by the evaluator")
    adjudicated_text: Text = context("Response after adjudication, in either reader's row")
    previous_scan_date: Date = context("The evaluator's scan before, or the start of the clock")
    days_since_previous: Count = context("Time since then", unit="days")
    gap_limit_days: Count = limit("Longest interval of the arm with its tolerance", unit="days")

    @rule("RS03", ERROR, ROW, column="overall_response", needs=("nontarget_response", "new_lesion"))
    def overall_follows_from_parts(cls) -> pl.Expr:
        return (
            (pl.col("overall_response") == pl.col("implied_overall")) | _has_new_lesion() | _nontarget_pd() | _misused()
        )

    @rule("RS04", ERROR, ROW, column="overall_response", needs=("new_lesion",))
    def new_lesion_is_progression(cls) -> pl.Expr:
        return (pl.col("overall_response") == "PD") | ~_has_new_lesion()

    @rule("RS05", ERROR, ROW, column="overall_response", needs=("nontarget_response",))
    def nontarget_pd_is_progression(cls) -> pl.Expr:
        return (pl.col("overall_response") == "PD") | ~_nontarget_pd() | _has_new_lesion()

    @rule("RS07", WARNING, ROW, column="overall_response")
    def no_response_after_progression(cls) -> pl.Expr:
        later = pl.col("progression_date").is_not_null()
        return ~later | pl.col("overall_response").is_in(["PD", "NE"])

    @recheck(column="target_response")
    def complete_response_stays(cls) -> pl.Expr:
        fell_back = pl.col("complete_date").is_not_null() & pl.col("target_response").is_in(["PR", "SD"])
        return ~fell_back | pl.col("progression_date").is_not_null()

    @recheck(column="overall_response")
    def growth_after_response_is_small(cls) -> pl.Expr:
        responded = pl.col("response_date").is_not_null() & pl.col("progression_date").is_null()
        judged = responded & pl.col("complete_date").is_null() & (pl.col("overall_response") == "SD")
        grown_to = (1 + pl.col("recheck_share")) * pl.col("smallest_sum_mm").cast(pl.Float64)
        return ~judged | (pl.col("sum_mm").cast(pl.Float64) < grown_to)

    @rule("RS09", WARNING, ROW, column="scan_date", endpoints=("PFS", "LPFS"))
    def scan_is_on_schedule(cls) -> pl.Expr:
        return pl.col("days_since_previous") <= pl.col("gap_limit_days")

    @rule("RS11", WARNING, CELL, column="not_evaluable_reason", needs=("not_evaluable_reason",))
    def not_evaluable_has_reason(cls) -> pl.Expr:
        return (pl.col("overall_response") != "NE") | pl.col("not_evaluable_reason").is_not_null()

    @rule("RS13", WARNING, ROW, column="adjudicated_response", needs=("adjudicated_text",), since="0.2.0")
    def readers_agree_or_are_adjudicated(cls) -> pl.Expr:
        agree = pl.col("overall_response") == pl.col("evaluator_response")
        return agree | pl.col("adjudicated_text").is_not_null()

    @driver(scope=CELL)
    def progression_has_driver(cls) -> pl.Expr:
        return (pl.col("overall_response") != "PD") | pl.col("progression_driver_text").is_not_null()

    @driver(scope=ROW)
    def driver_progresses(cls) -> pl.Expr:
        named = pl.col("progression_driver")
        by_target = (named != "TARGET") | (pl.col("target_response") == "PD").fill_null(False)
        by_nontarget = (named != "NON-TARGET") | _nontarget_pd()
        by_new_lesion = (named != "NEW") | _has_new_lesion()
        return (pl.col("overall_response") != "PD") | (by_target & by_nontarget & by_new_lesion)

    @rule("RS17", ERROR, ROW, column="overall_response")
    def non_cr_non_pd_without_target(cls) -> pl.Expr:
        return ~_misused()

    @after_death(scope=ROW, column="scan_date")
    def scan_before_death(cls) -> pl.Expr:
        return usable("scan_date") <= pl.col("death_latest")


def _has_new_lesion() -> pl.Expr:
    return (pl.col("new_lesion") == "Y").fill_null(False)


def _nontarget_pd() -> pl.Expr:
    return (pl.col("nontarget_response") == "PD").fill_null(False)


def _misused() -> pl.Expr:
    """NON-CR/NON-PD as a target response, or as the overall response of a subject with targets (RS17)."""
    as_target = pl.col("target_response") == "NON-CR/NON-PD"
    as_overall = (pl.col("overall_response") == "NON-CR/NON-PD") & pl.col("target_response").is_not_null()
    return as_target.fill_null(False) | as_overall.fill_null(False)
