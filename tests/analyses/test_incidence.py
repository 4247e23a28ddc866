"""The cumulative incidence of a study: counts, shares and what the figure draws, of hand-written patients."""

import pandas as pd
import pytest

from analyses.incidence import incidence, incidence_curves
from studies import DEFAULT_STUDY, Protocol, load_study

# Weeks, cnsr (0 the event, 6 a competing death, 1 censored). First arm: event at 10, death at 20, event at 30, and one
# observed to 40: incidence 1/4 at 10, and 1/4 + 1/2 x 1/2 at 30.
ROWS = [
    ("P1", "TACE", 10, 0), ("P2", "TACE", 20, 6), ("P3", "TACE", 30, 0), ("P4", "TACE", 40, 1),
    ("P5", "CONTROL", 5, 0), ("P6", "CONTROL", 6, 0),
]  # fmt: skip


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_study(DEFAULT_STUDY).protocol


def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    adsl = pd.DataFrame([(subject, arm) for subject, arm, _, _ in ROWS], columns=["usubjid", "arm"])
    adtte = pd.DataFrame(
        [(subject, "TTLP", 7 * weeks, cnsr, "Y" if cnsr == 6 else None) for subject, _, weeks, cnsr in ROWS],
        columns=["usubjid", "paramcd", "aval", "cnsr", "cmpevfl"],
    )
    return adtte, adsl


def test_counts_and_shares_by_hand(protocol: Protocol) -> None:
    rows = {row.result_id: row for row in incidence(*frames(), protocol)}
    key = "cumulative_incidence.TTLP.all.TACE"
    assert [rows[f"{key}.{name}"].value for name in ("n", "events", "competing", "censored")] == [4, 2, 1, 1]
    assert rows["cumulative_incidence.TTLP.26 weeks.TACE.incidence_percent"].value == pytest.approx(25)
    beyond = rows["cumulative_incidence.TTLP.52 weeks.TACE.incidence_percent"]
    assert (beyond.value, beyond.note) == (None, "not estimable: beyond follow-up")
    assert rows["cumulative_incidence.TTLP.all.TACE-CONTROL.gray_df"].value == 1


def test_the_steps_of_both_causes_and_the_numbers_below(protocol: Protocol) -> None:
    steps, at_risk = incidence_curves(*frames(), protocol)
    of_arm = steps[steps["group"] == "TACE"]
    drawn = {cause: rows["share"].tolist() for cause, rows in of_arm.groupby("cause")}
    assert drawn == {"event": [0, 0.25, 0.25, 0.5, 0.5], "competing": [0, 0, 0.25, 0.25, 0.25]}
    first = at_risk[at_risk["group"] == "TACE"].set_index("time")[["n_risk", "n_event", "n_competing"]]
    assert first.loc[20.0].tolist() == [3, 1, 0]  # who dies at 20 is at risk just before
    assert first.loc[40.0].tolist() == [1, 2, 1]
    assert (first.sum(axis=1) == 4).all()


def test_a_study_without_the_endpoint_has_no_numbers(protocol: Protocol) -> None:
    adtte, adsl = frames()
    assert not list(incidence(adtte[:0], adsl, protocol))
    steps, at_risk = incidence_curves(adtte[:0], adsl, protocol)
    assert steps.empty
    assert at_risk.empty
