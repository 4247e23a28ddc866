"""Each planted defect stands in the line that defects.csv names, and spoils what it says."""

import csv
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from simulate import simulate_extracts
from studies import Study
from tests.simulate.extract_reader import Row, lines, millimetres, read_table

EXPECTED = (
    "AE01 AE03 DM04 DM13 DT01 DT03 DT04 DT06 EX03 EX04 LB01 RS03 TK01 TR01 TR02 TR07 TR09 TR09 TU13".split()  # noqa: SIM905
)


@pytest.fixture(scope="module")
def planted(study: Study) -> list[dict[str, str]]:
    with (study.directory / "defects.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_is_planted_once_in_a_patient_of_its_own(planted: list[dict[str, str]]) -> None:
    assert [row["rule_id"] for row in planted] == EXPECTED
    assert len({row["subject_id"] for row in planted}) == len(EXPECTED) - 1  # TR09 takes two rows
    assert len({row["defect"] for row in planted}) == len(EXPECTED)


SHOWS: dict[str, Callable[[Row], bool]] = {
    "AE01": lambda row: row["grade"] == "7",
    "AE03": lambda row: row["ctcae_version"] == "4.0",
    "DM04": lambda row: row["index_date"].year - row["birth_year"].year - int(row["age_years"]) in (3, 4),
    "DM13": lambda row: row["reported_liver_lesion_group"] == "2-5",
    "DT01": lambda row: row["sample_date"] is None,
    "DT03": lambda row: row["contact_date"] == date(1900, 1, 1),
    "DT04": lambda row: isinstance(row["sample_date"], date),
    "DT06": lambda row: row["end_date"] < row["start_date"] and row["grade"] == "1",
    "EX03": lambda row: row["iodised_oil_ml"] == "25",
    "EX04": lambda row: row["doxorubicin_mg"] == "20",
    "LB01": lambda row: row["unit"] == "",
    "RS03": lambda row: (
        (row["target_response"], row["nontarget_response"], row["new_lesion"], row["overall_response"])
        == ("SD", "NON-CR/NON-PD", "N", "PR")
    ),
    "TK01": lambda row: (row["drug"], row["daily_dose_mg"]) == ("IMATINIB", "600"),
    "TR01": lambda row: millimetres(row, "diameter") == 4100,
    "TR02": lambda row: 5 <= float(row["diameter"]) < 10 and row["diameter_unit"] == "mm",
    "TR07": lambda row: row["target_response"] == "SD",
    "TR09": lambda row: bool(row["diameter"]),
    "TU13": lambda row: row["lesion_id"] == "L19",
}


@pytest.mark.parametrize("place", range(len(EXPECTED)), ids=EXPECTED)
def test_the_line_shows_the_defect(place: int, planted: list[dict[str, str]], study: Study) -> None:
    defect = planted[place]
    rows = {row["row"]: row for row in read_table(study.extracts_dir, defect["table"], study)}
    row = rows[int(defect["row"])]
    if "subject_id" in row:
        assert row["subject_id"] == defect["subject_id"]
    assert SHOWS[defect["rule_id"]](row)


def test_those_of_measurements_and_reports_are_of_the_second_reader(
    planted: list[dict[str, str]], study: Study
) -> None:
    for defect in planted:
        if defect["table"] in ("lesion_measurements", "response_assessments"):
            rows = {row["row"]: row for row in read_table(study.extracts_dir, defect["table"], study)}
            assert rows[int(defect["row"])]["reader"] == "R2"


def test_the_key_says_which_record(planted: list[dict[str, str]]) -> None:
    keys = {row["rule_id"]: row["key"] for row in planted}
    assert keys["EX03"].startswith("session_number ")
    assert keys["TR01"].startswith("lesion_id ")
    assert keys["TR01"].endswith("reader R2")


def test_without_the_request_nothing_is_planted(tmp_path: Path, study: Study) -> None:
    simulate_extracts(tmp_path, patients=40, seed=3, study=study)
    assert not (tmp_path / "defects.csv").exists()
    assert not any("2010-13-45" in cells for cells in lines(tmp_path, "lab_results.csv"))


def test_the_list_lies_beside_the_files_unless_told_otherwise(tmp_path: Path, study: Study) -> None:
    simulate_extracts(tmp_path, patients=60, seed=3, study=study, defects=True)
    with (tmp_path / "defects.csv").open(encoding="utf-8", newline="") as file:
        assert [row["rule_id"] for row in csv.DictReader(file)] == EXPECTED


def test_a_list_of_defects_never_outlives_the_files_that_it_describes(tmp_path: Path, study: Study) -> None:
    """Into the same folder again, without defects, or with the list elsewhere: the old list would be of other files."""
    listed = tmp_path / "defects.csv"
    simulate_extracts(tmp_path, patients=60, seed=3, study=study, defects=True)
    simulate_extracts(tmp_path, patients=5, seed=3, study=study)
    assert not listed.exists()
    simulate_extracts(tmp_path, patients=60, seed=3, study=study, defects=True)
    elsewhere = tmp_path / "elsewhere.csv"
    simulate_extracts(tmp_path, patients=60, seed=4, study=study, defects=True, defects_file=elsewhere)
    assert not listed.exists()
    assert elsewhere.exists()


def test_a_file_of_that_name_that_simulate_did_not_write_stays(tmp_path: Path, study: Study) -> None:
    (tmp_path / "defects.csv").write_text("defect,found by\nD1,R. Roe\n", "utf-8")
    simulate_extracts(tmp_path, patients=5, seed=3, study=study)
    assert (tmp_path / "defects.csv").read_text("utf-8") == "defect,found by\nD1,R. Roe\n"


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_seed_only_the_planted_rows_lie_after_death_or_overlap(
    seed: int, tmp_path: Path, study: Study
) -> None:
    simulate_extracts(tmp_path, patients=60, seed=seed, study=study, defects=True)
    tables = {table: read_table(tmp_path, table, study) for table in study.mapping.tables}
    ends = {row["subject_id"]: row["death_date"] for row in tables["follow_up"] if row["vital_status"] == "DEAD"}
    by_record = {row["record_id"]: row["subject_id"] for row in tables["patients"]}
    cut = study.protocol.study.data_cut
    late = [
        table
        for table, rows in tables.items()
        for row in rows
        if max((value for value in row.values() if isinstance(value, date)), default=date.min)
        > ends.get(row.get("subject_id") or by_record[row["record_id"]], cut)
    ]
    assert late == ["lab_results"]  # DT04
    events = [row for row in tables["adverse_events"] if row["start_date"] <= row["end_date"]]
    spells = sorted((row["subject_id"], row["term"], row["start_date"], row["end_date"]) for row in events)
    assert all(one[:2] != two[:2] or one[3] < two[2] for one, two in pairwise(spells))


def test_a_cohort_too_small_for_all_of_them_is_refused(tmp_path: Path, study: Study) -> None:
    with pytest.raises(ValueError, match="too small to plant every defect"):
        simulate_extracts(tmp_path, patients=10, seed=3, study=study, defects=True)
