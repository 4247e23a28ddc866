"""What the sites report, each as a whole."""

import polars as pl

from schemas.columns import Count, Text, context, limit
from schemas.contract import INFO, ROW, Contract, rule


class Sites(Contract, relation="checks.sites", table="procedures", key=("site",)):
    """A site reports what usually follows a procedure."""

    procedure_count: Count = context("Procedures")
    followed_count: Count = context("Procedures that an expected event followed")
    expected_terms: Text = limit("Events that are expected")
    expected_within_days: Count = limit("Expected after a procedure, at most", unit="days")
    least_procedures: Count = limit("Procedures from which on a site is judged")

    @rule("AE10", INFO, ROW, column="procedure_date", since="0.2.0")
    def events_follow_procedures(cls) -> pl.Expr:
        few = pl.col("procedure_count") < pl.col("least_procedures")
        return few | (pl.col("followed_count") > 0)
