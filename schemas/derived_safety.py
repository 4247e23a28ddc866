"""The analysis data sets of safety, against each other."""

import polars as pl

from schemas.columns import Count, context
from schemas.contract import DERIVED, ERROR, ROW, Contract, rule


class ProcedureCounts(Contract, relation="audit.procedure_counts", table="adsl", stage=DERIVED):
    """The number of procedures that the analyses use is that of the procedures."""

    covariate_count: Count = context("Number of procedures as a covariate")
    procedure_count: Count = context("Procedures")

    @rule("EX06", ERROR, ROW, column="nproc", since="0.2.0")
    def covariate_counts_procedures(cls) -> pl.Expr:
        return pl.col("covariate_count") == pl.col("procedure_count")
