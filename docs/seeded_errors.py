"""Prints which rule finds what was planted and lets the near miss pass, from a run of the tests that prove it.

make seeded-errors        # writes docs/seeded_errors.md
"""

import contextlib
import io
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from schemas import CONTRACTS, catalogue  # noqa: E402

FINDS = re.compile(r"test_a_rule_finds_what_breaks_it\w*\[([A-Z]{2}\d\d)")
LETS_PASS = re.compile(r"test_a_rule_lets_the_near_miss_pass\w*\[([A-Z]{2}\d\d)")
CLEAN = re.compile(r"test_a_clean_cohort_of_500_breaks_no_rule\[")
SHUFFLED = re.compile(r"test_shuffled_rows_columns_and_files_give_the_same_findings")


class Tally:
    """Counts the tests of each rule as pytest reports them."""

    def __init__(self) -> None:
        self.planted, self.found, self.near, self.silent = Counter(), Counter(), Counter(), Counter()
        self.clean, self.clean_silent, self.shuffled = 0, 0, False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call":
            return
        if match := FINDS.search(report.nodeid):
            self.planted[match[1]] += 1
            self.found[match[1]] += report.passed
        elif match := LETS_PASS.search(report.nodeid):
            self.near[match[1]] += 1
            self.silent[match[1]] += report.passed
        elif CLEAN.search(report.nodeid):
            self.clean += 1
            self.clean_silent += report.passed
        elif SHUFFLED.search(report.nodeid):
            self.shuffled = report.passed


def severities(rule_id: str) -> str:
    """How the rule acts, the worst first: its checks may differ, and the catalogue had proposed another for some."""
    acting = {rule.severity for contract in CONTRACTS for rule in contract.rules if rule.id == rule_id}
    return ", ".join(severity for severity in ("block", "error", "warning", "info") if severity in acting)


def main() -> None:
    tally = Tally()
    files = ["tests/schemas", "tests/flows/test_false_alarms.py"]
    names = "finds_what_breaks_it or near_miss_pass or clean_cohort or shuffled_rows"
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main([*(str(ROOT / file) for file in files), "-q", "-p", "no:xdist", "-k", names], plugins=[tally])
    print("# Seeded errors\n")
    print("Made by `make seeded-errors` from a run of the tests, not by hand. *planted*: cases that break the rule;")
    print("*near misses*: cases that come as close as is legal. A case also fails if any other rule objects.")
    print("*severity*: as it acts; a rule with more than one has checks that differ.\n")
    print("| rule | what it asks | severity | planted | found | near misses | false alarms |")
    print("|---|---|---|---:|---:|---:|---:|")
    for rule in catalogue().values():
        if rule.is_implemented:
            counts = (tally.planted, tally.found, tally.near)
            planted, found, near = (counter[rule.rule_id] for counter in counts)
            alarms = near - tally.silent[rule.rule_id]
            what = rule.rule.replace("|", "\\|")
            print(f"| {rule.rule_id} | {what} | {severities(rule.rule_id)} | {planted} | {found} | {near} | {alarms} |")
    planted, found = tally.planted.total(), tally.found.total()
    near, alarms = tally.near.total(), tally.near.total() - tally.silent.total()
    rules = sum(rule.is_implemented for rule in catalogue().values())
    print(f"\n{rules} rules: {found} of {planted} planted cases found, {alarms} false alarms on {near} near misses.")
    print(f"{tally.clean_silent} of {tally.clean} random clean cohorts of 500 patients without a finding.")
    print(f"Rows, columns and files in another order: {'the same' if tally.shuffled else 'not the same'} findings.")
    print("\n## Not asked of a record\n")
    for rule in catalogue().values():
        if not rule.is_implemented:
            print(f"- {rule.rule_id} {rule.rule}: {rule.reason}")


if __name__ == "__main__":
    main()
