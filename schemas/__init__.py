"""What must be true? A contract for each relation; every rule has an id, a severity, a scope and a sentence."""

from schemas.catalogue import CatalogueRule, catalogue
from schemas.condition_sql import UntranslatableError, condition_sql
from schemas.contract import COVERED, DERIVED, EXTRACT, Contract, Rule
from schemas.contracts import CONTRACTS
from schemas.dictionary import dictionary
from schemas.examination import (
    CHECK_COLUMNS,
    RULE_COLUMNS,
    ContractError,
    Examination,
    examine,
    examine_suspects,
    limits,
    together,
)
from schemas.extract_tables import EXTRACT_TABLES, ExtractTable
from schemas.findings import FINDING_COLUMNS, structural_finding

__all__ = [
    "CHECK_COLUMNS",
    "CONTRACTS",
    "COVERED",
    "DERIVED",
    "EXTRACT",
    "EXTRACT_TABLES",
    "FINDING_COLUMNS",
    "RULE_COLUMNS",
    "CatalogueRule",
    "Contract",
    "ContractError",
    "Examination",
    "ExtractTable",
    "Rule",
    "UntranslatableError",
    "catalogue",
    "condition_sql",
    "dictionary",
    "examine",
    "examine_suspects",
    "limits",
    "structural_finding",
    "together",
]
