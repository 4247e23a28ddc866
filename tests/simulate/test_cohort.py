"""The patient level: drawn at random, or read from a file."""

from collections import Counter
from pathlib import Path

import pytest

from simulate.cohort import draw_cohort, read_cohort
from studies import Study


def test_the_days_of_drawn_patients_are_in_order(study: Study) -> None:
    for patient in draw_cohort(500, study, seed=2):
        assert 1 <= patient.pfs_days <= patient.liver_days <= patient.os_days
        assert patient.day(patient.os_days) <= study.protocol.study.data_cut
        assert patient.progressed or not patient.died
        assert patient.died or patient.day(patient.os_days) == study.protocol.study.data_cut


def test_drawn_arms_are_about_as_large_as_those_of_the_study(study: Study) -> None:
    arms = Counter(patient.arm for patient in draw_cohort(2000, study, seed=2))
    assert arms["TACE"] / 2000 == pytest.approx(22 / 60, abs=0.04)


def test_only_the_arm_with_procedures_has_sessions(study: Study) -> None:
    assert all((patient.sessions > 0) == patient.has_procedures for patient in draw_cohort(200, study, seed=2))


def test_day_one_is_the_index_date(study: Study) -> None:
    (patient,) = draw_cohort(1, study, seed=2)
    assert patient.day(1) == patient.index


def test_the_file_gives_its_own_days(study: Study) -> None:
    cohort = read_cohort(study.directory / "calibrated_cohort.csv", study, seed=1)
    assert len(cohort) == 60
    first, fourth = cohort[0], cohort[3]
    assert (first.arm, first.os_days, first.pfs_days, first.liver_days, first.best_liver) == ("TACE", 150, 43, 66, "PD")
    assert (first.ae_grades["FEVER"], "DIARRHOEA" in first.ae_grades) == (2, False)
    assert fourth.liver_event_is_death
    assert not fourth.liver_progressed


def test_an_arm_that_the_study_does_not_have_is_refused(tmp_path: Path, study: Study) -> None:
    content = (study.directory / "calibrated_cohort.csv").read_text(encoding="utf-8")
    wrong = tmp_path / "cohort.csv"
    wrong.write_text(content.replace("Control", "Surgery"), encoding="utf-8")
    with pytest.raises(ValueError, match="line 24: 'Surgery' is no arm of the study; its arms are TACE, CONTROL"):
        read_cohort(wrong, study, seed=1)
