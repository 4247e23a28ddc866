"""What must be true? A contract for each relation; every rule has an id, a severity, a scope and a sentence."""

from schemas.contract import DERIVED, EXTRACT, Contract, Rule
from schemas.contracts import CONTRACTS
from schemas.examination import FINDING_COLUMNS, RULE_COLUMNS, ContractError, Examination, examine, structural_finding
from schemas.extract_tables import EXTRACT_TABLES, ExtractTable

__all__ = [
    "CONTRACTS",
    "DERIVED",
    "EXTRACT",
    "EXTRACT_TABLES",
    "FINDING_COLUMNS",
    "RULE_COLUMNS",
    "Contract",
    "ContractError",
    "Examination",
    "ExtractTable",
    "Rule",
    "examine",
    "structural_finding",
]
