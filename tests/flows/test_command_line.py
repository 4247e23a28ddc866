"""The command line answers at once, and says what is wrong in one sentence."""

import subprocess
import sys
from pathlib import Path

SLOW = ("prefect", "lifelines", "matplotlib", "great_tables", "pandas", "polars", "pandera", "scipy", "duckdb")


def datacut(*arguments: str) -> subprocess.CompletedProcess[str]:
    script = "from flows.command_line import main; main()"
    return subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True)


def test_help_imports_nothing_that_costs_seconds() -> None:
    script = (
        "import sys; sys.argv = ['datacut', '--help']\n"
        "from flows.command_line import main\n"
        "try: main()\n"
        f"except SystemExit: print('SLOW:', [name for name in {SLOW!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "refresh" in done.stdout
    assert "SLOW: []" in done.stdout


def test_a_cohort_too_small_for_every_defect_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = datacut("simulate", str(tmp_path), "--patients", "3", "--defects")
    assert done.returncode == 2
    assert done.stderr.startswith("datacut: the cohort is too small to plant every defect")
    assert done.stderr.count("\n") == 1


def test_simulate_writes_the_files_that_the_mapping_names(tmp_path: Path) -> None:
    done = datacut("simulate", str(tmp_path / "extract"), "--patients", "5", "--seed", "3")
    assert done.returncode == 0
    assert len(list((tmp_path / "extract").glob("*.csv"))) == 9


def test_wrong_use_ends_with_2() -> None:
    for arguments in (["nonsense"], ["refresh", "--data-cut", "yesterday"], ["simulate"]):
        done = datacut(*arguments)
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr
