"""The examples of each rule notice every small fault in it (mutation testing).

A fault is caught where what an example of the rule asserts no longer holds: a case that fails has as many failing rows
as before, a near-miss and the sound cohort have none. The conditions are asked by polars of the frames of the examples,
which are what edits of the sound cohort give, and the single rows of cases_rows.

Faults of a part that many rules take from one function are one fault each: of ``usable``, of a rule that is inherited,
and of the rules that schemas.columns makes for every column of a kind (DT01 to DT03, RF02, RS01). Such a rule is not
written for its column, so an example of one column of the kind is enough; that every column has its rules is the
contract's doing, and is tested in test_contracts.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pytest
from cases_rows import CASES as ROW_CASES
from cohort_frames import Frames, covered_frames, derived_frames, extract_frames
from mutations import Mutant, mutants
from row_frames import CHECKS, row_frame
from test_covered_rules import CASES as COVERED_CASES
from test_derived_rules import FAILING, PASSING
from test_extract_rules import CASES as EXTRACT_CASES

import schemas
from schemas import COVERED, DERIVED, EXTRACT, Contract, Rule

pytestmark = pytest.mark.slow

SOUND = "sound"


@dataclass(frozen=True)
class Example:
    """``frames`` of a case that fails, or of one in which nothing of the rule may fail."""

    frames: Frames
    fails: bool = False


def examples() -> dict[tuple[str, str], list[Example]]:
    """By stage and rule id."""
    found: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for case in EXTRACT_CASES:
        found[EXTRACT, case.rule_id].append(Example(extract_frames(*case.fails), fails=True))
        if case.passes:
            found[EXTRACT, case.rule_id].append(Example(extract_frames(*case.passes)))
    for damaged in FAILING:
        frames = derived_frames(*damaged.edits, spoil=damaged.spoil)
        found[DERIVED, damaged.rule_id].append(Example(frames, fails=True))
    for name, (edits, spoil) in PASSING.items():
        found[DERIVED, name.partition(",")[0]].append(Example(derived_frames(*edits, spoil=spoil)))
    for changed in COVERED_CASES:
        found[COVERED, changed.rule_id].append(Example(covered_frames(*changed.now), fails=True))
        if changed.alike:
            found[COVERED, changed.rule_id].append(Example(covered_frames(*changed.alike)))
    for expected, fails in ((1, False), (2, True)):
        stated = (
            "alter table study.arms alter column expected_subjects type integer",
            f"update study.arms set expected_subjects = {expected} where arm = 'TACE'",
        )
        found[COVERED, "DM15"].append(Example(covered_frames(study=stated), fails=fails))
    sound = {EXTRACT: extract_frames(), DERIVED: derived_frames(), COVERED: covered_frames()}
    for (stage, _), of_rule in found.items():
        of_rule.append(Example(sound[stage]))
    return found


def survivors(contract: type[Contract], rule: Rule, of_rule: list[Example]) -> Iterator[str]:
    """The faults in ``rule`` that no example notices."""
    left = mutants(contract, rule)
    condition = rule.condition(contract)
    for example in of_rule:
        frame = example.frames[contract.relation]
        if frame.is_empty() or any(frame[name].is_null().all() for name in rule.needs):
            continue
        asserted = _failing(frame, [condition])[0] if example.fails else 0
        left = _unnoticed(left, frame, asserted)
    for case in ROW_CASES:
        if CHECKS[case.check].contract is contract and CHECKS[case.check].rule is rule:
            left = _unnoticed(left, row_frame(case), int(case.breaks))
    yield from (mutant.fault for mutant in left)


def _unnoticed(left: list[Mutant], frame: pl.DataFrame, asserted: int | None) -> list[Mutant]:
    counts = _failing(frame, [mutant.condition for mutant in left])
    return [mutant for mutant, count in zip(left, counts, strict=True) if count == asserted]


def _failing(frame: pl.DataFrame, conditions: list[pl.Expr]) -> list[int | None]:
    """How many rows fail each condition; None where it cannot be asked. A null passes."""
    asked = [(~condition.fill_null(True)).sum().alias(str(place)) for place, condition in enumerate(conditions)]
    try:
        return list(frame.select(asked).row(0)) if asked else []
    except pl.exceptions.PolarsError:
        return [None] if len(asked) == 1 else [count for one in conditions for count in _failing(frame, [one])]


def test_the_examples_of_a_rule_notice_every_small_fault_in_it() -> None:
    found = examples()
    in_which: dict[str, set[str]] = defaultdict(set)
    missed: dict[str, set[str]] = defaultdict(set)
    for contract in schemas.CONTRACTS:
        for rule in contract.rules:
            rule_name = f"{contract.relation} {rule.check}"
            for mutant in mutants(contract, rule):
                in_which[mutant.fault].add(rule_name)
            for fault in survivors(contract, rule, found[contract.stage, rule.id]):
                missed[fault].add(rule_name)
    unnoticed = {fault for fault, rules in missed.items() if rules == in_which[fault]}
    assert unnoticed == set(EQUIVALENT)


EQUIVALENT: dict[str, str] = {
    "RS03 ResponseAssessments.overall_follows_from_parts: a null counts as True at BinaryExpr/right/BinaryExpr/right": (
        "without an overall response there is nothing to compare: null, which passes too"
    ),
    "TR07 ReportedResponses.sum_agrees: LtEq is Lt at "
    "BinaryExpr/right/Function/input/0/BinaryExpr/left/Function/input/0": (
        "a difference of just the tolerance has passed before the longest diameters are asked"
    ),
    "TR11 SizeChanges.change_is_possible: Gt is GtEq at "
    "BinaryExpr/left/BinaryExpr/right/Function/input/0/BinaryExpr/left": (
        "a size that has grown by just the share has not jumped, and needs not be a peak to pass"
    ),
}
"""Faults that change no outcome, whatever stands in the tables: the fault, and why."""
