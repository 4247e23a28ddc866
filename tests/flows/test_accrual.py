"""A cohort over six refreshes: follow-up accrues from cut to cut, and what changed besides is reported."""

import csv
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from flows import stages
from simulate import simulate_refreshes
from studies import Study
from tests.checked_extract import planned
from warehouse import build, publishing
from warehouse.differences import Differences, differences

pytestmark = pytest.mark.slow

REFRESHES = 6


@dataclass(frozen=True)
class Cut:
    """What one refresh found and derived."""

    reasons: list[str]
    findings: set[tuple[str, str]]
    endpoints: dict[str, tuple[int, int]]
    queries: dict[tuple[str, str], str]


@dataclass(frozen=True)
class Series:
    """The refreshes by number, and what the simulator says that it did."""

    cuts: dict[int, Cut]
    files: dict[int, Path]
    refreshes: dict[int, dict[str, str]]
    changes: list[dict[str, str]]

    def changed(self, what: str) -> list[tuple[int, str, str]]:
        """Refresh, subject and rule of each change of that kind."""
        return [(int(row["refresh"]), row["subject_id"], row["rule_id"]) for row in self.changes if row["what"] == what]


def refreshed(extracts: Path, folder: Path, number: int, data_cut: date) -> Cut:
    """One refresh without Prefect: examined and published as the flow does it."""
    plan = replace(planned(extracts, folder, data_cut=data_cut), run_id=f"2026010{number}T060000Z")
    plan.folder.create()
    for made in (plan.store.build, plan.store.raw, plan.store.cuts):
        made.mkdir(parents=True, exist_ok=True)
    files = stages.load.fn(plan)
    stages.parse.fn(plan)
    stages.check_extract.fn(plan)
    stages.derive.fn(plan)
    stages.audit.fn(plan)
    stages.cover.fn(plan)
    reasons = stages.gate.fn(plan)
    heads = stages.follow_queries.fn(plan, files)
    stated = {
        "run_id": plan.run_id, "status": "published", "study": plan.study_id,
        "data_cut": data_cut.isoformat(), "extract_files": [],
    }  # fmt: skip
    publishing.publish(plan.store, plan.folder, stated, heads, f"refresh {number}")
    with build.opened(plan.cut_file, read_only=True) as connection:
        findings = connection.sql("select rule_id, subject_id from quality.findings").fetchall()
        endpoints = connection.sql(
            "select paramcd, count(*), count(*) filter (cnsr = 0) from analysis.adtte group by paramcd"
        ).fetchall()
        queries = connection.sql("select rule_id, subject_id, state from quality.queries").fetchall()
    return Cut(
        reasons,
        set(findings),
        {paramcd: (subjects, events) for paramcd, subjects, events in endpoints},
        {(rule_id, subject): state for rule_id, subject, state in queries},
    )


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory, study: Study) -> Series:
    folder = tmp_path_factory.mktemp("series")
    simulate_refreshes(folder / "extracts", refreshes=REFRESHES, patients=150, seed=3, study=study)
    with (folder / "extracts" / "refreshes.csv").open(encoding="utf-8", newline="") as file:
        refreshes = {int(row["refresh"]): row for row in csv.DictReader(file)}
    with (folder / "extracts" / "changes.csv").open(encoding="utf-8", newline="") as file:
        changes = list(csv.DictReader(file))
    cuts = {
        number: refreshed(folder / "extracts" / row["folder"], folder, number, date.fromisoformat(row["data_cut"]))
        for number, row in refreshes.items()
    }
    files = {number: folder / "data" / "cuts" / f"2026010{number}T060000Z.duckdb" for number in refreshes}
    return Series(cuts, files, refreshes, changes)


def test_no_refresh_is_blocked(series: Series) -> None:
    assert {number: cut.reasons for number, cut in series.cuts.items()} == {number: [] for number in series.cuts}


def test_events_grow_from_cut_to_cut(series: Series) -> None:
    """The patient who is missing from one cut may take a death along, and a row that is in doubt an event."""
    deaths = [cut.endpoints["OS"][1] for cut in series.cuts.values()]
    progressions = [cut.endpoints["PFS"][1] for cut in series.cuts.values()]
    assert all(after >= before - 2 for before, after in pairwise(deaths))
    assert deaths[-1] > deaths[0] + 10
    assert progressions[-1] > progressions[0]


def test_the_deaths_of_each_cut_are_those_that_the_series_states(series: Series) -> None:
    for number, cut in series.cuts.items():
        stated = series.refreshes[number]
        set_aside = int(stated["patients"]) - cut.endpoints["OS"][0]
        assert 0 <= int(stated["deaths"]) - cut.endpoints["OS"][1] <= set_aside <= 2


