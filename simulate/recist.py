"""What a radiologist reports: RECIST 1.1 (Eisenhauer 2009) from one reader's own measurements, in plain Python.

Written apart from the SQL of transforms/: the simulator fills in reported sums and responses with it, so that the
derived ones have something independent to agree with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TOO_SMALL_MM = 5


@dataclass(frozen=True)
class Report:
    """One reader's report of one scan. ``sum_mm`` is None where a target could not be measured."""

    sum_mm: int | None
    target: str
    nontarget: str | None
    new_lesion: bool
    overall: str
    liver: str


@dataclass(frozen=True)
class Finding:
    """What was seen of the lesions at one scan: millimetres, or None where a lesion could not be evaluated."""

    targets: Mapping[str, int | None]
    nontargets: Mapping[str, int | None]
    new_lesions: frozenset[str]


def report_scans(scans: Sequence[Finding], in_liver: frozenset[str]) -> list[Report]:
    """One report a scan, in order; the first scan is the baseline and has no response of its own (SD by convention)."""
    everything = _responses(scans, None)
    liver = _responses(scans, in_liver)
    return [
        Report(
            sum_mm=_sum(scan.targets.values()),
            target=target,
            nontarget=nontarget,
            new_lesion=bool(scan.new_lesions),
            overall=overall,
            liver=liver_overall,
        )
        for scan, (target, nontarget, overall), (_, _, liver_overall) in zip(scans, everything, liver, strict=True)
    ]


def _sum(values: object) -> int | None:
    sizes = list(values)  # type: ignore[call-overload]
    if any(size is None for size in sizes):
        return None
    return sum(_counted(size) for size in sizes)


def _counted(size: int) -> int:
    return TOO_SMALL_MM if 0 < size < TOO_SMALL_MM else size


def _responses(scans: Sequence[Finding], only: frozenset[str] | None) -> list[tuple[str, str | None, str]]:
    def kept(names: Mapping[str, int | None]) -> dict[str, int | None]:
        return {name: size for name, size in names.items() if only is None or name in only}

    baseline = _sum(kept(scans[0].targets).values()) or 0
    nadir = baseline
    made: list[tuple[str, str | None, str]] = []
    for scan in scans[1:]:
        targets, nontargets = kept(scan.targets), kept(scan.nontargets)
        new = any(only is None or name in only for name in scan.new_lesions)
        total = _sum(targets.values())
        measured = sum(_counted(size) for size in targets.values() if size is not None)
        if total is not None and total == 0:
            target = "CR"
        elif 10 * measured >= 12 * nadir and measured - nadir >= 5:
            target = "PD"
        elif total is None:
            target = "NE"
        elif 10 * total <= 7 * baseline:
            target = "PR"
        else:
            target = "SD"
        if not nontargets:
            nontarget = None
        elif any(size is None for size in nontargets.values()):
            nontarget = "NE"
        elif all(size == 0 for size in nontargets.values()):
            nontarget = "CR"
        else:
            nontarget = "NON-CR/NON-PD"
        if target == "PD" or new:
            overall = "PD"
        elif target == "CR" and nontarget not in (None, "CR"):
            overall = "PR"
        else:
            overall = target
        if total is not None:
            nadir = min(nadir, total)
        made.append((target, nontarget, overall))
    return [("", None, ""), *made]
