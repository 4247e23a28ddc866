"""The command line answers at once, and says what is wrong in one sentence."""

import subprocess
import sys

SLOW = ("prefect", "lifelines", "matplotlib", "great_tables", "pandas", "polars", "pandera", "scipy", "duckdb")


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


def test_wrong_use_ends_with_2() -> None:
    for arguments in (["nonsense"], ["refresh", "--data-cut", "yesterday"], ["simulate"]):
        done = subprocess.run(
            [sys.executable, "-c", "from flows.command_line import main; main()", *arguments],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr
