"""What every table but the patients' must fulfil: its rows belong to a known subject, and to one who is alive."""

from functools import partial

import polars as pl

from schemas.columns import Date, Flag, context, limit
from schemas.contract import ERROR, ROW, Contract, rule

after_death = partial(rule, "DT04", ERROR, endpoints=("OS", "PFS", "LPFS"))


class SubjectRows(Contract):
    """The context that the views bring to each row, and the rules on identity."""

    latest_plausible_date: Date = limit("Last day that the extract can know")
    is_known_subject: Flag = context("Subject is in the patients file")
    death_latest: Date = context("Death, latest day possible")

    @rule("DM01", ERROR, ROW, column="subject_id")
    def subject_is_known(cls) -> pl.Expr:
        return pl.col("subject_id").is_null() | pl.col("is_known_subject")

    @rule("DM01", ERROR, ROW, column="subject_id")
    def subject_is_named(cls) -> pl.Expr:
        return pl.col("subject_id").is_not_null()
