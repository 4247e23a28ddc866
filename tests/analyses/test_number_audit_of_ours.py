"""The audit of printed numbers on the paper, on our own results, and on ours with one number spoilt."""

from typing import Any

import pandas as pd
import pytest
from calibrated_frames import calibrated_frames

from analyses import run_analyses
from analyses.number_audit import audit_numbers
from analyses.number_audit_figures import COLUMNS as FIGURE_COLUMNS
from analyses.printed_figures import printed_figures
from studies import DEFAULT_STUDY, Study, load_study

IN_ERROR = ["does-not-reproduce", "inconsistent"]


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(DEFAULT_STUDY)


def test_the_paper_has_exactly_the_errors_that_are_known(study: Study) -> None:
    published = pd.read_csv(study.directory / "published.csv", dtype=str, keep_default_na=False)
    known = published.loc[published["verdict"].isin(IN_ERROR), "id"]
    assert len(known) == 20
    found = audit_numbers(published[list(FIGURE_COLUMNS)])
    assert list(found["id"]) == list(known)
    text_alone = ["X.sunitinib.control", "X.MV.tace.hr", "X.nmet.p"]
    assert list(found.loc[found["rule_id"] == "TT08", "id"]) == text_alone


@pytest.fixture(scope="module")
def ours(study: Study) -> pd.DataFrame:
    frames = calibrated_frames(study.directory / "calibrated_cohort.csv", study.protocol.response.disease_control_day)
    return printed_figures(run_analyses(**frames, protocol=study.protocol)["statistics"])


def test_ours_contradict_nothing(ours: pd.DataFrame) -> None:
    assert len(ours) > 900
    assert audit_numbers(ours).to_dict("records") == []


def test_ours_are_printed_as_the_tables_print_them(ours: pd.DataFrame) -> None:
    printed: dict[str, Any] = dict(zip(ours["id"], ours["value"], strict=True))
    expected = {
        "table1.sex.M.TACE.n": "16",
        "table1.sex.M.TACE.percent": "72.7",
        "table1.sex.all.TACE-CONTROL.p": "0.757",
        "table3.FEVER.any grade.TACE-CONTROL.p": "<0.001",
        "table3.ASCITES.grade 3-4.TACE-CONTROL.p": "NA",
        "cox.OS.arm=TACE.crude.hr": "0.109",
        "survival.OS.all.TACE.median": "68.6",
        "description.nproc.all.TACE.mean": "2.64",
    }
    assert {name: printed[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("spoilt", "value"),
    [
        ("table1.sex.M.TACE.n", "17"),
        ("table1.sex.M.TACE.percent", "72.8"),
        ("table1.sex.all.TACE-CONTROL.chi2", "0.310"),
        ("table1.sex.all.TACE-CONTROL.p", "0.578"),
        ("table1.age.all.TACE-CONTROL.u", "5.0"),
        ("table1.age.all.TACE-CONTROL.p", "0.579"),
        ("table1.age.all.TACE.q1", "53.5"),
        ("description.arm.all.TACE.n", "21"),
        ("description.sex.M.all.n", "46"),
        ("description.nproc.all.TACE.mean", "2.66"),
        ("table2.OS.sex.M.all.n", "44"),
        ("table2.OS.sex.M.all.events", "39"),
        ("table2.OS.sex.M.all.median", "36.0"),
        ("table2.OS.sex.all.all.log_rank_chi2", "3.257"),
        ("table2.OS.sex.all.all.log_rank_p", "0.033"),
        ("table3.FEVER.grade 3-4.TACE.n", "21"),
        ("table3.FEVER.grade 3-4.TACE-CONTROL.p", "0.061"),
        ("table3.FATIGUE.grade 3-4.TACE-CONTROL.p", "NA"),
        ("response.BOR.PD.TACE.n", "9"),
        ("response.BOR.ORR.TACE.lower", "31.2"),
        ("response.BOR.DCR.TACE-CONTROL.p", "0.017"),
        ("survival.OS.all.TACE.events", "17"),
        ("survival.OS.all.TACE.events_percent", "81.9"),
        ("survival.OS.all.TACE.median_upper", "81.6"),
        ("survival.OS.all.TACE-CONTROL.log_rank_p", "0.010"),
        ("cox.OS.arm=TACE.crude.hr", "0.209"),
        ("cox.OS.arm=TACE.multivariate.hr_upper", "0.384"),
        ("cox.OS.arm=TACE.crude.p", "0.010"),
        ("cox.OS.arm=TACE.crude.risk_reduction", "79.1"),
        ("subgroup.OS.extrahep.Y.TACE.n", "10"),
        ("subgroup.OS.extrahep.all.TACE.log_rank_p", "0.060"),
    ],
)
def test_one_spoilt_number_of_ours_is_found(ours: pd.DataFrame, spoilt: str, value: str) -> None:
    assert (ours["id"] == spoilt).sum() == 1
    changed = ours.assign(value=ours["value"].where(ours["id"] != spoilt, value))
    assert len(audit_numbers(changed))
