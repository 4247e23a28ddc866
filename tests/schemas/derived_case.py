"""A case of a rule of the derived stage: edits of the sound cohort, and statements that damage what is derived."""

from dataclasses import dataclass

from sound_cohort import Edit, change


@dataclass(frozen=True)
class Case:
    rule_id: str
    edits: tuple[Edit, ...] = ()
    spoil: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    severity: str = "error"
    rows: int = 1
    also: tuple[str, ...] = ()


def reported(number: int, **values: str) -> Edit:
    return change("response_assessments", number, **values)


def measured(number: int, **values: str) -> Edit:
    return change("lesion_measurements", number, **values)
