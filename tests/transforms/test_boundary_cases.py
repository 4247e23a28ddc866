"""The boundary cases of RECIST 1.1 and of the endpoints: each from both sides, with the rule that gives the answer.

A case is one subject whose start is day 0 and whose data cut is day 400. What is stated of it are rows of ADRS
(paramcd, value, day) and of ADTTE (paramcd, cnsr, day). Other bounds that a contract asks for, such as a target node of
14.9 or 15 mm, are in tests/schemas.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from tiny_cohort import Fact, TinyCohort, day

CUT = 400
Write = Callable[[TinyCohort, str], object]


@dataclass(frozen=True)
class Case:
    """What is written of a subject, what must come of it, and why."""

    name: str
    rule: str
    write: Write
    expected: set[Fact]


def sizes(*diameters: float | str) -> Write:
    """One liver target: the diameters at baseline (day -10) and then every 42 days."""

    def write(cohort: TinyCohort, subject: str) -> None:
        cohort.lesion("L1", subject=subject)
        for number, diameter in enumerate(diameters):
            on = 42 * number if number else -10
            cohort.scan(on, {"L1": Decimal(str(diameter))}, subject=subject)

    return write


def lesions(*named: tuple[str, str, str], scans: dict[int, dict[str, Any]]) -> Write:
    """Lesions (id, class, organ) and what was read of them on which day."""

    def write(cohort: TinyCohort, subject: str) -> None:
        for lesion_id, lesion_class, organ in named:
            cohort.lesion(lesion_id, lesion_class, organ, subject=subject)
        for on, readings in scans.items():
            cohort.scan(on, readings, subject=subject)

    return write


def course(responses: dict[int, str], therapy: int | None = None, death: int | None = None) -> Write:
    """The responses that the evaluator reported, the start of a new therapy, the death."""

    def write(cohort: TinyCohort, subject: str) -> None:
        cohort.report(responses, subject=subject)
        if therapy is not None:
            cohort.new_therapy(therapy, subject)
        if death is not None:
            cohort.dies(death, subject)

    return write


def node(before: float, after: float, kind: str = "TARGET") -> Write:
    """One lymph node, its short axis at baseline and on day 42."""
    return lesions(("N1", kind, "LYMPH NODE"), scans={-10: {"N1": before}, 42: {"N1": Decimal(str(after))}})


TWO_TARGETS = (("L1", "TARGET", "LIVER"), ("L2", "TARGET", "LIVER"))
NONTARGET_ONLY = ("L1", "NON-TARGET", "LIVER")

FROM_LESIONS = [
    Case("19.9 % over the nadir", "progression needs 20 % over the nadir", sizes(100, "119.9"),
         {("OVRLRESP", "SD", 42), ("PFS", 1, 42)}),
    Case("20.0 % over the nadir", "20 % and 5 mm over the nadir are progression", sizes(100, "120.0"),
         {("OVRLRESP", "PD", 42), ("PFS", 0, 42)}),
    Case("19.9 % over a nadir below the baseline", "the nadir is the smallest sum, not the baseline",
         sizes(100, 50, "59.9"), {("OVRLRESP", "PR", 84), ("PFS", 1, 84)}),
    Case("20.0 % over a nadir below the baseline", "progression is tested before partial response",
         sizes(100, 50, "60.0"), {("OVRLRESP", "PD", 84), ("PFS", 0, 84), ("BOR", "PR", 42)}),
    Case("4.9 mm over the nadir", "24.5 % is enough, 4.9 mm is not", sizes(20, "24.9"), {("OVRLRESP", "SD", 42)}),
    Case("5.0 mm over the nadir", "25 % and 5 mm", sizes(20, "25.0"), {("OVRLRESP", "PD", 42)}),
    Case("69.9 % of the baseline", "30.1 % less is a partial response", sizes(100, "69.9"), {("OVRLRESP", "PR", 42)}),
    Case("70.0 % of the baseline", "30.0 % less is a partial response", sizes(100, "70.0"), {("OVRLRESP", "PR", 42)}),
    Case("70.1 % of the baseline", "29.9 % less is none", sizes(100, "70.1"), {("OVRLRESP", "SD", 42)}),
    Case("stable on day 41", "stable disease counts from 42 days after the start; what is left is NE",
         lesions(TWO_TARGETS[0], scans={-10: {"L1": 50}, 41: {"L1": 50}}),
         {("BOR", "NE", 41), ("CBOR", "NE", 41), ("DCR", "N", 41), ("CB", "N", None)}),
    Case("stable on day 42", "stable disease counts from 42 days after the start",
         lesions(TWO_TARGETS[0], scans={-10: {"L1": 50}, 42: {"L1": 50}}),
         {("BOR", "SD", 42), ("CBOR", "SD", 42), ("DCR", "Y", 42), ("CB", "Y", 42)}),
    Case("gone, and back from a nadir of 0", "whatever reappears has 5 mm, and any percentage of 0 is less",
         sizes(30, 0, 2), {("BOR", "CR", 42), ("OVRLRESP", "PD", 84), ("PFS", 0, 84)}),
    Case("gone, and still gone", "0 is not 5 mm above a nadir of 0", sizes(30, 0, 0),
         {("OVRLRESP", "CR", 84), ("PFS", 1, 84)}),
    Case("a target node at 9 mm", "below 10 mm a node is normal: complete response, though the sum is 9", node(15, 9),
         {("OVRLRESP", "CR", 42)}),
    Case("a target node at 10 mm", "10 mm is not normal; a third less is a partial response", node(15, 10),
         {("OVRLRESP", "PR", 42)}),
    Case("a target node still at 15 mm", "no change", node(15, 15), {("OVRLRESP", "SD", 42)}),
    Case("a non-target node at 9 mm", "below 10 mm a node is normal", node(14, 9, "NON-TARGET"),
         {("OVRLRESP", "CR", 42)}),
    Case("a non-target node at 10 mm", "from 10 mm on it is there", node(14, 10, "NON-TARGET"),
         {("OVRLRESP", "NON-CR/NON-PD", 42)}),
    Case("a non-target node at 15 mm", "growth of a non-target is progression only where a reader says so",
         node(14, 15, "NON-TARGET"), {("OVRLRESP", "NON-CR/NON-PD", 42)}),
    Case("a target missing, the rest 19.9 % over the nadir", "a missing target leaves nothing to evaluate",
         lesions(*TWO_TARGETS, scans={-10: {"L1": 50, "L2": 20}, 42: {"L1": Decimal("83.9")}}),
         {("OVRLRESP", "NE", 42), ("PFS", 2, 0)}),
    Case("a target missing, the rest 20.0 % over the nadir", "what was measured already proves progression",
         lesions(*TWO_TARGETS, scans={-10: {"L1": 50, "L2": 20}, 42: {"L1": 84}}),
         {("OVRLRESP", "PD", 42), ("PFS", 0, 42)}),
    Case("non-target disease only, there", "the non-target response is the overall one, and adequate",
         lesions(NONTARGET_ONLY, scans={-10: {"L1": "PRESENT"}, 42: {"L1": "PRESENT"}}),
         {("OVRLRESP", "NON-CR/NON-PD", 42), ("BOR", "NON-CR/NON-PD", 42), ("DCR", "Y", 42), ("PFS", 1, 42)}),
    Case("non-target disease only, there on day 41", "NON-CR/NON-PD has the window of stable disease",
         lesions(NONTARGET_ONLY, scans={-10: {"L1": "PRESENT"}, 41: {"L1": "PRESENT"}}), {("BOR", "NE", 41)}),
    Case("non-target disease only, gone", "all gone is a complete response",
         lesions(NONTARGET_ONLY, scans={-10: {"L1": "PRESENT"}, 42: {"L1": "ABSENT"}}), {("BOR", "CR", 42)}),
    Case("non-target disease only, worse", "unequivocal progression",
         lesions(NONTARGET_ONLY, scans={-10: {"L1": "PRESENT"}, 42: {"L1": "PROGRESSION"}}),
         {("BOR", "PD", 42), ("PFS", 0, 42)}),
    Case("no assessment after the baseline", "MISSING stays in the denominator; times are censored at the start",
         sizes(50),
         {("BOR", "MISSING", None), ("CBOR", "MISSING", None), ("DCR", "N", None), ("RSP", "N", None), ("PFS", 2, 0),
          ("LPFS", 2, 0), ("PFSNACT", 2, 0), ("PFSFDA", 2, 0), ("TTLP", 2, 0), ("TTR", 2, 0), ("OS", 5, 0)}),
]  # fmt: skip

FROM_RESPONSES = [
    Case("confirmed 27 days later", "the interval of confirmation is 28 days, without + 1",
         course({42: "PR", 69: "PR"}), {("CBOR", "SD", 42), ("CRSP", "N", None), ("BOR", "PR", 42)}),
    Case("confirmed 28 days later", "the interval of confirmation is 28 days, without + 1",
         course({42: "PR", 70: "PR"}), {("CBOR", "PR", 42), ("CRSP", "Y", 42)}),
    Case("complete response confirmed 27 days later", "the same for a complete response",
         course({42: "CR", 69: "CR"}), {("CBOR", "SD", 42), ("CRSP", "N", None), ("BOR", "CR", 42)}),
    Case("complete response confirmed 28 days later", "the same for a complete response",
         course({42: "CR", 70: "CR"}), {("CBOR", "CR", 42), ("CRSP", "Y", 42)}),
    Case("an NE between two PRs", "one NE between is allowed",
         course({42: "PR", 56: "NE", 70: "PR"}), {("CBOR", "PR", 42), ("CRSP", "Y", 42)}),
    Case("two NEs between two PRs", "one NE between is allowed, two are not",
         course({42: "PR", 52: "NE", 61: "NE", 70: "PR"}), {("CBOR", "SD", 42), ("CRSP", "N", None)}),
    Case("death on the cut date", "an event up to and on the cut counts",
         course({42: "SD"}, death=CUT), {("OS", 0, CUT), ("PFS", 0, CUT), ("LPFS", 0, CUT)}),
    Case("death a day after the cut", "an event after the cut is dropped: alive at the cut",
         course({42: "SD"}, death=CUT + 1), {("OS", 1, CUT), ("PFS", 1, 42), ("LPFS", 2, 0)}),
    Case("progression and new therapy on one day", "progression on the day of the therapy counts",
         course({42: "SD", 84: "PD"}, therapy=84), {("PFSNACT", 0, 84), ("PFS", 0, 84), ("PD", "Y", 84)}),
    Case("progression as the only assessment, on the day of the new therapy", "it counts in the best response too",
         course({84: "PD"}, therapy=84), {("BOR", "PD", 84), ("CBOR", "PD", 84), ("PFSNACT", 0, 84)}),
    Case("progression a day after the new therapy", "an event counts strictly before the therapy",
         course({42: "SD", 85: "PD"}, therapy=84), {("PFSNACT", 3, 42), ("PFS", 0, 85), ("PD", "Y", 85)}),
    Case("response on the day of the new therapy", "of its day only progression counts",
         course({42: "SD", 84: "PR"}, therapy=84), {("BOR", "SD", 42), ("RSP", "N", None), ("PFSNACT", 3, 42)}),
]  # fmt: skip


@pytest.fixture(scope="module")
def found() -> dict[str, set[Fact]]:
    """What came of every case; each list is one cohort."""
    facts: dict[str, set[Fact]] = {}
    for source, cases in (("derived", FROM_LESIONS), ("reported", FROM_RESPONSES)):
        with duckdb.connect(":memory:") as connection:
            cohort = TinyCohort(connection)
            cohort.protocol(data_cut=day(CUT), response_source=source)
            for case in cases:
                cohort.subject(case.name)
                case.write(cohort, case.name)
            facts |= cohort.derive().facts()
    return facts


@pytest.mark.parametrize("case", [*FROM_LESIONS, *FROM_RESPONSES], ids=lambda case: case.name)
def test_boundary(found: dict[str, set[Fact]], case: Case) -> None:
    paramcds = {paramcd for paramcd, _, _ in case.expected}
    last = max((on for name, _, on in found[case.name] if name == "OVRLRESP" and on is not None), default=None)
    about = {
        fact for fact in found[case.name] if fact[0] in paramcds and (fact[0] != "OVRLRESP" or fact[2] == last)
    }  # fmt: skip
    assert about == case.expected, case.rule
