"""Queries over many runs: a registry of doses, one rule that a dose is not too high and one that it is not negative.

The oracle at the end keeps its own books: it knows what was done to each record and what a coordinator would say of
its query, and never looks at the ledger.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import polars as pl
import pytest

import schemas
from schemas import Contract
from schemas.columns import Integer, context, limit
from schemas.contract import CELL, ERROR, rule
from schemas.rule_texts import RuleText
from warehouse import Store
from warehouse.check import check_stage, note_structure
from warehouse.errors import ExtractError
from warehouse.ledger import Ledger
from warehouse.queries import RunMark, answered, follow, query_id
from warehouse.thresholds import judge
from warehouse.waivers import waive


class Doses(Contract, relation="checks.doses", table="doses", key=("visit",)):
    visit: str = context("Visit")
    dose_mg: Integer = context("Dose", unit="mg")
    most_mg: Integer = limit("Most", unit="mg")

    @rule("X1", ERROR, CELL, column="dose_mg", text=RuleText("High", "{dose_mg} mg, at most {most_mg} mg.", "w", "f"))
    def not_too_high(cls) -> pl.Expr:
        return pl.col("dose_mg") <= pl.col("most_mg")

    @rule("X2", ERROR, CELL, column="dose_mg", text=RuleText("Negative", "{dose_mg} mg.", "w", "f"))
    def not_negative(cls) -> pl.Expr:
        return pl.col("dose_mg") >= 0


Extract = dict[tuple[str, str], int]
"""Dose by subject and visit."""


@dataclass
class Registry:
    """A store and what is done with it, one call a run."""

    store: Store
    runs: int = 0
    waivers: list[dict[str, str]] = field(default_factory=list)
    thresholds: list[dict[str, object]] = field(default_factory=list)
    extract: Extract = field(default_factory=dict)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store, "STUDY")

    def run(
        self,
        extract: Extract,
        *,
        most_mg: int = 10,
        broken: bool = False,
        structure: str = "",
        faults: tuple[ExtractError, ...] = (),
    ) -> pl.DataFrame:
        """Checks ``extract`` and gives how every query stands; ``broken``: the rules cannot run."""
        self.runs += 1
        run_id, head = f"202601{self.runs:02d}T060000Z", self.ledger.head()
        fingerprint = repr(sorted(extract.items()))
        with duckdb.connect() as connection:
            connection.execute("create schema study")
            connection.execute("create table study.protocol as select 'STUDY' as study_id")
            connection.execute("create table study.not_collected (table_name text, column_name text, reason text)")
            problems = [ExtractError("doses", "doses.csv", structure)] if structure else list(faults)
            note_structure(connection, problems)
            if not problems:
                write(connection, extract, most_mg)
                if broken:
                    connection.execute("update checks.doses set dose_mg = null")
                    connection.execute("alter table checks.doses rename to lost")
                else:
                    check_stage(connection, "extract")
                waive(connection, self.waivers, day(self.runs))
                judge(connection, self.thresholds)
            mark = RunMark(run_id, head.last_run, is_same_extract=fingerprint == head.extract)
            events, standing = follow(connection, self.ledger.events(), mark, schemas.CONTRACTS)
        self.store.commit_ledgers(self.ledger.append(run_id, events, extract=fingerprint, last_run=run_id))
        return standing

    def answer(self, query: str, text: str = "correct as it stands") -> dict[str, str]:
        stamps = {event["query_id"]: event["stamp"] for event in self.ledger.events().iter_rows(named=True)}
        reply = {"query_id": query, "stamp": stamps.get(query, ""), "answer": text}
        reply |= {"answered_by": "R. Roe", "answered_on": day(self.runs)}
        events, refused = answered(self.ledger.events(), f"202601{self.runs:02d}T120000Z", [reply])
        self.store.commit_ledgers(self.ledger.append(f"202601{self.runs:02d}T120000Z-answers", events))
        return refused


def day(run: int) -> str:
    return f"2026-01-{run:02d}"


def write(connection: duckdb.DuckDBPyConnection, extract: Extract, most_mg: int) -> None:
    connection.execute("create schema checks")
    connection.execute(
        "create table checks.doses (row_id bigint, subject_id varchar, site varchar, source_file varchar,"
        " source_row bigint, visit varchar, dose_mg integer, most_mg integer)"
    )
    for number, ((subject, visit), dose) in enumerate(extract.items(), start=1):
        row = [number, subject, "A", "doses.csv", number + 1, visit, dose, most_mg]
        connection.execute("insert into checks.doses values (?, ?, ?, ?, ?, ?, ?, ?)", row)


@pytest.fixture
def registry(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    monkeypatch.setattr(schemas, "CONTRACTS", (Doses,))
    store = Store(tmp_path)
    with store.refreshing():
        yield Registry(store)


def states(standing: pl.DataFrame) -> dict[str, str]:
    return {f"{row['rule_id']} {row['subject_id']}": row["state"] for row in standing.iter_rows(named=True)}


HIGH, SOUND, NEGATIVE = {("S1", "1"): 12}, {("S1", "1"): 8}, {("S1", "1"): -3}


def test_the_life_of_a_query(registry: Registry) -> None:
    """new, open, resolved, reopened, waived, lapsed, miscorrected, gone, undetermined: as a coordinator would say."""
    lived = []
    for extract in (HIGH, {**HIGH, ("S2", "1"): 5}, SOUND, HIGH):
        lived.append(states(registry.run(extract))["X1 S1"])
    assert lived == ["new", "open", "resolved", "reopened"]

    query = registry.run(HIGH).row(0, named=True)
    waiver = {"reason": "by intent", "who": "R. Roe", "date": "2026-01-01", "expires": "2026-01-31"}
    registry.waivers.append({"query_id": query["query_id"], "stamp": query["stamp"], **waiver})
    assert states(registry.run(HIGH)) == {"X1 S1": "waived"}
    assert states(registry.run({("S1", "1"): 13})) == {"X1 S1": "reopened"}  # another value: the waiver lapses

    assert states(registry.run(NEGATIVE)) == {"X1 S1": "miscorrected", "X2 S1": "new"}
    assert states(registry.run({**NEGATIVE, ("S2", "1"): 5})) == {"X1 S1": "miscorrected", "X2 S1": "open"}
    assert states(registry.run(SOUND)) == {"X1 S1": "resolved", "X2 S1": "resolved"}
    assert states(registry.run(NEGATIVE)) == {"X1 S1": "resolved", "X2 S1": "reopened"}
    assert states(registry.run(NEGATIVE, broken=True)) == {"X1 S1": "resolved", "X2 S1": "undetermined"}
    assert states(registry.run(NEGATIVE)) == {"X1 S1": "resolved", "X2 S1": "open"}
    assert states(registry.run({("S2", "1"): 5})) == {"X1 S1": "resolved", "X2 S1": "gone"}


def test_a_waiver_that_expires_reopens_its_query(registry: Registry) -> None:
    query = registry.run(HIGH).row(0, named=True)
    waiver = {"reason": "by intent", "who": "R. Roe", "date": "2026-01-01", "expires": "2026-01-03"}
    registry.waivers.append({"query_id": query["query_id"], "stamp": query["stamp"], **waiver})
    assert [states(registry.run(HIGH))["X1 S1"] for _ in range(3)] == ["waived", "waived", "reopened"]


def test_the_same_extract_again_adds_no_event_and_no_file(registry: Registry) -> None:
    once = registry.run(HIGH)
    files = sorted(registry.ledger.folder.iterdir())
    again = registry.run(HIGH)
    assert sorted(registry.ledger.folder.iterdir()) == files
    assert again["state"].to_list() == once["state"].to_list() == ["new"]
    assert again["is_changed"].to_list() == [False]


def test_the_id_is_of_study_rule_table_key_and_field_alone(registry: Registry) -> None:
    first = registry.run({("S0", "1"): 1, **HIGH}).row(0, named=True)
    moved = registry.run({("S9", "1"): 1, ("S8", "1"): 1, ("S1", "1"): 99}, most_mg=11).row(0, named=True)
    assert (first["query_id"], first["source_row"]) == (moved["query_id"], moved["source_row"] - 1)
    assert first["sentence"] != moved["sentence"]
    record = '{"visit": "1", "subject_id": "S1"}'
    assert first["query_id"] == query_id("STUDY", "X1", "doses", record, "dose_mg")
    others = {
        query_id("OTHER", "X1", "doses", record, "dose_mg"),
        query_id("STUDY", "X2", "doses", record, "dose_mg"),
        query_id("STUDY", "X1", "other", record, "dose_mg"),
        query_id("STUDY", "X1", "doses", '{"visit": "2", "subject_id": "S1"}', "dose_mg"),
        query_id("STUDY", "X1", "doses", record, "other"),
    }
    assert len(others | {first["query_id"]}) == 6


def test_an_answer_stands_while_the_value_does(registry: Registry) -> None:
    query = registry.run(HIGH)["query_id"][0]
    assert registry.answer(query) == {}
    answered_query = registry.run({**HIGH, ("S2", "1"): 5}).row(0, named=True)
    assert (answered_query["state"], answered_query["answer"]) == ("answered", "correct as it stands")
    changed = registry.run({("S1", "1"): 14}).row(0, named=True)
    assert (changed["state"], changed["answer"]) == ("open", "correct as it stands")
    registry.run(SOUND)
    assert registry.answer(query) == {query: "The query is resolved and asks for no answer."}
    assert registry.answer("f" * 16) == {"f" * 16: "No query of this study has this id."}


def test_an_answer_survives_a_morning_on_which_nothing_could_be_checked(registry: Registry) -> None:
    query = registry.run(HIGH)["query_id"][0]
    registry.answer(query)
    assert states(registry.run({}, structure="doses.csv: the file is missing."))["X1 S1"] == "undetermined"
    assert states(registry.run(HIGH))["X1 S1"] == "answered"


def test_the_same_answer_counts_again_when_the_query_is_open_again(registry: Registry) -> None:
    query = registry.run(HIGH)["query_id"][0]
    registry.answer(query)
    registry.run({("S1", "1"): 14})
    registry.answer(query)
    assert states(registry.run({("S1", "1"): 14, ("S2", "1"): 1}))["X1 S1"] == "answered"


def test_an_answer_to_another_value_is_refused(registry: Registry) -> None:
    query = registry.run(HIGH).row(0, named=True)
    registry.run({("S1", "1"): 14})
    reply = {
        "query_id": query["query_id"],
        "stamp": query["stamp"],
        "answer": "a",
        "answered_by": "b",
        "answered_on": "2026-01-03",
    }
    events, refused = answered(registry.ledger.events(), "20260103T120000Z", [reply])
    assert events.is_empty()
    assert "has changed" in refused[query["query_id"]]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"answered_on": "2026-01-04"}, "lies in the future"),
        ({"answer": "call 18122385545"}, "holds a long number"),
        ({"answered_by": "MRN4505908"}, "holds a long number"),
    ],
)
def test_an_answer_of_the_future_or_with_a_long_number_is_refused(
    registry: Registry, given: dict[str, str], why: str
) -> None:
    query = registry.run(HIGH).row(0, named=True)
    reply = {"query_id": query["query_id"], "stamp": query["stamp"], "answer": "a", "answered_by": "b"}
    events, refused = answered(
        registry.ledger.events(), "20260103T120000Z", [{**reply, "answered_on": "2026-01-03", **given}]
    )
    assert events.is_empty()
    assert why in refused[query["query_id"]]


def test_a_miscorrected_query_is_answered_where_the_other_rule_asks(registry: Registry) -> None:
    query = registry.run(HIGH)["query_id"][0]
    registry.run(NEGATIVE)
    assert "miscorrected" in registry.answer(query)[query]


def test_the_same_answer_again_adds_no_event(registry: Registry) -> None:
    query = registry.run(HIGH)["query_id"][0]
    registry.answer(query)
    events = registry.ledger.events().height
    registry.answer(query)
    assert registry.ledger.events().height == events


def test_a_file_that_cannot_be_read_resolves_nothing(registry: Registry) -> None:
    registry.run(HIGH)
    blocked = registry.run({}, structure="doses.csv: the file is missing.")
    assert sorted(blocked["state"]) == ["new", "undetermined"]
    back = registry.run(HIGH)
    assert sorted(back["state"]) == ["open", "resolved"]


def test_two_faults_of_one_file_are_two_queries_of_which_each_closes_by_itself(registry: Registry) -> None:
    missing = ExtractError("doses", "doses.csv", "the column 'Dose' is missing.", field="dose_mg")
    doubled = ExtractError("doses", "doses.csv", "the column 'Visit' stands there twice.", field="visit")
    first = registry.run({}, faults=(missing, doubled))
    assert sorted(zip(first["column_name"], first["state"], strict=True)) == [("dose_mg", "new"), ("visit", "new")]
    again = registry.run({}, faults=(doubled, missing))
    assert set(again["query_id"]) == set(first["query_id"])
    mended = registry.run(HIGH, faults=(doubled,))
    assert dict(zip(mended["column_name"], mended["state"], strict=True)) == {"dose_mg": "resolved", "visit": "open"}


def test_a_rule_that_fails_too_often_asks_nothing_and_resolves_nothing(registry: Registry) -> None:
    registry.thresholds = [{"rule": "", "most_count": 1, "most_percent": None, "per_arm": False, "blocks": True}]
    registry.run(HIGH)
    wrecked = registry.run({("S1", "1"): 99, ("S2", "1"): 99, ("S3", "1"): 99})
    assert states(wrecked) == {"X1 S1": "undetermined"}
    assert states(registry.run(HIGH)) == {"X1 S1": "open"}


def test_a_rule_that_is_no_longer_asked_supersedes_its_queries(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.run(HIGH)
    monkeypatch.setattr(schemas, "CONTRACTS", ())
    assert states(registry.run(HIGH)) == {"X1 S1": "superseded"}


def test_what_it_says_about_time(registry: Registry) -> None:
    for extract in (HIGH, SOUND, SOUND, HIGH, {**HIGH, ("S2", "1"): 1}):
        standing = registry.run(extract)
    query = standing.row(0, named=True)
    told = ("first_seen", "last_seen", "state_since", "age_days", "reopened_count", "previous_state", "is_changed")
    assert [query[name] for name in told] == ["2026-01-01", "2026-01-05", "2026-01-05", 4, 1, "reopened", True]
    resolved = registry.run(SOUND).row(0, named=True)
    assert (resolved["last_seen"], resolved["state_since"]) == ("2026-01-05", "2026-01-06")


Query = tuple[str, str, str]
"""Rule, subject, visit."""
CLOSED = ("resolved", "gone")


@dataclass
class Books:
    """What the oracle knows: the state of each query, the dose it was last found with, the extract seen last."""

    states: dict[Query, str] = field(default_factory=dict)
    found_with: dict[Query, int] = field(default_factory=dict)
    answered_with: dict[Query, int] = field(default_factory=dict)
    extract: Extract = field(default_factory=dict)

    def answer(self, query: Query) -> None:
        if self.states[query] not in (*CLOSED, "miscorrected"):
            self.states[query] = "answered"
            self.answered_with[query] = self.found_with[query]

    def run(self, extract: Extract, broken: bool) -> None:
        wrong = {
            (rule_id, *record): dose
            for record, dose in extract.items()
            for rule_id, is_wrong in (("X1", dose > 10), ("X2", dose < 0))
            if is_wrong and not broken
        }
        before = dict(self.states)
        for query in before.keys() | wrong.keys():
            self.states[query] = self._after(query, before, wrong, extract, broken)
        self.found_with |= wrong
        self.extract = dict(extract)

    def _after(
        self, query: Query, before: dict[Query, str], wrong: dict[Query, int], extract: Extract, broken: bool
    ) -> str:
        state = before.get(query)
        if query in wrong:
            if state is None:
                return "new"
            if state in (*CLOSED, "miscorrected"):
                return "reopened"
            if state in ("new", "reopened"):
                return state if extract == self.extract else "open"
            if state == "answered" and wrong[query] == self.found_with[query]:
                return "answered"
            if state == "undetermined" and wrong[query] == self.answered_with.get(query):
                return "answered"
            return "open"
        assert state is not None
        if broken:
            return state if state in CLOSED else "undetermined"
        if query[1:] not in extract:
            return state if state in CLOSED else "gone"
        other = ("X2" if query[0] == "X1" else "X1", *query[1:])
        other_is_news = before.get(other, "resolved") in CLOSED or state == "miscorrected"
        return "miscorrected" if state not in CLOSED and other in wrong and other_is_news else "resolved"


@pytest.mark.parametrize("seed", range(12))
def test_a_random_life_is_as_the_oracle_tells_it(registry: Registry, seed: int) -> None:
    rng, books = random.Random(seed), Books()
    extract: Extract = {("S1", "1"): 5, ("S2", "1"): 5, ("S2", "2"): 5}
    lived: set[str] = set()
    for _ in range(15):
        for record in rng.sample(sorted(extract), k=rng.randint(0, min(2, len(extract)))):
            extract[record] = rng.choice([5, 8, 12, 15, -3])
        if rng.random() < 0.15 and len(extract) > 1:
            del extract[rng.choice(sorted(extract))]
        if rng.random() < 0.3:
            extract[rng.choice([("S1", "1"), ("S2", "1"), ("S3", "1")])] = rng.choice([5, 20])
        if rng.random() < 0.4 and books.states:
            rule_id, subject, visit = query = rng.choice(sorted(books.states))
            record_key = json.dumps({"subject_id": subject, "visit": visit})
            registry.answer(query_id("STUDY", rule_id, "doses", record_key, "dose_mg"), f"answer {rng.random():.3f}")
            books.answer(query)
        broken = rng.random() < 0.15
        standing = registry.run(extract, broken=broken)
        books.run(extract, broken)
        assert {
            (row["rule_id"], row["subject_id"], row["key"].removeprefix("visit ")): row["state"]
            for row in standing.iter_rows(named=True)
        } == books.states
        lived |= set(books.states.values())
    assert len(lived) >= 4
