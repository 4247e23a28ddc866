"""A row case as the contract sees it: one row with the types of the relation."""

from dataclasses import dataclass

import polars as pl
from cases_rows import RowCase

import schemas
from schemas import Contract, Rule


@dataclass(frozen=True)
class Check:
    contract: type[Contract]
    rule: Rule
    condition: pl.Expr


def _checks() -> dict[str, Check]:
    return {
        f"{contract.__name__}.{rule.check.split(' ', 1)[-1]}": Check(contract, rule, rule.condition(contract))
        for contract in schemas.CONTRACTS
        for rule in contract.rules
    }


CHECKS = _checks()
"""Every rule by contract and name of the check."""


def row_frame(case: RowCase) -> pl.DataFrame:
    columns = CHECKS[case.check].contract.to_schema().columns
    types = {name: columns[name].dtype.type if name in columns else pl.String for name in case.row}
    return pl.DataFrame({name: [value] for name, value in case.row.items()}, schema=types, strict=False)


def failing(frame: pl.DataFrame, condition: pl.Expr) -> bool:
    """Whether the rule objects to the one row. A null passes."""
    return not frame.select(condition.fill_null(True)).item()
