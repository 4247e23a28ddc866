"""ADTR once more in plain Python: each target lesion and each complete sum beside its baseline and nadir."""

from dataclasses import dataclass
from fractions import Fraction

from reference_recist import Lesion, Subject, assessed_scans, size


@dataclass(frozen=True)
class Result:
    """A row of ADTR: mm and percent; None where there is nothing to compare with."""

    paramcd: str
    lesion_id: str | None
    organ: str | None
    reader: str
    day: int
    value: Fraction
    base: Fraction | None
    nadir: Fraction | None

    @property
    def is_baseline(self) -> bool:
        return self.day <= 0

    def change(self, against: Fraction | None) -> Fraction | None:
        return None if against is None else self.value - against

    def percent(self, against: Fraction | None) -> float | None:
        return float(100 * (self.value - against)) / float(against) if against else None


def tumour_results(subject: Subject) -> list[Result]:
    targets = [lesion for lesion in subject.lesions if lesion.kind == "TARGET"]
    of_organ = [lesion for lesion in targets if lesion.organ == "LIVER"]
    found = []
    for reader in ("R1", "R2"):
        for lesion in targets:
            found += _series(subject, reader, [lesion], "LDIAM", lesion.lesion_id, lesion.organ)
        found += _series(subject, reader, targets, "SUMDIAM", None, None)
        found += _series(subject, reader, of_organ, "LSUMDIAM", None, "LIVER")
    return found


def _series(
    subject: Subject, reader: str, lesions: list[Lesion], paramcd: str, lesion_id: str | None, organ: str | None
) -> list[Result]:
    """The days on which all ``lesions`` were measured, in order."""
    values: dict[int, Fraction] = {}
    for day, readings in assessed_scans(subject, reader).items():
        sizes = [measured for lesion in lesions if (measured := size(readings.get(lesion.lesion_id))) is not None]
        if lesions and len(sizes) == len(lesions):
            values[day] = sum(sizes, Fraction(0))
    base = next((value for day, value in values.items() if day <= 0), None)
    return [
        Result(
            paramcd, lesion_id, organ, reader, day, value, base,
            min((earlier for other, earlier in values.items() if other < day), default=None),
        )
        for day, value in values.items()
    ]  # fmt: skip
