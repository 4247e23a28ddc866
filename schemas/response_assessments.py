"""Response assessments: one row a scan and reader, the response as the reader reported it."""

from functools import partial

import polars as pl

from schemas.columns import Count, Date, Number, Text, code, context, date, number, plain_text, usable
from schemas.contract import CELL, ERROR, ROW, WARNING, rule
from schemas.subject_rows import SubjectRows, after_death

unknown_response = partial(
    rule,
    "RS01",
    "Response that is no RECIST response",
    ERROR,
    CELL,
    why="Only the categories of RECIST 1.1 can be compared with the derived response.",
    fix="Enter CR, PR, SD, PD, NE or NON-CR/NON-PD.",
)


class ResponseAssessments(
    SubjectRows,
    relation="checks.response_assessments",
    table="response_assessments",
    key=("scan_date", "reader"),
):
    """What must be true of the reported responses."""

    scan_date: Date = date("Date of the scan", required=True)
    reader: Text = code("Reader")
    sum_mm: Number = number("Sum of the targets", unit="mm")
    target_response: Text = code("Target response", unreadable=unknown_response)
    nontarget_response: Text = code("Non-target response", unreadable=unknown_response)
    new_lesion: Text = code("New lesion")
    overall_response: Text = code("Overall response", unreadable=unknown_response)
    liver_response: Text = code("Liver response", unreadable=unknown_response)
    not_evaluable_reason: Text = plain_text("Reason why not evaluable")
    implied_overall: Text = context("Overall response that the reported parts imply")
    progression_date: Date = context("First progression that this reader reported before")
    previous_scan_date: Date = context("The evaluator's scan before, or the start of the clock")
    days_since_previous: Count = context("Time since then", unit="days")
    gap_limit_days: Count = context("Longest interval of the arm with its tolerance", unit="days")

    @rule(
        "RS03",
        "Overall response does not follow from its parts",
        ERROR,
        ROW,
        column="overall_response",
        sentence="Overall response is {overall_response}; target {target_response}, non-target {nontarget_response} "
        "and new lesion {new_lesion} give {implied_overall}.",
        why="RECIST 1.1 gives one overall response for each combination of target, non-target and new lesion.",
        fix="Correct the overall response or the part that is wrong.",
        needs=("nontarget_response", "new_lesion"),
    )
    def overall_follows_from_parts(cls) -> pl.Expr:
        return (
            (pl.col("overall_response") == pl.col("implied_overall")) | _has_new_lesion() | _nontarget_pd() | _misused()
        )

    @rule(
        "RS04",
        "New lesion without progression",
        ERROR,
        ROW,
        column="overall_response",
        sentence="New lesion is {new_lesion} and the overall response {overall_response}; a new lesion is PD.",
        why="An unequivocal new lesion is progression, whatever the targets do (RECIST 1.1).",
        fix="Correct the overall response, or that the lesion is new.",
        needs=("new_lesion",),
    )
    def new_lesion_is_progression(cls) -> pl.Expr:
        return (pl.col("overall_response") == "PD") | ~_has_new_lesion()

    @rule(
        "RS05",
        "Non-target progression without progression",
        ERROR,
        ROW,
        column="overall_response",
        sentence="Non-target response is {nontarget_response} and the overall response {overall_response}; "
        "non-target PD is PD.",
        why="Unequivocal progression of the non-targets is progression (RECIST 1.1).",
        fix="Correct the overall or the non-target response.",
        needs=("nontarget_response",),
    )
    def nontarget_pd_is_progression(cls) -> pl.Expr:
        return (pl.col("overall_response") == "PD") | ~_nontarget_pd() | _has_new_lesion()

    @rule(
        "RS07",
        "Response after progression",
        WARNING,
        ROW,
        column="overall_response",
        sentence="Overall response is {overall_response} on {scan_date}, and was PD on {progression_date}.",
        why="After progression no response is counted; a later one may mean that the progression was none.",
        fix="Correct one of the two responses, or confirm both.",
    )
    def no_response_after_progression(cls) -> pl.Expr:
        later = pl.col("progression_date").is_not_null()
        return ~later | pl.col("overall_response").is_in(["PD", "NE"])

    @rule(
        "RS09",
        "Scan later than scheduled",
        WARNING,
        ROW,
        column="scan_date",
        sentence="Scan of {scan_date} is {days_since_previous} days after {previous_scan_date}; "
        "the schedule allows {gap_limit_days} days.",
        why="Progression is dated by the scan that shows it; a late scan makes progression late.",
        fix="Enter the scan between, or confirm that there was none.",
        endpoints=("PFS", "LPFS"),
    )
    def scan_is_on_schedule(cls) -> pl.Expr:
        return pl.col("days_since_previous") <= pl.col("gap_limit_days")

    @rule(
        "RS11",
        "Not evaluable without a reason",
        WARNING,
        CELL,
        column="not_evaluable_reason",
        sentence="Overall response is {overall_response}; the reason is {not_evaluable_reason}.",
        why="A scan that cannot be judged is left out of progression-free survival; a pattern of such scans is bias.",
        fix="Enter why the scan was not evaluable.",
        needs=("not_evaluable_reason",),
    )
    def not_evaluable_has_reason(cls) -> pl.Expr:
        return (pl.col("overall_response") != "NE") | pl.col("not_evaluable_reason").is_not_null()

    @rule(
        "RS17",
        "NON-CR/NON-PD although there is a target",
        ERROR,
        ROW,
        column="overall_response",
        sentence="Overall response is {overall_response} and the target response {target_response}.",
        why="NON-CR/NON-PD is the response of subjects without targets (RECIST 1.1).",
        fix="Correct the overall or the target response.",
    )
    def non_cr_non_pd_without_target(cls) -> pl.Expr:
        return ~_misused()

    @after_death(scope=ROW, column="scan_date", sentence="Scan is of {scan_date}; the patient died on {death_latest}.")
    def before_death(cls) -> pl.Expr:
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
