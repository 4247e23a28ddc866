"""What a report says about the run itself; none of it is looked up or computed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Outcome = Literal["published", "published with quarantine", "checked", "blocked"]


@dataclass(frozen=True)
class RunFacts:
    """The facts of one run.

    ``reason`` is a sentence, or empty. ``extract_files`` holds one mapping a file with the keys ``file``, ``table``,
    ``sha256``, ``rows``, ``empty_lines`` (skipped: they are no rows) and ``encoding``. ``subjects_by_arm`` counts the
    subjects of the analysis by arm code. There is no clock: ``run_id`` is the only mark of time, and it stays out of
    tables and figures. ``rule_seconds`` is the time that each rule took, by rule id and table name, where it was
    measured.
    """

    run_id: str
    outcome: Outcome
    reason: str
    data_cut: date
    extract_files: Sequence[Mapping[str, Any]] = ()
    code_version: str = ""
    subjects_by_arm: Mapping[str, int] = field(default_factory=dict)
    package_versions: Mapping[str, str] = field(default_factory=dict)
    rule_seconds: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        return self.outcome == "blocked"
