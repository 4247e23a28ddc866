"""Random cohorts drawn as vectors: as sound as those drawn one by one, of any size, and fast."""

import time
from pathlib import Path

import numpy as np
import pytest

from simulate import simulate_extracts
from simulate.drawn.cohort import BATCH, PATIENT, draw_tables
from simulate.drawn.draws import choices, whole
from simulate.drawn.records import PHONE_STEP, PHONES, _names
from studies import Study
from tests.simulate.conftest import by_subject
from tests.simulate.extract_reader import Row, responses


def test_what_is_reported_is_what_the_plain_rules_give_for_both_readers(clean: dict[str, list[Row]]) -> None:
    """simulate/recist.py states the rules scan by scan; the drawn reports come from simulate/drawn/responses.py."""
    starts = {row["subject_id"]: row["index_date"] for row in clean["patients"]}
    lesions, reported = by_subject(clean["lesions"]), by_subject(clean["response_assessments"])
    compared = 0
    for subject, measurements in by_subject(clean["lesion_measurements"]).items():
        for reader in ("R1", "R2"):
            plain = responses(
                lesions[subject], [row for row in measurements if row["reader"] == reader], starts[subject]
            )
            given = sorted(
                (row for row in reported[subject] if row["reader"] == reader), key=lambda row: row["scan_date"]
            )
            assert [
                (
                    (row["scan_date"] - starts[subject]).days + 1,
                    row["sum_mm"],
                    row["target_response"],
                    row["nontarget_response"],
                    row["new_lesion"],
                    row["overall_response"],
                    row["liver_response"],
                )
                for row in given
            ] == [
                (
                    day,
                    "" if report.sum_mm is None else str(report.sum_mm),
                    report.target or "",
                    report.nontarget or "",
                    "Y" if report.new_lesion else "N",
                    report.overall,
                    report.liver,
                )
                for day, report in plain
            ]
            compared += len(plain)
    assert compared > 1000


def test_a_batch_more_leaves_the_patients_before_it_as_they_were(study: Study) -> None:
    few = next(draw_tables(30, study, seed=9))
    first, second = draw_tables(BATCH + 2, study, seed=9)
    for table, frame in few.items():
        assert first[table].filter(first[table][PATIENT] <= 30).equals(frame)
    assert second["patients"]["subject_id"].to_list() == [f"P{BATCH + 1}", f"P{BATCH + 2}"]


def test_no_two_patients_share_a_name_or_a_telephone(study: Study) -> None:
    number = np.arange(1, 200_001)
    assert _names(number).n_unique() == number.size
    assert np.unique(number * PHONE_STEP % PHONES).size == number.size
    first, second = draw_tables(2 * BATCH, study, seed=9)
    records = {*first["patients"]["record_id"], *second["patients"]["record_id"]}
    assert len(records) == 2 * BATCH


def test_choices_follow_their_weights() -> None:
    rng = np.random.default_rng(1)
    drawn = choices(rng, (0.7, 0.0, 0.3), 20_000)
    assert np.bincount(drawn, minlength=3) / 20_000 == pytest.approx([0.7, 0, 0.3], abs=0.02)
    by_row = choices(rng, np.array([[1, 0], [0, 2]]), 2)
    assert by_row.tolist() == [0, 1]


def test_whole_numbers_include_both_ends() -> None:
    drawn = whole(np.random.default_rng(1), np.array([1, 5]), np.array([2, 5]), (500, 2))
    assert set(drawn[:, 0]) == {1, 2}
    assert set(drawn[:, 1]) == {5}


def test_a_hundred_thousand_patients_would_take_less_than_a_minute(tmp_path: Path, study: Study) -> None:
    simulate_extracts(tmp_path, patients=10, seed=1, study=study)  # what is made once a process
    began = time.process_time()
    simulate_extracts(tmp_path, patients=5000, seed=1, study=study)
    assert (time.process_time() - began) * 20 < 60
