"""The life of a query: what it is called after each thing that can happen to it. Pure; the ledger remembers."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a query stands.

    new: found for the first time, in this extract. open: found again in a later one. answered: the coordinator has
    answered and the record still says the same. reopened: found again after it was resolved, gone, superseded or
    waived. miscorrected: it is no longer found, but another rule now objects to the same field. undetermined: its rule
    could not run. waived: it may stay as it is, for a reason and a time. resolved: the record is there and in order.
    gone: the record is no longer in the extract. superseded: its rule is no longer asked.
    """

    NEW = "new"
    REOPENED = "reopened"
    OPEN = "open"
    MISCORRECTED = "miscorrected"
    UNDETERMINED = "undetermined"
    ANSWERED = "answered"
    WAIVED = "waived"
    RESOLVED = "resolved"
    GONE = "gone"
    SUPERSEDED = "superseded"


WORKED_ON = (State.NEW, State.REOPENED, State.OPEN, State.MISCORRECTED, State.UNDETERMINED, State.ANSWERED)
CLOSED = (State.RESOLVED, State.GONE, State.SUPERSEDED)


@dataclass(frozen=True)
class Seen:
    """What one run saw of a query.

    ``found``: its rule fails on its record. ``is_asked``: the rule is still among the contracts. ``has_run``: the
    rule could be applied this time. ``is_present``: the record is in the extract. ``has_other_finding``: another rule
    fails on the same field of the record. ``is_same_extract``: the extract is that of the run before.
    ``is_same_value``: the record says what it said when the query was last found. ``is_waived``: a waiver for this
    value is in force.
    """

    found: bool
    is_asked: bool = True
    has_run: bool = True
    is_present: bool = True
    has_other_finding: bool = False
    is_same_extract: bool = False
    is_same_value: bool = True
    is_answered: bool = False
    is_waived: bool = False


def after_run(state: State | None, seen: Seen) -> State | None:
    """The state of a query after a run; None for a query that was never asked and is not found either.

    The same run once more changes nothing: ``after_run(after_run(s, seen), seen again, same extract) == after_run(s,
    seen)``. A rule that could not run never closes a query and never reopens one.
    """
    if seen.found:
        return State.WAIVED if seen.is_waived else _while_found(state, seen)
    if state is None:
        return None
    if state in CLOSED:
        # A record that came back, or a rule that is asked again: it is in order as far as this rule can tell.
        return State.RESOLVED if seen.is_asked and seen.has_run and seen.is_present else state
    if not seen.is_asked:
        return State.SUPERSEDED
    if not seen.has_run:
        return state if state is State.WAIVED else State.UNDETERMINED
    if not seen.is_present:
        return State.GONE
    if seen.has_other_finding:
        return State.MISCORRECTED
    return State.RESOLVED


def after_answer(state: State) -> State | None:
    """The state of a query that was answered; None where it is not to be answered.

    That is one that is closed or waived, and one that is miscorrected: the query of the rule that objects now asks.
    """
    return State.ANSWERED if state in WORKED_ON and state is not State.MISCORRECTED else None


def _while_found(state: State | None, seen: Seen) -> State:
    match state:
        case None:
            return State.NEW
        case State.RESOLVED | State.GONE | State.SUPERSEDED | State.WAIVED | State.MISCORRECTED:
            return State.REOPENED
        case State.NEW | State.REOPENED:
            return state if seen.is_same_extract else State.OPEN
        case State.ANSWERED:
            return State.ANSWERED if seen.is_same_value else State.OPEN
        case State.UNDETERMINED:
            return State.ANSWERED if seen.is_answered else State.OPEN
        case _:
            return State.OPEN
