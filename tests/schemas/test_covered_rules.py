"""Rules against the cut before: the sound cohort is published once, and comes back after some edits."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from conftest import examine_stage, study, write_raw
from sound_cohort import Edit, change, cohort, remove

import schemas
import transforms
from schemas import COVERED, DERIVED, EXTRACT, Examination
from warehouse.build import cover, define_functions, write_study
from warehouse.check import check_stage
from warehouse.last_cut import attach_previous
from warehouse.quarantine import set_aside

CUT = datetime.date(2012, 5, 31)


@dataclass(frozen=True)
class Case:
    """``before`` and ``now`` are edits of the sound cohort; ``alike`` is the change that comes close and is legal."""

    rule_id: str
    before: tuple[Edit, ...]
    now: tuple[Edit, ...]
    alike: tuple[Edit, ...]
    says: tuple[str, ...]
    also: tuple[str, ...] = ()


def contact(number: int, **values: str) -> Edit:
    return change("follow_up", number, **values)


# S1 died on 2010-12-20; S2 is alive, last heard of on 2012-05-01, and has no progression.
ALIVE = (contact(2, vital_status="ALIVE", death_date="", death_cause=""),)
CASES = [
    Case("RF01", (), (change("patients", 2, subject_id="S3"),), (), ("Subject S2",)),
    Case("DS05", (), ALIVE, (contact(2, death_cause="other"),), ("2010-12-20", "alive"), also=("TT05",)),
    Case(
        "DS07",
        (),
        (contact(2, death_date="2010-12-28"),),
        (contact(2, death_date="2010-12-27"),),
        ("2010-12-20", "2010-12-28", "8 days", "at most 7"),
    ),
    Case(
        "TT05",
        (),
        (contact(4, contact_date="2012-04-30"),),
        (contact(4, contact_date="2012-05-02"),),
        ("OS was censored", "762 days", "761 days"),
    ),
    Case("TT05", (), ALIVE, (), ("OS was an event",), also=("DS05",)),
]


def derive(connection: duckdb.DuckDBPyConnection, *edits: Edit, data_cut: datetime.date = CUT) -> None:
    define_functions(connection, study().mapping.date_formats)
    write_study(connection, study().tables(data_cut))
    write_raw(connection, cohort(*edits))
    for stage in ("typed", "checks"):
        transforms.run(connection, stage)
    check_stage(connection, EXTRACT)
    set_aside(connection)
    for stage in ("recist", "analysis", "audit"):
        transforms.run(connection, stage)
    check_stage(connection, DERIVED)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """The sound cohort as the cut before."""
    path = tmp_path / "cut.duckdb"
    with duckdb.connect(str(path)) as connection:
        derive(connection)
        attach_previous(connection, None)
        cover(connection)
    return path


def covered(previous: Path | None, *edits: Edit, data_cut: datetime.date = CUT) -> Examination:
    with duckdb.connect() as connection:
        derive(connection, *edits, data_cut=data_cut)
        attach_previous(connection, previous)
        cover(connection)
        return examine_stage(connection, COVERED)


def rules_found(examination: Examination) -> set[str]:
    return set(examination.findings["rule_id"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule_id)
def test_a_rule_finds_what_breaks_it_and_nothing_else_objects(case: Case, published: Path) -> None:
    examination = covered(published, *case.now)
    assert rules_found(examination) == {case.rule_id, *case.also}
    sentences = " / ".join(examination.findings.filter(examination.findings["rule_id"] == case.rule_id)["sentence"])
    for words in case.says:
        assert words in sentences


@pytest.mark.parametrize("case", [case for case in CASES if case.alike], ids=lambda case: case.rule_id)
def test_a_rule_lets_the_near_miss_pass(case: Case, published: Path) -> None:
    assert case.rule_id not in rules_found(covered(published, *case.alike))


def test_the_same_cohort_again_breaks_no_rule(published: Path) -> None:
    examination = covered(published)
    assert examination.findings.is_empty()
    statuses = dict(examination.rules.select("rule_id", "status").rows())
    assert statuses == {
        "RF01": "passed",
        "DS05": "passed",
        "DS07": "passed",
        "TT05": "passed",
        "DM15": "not applicable",
    }


def test_a_first_cut_has_nothing_to_be_held_against() -> None:
    examination = covered(None, remove("follow_up", 4))
    assert examination.findings.is_empty()
    assert set(examination.rules["status"]) == {"not applicable"}


def test_a_cut_as_of_an_earlier_day_is_not_held_against_a_later_one(published: Path) -> None:
    examination = covered(published, data_cut=datetime.date(2010, 12, 1))
    assert examination.findings.is_empty()
    assert set(examination.rules["status"]) == {"not applicable"}


@pytest.mark.parametrize(("expected", "found"), [(1, False), (2, True)])
def test_an_arm_has_as_many_subjects_as_the_protocol_states(expected: int, found: bool) -> None:
    with duckdb.connect() as connection:
        derive(connection)
        connection.execute("alter table study.arms alter column expected_subjects type integer")
        connection.execute(f"update study.arms set expected_subjects = {expected} where arm = 'TACE'")
        attach_previous(connection, None)
        cover(connection)
        findings = examine_stage(connection, COVERED).findings
    assert (set(findings["rule_id"]) == {"DM15"}) is found
    if found:
        assert findings["sentence"].to_list() == ["Arm TACE has 1 subjects; the protocol states 2."]


def test_every_rule_of_the_stage_has_a_case() -> None:
    stated = {rule.id for contract in schemas.CONTRACTS if contract.stage == COVERED for rule in contract.rules}
    assert {case.rule_id for case in CASES} | {"DM15"} == stated
