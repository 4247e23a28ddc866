"""The same seed gives the same bytes, and the committed sample is what the simulator gives."""

from pathlib import Path

from simulate import simulate_extracts
from studies import Study


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, study: Study) -> None:
    for name in ("one", "two"):
        simulate_extracts(tmp_path / name, patients=80, seed=5, study=study, defects=True)
    assert written(tmp_path / "one") == written(tmp_path / "two")


def test_another_seed_gives_other_patients(tmp_path: Path, study: Study) -> None:
    for seed in (5, 6):
        simulate_extracts(tmp_path / str(seed), patients=20, seed=seed, study=study)
    one, two = written(tmp_path / "5"), written(tmp_path / "6")
    assert all(one[name] != two[name] for name in one)


def test_more_patients_leave_the_first_ones_as_they_were(tmp_path: Path, study: Study) -> None:
    from tests.simulate.extract_reader import read_table

    for count in (20, 30):
        simulate_extracts(tmp_path / str(count), patients=count, seed=5, study=study)
    few, many = (read_table(tmp_path / str(count), "patients", study) for count in (20, 30))
    assert [row["record_id"] for row in many[:20]] == [row["record_id"] for row in few]


def test_the_committed_sample_is_a_fresh_simulation(fresh_sample: Path, study: Study) -> None:
    assert written(study.extracts_dir) == written(fresh_sample / "extracts")
    assert (study.directory / "defects.csv").read_bytes() == (fresh_sample / "defects.csv").read_bytes()
