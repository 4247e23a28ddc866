"""The ledger only grows; what counts is what the pointer names, and a lost pointer loses nothing."""

from pathlib import Path

import polars as pl
import pytest

from warehouse import Store
from warehouse.ledger import EVENT_COLUMNS, Head, Ledger, day_of


def event(query: str, state: str = "new") -> pl.DataFrame:
    return pl.DataFrame([{"query_id": query, "run_id": "20260101T060000Z", "state": state}], schema=EVENT_COLUMNS)


NOTHING = pl.DataFrame(schema=EVENT_COLUMNS)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    store = Store(tmp_path)
    with store.refreshing():
        pass
    return Ledger(store, "STUDY/1")


def append(ledger: Ledger, segment: str, events: pl.DataFrame, **followed: str) -> None:
    ledger.store.commit_ledgers(ledger.append(segment, events, **followed))


def test_events_stand_in_the_order_in_which_they_happened(ledger: Ledger) -> None:
    assert ledger.events().is_empty()
    append(ledger, "run2", event("a"))
    append(ledger, "run1", event("a", "open"))
    assert ledger.events()["state"].to_list() == ["new", "open"]


def test_a_run_that_adds_nothing_writes_no_file_but_is_remembered(ledger: Ledger) -> None:
    append(ledger, "run1", event("a"), extract="x", last_run="run1")
    append(ledger, "run2", NOTHING, extract="y", last_run="run2")
    assert [path.name for path in ledger.folder.iterdir()] == ["run1.parquet"]
    assert ledger.head() == Head(("run1",), "y", "run2")


def test_answers_do_not_change_what_was_followed_last(ledger: Ledger) -> None:
    append(ledger, "run1", event("a"), extract="x", last_run="run1")
    append(ledger, "run1-answers", event("a", "answered"))
    assert (ledger.head().extract, ledger.head().last_run) == ("x", "run1")


def test_a_segment_that_nobody_committed_does_not_count_and_is_swept(ledger: Ledger) -> None:
    append(ledger, "run1", event("a"))
    ledger.append("run2", event("b"))
    (ledger.folder / "run3.parquet.123").write_bytes(b"half")
    assert ledger.events()["query_id"].to_list() == ["a"]
    ledger.store.sweep()
    assert [path.name for path in ledger.folder.iterdir()] == ["run1.parquet"]


def test_a_lost_pointer_loses_no_event(ledger: Ledger) -> None:
    append(ledger, "run1", event("a"))
    append(ledger, "run2", event("b"))
    ledger.store.pointer.unlink()
    ledger.store.sweep()
    assert ledger.events()["query_id"].to_list() == ["a", "b"]
    append(ledger, "run3", event("c"))
    assert ledger.events()["query_id"].to_list() == ["a", "b", "c"]


def test_ledgers_of_other_studies_are_left_alone(ledger: Ledger) -> None:
    other = Ledger(ledger.store, "OTHER")
    append(ledger, "run1", event("a"))
    append(other, "run1", event("z"))
    ledger.store.sweep()
    assert (ledger.events()["query_id"].to_list(), other.events()["query_id"].to_list()) == (["a"], ["z"])


def test_a_cut_and_its_queries_are_committed_by_one_move(ledger: Ledger) -> None:
    append(ledger, "run0", event("z"))
    ledger.store.build_file("run1").write_bytes(b"cut")
    heads = ledger.append("run1", event("a"))
    assert ledger.store.current() is None
    assert ledger.events().height == 1
    ledger.store.publish("run1", "fingerprint", heads)
    current = ledger.store.current()
    assert current is not None
    assert current["cut_id"] == "run1"
    assert ledger.events().height == 2


def test_before_the_first_cut_there_may_be_queries(ledger: Ledger) -> None:
    append(ledger, "run1", event("a"))
    assert ledger.store.current() is None
    assert ledger.events().height == 1


def test_the_day_of_a_run_is_in_its_id() -> None:
    assert day_of("20260102T030405Z") == "2026-01-02"
