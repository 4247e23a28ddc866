"""What a check says at its end: whether a refresh of this extract would publish it, and with whom held back."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from flows.outcome import check_outcome
from flows.plan import Plan
from warehouse import build


def checked(folder: Path, set_aside: Sequence[str], reasons: list[str]) -> tuple[str, str]:
    """Word and verdict where a row of each of the subjects ``set_aside`` is in quarantine."""
    plan = Plan("STUDY", "extracts", date(2026, 1, 1), str(folder / "data"), str(folder / "runs"), "20260101T000000Z")
    plan.build_file.parent.mkdir(parents=True)
    with build.opened(plan.build_file) as connection:
        connection.execute("create schema quality")
        connection.execute("create table quality.quarantine (table_name varchar, subject_id varchar)")
        for subject in set_aside:
            connection.execute("insert into quality.quarantine values ('lab_results', ?)", [subject])
    outcome = check_outcome(plan, reasons, [])
    return outcome.word, outcome.verdict


@pytest.mark.parametrize(
    ("set_aside", "verdict"),
    [
        ([], "The extract may be published."),
        (["P1"], "The extract may be published with quarantine (1 subject with a record or a value held back)."),
        (
            ["P1", "P1", "P2"],
            "The extract may be published with quarantine (2 subjects with a record or a value held back).",
        ),
    ],
)
def test_it_may_be_published(tmp_path: Path, set_aside: Sequence[str], verdict: str) -> None:
    assert checked(tmp_path, set_aside, []) == ("checked", verdict)


def test_it_is_blocked(tmp_path: Path) -> None:
    said = checked(tmp_path, ["P1"], ["DM02 Arm: 1 in patients.csv, line 5."])
    assert said == ("blocked", "The extract is blocked: a refresh would publish nothing of it.")
