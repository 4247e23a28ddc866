"""The limits and units of the laboratory are data: read exactly, and refused in one sentence."""

from pathlib import Path

import pytest

from studies import DEFAULT_STUDY, StudyError, load_study
from studies.laboratory import LIMITS_FILE, UNITS_FILE, LaboratoryTest, laboratory_tables

HGB = LaboratoryTest(test="HGB", label="Haemoglobin", unit="g/L", term="ANAEMIA")
LIMITS = "ctcae_version,test,direction,grade,basis,limit,unit,source\n"
FIRST = "3.0,HGB,low,1,LLN,1,,CTCAE v3.0\n"
UNITS = "test,unit,factor\n"


def tables(folder: Path, limits: str = FIRST, units: str = "HGB,g/dL,10\n") -> dict[str, list[dict[str, object]]]:
    (folder / LIMITS_FILE).write_text(LIMITS + limits, encoding="utf-8")
    (folder / UNITS_FILE).write_text(UNITS + units, encoding="utf-8")
    return laboratory_tables(folder, [HGB], "3.0")


def test_numbers_stay_text_and_units_are_compared_in_lower_case(tmp_path: Path) -> None:
    made = tables(tmp_path, FIRST + "3.0,HGB,low,2,absolute,100.5,g/L,CTCAE v3.0\n")
    assert [row["limit_value"] for row in made["grading_limits"]] == ["1", "100.5"]
    assert made["laboratory_units"] == [{"test": "HGB", "unit": "g/dl", "factor": "10"}]


def test_limits_of_another_version_do_not_grade(tmp_path: Path) -> None:
    made = tables(tmp_path, FIRST + "4.0,HGB,low,1,LLN,1,,CTCAE v4.0\n")
    assert len(made["grading_limits"]) == 1


def test_a_study_without_the_files_has_no_rows(tmp_path: Path) -> None:
    assert laboratory_tables(tmp_path, [], "3.0") == {
        "laboratory_tests": [],
        "grading_limits": [],
        "laboratory_units": [],
    }


@pytest.mark.parametrize(
    ("limits", "units", "sentence"),
    [
        ("3.0,HGB,low,5,LLN,1,,CTCAE v3.0\n", "", "line 2: grade is not as it must be"),
        ("3.0,HGB,lower,1,LLN,1,,CTCAE v3.0\n", "", "line 2: direction is not as it must be"),
        ("3.0,HGB,low,1,LLN,one,,CTCAE v3.0\n", "", "line 2: limit is not as it must be"),
        ("3.0,HGB,low,1,LLN,1,,\n", "", "line 2: source is not as it must be"),
        ("3.0,HGB,low,2,absolute,100,,CTCAE v3.0\n", "", "an absolute limit has a unit"),
        ("3.0,HGB,low,2,absolute,10,g/dL,CTCAE v3.0\n", "", "the limits of HGB are in g/dL"),
        (FIRST + FIRST, "", "line 3: 3.0, hgb, low, 1 stands in an earlier line already"),
        (FIRST, "HGB,g/dL,10\nHGB,G/DL,10\n", "line 3: hgb, g/dl stands in an earlier line already"),
        (FIRST, "HGB,g/dL,0\n", "line 2: factor is not as it must be"),
        (FIRST, "HGB,g/dL,0.0001\n", "line 2: factor is not as it must be"),
    ],
)
def test_a_line_that_cannot_be_right_is_refused(tmp_path: Path, limits: str, units: str, sentence: str) -> None:
    with pytest.raises(StudyError, match=sentence):
        tables(tmp_path, limits, units)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / UNITS_FILE).write_text("test,unit\nHGB,g/L\n", encoding="utf-8")
    with pytest.raises(StudyError, match="the column factor is missing"):
        laboratory_tables(tmp_path, [HGB], "3.0")


def test_every_test_of_the_sample_study_is_graded_and_has_its_own_unit() -> None:
    study = load_study(DEFAULT_STUDY)
    made = study.tables(study.protocol.study.data_cut)
    tests = {str(row["test"]): str(row["unit"]).lower() for row in made["laboratory_tests"]}
    assert tests.keys() == {row["test"] for row in made["grading_limits"]}
    factors = {(row["test"], row["unit"]): row["factor"] for row in made["laboratory_units"]}
    assert {factors[test, unit] for test, unit in tests.items()} == {"1"}
