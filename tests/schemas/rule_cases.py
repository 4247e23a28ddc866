"""A case of a rule: what spoils the sound cohort, what comes close, and what the sentence says."""

from collections.abc import Callable
from dataclasses import dataclass

from sound_cohort import Edit, change

from schemas import Examination

Examine = Callable[..., Examination]
"""Edits of the sound cohort in, its findings and rules out (the fixtures ``examine`` and ``derive``)."""


@dataclass(frozen=True)
class Case:
    rule_id: str
    fails: tuple[Edit, ...]
    passes: tuple[Edit, ...]
    says: tuple[str, ...]
    table: str
    also: tuple[str, ...] = ()
    rows: int = 1


def case(
    rule_id: str,
    table: str,
    fails: Edit | tuple[Edit, ...],
    passes: Edit | tuple[Edit, ...],
    *says: str,
    also: tuple[str, ...] = (),
    rows: int = 1,
) -> Case:
    def as_tuple(edits: Edit | tuple[Edit, ...]) -> tuple[Edit, ...]:
        return edits if isinstance(edits, tuple) else (edits,)

    return Case(rule_id, as_tuple(fails), as_tuple(passes), says, table, also, rows)


def patient(number: int = 1, **values: str) -> Edit:
    return change("patients", number, **values)


def session(number: int = 1, **values: str) -> Edit:
    return change("procedures", number, **values)


def course(number: int, **values: str) -> Edit:
    return change("drug_courses", number, **values)


def lesion(number: int, **values: str) -> Edit:
    return change("lesions", number, **values)


def measurement(number: int, **values: str) -> Edit:
    return change("lesion_measurements", number, **values)


def response(number: int, **values: str) -> Edit:
    return change("response_assessments", number, **values)


def event(number: int, **values: str) -> Edit:
    return change("adverse_events", number, **values)


def sample(number: int, **values: str) -> Edit:
    return change("lab_results", number, **values)


def contact(number: int, **values: str) -> Edit:
    return change("follow_up", number, **values)
