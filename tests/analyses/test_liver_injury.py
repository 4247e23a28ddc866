"""Counts and the listing of Hy's law, by hand."""

import pandas as pd
import pytest

from analyses.liver_injury import LISTED, liver_injury, liver_injury_listing
from analyses.statistic import statistics_frame
from studies import DEFAULT_STUDY, load_study

BLANK = dict.fromkeys(LISTED)
DAY = pd.Timestamp("2010-03-01")
PAIR = {"hytest": "ALT", "hydt": DAY, "hyx": 5.0, "bilidt": DAY, "bilix": 10 / 3, "maxtrans": 5.0, "maxbili": 10 / 3}
ADHY = pd.DataFrame(
    [
        {**BLANK, **PAIR, "usubjid": "P3", "arm": "TACE", "transfl": "Y", "bilifl": "Y", "hyfl": "Y", "alpfl": "N"},
        {**BLANK, **PAIR, "usubjid": "P1", "arm": "TACE", "transfl": "Y", "bilifl": "Y", "hyfl": "Y", "alpfl": None},
        {**BLANK, "usubjid": "P2", "arm": "TACE", "transfl": "Y", "bilifl": "Y", "hyfl": "N", "alpfl": None},
        {**BLANK, "usubjid": "P4", "arm": "TACE", "transfl": "N", "bilifl": "N", "hyfl": "N", "alpfl": None},
        {**BLANK, **PAIR, "usubjid": "P5", "arm": "CONTROL", "transfl": "Y", "bilifl": "Y", "hyfl": "Y", "alpfl": "Y"},
    ]
)


@pytest.mark.parametrize(
    ("result_id", "value", "denominator"),
    [
        ("liver_injury.transaminase.TACE.n", 3, 4),
        ("liver_injury.bilirubin.TACE.n", 3, 4),
        ("liver_injury.both.TACE.n", 2, 4),  # P2 had both, outside of the window
        ("liver_injury.both.TACE.percent", 50, 4),
        ("liver_injury.both, no cholestasis.TACE.n", 0, 4),
        ("liver_injury.both, not measured.TACE.n", 1, 4),
        ("liver_injury.both, no cholestasis.CONTROL.n", 1, 1),
    ],
)
def test_counts_are_of_the_tested_patients_of_the_arm(result_id: str, value: float, denominator: int) -> None:
    frame = statistics_frame(liver_injury(ADHY, load_study(DEFAULT_STUDY).protocol), "spss").set_index("result_id")
    assert (frame["value"][result_id], frame["denominator"][result_id]) == (value, denominator)


def test_the_listing_has_a_row_a_patient_in_order_with_days_and_rounded_multiples() -> None:
    listed = liver_injury_listing(ADHY)
    assert list(listed.columns) == LISTED
    assert list(listed["usubjid"]) == ["P1", "P3", "P5"]
    assert (listed["hydt"][0], listed["bilix"][0]) == ("2010-03-01", 3.33333333333)


def test_nobody_makes_an_empty_listing() -> None:
    assert liver_injury_listing(ADHY.assign(hyfl="N")).empty
