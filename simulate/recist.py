"""What a radiologist reports: RECIST 1.1 (Eisenhauer 2009) from one reader's own measurements, in plain Python.

Written apart from the SQL of transforms/: the simulator fills in reported sums and responses with it, so that the
derived ones have something independent to agree with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

TOO_SMALL_MM = 5
NORMAL_NODE_BELOW_MM = 10
STABLE_DAYS = 42
PRESENT, ABSENT, PROGRESSION, NOT_EVALUABLE = "PRESENT", "ABSENT", "PROGRESSION", "NOT EVALUABLE"


@dataclass(frozen=True)
class Finding:
    """What was seen of the lesions at one scan.

    ``targets`` holds the millimetres that count (short axis of a node, else longest diameter), None where a target
    could not be evaluated. ``nontargets`` holds the status of each; ``nodes`` names the targets that are nodes.
    """

    targets: Mapping[str, int | None]
    nontargets: Mapping[str, str]
    new_lesions: frozenset[str]
    nodes: frozenset[str] = frozenset()

    def within(self, lesions: frozenset[str]) -> "Finding":
        """The same scan, of some lesions only."""
        return Finding(
            {name: size for name, size in self.targets.items() if name in lesions},
            {name: status for name, status in self.nontargets.items() if name in lesions},
            self.new_lesions & lesions,
            self.nodes & lesions,
        )


@dataclass(frozen=True)
class Report:
    """One reader's report of one scan. ``sum_mm`` is None where a target could not be measured."""

    sum_mm: int | None
    target: str | None
    nontarget: str | None
    new_lesion: bool
    overall: str
    liver: str


def report_scans(scans: Sequence[Finding], in_liver: frozenset[str]) -> list[Report]:
    """One report a scan after the first, in order; the first scan is the baseline and has no response of its own."""
    everything = _responses(scans)
    liver = _responses([scan.within(in_liver) for scan in scans])
    return [
        Report(
            sum_mm=_sum(scan.targets.values()),
            target=target,
            nontarget=nontarget,
            new_lesion=bool(scan.new_lesions),
            overall=overall,
            liver=liver_overall,
        )
        for scan, (target, nontarget, overall), (_, _, liver_overall) in zip(scans[1:], everything, liver, strict=True)
    ]


def first_progression(responses: Iterable[tuple[int, str]]) -> int | None:
    """The study day of the first PD; ``responses`` are (study day, response)."""
    return min((day for day, response in responses if response == "PD"), default=None)


def last_adequate(responses: Iterable[tuple[int, str]]) -> int | None:
    """The study day of the last assessment that could be evaluated."""
    return max((day for day, response in responses if response != "NE"), default=None)


def best_response(responses: Iterable[tuple[int, str]]) -> str:
    """The best unconfirmed response up to and including the first PD.

    ``responses`` are (study day, response); day 1 is the start. SD counts from 42 days after the start on.
    """
    dated = sorted(responses)
    progression = first_progression(dated)
    counted = [(day, response) for day, response in dated if progression is None or day <= progression]
    seen = {response for _, response in counted}
    late = {response for day, response in counted if day - 1 >= STABLE_DAYS}
    for response in ("CR", "PR"):
        if response in seen:
            return response
    for response in ("SD", "NON-CR/NON-PD"):
        if response in late:
            return response
    return "PD" if "PD" in seen else "NE" if seen else "MISSING"


def _sum(values: Iterable[int | None]) -> int | None:
    total = 0
    for size in values:
        if size is None:
            return None
        total += _counted(size)
    return total


def _counted(size: int) -> int:
    """Seen but too small to measure counts 5 mm."""
    return TOO_SMALL_MM if 0 < size < TOO_SMALL_MM else size


def _responses(scans: Sequence[Finding]) -> list[tuple[str | None, str | None, str]]:
    """(target, non-target, overall) response of each scan after the first."""
    baseline = nadir = _sum(scans[0].targets.values()) or 0
    made: list[tuple[str | None, str | None, str]] = []
    for scan in scans[1:]:
        target = _target_response(scan, baseline, nadir)
        nontarget = _nontarget_response(scan.nontargets.values())
        made.append((target, nontarget, _overall_response(target, nontarget, bool(scan.new_lesions))))
        total = _sum(scan.targets.values())
        nadir = nadir if total is None else min(nadir, total)
    return made


def _target_response(scan: Finding, baseline: int, nadir: int) -> str | None:
    """RECIST 1.1, 4.3.1; whole numbers, so that 20 % and 30 % are compared exactly."""
    if not scan.targets:
        return None
    measured = sum(_counted(size) for size in scan.targets.values() if size is not None)
    if 10 * measured >= 12 * nadir and measured - nadir >= 5:
        return "PD"
    if None in scan.targets.values():
        return "NE"
    if all((size or 0) < (NORMAL_NODE_BELOW_MM if name in scan.nodes else 1) for name, size in scan.targets.items()):
        return "CR"
    return "PR" if 10 * measured <= 7 * baseline else "SD"


def _nontarget_response(statuses: Iterable[str]) -> str | None:
    """RECIST 1.1, 4.3.3."""
    seen = set(statuses)
    if not seen:
        return None
    if PROGRESSION in seen:
        return "PD"
    if NOT_EVALUABLE in seen:
        return "NE"
    return "CR" if seen == {ABSENT} else "NON-CR/NON-PD"


def _overall_response(target: str | None, nontarget: str | None, new_lesion: bool) -> str:
    """RECIST 1.1, tables 1 and 2."""
    if new_lesion or "PD" in (target, nontarget):
        return "PD"
    if target is None:
        return nontarget or "NE"
    if target == "CR" and nontarget not in (None, "CR"):
        return "PR"
    return target
