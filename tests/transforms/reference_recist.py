"""RECIST 1.1 once more: slow, obvious, in plain Python, written from the rules and not from the SQL.

Days are whole numbers counted from the subject's start (day 0). Sizes are Fractions in mm. Whose responses make the
endpoints is in reference_readers, the endpoints that follow from them in reference_endpoints.
Source: Eisenhauer 2009 (RECIST 1.1), sections 4.2 and 4.3, tables 1 and 2.
"""

from dataclasses import dataclass, field
from fractions import Fraction

Reading = Fraction | str
"""A size in mm, or the status ABSENT, PRESENT, PROGRESSION or NOT EVALUABLE."""
Scans = dict[int, dict[str, Reading]]
Responses = dict[int, str]


@dataclass(frozen=True)
class Lesion:
    lesion_id: str
    kind: str  # TARGET, NON-TARGET, NEW
    organ: str
    seen: int | None = -10

    @property
    def is_node(self) -> bool:
        return self.organ == "LYMPH NODE"


@dataclass
class Subject:
    """One subject: the evaluator's ``scans``, and those of a ``second`` reader; what happened besides.

    ``cut`` is the day of the data cut, ``therapies`` are new anticancer ones. ``reports`` are the responses that a
    reader reported, of all lesions and of the organ; ``adjudicated`` is what was made of a difference.
    """

    lesions: list[Lesion]
    scans: Scans
    cut: int
    death: int | None = None
    is_day_of_death_known: bool = True
    contacts: list[int] = field(default_factory=list)
    therapies: list[int] = field(default_factory=list)
    arm: str = "CONTROL"
    procedures: list[int] = field(default_factory=list)
    second: Scans = field(default_factory=dict)
    reports: dict[str, tuple[Responses, Responses]] = field(default_factory=dict)
    adjudicated: Responses = field(default_factory=dict)

    def scans_of(self, reader: str) -> Scans:
        """What ``reader`` saw up to the cut."""
        scans = self.scans if reader == "R1" else self.second
        return {day: scans[day] for day in sorted(scans) if day <= self.cut}


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


def target_response(targets: list[Lesion], scans: Scans, day: int) -> str | None:
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


@dataclass(frozen=True)
class Assessment:
    """The responses of one day, of all lesions or of the organ's."""

    target: str | None
    nontarget: str | None
    has_new_lesion: bool

    @property
    def overall(self) -> str:
        return overall_response(self.target, self.nontarget, self.has_new_lesion)


def first_seen(subject: Subject, lesion: Lesion) -> int | None:
    """The day a lesion was first seen, or first read by anybody where that day was not written down."""
    if lesion.seen is not None:
        return lesion.seen
    read = [day for reader in ("R1", "R2") for day, readings in subject.scans_of(reader).items()
            if lesion.lesion_id in readings]  # fmt: skip
    return min(read, default=None)


def new_lesions(subject: Subject) -> dict[Lesion, int]:
    """The lesions that came after the start, up to the cut, and the day of each."""
    seen = {lesion: first_seen(subject, lesion) for lesion in subject.lesions if lesion.kind == "NEW"}
    return {lesion: day for lesion, day in seen.items() if day is not None and 0 < day <= subject.cut}


def assessed_scans(subject: Subject, reader: str) -> Scans:
    """The reader's scans from the baseline on; the day of a new lesion is an assessment also without a measurement."""
    scans = subject.scans_of(reader)
    if reader != "R1" and not scans:
        return {}
    for day in new_lesions(subject).values():
        scans.setdefault(day, {})
    baseline = max((day for day in scans if day <= 0), default=None)
    return {day: scans[day] for day in sorted(scans) if day > 0 or day == baseline}


def assessments(subject: Subject, organ: str | None, reader: str = "R1") -> dict[int, Assessment]:
    """Day of assessment to the responses of all lesions, or of those of ``organ``."""
    lesions = [lesion for lesion in subject.lesions if organ in (None, lesion.organ)]
    new = [day for lesion, day in new_lesions(subject).items() if organ in (None, lesion.organ)]
    scans = assessed_scans(subject, reader)
    targets = [lesion for lesion in lesions if lesion.kind == "TARGET"]
    nontargets = [lesion for lesion in lesions if lesion.kind == "NON-TARGET"]
    return {
        day: Assessment(
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
