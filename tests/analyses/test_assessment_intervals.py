"""How often each arm was assessed, counted by hand."""

import pandas as pd
import pytest
from six_patients import frames

from analyses import Statistic
from analyses.assessment_intervals import assessment_intervals
from studies import DEFAULT_STUDY, load_study


def made(adrs: pd.DataFrame) -> dict[str, Statistic]:
    rows = assessment_intervals(adrs, frames()["adsl"], load_study(DEFAULT_STUDY).protocol)
    return {row.result_id: row for row in rows}


def test_intervals_begin_with_the_start() -> None:
    """Treated: 42, 42, 265; 41; 41, 42. Controls: 41; 41; 41, 42."""
    rows = made(frames()["adrs"])
    assert rows["assessments.all.TACE.intervals"].value == 6
    assert rows["assessments.all.TACE.patients"].value == 3
    assert rows["assessments.all.TACE.median"].value == 42
    assert rows["assessments.all.CONTROL.median"].value == 41
    assert [rows[f"assessments.all.CONTROL.planned_{end}"].value for end in ("low", "high")] == [42, 56]
    assert rows["assessments.all.CONTROL.q3"].value == pytest.approx(41.25)
    assert rows["assessments.all.TACE-CONTROL.p"].denominator == 6


def test_another_reader_and_a_second_scan_of_a_day_count_for_nothing() -> None:
    adrs = frames()["adrs"]
    again = adrs[adrs["paramcd"] == "OVRLRESP"]
    more = pd.concat([adrs, again, again.assign(anl01fl=None, ady=again["ady"] + 5)])
    assert made(more)["assessments.all.TACE.intervals"].value == 6


def test_without_assessments_there_is_a_sentence() -> None:
    adrs = frames()["adrs"]
    rows = made(adrs[adrs["paramcd"] != "OVRLRESP"])
    assert rows["assessments.all.TACE.median"].note == "no assessments"
    assert rows["assessments.all.TACE-CONTROL.p"].note.startswith("no test")
