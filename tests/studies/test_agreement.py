"""Protocol and mapping speak of the same codes, and of those that datacut knows: otherwise one sentence says where."""

import re
import shutil
from pathlib import Path

import pytest

from studies import DEFAULT_STUDY, StudyError, load_study
from studies.agreement import KNOWN_CODES
from studies.mapping import Mapping
from studies.study import STUDIES_DIR


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("protocol.toml", "mapping.toml"):
        shutil.copy(STUDIES_DIR / DEFAULT_STUDY / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("protocol", 'evaluator = "R1"', 'evaluator = "R9"', "response.evaluator: 'R9' is not a code of codes.reader"),
        ("protocol", 'organ = "LIVER"', 'organ = "Liver"', "response.organ: 'Liver' is not a code of codes.organ"),
        ("protocol", 'organ_required = "LIVER"', 'organ_required = "HEART"', "cohort.organ_required: 'HEART' is not a"),
        ("protocol", 'histology = ["GIST"]', 'histology = ["GST"]', "cohort.histology: 'GST' is not a code of codes.h"),
        ("protocol", 'cd117 = ["POSITIVE"]', 'cd117 = ["+"]', "cohort.cd117: '+' is not a code of codes.cd117"),
        (
            "protocol",
            '["A", "B"]',
            '["A", "E"]',
            "cohort.child_pugh_class: 'E' is not a code of codes.child_pugh_class",
        ),
        ("protocol", 'term = "FEVER"', 'term = "FEVERS"', "ae_terms.term: 'FEVERS' is not a code of codes.ae_term"),
        (
            "mapping",
            '"对照组", "Control", "C"] }',
            '"对照组"], THIRD = [] }',
            "codes.arm: 'THIRD' is not an arm of proto",
        ),
        ("mapping", "CONTROL = [", "CONTROLS = [", "arms.code: 'CONTROL' is not a code of codes.arm"),
        ("mapping", "sex = { M", "sex = { MALE", "codes.sex: 'MALE' is not a code that datacut knows (known: M, F)"),
        ("mapping", ', N = ["否", "No"]', "", "codes.yes_no: the code 'N' is missing"),
        (
            "mapping",
            ', DEAD = ["Dead"',
            ', DIED = ["Dead"',
            "codes.vital_status: 'DIED' is not a code that datacut knows",
        ),
        ("mapping", "unit = { mm", "unit = { MM", "codes.unit: 'MM' is not a code that datacut knows (known: mm, cm)"),
        ("mapping", "response = { CR", "response = { RC", "codes.response: 'RC' is not a code that datacut knows"),
        ("mapping", '"NON-TARGET" = ', '"NONTARGET" = ', "codes.lesion_class: 'NONTARGET' is not a code that datacut"),
        (
            "mapping",
            "lesion_status = { PRESENT",
            "lesion_status = { THERE",
            "codes.lesion_status: 'THERE' is not a code",
        ),
        ("mapping", '"%Y/%m/%d"', '"%Q/%m/%d"', "date_formats.1: '%Q/%m/%d': %Q is no part of a date"),
        ("mapping", '"%Y/%m/%d"', '"%d.%m.%Y%"', "date_formats.1: '%d.%m.%Y%': % is no part of a date"),
        ("mapping", '"%Y/%m/%d"', '"%m/%Y"', "date_formats.1: '%m/%Y' has no day (%d)"),
        ("protocol", "last = 2011-10-31", "last = 2007-10-31", "study.recruitment: first (2008-06-01) is after last"),
        (
            "protocol",
            "data_cut = 2012-05-31",
            "data_cut = 2002-05-31",
            "study: data_cut (2002-05-31) is before recruit",
        ),
    ],
)
def test_a_code_that_nobody_knows_is_one_sentence_with_file_and_key(
    folder: Path, file: str, old: str, new: str, sentence: str
) -> None:
    path = folder / f"{file}.toml"
    text = path.read_text("utf-8")
    place = re.search(f"^{re.escape(old)}|(?<=[ \\[,]){re.escape(old)}|{re.escape(old)}", text, re.MULTILINE)
    assert place
    path.write_text(text[: place.start()] + new + text[place.end() :], "utf-8")
    with pytest.raises(StudyError) as error:
        load_study(str(folder))
    told = str(error.value)
    assert sentence in told
    assert "\n" not in told
    assert told.startswith(f"{folder}/")
    assert re.match(r".*\.toml: [a-z_.0-9]+: ", told)


def test_a_hospital_may_use_a_part_of_the_codes(folder: Path) -> None:
    path = folder / "mapping.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace(', cm = ["CM"]', "").replace(', NEW = ["New"]', ""), "utf-8")
    assert set(load_study(str(folder)).mapping.codes["unit"]) == {"mm"}


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%y", "%-d/%-m/%Y", "%d%b%Y", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S"])
def test_the_usual_date_formats_are_taken_and_the_engine_reads_them(form: str) -> None:
    import duckdb

    assert Mapping(date_formats=[form], tables={}).date_formats == [form]
    day = duckdb.execute("select strptime(strftime(date '2010-02-03', $1), $1)::date::varchar", [form]).fetchall()
    assert day == [("2010-02-03",)]


def test_the_codes_that_datacut_knows_are_those_of_the_sample_study() -> None:
    codes = load_study(DEFAULT_STUDY).mapping.codes
    assert {name: set(codes[name]) for name in KNOWN_CODES} == {name: set(known) for name, known in KNOWN_CODES.items()}
