"""The catalogue of rules: every rule that was agreed, what kind it is, and why some are not asked."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CATALOGUE_FILE = Path(__file__).parent / "catalogue.csv"
IMPLEMENTED = "implemented"


@dataclass(frozen=True)
class CatalogueRule:
    """One line of catalogue.csv.

    ``category`` is where the rule stands in the framework of Kahn et al. (eGEMs 2016;4:1244): value, relational or
    computational conformance; completeness; uniqueness, atemporal or temporal plausibility. ``reason`` says why a
    rule is not implemented.
    """

    rule_id: str
    table: str
    rule: str
    severity: str
    why: str
    category: str
    status: str
    reason: str

    @property
    def is_implemented(self) -> bool:
        return self.status == IMPLEMENTED


@cache
def catalogue() -> dict[str, CatalogueRule]:
    """Every rule of the catalogue by its id, in the order of the file."""
    with CATALOGUE_FILE.open(encoding="utf-8", newline="") as file:
        return {row["rule_id"]: CatalogueRule(**row) for row in csv.DictReader(file)}
