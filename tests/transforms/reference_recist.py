"""RECIST 1.1 once more: slow, obvious, in plain Python, written from the rules and not from the SQL.

Days are whole numbers counted from the subject's start (day 0). Sizes are Fractions in mm. The endpoints that follow
from the responses are in reference_endpoints.
Source: Eisenhauer 2009 (RECIST 1.1), sections 4.2 and 4.3, tables 1 and 2.
"""

from dataclasses import dataclass, field
from fractions import Fraction

Reading = Fraction | str
"""A size in mm, or the status ABSENT, PRESENT, PROGRESSION or NOT EVALUABLE."""


@dataclass(frozen=True)
class Lesion:
    lesion_id: str
    kind: str  # TARGET, NON-TARGET, NEW
    organ: str
    seen: int = -10

    @property
    def is_node(self) -> bool:
        return self.organ == "LYMPH NODE"


@dataclass
class Subject:
    """One subject as one reader saw them. ``cut`` is the day of the data cut, ``therapies`` are new anticancer ones."""

    lesions: list[Lesion]
    scans: dict[int, dict[str, Reading]]
    cut: int
    death: int | None = None
    contacts: list[int] = field(default_factory=list)
    therapies: list[int] = field(default_factory=list)


def size(reading: Reading | None) -> Fraction | None:
    """The size that counts: 5 mm when too small to measure, 0 when gone, None when not measured."""
    if reading == "ABSENT":
        return Fraction(0)
    if not isinstance(reading, Fraction):
        return None
    return Fraction(5) if 0 < reading < 5 else reading


def is_normal(lesion: Lesion, reading: Reading | None) -> bool:
    """Gone, or a node of less than 10 mm."""
    measured = size(reading)
    return measured is not None and (measured == 0 or (lesion.is_node and measured < 10))


def target_response(targets: list[Lesion], scans: dict[int, dict[str, Reading]], day: int) -> str | None:
    """The response of ``targets`` on ``day``; ``scans`` begin with the baseline (on or before day 0), if any."""
    if not targets:
        return None
    complete_sums = {}
    for scan_day, readings in scans.items():
        sizes = [size(readings.get(lesion.lesion_id)) for lesion in targets]
        if None not in sizes:
            complete_sums[scan_day] = sum(s for s in sizes if s is not None)
    today = scans[day]
    if all(is_normal(lesion, today.get(lesion.lesion_id)) for lesion in targets):
        return "CR"
    measured = [s for lesion in targets if (s := size(today.get(lesion.lesion_id))) is not None]
    earlier = [total for scan_day, total in complete_sums.items() if scan_day < day]
    if measured and earlier:
        growth = sum(measured) - min(earlier)
        if growth >= 5 and growth >= min(earlier) * Fraction(20, 100):
            return "PD"
    baseline = next((total for scan_day, total in complete_sums.items() if scan_day <= 0), None)
    if len(measured) < len(targets) or baseline is None:
        return "NE"
    return "PR" if baseline - sum(measured) >= baseline * Fraction(30, 100) else "SD"


def nontarget_response(nontargets: list[Lesion], readings: dict[str, Reading]) -> str | None:
    """The response of ``nontargets`` at one scan."""
    if not nontargets:
        return None
    found = [(lesion, readings.get(lesion.lesion_id)) for lesion in nontargets]
    if any(reading == "PROGRESSION" for _, reading in found):
        return "PD"
    if any(reading in (None, "NOT EVALUABLE") for _, reading in found):
        return "NE"
    return "CR" if all(is_normal(lesion, reading) for lesion, reading in found) else "NON-CR/NON-PD"


def overall_response(target: str | None, nontarget: str | None, has_new_lesion: bool) -> str:
    if has_new_lesion or "PD" in (target, nontarget):
        return "PD"
    if target is None:
        return nontarget or "NE"
    if target == "CR" and nontarget not in ("CR", None):
        return "PR"
    return target


def overall_responses(subject: Subject, organ: str | None) -> dict[int, str]:
    """Day of assessment to overall response, of all lesions or of those of ``organ``."""
    lesions = [lesion for lesion in subject.lesions if organ in (None, lesion.organ)]
    new = [lesion.seen for lesion in lesions if lesion.kind == "NEW" and 0 < lesion.seen <= subject.cut]
    scans = {day: readings for day, readings in subject.scans.items() if day <= subject.cut}
    for lesion in subject.lesions:
        if lesion.kind == "NEW" and 0 < lesion.seen <= subject.cut:
            scans.setdefault(lesion.seen, {})
    before = [day for day in scans if day <= 0]
    scans = {day: scans[day] for day in sorted(scans) if day > 0 or day == max(before)}
    targets = [lesion for lesion in lesions if lesion.kind == "TARGET"]
    nontargets = [lesion for lesion in lesions if lesion.kind == "NON-TARGET"]
    return {
        day: overall_response(
            target_response(targets, scans, day),
            nontarget_response(nontargets, readings),
            any(seen <= day for seen in new),
        )
        for day, readings in scans.items()
        if day > 0
    }


def imaged_days(subject: Subject, organ: str) -> set[int]:
    """The days on which anything was read of a lesion of ``organ``, be it that it could not be evaluated."""
    of_organ = {lesion.lesion_id for lesion in subject.lesions if lesion.organ == organ}
    return {day for day, readings in subject.scans.items() if of_organ & readings.keys()}
