"""A clean cohort breaks no rule, whoever the patients are; and the order of rows, columns and files changes nothing."""

import csv
import io
import random
import shutil
from pathlib import Path

import pytest

from simulate import simulate_extracts
from studies import DEFAULT_STUDY, load_study
from tests.checked_extract import check

pytestmark = pytest.mark.slow

STUDY = load_study(DEFAULT_STUDY)


@pytest.mark.parametrize("seed", range(100, 120))
def test_a_clean_cohort_of_500_breaks_no_rule(seed: int, tmp_path: Path) -> None:
    simulate_extracts(tmp_path / "extracts", patients=500, seed=seed, study=STUDY)
    findings = check(tmp_path / "extracts", tmp_path)
    assert findings.is_empty(), findings.select("rule_id", "sentence").head(5).rows()
    shutil.rmtree(tmp_path)


def shuffled(source: Path, target: Path, rng: random.Random) -> Path:
    """The same extract with the rows and columns of every file, and the order of the files, in another order."""
    target.mkdir()
    for file in rng.sample(sorted(source.iterdir()), k=len(list(source.iterdir()))):
        text, encoding = decoded(file.read_bytes())
        header, *rows = list(csv.reader(io.StringIO(text, newline="")))
        order = rng.sample(range(len(header)), k=len(header))
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerows([row[place] for place in order] for row in [header, *rng.sample(rows, k=len(rows))])
        (target / file.name).write_bytes(out.getvalue().encode(encoding))
    return target


def decoded(content: bytes) -> tuple[str, str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise AssertionError("an extract is in one of these two")


def test_shuffled_rows_columns_and_files_give_the_same_findings(tmp_path: Path) -> None:
    findings = check(STUDY.extracts_dir, tmp_path / "plain")
    assert findings.height > 15
    for seed in (1, 2, 3):
        other = shuffled(STUDY.extracts_dir, tmp_path / f"extracts{seed}", random.Random(seed))
        assert check(other, tmp_path / f"run{seed}").equals(findings)


def test_a_table_that_is_read_in_parts_gives_the_same_findings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = check(STUDY.extracts_dir, tmp_path / "at once")
    monkeypatch.setattr("warehouse.check.ROWS_AT_ONCE", 50)
    assert check(STUDY.extracts_dir, tmp_path / "in parts").equals(findings)
