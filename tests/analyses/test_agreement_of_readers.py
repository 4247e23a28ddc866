"""Agreement of readers: Cohen's kappa on tables with known answers, and which responses are paired."""

import pandas as pd
import pytest

from analyses.agreement_of_readers import Kappa, agreement_of_readers, cohens_kappa
from studies import DEFAULT_STUDY, load_study


def test_kappa_of_a_table_counted_by_hand() -> None:
    # 35 of 50 alike; by chance 0.5 x 0.6 + 0.5 x 0.4 = 0.5: kappa = (0.7 - 0.5) / 0.5.
    assert cohens_kappa([[20, 5], [10, 15]], 0.95).value == pytest.approx(0.4)


@pytest.mark.parametrize(
    "counts", [[[20, 5], [10, 15]], [[53, 5, 2], [11, 14, 5], [1, 6, 3]], [[9, 1, 0], [0, 5, 0], [1, 0, 4]]]
)
def test_limits_are_those_of_statsmodels(counts: list[list[int]]) -> None:
    from statsmodels.stats import inter_rater

    reference = inter_rater.cohens_kappa(counts)
    ours = cohens_kappa(counts, 0.95)
    assert ours.value == pytest.approx(reference.kappa)
    assert ours.lower == pytest.approx(reference.kappa_low)
    assert ours.upper == pytest.approx(min(reference.kappa_upp, 1))


@pytest.mark.parametrize("counts", [[[0, 0], [0, 0]], [[7, 0], [0, 0]]])
def test_without_pairs_or_with_one_response_only_there_is_no_kappa(counts: list[list[int]]) -> None:
    assert cohens_kappa(counts, 0.95) == Kappa(None)


def test_readers_that_always_agree_have_a_kappa_of_1() -> None:
    assert cohens_kappa([[6, 0], [0, 3]], 0.95) == Kappa(1, 1, 1)


def adrs(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Rows of parameter, reader, day and response."""
    return pd.DataFrame([("S1", *row) for row in rows], columns=["usubjid", "paramcd", "treval", "adt", "avalc"])


def values(frame: pd.DataFrame) -> dict[str, float | None]:
    protocol = load_study(DEFAULT_STUDY).protocol
    return {row.result_id: row.value for row in agreement_of_readers(frame, protocol)}


def test_the_evaluator_is_paired_with_the_other_reader_day_by_day() -> None:
    found = values(
        adrs(
            ("OVRLRESP", "R1", "2020-01-01", "PR"), ("OVRLRESP", "R2", "2020-01-01", "PR"),
            ("OVRLRESP", "R1", "2020-02-01", "SD"), ("OVRLRESP", "R2", "2020-02-01", "PD"),
            ("OVRLRESP", "R1", "2020-03-01", "PD"),
        )
    )  # fmt: skip
    assert found["reader_agreement.OVRLRESP.all.R1-R2.n"] == 1  # of two pairs
    assert found["reader_agreement.OVRLRESP.all.R1-R2.percent"] == 50
    assert found["reader_agreement.OVRLRESP.all.R1-R2.kappa"] == pytest.approx((0.5 - 0.25) / 0.75)


def test_the_own_response_counts_also_where_it_was_adjudicated() -> None:
    found = values(
        adrs(
            ("OVRLRESP", "R1", "2020-01-01", "PD"), ("RDRRESP", "R1", "2020-01-01", "SD"),
            ("OVRLRESP", "R2", "2020-01-01", "PD"),
        )
    )  # fmt: skip
    assert found["reader_agreement.OVRLRESP.all.R1-R2.percent"] == 0


def test_one_reader_alone_agrees_with_nobody() -> None:
    assert values(adrs(("OVRLRESP", "R1", "2020-01-01", "PD"), ("BOR", "R1", "2020-01-01", "PD"))) == {}
