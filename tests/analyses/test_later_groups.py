"""Groups that are known only after the start: from a landmark on, and as a covariate that changes in time."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from six_patients import frames

from analyses import Statistic
from analyses.cox_regression import fit_cox
from analyses.later_groups import NOT_YET_KNOWN, intervals, later_groups, level_on
from analyses.survival import subgroups
from studies import DEFAULT_STUDY, Protocol, load_study


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return load_study(DEFAULT_STUDY).protocol


def made(protocol: Protocol, **changed: Any) -> dict[str, Statistic]:
    cohort = {**frames(), **changed}
    rows = later_groups(cohort["adtte"], cohort["adsl"], cohort["covariate_changes"], protocol)
    return {row.result_id: row for row in rows}


def times(*rows: tuple[str, int, bool]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["usubjid", "days", "event"])


def known(*rows: tuple[str, int, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["usubjid", "startdy", "level"])


@pytest.mark.parametrize(
    ("of", "changes", "expected"),
    [
        # Nothing is known of this one, ever
        (("A", 100, True), [], [(0, 100, NOT_YET_KNOWN, True)]),
        # Known at the start
        (("A", 100, True), [("A", 1, "1")], [(0, 100, "1", True)]),
        # A second procedure on day 50: the event belongs to the last interval
        (("A", 100, True), [("A", 1, "1"), ("A", 50, ">1")], [(0, 50, "1", False), (50, 100, ">1", True)]),
        # The event comes on the day of the change: it belongs to the level before
        (("A", 50, True), [("A", 1, "1"), ("A", 50, ">1")], [(0, 50, "1", True)]),
        # Known only after a while, and censored
        (("A", 100, False), [("A", 91, "Y")], [(0, 91, NOT_YET_KNOWN, False), (91, 100, "Y", False)]),
        # Known after the end of observation: it must not be used
        (("A", 60, True), [("A", 91, "Y")], [(0, 60, NOT_YET_KNOWN, True)]),
    ],
)
def test_a_subject_is_cut_where_its_level_changes(
    of: tuple[str, int, bool], changes: list[tuple[str, int, str]], expected: list[tuple[float, float, str, bool]]
) -> None:
    rows = intervals(times(of), known(*changes))
    assert list(rows[["entry", "exit", "level", "event"]].itertuples(index=False, name=None)) == expected


def test_intervals_cover_each_observation_once_and_keep_every_event() -> None:
    generator = np.random.default_rng(5)
    subjects = [f"S{number}" for number in range(200)]
    observed = times(*((name, int(generator.integers(1, 300)), bool(generator.integers(2))) for name in subjects))
    changes = known(
        *((name, day, str(place)) for name in subjects for place, day in enumerate(sorted(generator.choice(300, 3))))
    )
    rows = intervals(observed, changes).assign(length=lambda made: made["exit"] - made["entry"])
    summed = rows.groupby("usubjid")[["length", "event"]].sum().loc[subjects]
    assert summed["length"].tolist() == observed["days"].tolist()
    assert summed["event"].tolist() == observed["event"].tolist()


def test_the_level_on_a_day_is_the_last_one_known_by_then() -> None:
    changes = known(("A", 1, "1"), ("A", 91, ">1"), ("B", 92, "1"))
    assert level_on(changes, 91).to_dict() == {"A": ">1"}
    assert level_on(changes, 90).to_dict() == {"A": "1"}


def test_at_the_landmark_a_patient_is_in_the_group_it_was_in_then(protocol: Protocol) -> None:
    """P3's second session is on day 120: of more than one session in the naive table, of one session on day 91."""
    rows = made(protocol)
    assert rows["landmark.OS.nprocgr1.>1.TACE.n"].value == 1
    assert rows["landmark.OS.nprocgr1.1.TACE.n"].value == 2
    naive = {row.result_id: row for row in subgroups(frames()["adtte"], frames()["adsl"], protocol)}
    assert naive["subgroup.OS.nprocgr1.>1.TACE.n"].value == 2
    # P2 dies on day 140 and P3 on day 350: half of the two is gone 49 days, 7 weeks, after the landmark ...
    median = rows["landmark.OS.nprocgr1.1.TACE.median"]
    assert median.value == pytest.approx((49 + 259) / 2 / 7)  # ... and the flat stretch goes on to 259 days
    assert median.population == "treated patients of arm TACE, alive and followed after day 91"


