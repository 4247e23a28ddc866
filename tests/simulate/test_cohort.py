"""The patient level: read from a file, or drawn at random."""

from pathlib import Path

import numpy as np
import pytest

from simulate.cohort import read_cohort
from simulate.drawn.draws import since_1970
from simulate.drawn.patients import NO_DRUG, Patients, draw_patients
from studies import Study


@pytest.fixture(scope="module")
def drawn(study: Study) -> Patients:
    return draw_patients(1, 2000, study, np.random.default_rng(2))


def test_the_days_of_drawn_patients_are_in_order(drawn: Patients, study: Study) -> None:
    cut = since_1970(study.protocol.study.data_cut)
    last = drawn.index + drawn.os_days - 1
    assert (drawn.pfs_days >= 1).all()
    assert (drawn.pfs_days <= drawn.liver_days).all()
    assert (drawn.liver_days <= drawn.os_days).all()
    assert (drawn.progressed | ~drawn.died).all()
    assert (drawn.died | (last == cut)).all()
    assert (last <= cut).all()


def test_drawn_arms_are_about_as_large_as_those_of_the_study(drawn: Patients) -> None:
    assert drawn.treated.mean() == pytest.approx(22 / 60, abs=0.04)


def test_only_the_arm_with_procedures_has_sessions(drawn: Patients) -> None:
    assert ((drawn.sessions > 0) == drawn.treated).all()


def test_some_patients_get_a_drug_again(drawn: Patients) -> None:
    assert (drawn.drug_again != NO_DRUG).mean() == pytest.approx(0.57, abs=0.04)


def test_those_who_are_taken_are_the_same_patients(drawn: Patients) -> None:
    some = drawn.take(np.array([5, 17]))
    assert some.number.tolist() == [6, 18]
    assert some.ae_grades.shape == (2, drawn.ae_grades.shape[1])


def test_day_one_is_the_index_date(study: Study) -> None:
    patient = read_cohort(study.directory / "calibrated_cohort.csv", study, seed=1)[0]
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
