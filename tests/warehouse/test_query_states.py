"""The life of a query, over every state and everything a run can see of it."""

import dataclasses
from itertools import product

import pytest

from warehouse.query_states import CLOSED, WORKED_ON, Seen, State, after_answer, after_run

FLAGS = [field.name for field in dataclasses.fields(Seen)]
EVERYTHING_SEEN = [Seen(**dict(zip(FLAGS, flags, strict=True))) for flags in product((False, True), repeat=len(FLAGS))]
EVERY_CASE = [(state, seen) for state in (None, *State) for seen in EVERYTHING_SEEN]


def expected(state: State | None, seen: Seen) -> str | None:
    """The table of the design, row by row, the first that fits; written apart from the function."""
    closed = {"resolved", "gone", "superseded"}
    now = None if state is None else str(state)
    rows = [
        (seen.found and seen.is_waived, "waived"),
        (seen.found and now is None, "new"),
        (seen.found and now in closed | {"waived", "miscorrected"}, "reopened"),
        (seen.found and now in {"new", "reopened"} and seen.is_same_extract, now),
        (seen.found and now == "answered" and seen.is_same_value, "answered"),
        (seen.found and now == "undetermined" and seen.is_answered, "answered"),
        (seen.found, "open"),
        (now is None, None),
        (now not in closed and not seen.is_asked, "superseded"),
        (now in closed and not seen.is_asked, now),
        (now in closed | {"waived"} and not seen.has_run, now),
        (not seen.has_run, "undetermined"),
        (now in closed and not seen.is_present, now),
        (not seen.is_present, "gone"),
        (now in closed, "resolved"),
        (seen.has_other_finding, "miscorrected"),
        (True, "resolved"),
    ]
    return next(result for fits, result in rows if fits)


def test_every_state_and_everything_that_can_be_seen() -> None:
    assert len(EVERY_CASE) == 11 * 2**9
    wrong = [(state, seen) for state, seen in EVERY_CASE if after_run(state, seen) != expected(state, seen)]
    assert wrong == []


def test_the_same_extract_once_more_changes_nothing() -> None:
    for state, seen in EVERY_CASE:
        once = after_run(state, seen)
        again = dataclasses.replace(seen, is_same_extract=True, is_same_value=True)
        assert after_run(once, again) == once, (state, seen)


def test_a_rule_that_could_not_run_closes_nothing_and_opens_nothing() -> None:
    for state, seen in EVERY_CASE:
        if state is None or seen.found or seen.has_run or not seen.is_asked:
            continue
        after = after_run(state, seen)
        assert (after in CLOSED) == (state in CLOSED)
        assert after in (state, State.UNDETERMINED)


def test_what_is_found_is_never_closed() -> None:
    assert all(after_run(state, seen) not in CLOSED for state, seen in EVERY_CASE if seen.found)


def test_every_state_can_be_reached_by_runs_and_answers() -> None:
    reached: set[State | None] = {None}
    while True:
        further = {after_run(state, seen) for state in reached for seen in EVERYTHING_SEEN}
        further |= {after_answer(state) for state in reached if state is not None}
        if further <= reached:
            break
        reached |= further
    assert reached == {None, *State}


@pytest.mark.parametrize("state", list(State))
def test_only_a_query_that_is_worked_on_can_be_answered(state: State) -> None:
    asks = state in WORKED_ON and state != State.MISCORRECTED
    assert after_answer(state) == (State.ANSWERED if asks else None)