def test_who_is_gone_by_the_landmark_is_counted_and_left_out(protocol: Protocol) -> None:
    early = frames(os={"P1": (700, 0), "P2": (91, 1), "P3": (92, 1)})
    rows = made(protocol, adtte=early["adtte"])
    assert rows["landmark.OS.nprocgr1.all.TACE.excluded"].value == 1
    assert rows["landmark.OS.nprocgr1.1.TACE.n"].value == 1


def test_a_session_too_late_is_no_advantage_in_the_time_dependent_model(protocol: Protocol) -> None:
    """Sessions are given to whoever lives long enough. A naive model finds them to save lives; the other does not.

    200 subjects whose hazard is the same whatever happens to them; the second session comes on a day of its own.
    """
    generator = np.random.default_rng(11)
    days = 1 + generator.exponential(200, 200).astype(int)
    session = 1 + generator.exponential(150, 200).astype(int)
    names = [f"S{number}" for number in range(200)]
    again = session < days
    adsl = pd.DataFrame({"usubjid": names, "arm": "TACE", "nprocgr1": np.where(again, ">1", "1"), "dcr3mfl": None})
    adsl = adsl.assign(extrahep="Y", tkire="N")
    adtte = pd.DataFrame({"usubjid": names, "paramcd": "OS", "aval": days, "cnsr": 0})
    second = pd.DataFrame({"usubjid": np.array(names)[again], "level": ">1", "startdy": session[again]})
    first = pd.DataFrame({"usubjid": names, "level": "1", "startdy": 1})
    changes = pd.concat([first, second]).assign(covariate="nprocgr1")
    naive = fit_cox(days, np.ones(200, dtype=bool), again[:, None].astype(float), ["x"], ties="breslow").table()[0]
    rows = {row.result_id: row for row in later_groups(adtte, adsl, changes, protocol)}
    assert naive.upper is not None
    assert naive.upper < 0.7
    lower, upper = (rows[f"time_dependent_cox.OS.nprocgr1.>1.TACE.hr_{side}"].value for side in ("lower", "upper"))
    assert lower is not None
    assert upper is not None
    assert lower < 1 < upper
    lower, upper = (rows[f"landmark_cox.OS.nprocgr1.>1.TACE.hr_{side}"].value for side in ("lower", "upper"))
    assert lower is not None
    assert upper is not None
    assert lower < 1 < upper


def test_the_naive_comparison_keeps_its_label(protocol: Protocol) -> None:
    naive = [row for row in subgroups(frames()["adtte"], frames()["adsl"], protocol) if row.statistic == "log_rank_p"]
    labelled = {row.variable for row in naive if "naive: immortal time" in row.method}
    assert labelled == {"nprocgr1", "dcr3mfl"}


@pytest.mark.parametrize("who", [(), ("P1",), ("P1", "P2", "P3")])
def test_nobody_or_one_or_no_events_is_a_sentence(protocol: Protocol, who: tuple[str, ...]) -> None:
    """No patient, one patient, or three of whom none dies."""
    cohort = frames(os=dict.fromkeys(who, (700, 0)))
    rows = made(protocol, **{name: cohort[name] for name in ("adtte", "adsl", "covariate_changes")})
    ratios = [row for row in rows.values() if row.statistic in ("hr", "p", "log_rank_p")]
    assert ratios
    assert all(row.value is None and row.note for row in ratios)
