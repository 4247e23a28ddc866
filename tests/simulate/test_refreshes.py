"""A series of extracts: each is what was known on its data cut date, and the lists beside say what changed."""

import csv
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from simulate import simulate_extracts, simulate_refreshes
from simulate.refreshes import data_cuts
from studies import Study
from tests.simulate.extract_reader import Row, read_table

Tables = dict[str, list[Row]]
SERIES = 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, study: Study) -> Path:
    made = tmp_path_factory.mktemp("series")
    simulate_refreshes(made, refreshes=SERIES, patients=120, seed=5, study=study)
    return made


@pytest.fixture(scope="module")
def extracts(folder: Path, study: Study) -> list[Tables]:
    return [
        {table: read_table(folder / f"{number:02d}", table, study) for table in study.mapping.tables}
        for number in range(1, SERIES + 1)
    ]


@pytest.fixture(scope="module")
def changes(folder: Path) -> list[dict[str, str]]:
    with (folder / "changes.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_dates_are_evenly_spaced_and_end_with_the_data_cut_of_the_study(folder: Path, study: Study) -> None:
    with (folder / "refreshes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cuts = [date.fromisoformat(row["data_cut"]) for row in rows]
    assert cuts == data_cuts(study, SERIES, 56)
    assert cuts[-1] == study.protocol.study.data_cut
    assert [row["folder"] for row in rows] == ["01", "02", "03", "04"]


def test_no_extract_knows_what_happens_after_its_date(extracts: list[Tables], study: Study) -> None:
    for cut, tables in zip(data_cuts(study, SERIES, 56), extracts, strict=True):
        for table, rows in tables.items():
            assert all(value <= cut for row in rows for value in row.values() if isinstance(value, date)), table


def test_patients_contacts_and_scans_accrue(extracts: list[Tables], changes: list[dict[str, str]]) -> None:
    disturbed = {row["subject_id"] for row in changes}
    for table, key in (("follow_up", "contact_date"), ("lesion_measurements", "scan_date")):
        seen = [
            {(row["subject_id"], row[key]) for row in tables[table] if row["subject_id"] not in disturbed}
            for tables in extracts
        ]
        assert all(before < after for before, after in pairwise(seen))


def test_what_lasts_has_no_end_yet(extracts: list[Tables], study: Study) -> None:
    first, last = extracts[0], extracts[-1]
    ended = {(row["subject_id"], row["drug"], row["start_date"]): row["end_date"] for row in last["drug_courses"]}
    lasting = [row for row in first["drug_courses"] if row["end_date"] is None]
    (cut, *_) = data_cuts(study, SERIES, 56)
    assert lasting
    assert all(row["stop_reason"] == "" for row in lasting)
    later = [ended.get((row["subject_id"], row["drug"], row["start_date"])) for row in lasting]
    assert any(end for end in later)
    assert all(end is None or end > cut for end in later)


def test_the_missing_patient_is_in_every_extract_but_one(extracts: list[Tables], changes: list[dict[str, str]]) -> None:
    (missing,) = (row for row in changes if row["what"] == "a patient is missing")
    for number, tables in enumerate(extracts, start=1):
        held = {
            table for table, rows in tables.items() if any(r.get("subject_id") == missing["subject_id"] for r in rows)
        }
        assert bool(held) == (number != int(missing["refresh"]))


def test_nothing_is_known_of_who_withdrew(extracts: list[Tables], changes: list[dict[str, str]], study: Study) -> None:
    cuts = data_cuts(study, SERIES, 56)
    withdrawn = [row for row in changes if row["what"] == "withdraws from follow-up"]
    assert withdrawn
    for row in withdrawn:
        limit = cuts[int(row["refresh"]) - 1]
        for table in ("follow_up", "lesion_measurements", "response_assessments"):
            dates = [r["contact_date" if table == "follow_up" else "scan_date"] for r in extracts[-1][table]
                     if r["subject_id"] == row["subject_id"]]  # fmt: skip
            assert all(day <= limit for day in dates)


def test_the_last_extract_is_the_whole_cohort_but_for_late_and_withdrawn(
    extracts: list[Tables], tmp_path: Path, study: Study
) -> None:
    simulate_extracts(tmp_path, patients=120, seed=5, study=study)
    whole = read_table(tmp_path, "lesion_measurements", study)
    assert 0.9 * len(whole) < len(extracts[-1]["lesion_measurements"]) <= len(whole)
    assert len(extracts[-1]["patients"]) == 120


def test_the_same_seed_gives_the_same_series(folder: Path, tmp_path: Path, study: Study) -> None:
    simulate_refreshes(tmp_path, refreshes=SERIES, patients=120, seed=5, study=study)
    for path in sorted(folder.rglob("*.csv")):
        assert path.read_bytes() == (tmp_path / path.relative_to(folder)).read_bytes()


def test_a_cohort_from_a_file_accrues_too(tmp_path: Path, study: Study) -> None:
    simulate_refreshes(
        tmp_path, refreshes=3, patients=1, seed=1, study=study, cohort_file=study.directory / "calibrated_cohort.csv"
    )
    assert len(read_table(tmp_path / "03", "patients", study)) == 60


@pytest.mark.parametrize(
    ("refreshes", "interval", "message"),
    [(1, 56, "at least 2 refreshes"), (3, 0, "at least 1 day apart"), (60, 56, "nobody is in the study")],
)
def test_a_series_that_cannot_be_is_refused(refreshes: int, interval: int, message: str, study: Study) -> None:
    with pytest.raises(ValueError, match=message):
        data_cuts(study, refreshes, interval)


def test_a_cohort_too_small_for_a_change_of_every_kind_is_refused(tmp_path: Path, study: Study) -> None:
    with pytest.raises(ValueError, match="too small for a series"):
        simulate_refreshes(tmp_path, refreshes=3, patients=3, seed=1, study=study)


def test_only_a_date_within_recruitment_or_after_begins_a_series(study: Study) -> None:
    cuts = data_cuts(study, 12, 30)
    assert cuts[1] - cuts[0] == timedelta(days=30)