def test_the_missing_patient_is_reported_and_the_query_ends_with_the_return(series: Series) -> None:
    ((refresh, subject, rule),) = series.changed("a patient is missing")
    assert 1 < refresh < REFRESHES
    assert [number for number, cut in series.cuts.items() if (rule, subject) in cut.findings] == [refresh]
    assert series.cuts[refresh].queries[rule, subject] == "new"
    assert series.cuts[refresh + 1].queries[rule, subject] == "gone"


def test_a_wrong_value_is_a_query_until_it_is_corrected(series: Series) -> None:
    entered = series.changed("a wrong value is entered")
    corrected = {row["subject_id"]: int(row["refresh"]) for row in series.changes if "correct" in row["what"]}
    corrected |= {subject: refresh for refresh, subject, _ in series.changed("a unit is filled in")}
    assert {rule for _, _, rule in entered} == {"LB01", "EX03", "TR07"}
    for refresh, subject, rule in entered:
        seen = [number for number, cut in series.cuts.items() if (rule, subject) in cut.findings]
        assert seen == list(range(refresh, corrected[subject]))
        assert series.cuts[corrected[subject]].queries[rule, subject] == "resolved"


def test_a_date_of_death_that_moved_is_reported(series: Series) -> None:
    ((refresh, subject, rule),) = series.changed("a date of death is corrected")
    assert rule == "DS07"
    assert [number for number, cut in series.cuts.items() if (rule, subject) in cut.findings] == [refresh]


def test_who_withdraws_has_no_contact_for_a_long_time(series: Series) -> None:
    withdrawn = {subject for _, subject, _ in series.changed("withdraws from follow-up")}
    assert withdrawn
    silent = {subject for rule, subject in series.cuts[REFRESHES].findings if rule == "DS06"}
    assert withdrawn <= silent
    assert len(silent) < 15


def test_apart_from_what_was_changed_little_is_found(series: Series) -> None:
    """Late reports of deaths leave somebody without a contact for a while (DS06); all else has a stated cause."""
    stated = {row["subject_id"] for row in series.changes}
    for cut in series.cuts.values():
        assert {rule for rule, subject in cut.findings if subject not in stated} <= {"DS06"}


# --- one cut beside the one before


@pytest.fixture(scope="module")
def between(series: Series) -> dict[int, Differences]:
    """What became different with each refresh but the first."""
    return {number: differences(series.files[number - 1], series.files[number]) for number in range(2, REFRESHES + 1)}


def test_every_new_event_is_expected_and_names_the_record_that_moved_it(
    series: Series, between: dict[int, Differences]
) -> None:
    for number, different in between.items():
        became = different.endpoints.filter(movement="censored to event")
        assert became["expectation"].unique().to_list() in ([], ["expected"])
        assert became["srcfile"].null_count() == became["srcrow"].null_count() == 0
        gone = different.endpoints.filter(movement="event to censored").filter(paramcd="OS").height
        came = became.filter(paramcd="OS").height
        changed = different.subjects.height
        deaths = series.cuts[number].endpoints["OS"][1] - series.cuts[number - 1].endpoints["OS"][1]
        assert abs(deaths - (came - gone)) <= changed


def test_a_corrected_date_of_death_is_suspect(series: Series, between: dict[int, Differences]) -> None:
    ((refresh, subject, _),) = series.changed("a date of death is corrected")
    moved = between[refresh].endpoints.filter(subject_id=subject, paramcd="OS")
    assert moved.select("movement", "expectation").rows() == [("event on another day", "suspect")]


def test_the_missing_patient_is_gone_and_added_again(series: Series, between: dict[int, Differences]) -> None:
    ((refresh, subject, _),) = series.changed("a patient is missing")
    told = {number: each.subjects.filter(subject_id=subject) for number, each in between.items()}
    assert told[refresh].select("change", "reason").rows() == [("gone", "is not in the extract")]
    assert told[refresh + 1].select("change", "reason").rows() == [("added", "was not in the extract")]


def test_a_corrected_field_is_named_with_both_values(series: Series, between: dict[int, Differences]) -> None:
    corrected = [row for row in series.changes if row["what"] == "a reported sum is corrected"]
    assert corrected
    for row in corrected:
        fields = between[int(row["refresh"])].fields.filter(
            table_name=row["table"], subject_id=row["subject_id"], column_name=row["column"]
        )
        assert fields.height == 1
        assert fields["earlier_value"][0] != fields["value"][0]
