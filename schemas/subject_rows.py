"""What every table but the patients' must fulfil: its rows belong to a known subject, and to one who is alive."""

from functools import partial

import polars as pl

from schemas.columns import Date, Flag, context
from schemas.contract import ERROR, ROW, Contract, rule

after_death = partial(
    rule,
    "DT04",
    "Activity after death",
    ERROR,
    why="A visit, dose, scan or sample after death means that one of the two dates, or the patient, is wrong.",
    fix="Correct the date of this record or the date of death.",
    endpoints=("OS", "PFS", "LPFS"),
)


class SubjectRows(Contract):
    """The context that the views bring to each row, and the rule on identity."""

    latest_plausible_date: Date = context("Last day that the extract can know")
    is_known_subject: Flag = context("Subject is in the patients file")
    death_latest: Date = context("Death, latest day possible")

    @rule(
        "DM01",
        "Subject is missing or not unique",
        ERROR,
        ROW,
        column="subject_id",
        sentence="Subject '{subject_id}' is not in the patients file.",
        why="A record that belongs to nobody in the cohort cannot be analysed, and may belong to another patient.",
        fix="Correct the subject id, or add the patient.",
    )
    def subject_is_known(cls) -> pl.Expr:
        return pl.col("is_known_subject")
