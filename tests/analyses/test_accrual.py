"""Events of a cut by arm and together, and their share of the planned ones."""

import pandas as pd
import pytest

from analyses import accrual, with_earlier
from studies import DEFAULT_STUDY, Protocol, load_study
from studies.monitoring import Monitoring


@pytest.fixture
def protocol() -> Protocol:
    stated = load_study(DEFAULT_STUDY).protocol
    return stated.model_copy(update={"monitoring": Monitoring(planned_events={"OS": 50})})


def statistics(protocol: Protocol, events: dict[str, tuple[int, int]]) -> pd.DataFrame:
    rows = [
        ("survival", "OS", arm, statistic, value)
        for arm, numbers in events.items()
        for statistic, value in zip(("n", "events"), numbers, strict=True)
    ]
    return pd.DataFrame(rows, columns=["analysis", "endpoint", "group", "statistic", "value"])


def test_the_arms_are_summed_and_compared_with_the_plan(protocol: Protocol) -> None:
    """10 of 20 and 15 of 30 are 25 events, half of the 50 that are planned."""
    first, second = (arm.code for arm in protocol.arms)
    told = accrual("r1", "2026-01-01", statistics(protocol, {first: (20, 10), second: (30, 15)}), protocol)
    of_os = told[told["endpoint"] == "OS"].set_index("group")
    assert of_os.loc["all", ["subjects", "events", "planned_events", "information_fraction"]].tolist() == [
        50,
        25,
        50,
        0.5,
    ]
    assert of_os.loc[first, "events"] == 10
    assert pd.isna(of_os.loc[first, "information_fraction"])


def test_an_endpoint_without_a_plan_has_no_fraction(protocol: Protocol) -> None:
    told = accrual("r1", "2026-01-01", statistics(protocol, {}), protocol)
    other = told[told["endpoint"] != "OS"]
    assert len(other)
    assert other["information_fraction"].isna().all()


def test_the_history_grows_and_a_day_that_is_made_again_stands_once() -> None:
    def cut(run: str, day: str) -> pd.DataFrame:
        return pd.DataFrame({"run": [run], "data_cut": [day]})

    history = with_earlier(cut("r1", "2026-01-01").iloc[:0], cut("r1", "2026-01-01"))
    history = with_earlier(history, cut("r2", "2026-02-01"))
    history = with_earlier(history, cut("r3", "2026-02-01"))
    history = with_earlier(history, cut("r4", "2026-01-15"))
    assert history["run"].tolist() == ["r1", "r4", "r3"]
