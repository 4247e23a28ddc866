"""A wrong or missing entry of a study file is one sentence with file and key."""

import re
from pathlib import Path

import pytest

from studies import DEFAULT_STUDY, StudyError, load_study
from studies.mapping import Mapping
from studies.protocol import Protocol
from studies.study import STUDIES_DIR
from studies.toml_file import read_toml

PROTOCOL = (STUDIES_DIR / DEFAULT_STUDY / "protocol.toml").read_text(encoding="utf-8")


def test_the_sample_study_is_read() -> None:
    study = load_study(DEFAULT_STUDY)
    assert [arm.code for arm in study.protocol.arms] == ["TACE", "CONTROL"]
    assert study.protocol.reference_arm.code == "CONTROL"
    assert study.protocol.study.days_per_unit == 7


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("data_cut = 2012-05-31\n", "", r"study\.data_cut: this entry is missing"),
        ("ctcae_version = ", 'extra = "1"\nctcae_version = ', r"study\.extra: no entry of this name is known"),
        ("data_cut = 2012-05-31", 'data_cut = "soon"', r"study\.data_cut: Input should be a valid date"),
        ('convention = "spss"', 'convention = "spps"', r"statistics\.convention: Input should be 'r', 'sas' or 'spss'"),
        ("low = 40\nhigh = 80", "low = 80\nhigh = 40", r"ranges\.1: low \(80\) of .* is above high"),
        (
            "ecog = { low = 0, high = 2 }",
            "ecog = { low = 2, high = 0 }",
            r"cohort\.ecog: low \(2\) is above high \(0\)",
        ),
        ('factor = "tkire"', 'factor = "tki"', r"subgroups\.factor names 'tki', which is not defined"),
        ('multivariate = ["arm"', 'multivariate = ["nprocgr1"', r"'nprocgr1', which is known only after start"),
        ('[[visit_windows]]\narm = "CONTROL"', '[[visit_windows]]\narm = "TACE"', "visit_windows names an arm twice"),
        ("[landmark]", "[survival_landmark]", r"survival_landmark: no entry of this name is known"),
        ("\nday = 91 ", "\n# day = 91 ", r"landmark\.day: this entry is missing"),
        (
            'kind = "subgroups"\nendpoint = "OS"',
            'kind = "subgroups"',
            "figure 'S2' is of kind 'subgroups', which needs",
        ),
        ('endpoint = "PFS"\ntitle', 'endpoint = "TTLP"\ntitle', "figure '1A' shows TTLP, with which death competes"),
        (
            'covariates = ["sex", "ecoggr1", "primloc", "nlivgr1", "extrahep", "line2pr"',
            'covariates = ["nprocgr1"',
            "figures.covariates names 'nprocgr1', which is known only after start",
        ),
        ('number = "S1"', 'number = "1B"', "two figures have the number '1B'"),
        ("reference = true", "reference = false", "exactly one of the arms needs reference = true"),
        ("[study]", "[study", "not valid TOML"),
    ],
)
def test_a_typo_is_one_sentence_with_file_and_key(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    assert old in PROTOCOL
    path = tmp_path / "protocol.toml"
    path.write_text(PROTOCOL.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError, match=sentence) as error:
        read_toml(path, Protocol)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


def test_an_unknown_study_names_the_known_ones() -> None:
    with pytest.raises(StudyError, match=f"nowhere: no study of this name.*{DEFAULT_STUDY}"):
        load_study("nowhere")


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"mapping\.toml: the file is missing"):
        read_toml(tmp_path / "mapping.toml", Mapping)
    (tmp_path / "mapping.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudyError, match="not UTF-8"):
        read_toml(tmp_path / "mapping.toml", Mapping)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('[tables.patients]\nfile = "p.csv"\ncolumns = { sex = "S", arm = "S" }', "'S' is mapped to two columns"),
        ('tables = {}\n[codes.sex]\nM = ["1"]\nF = ["1"]', "the word '1' stands for both 'M' and 'F'"),
        ('[tables.p]\nfile = "p.csv"\nencoding = "gkb"\ncolumns = {}', "'gkb' is no encoding"),
    ],
)
def test_a_mapping_that_contradicts_itself_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text('date_formats = ["%Y-%m-%d"]\n' + content, encoding="utf-8")
    with pytest.raises(StudyError, match=sentence):
        read_toml(path, Mapping)


def test_a_code_stands_for_itself_in_the_code_table() -> None:
    study = load_study(DEFAULT_STUDY)
    rows = study.tables(study.protocol.study.data_cut)["codes"]
    assert {"code_list": "sex", "source_text": "m", "code": "M"} in rows


def test_a_column_is_named_by_the_heading_of_the_extract() -> None:
    mapping = load_study(DEFAULT_STUDY).mapping
    assert mapping.heading("patients", "age_years") == "年龄"
    assert mapping.heading("lesion_measurements", "diameter_mm") == "Longest diameter"
    assert mapping.heading("adtte", "aval") == ""


def test_a_group_known_only_after_start_needs_a_landmark(tmp_path: Path) -> None:
    path = tmp_path / "protocol.toml"
    path.write_text(PROTOCOL.replace("[landmark]", "").replace("\nday = 91 ", "\n# day = 91 "), encoding="utf-8")
    with pytest.raises(StudyError, match=r"'nprocgr1', which is known only after start; say in \[landmark\]"):
        read_toml(path, Protocol)


@pytest.mark.parametrize(
    ("planned", "sentence"),
    [
        ("{ OS = 56, BOR = 10 }", "monitoring.planned_events names 'BOR', which is not defined"),
        ("{ OS = 0 }", "planned_events.OS is 0; plan at least one event, or leave it out"),
    ],
)
def test_planned_events_are_of_an_endpoint_in_time(tmp_path: Path, planned: str, sentence: str) -> None:
    path = tmp_path / "protocol.toml"
    text = re.sub(r"planned_events = .*", f"planned_events = {planned}", PROTOCOL)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=re.escape(sentence)):
        read_toml(path, Protocol)
