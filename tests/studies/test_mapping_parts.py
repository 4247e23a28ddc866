"""A table of a mapping is one file, or parts of domains; what a study does not have is said with a reason."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from studies import StudyError, load_study
from studies.mapping import Mapping
from studies.study import STUDIES_DIR

PART: dict[str, Any] = {
    "domain": "rs",
    "columns": {"overall_response": "RSSTRESC"},
    "constants": {"reader": "INVESTIGATOR"},
    "lookups": {"sum": {"domain": "rs", "column": "TRSTRESC", "match": {"USUBJID": "USUBJID"}}},
}


def mapping(**changes: Any) -> Mapping:
    stated = {
        "date_formats": ["%Y-%m-%d"],
        "domains": {"rs": ["rs"]},
        "tables": {"response_assessments": {"parts": [PART]}},
        **changes,
    }
    return Mapping.model_validate(stated)


def test_a_column_is_found_under_its_heading_in_the_domain() -> None:
    assert mapping().heading("response_assessments", "overall_response") == "RSSTRESC"
    assert mapping().heading("response_assessments", "sum_mm") == "RS.TRSTRESC"
    assert mapping().heading("response_assessments", "reader") == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"tables": {"response_assessments": {}}}, "needs a file with its columns, or parts"),
        ({"tables": {"response_assessments": {"parts": [PART], "file": "rs.csv"}}}, "and not both"),
        ({"domains": {"dm": ["dm"]}}, "takes rows of the domain 'rs'; domains has: dm"),
        (
            {"tables": {"response_assessments": {"parts": [{**PART, "constants": {"overall_response": "CR"}}]}}},
            "overall_response has two origins",
        ),
        ({"not_collected": {"response_assessments.reader": "there is one"}}, "is mapped all the same"),
        ({"not_collected": {"lab_results": " "}}, "needs a reason"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        mapping(**changes)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'evaluator = "INVESTIGATOR"',
            'evaluator = "RADIOLOGIST 2"',
            "tables.lesions.parts: none is for the evaluator",
        ),
        ('not_in_cohort = ["SCREEN FAILURE"]', 'not_in_cohort = ["Pbo"]', "cohort.not_in_cohort names 'Pbo'"),
        ('not_in_cohort = ["SCREEN FAILURE"]', "", "codes.arm: 'SCREEN FAILURE' is not an arm of protocol.toml"),
    ],
)
def test_what_protocol_and_mapping_say_of_each_other_is_checked(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    folder = Path(shutil.copytree(STUDIES_DIR / "sdtm_onco", tmp_path / "study"))
    text = (folder / "protocol.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "protocol.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError, match=re.escape(sentence)):
        load_study(str(folder))


def test_a_table_says_where_it_came_from() -> None:
    """Of several parts that have a column the first one names it; a table of a hospital comes from its file."""
    other = {"domain": "dm", "columns": {"overall_response": "OTHER", "scan_date": "DMDTC"}}
    stated = mapping(
        domains={"rs": ["rs"], "dm": ["dm"]}, tables={"response_assessments": {"parts": [PART, other]}}
    ).tables["response_assessments"]
    assert stated.came_from == "RS, DM"
    assert stated.headings == {
        "overall_response": "RSSTRESC", "scan_date": "DMDTC", "reader": "", "sum": "RS.TRSTRESC",
    }  # fmt: skip
    assert (
        mapping(tables={"patients": {"file": "p.csv", "columns": {"sex": "Sex"}}}).tables["patients"].came_from
        == "p.csv"
    )
