"""The simulator's own RECIST, by its boundary cases."""

import pytest

from simulate.recist import Finding, best_response, first_progression, last_adequate, report_scans

LIVER = frozenset({"A"})


def one_scan(
    before: dict[str, int],
    now: dict[str, int | None],
    statuses: dict[str, str] | None = None,
    new: str = "",
    nodes: str = "",
) -> str:
    """The overall response of a scan after the baseline ``before``."""
    nontargets = statuses or {}
    baseline = Finding(dict(before), dict.fromkeys(nontargets, "PRESENT"), frozenset(), frozenset(nodes))
    scan = Finding(dict(now), nontargets, frozenset(new), frozenset(nodes))
    return report_scans([baseline, scan], LIVER)[0].overall


@pytest.mark.parametrize(
    ("before", "now", "response"),
    [
        ({"A": 100}, {"A": 120}, "PD"),
        ({"A": 100}, {"A": 119}, "SD"),
        ({"A": 20}, {"A": 24}, "SD"),  # + 20 %, and only 4 mm
        ({"A": 20}, {"A": 25}, "PD"),
        ({"A": 100}, {"A": 70}, "PR"),
        ({"A": 100}, {"A": 71}, "SD"),
        ({"A": 100}, {"A": 0}, "CR"),
        ({"A": 50, "B": 50}, {"A": 50, "B": None}, "NE"),
        ({"A": 50, "B": 50}, {"A": 125, "B": None}, "PD"),  # the measured one alone proves it
        ({"A": 10, "B": 10}, {"A": 3, "B": 3}, "PR"),  # too small to measure: 5 mm each
    ],
)
def test_targets(before: dict[str, int], now: dict[str, int | None], response: str) -> None:
    assert one_scan(before, now) == response


def test_progression_is_measured_from_the_smallest_sum() -> None:
    scans = [Finding({"A": size}, {}, frozenset()) for size in (100, 60, 71, 72)]
    assert [report.overall for report in report_scans(scans, LIVER)] == ["PR", "SD", "PD"]


def test_regrowth_from_nothing_is_progression() -> None:
    scans = [Finding({"A": size}, {}, frozenset()) for size in (40, 0, 6)]
    assert [report.overall for report in report_scans(scans, LIVER)] == ["CR", "PD"]


def test_a_normal_node_need_not_vanish() -> None:
    assert one_scan({"A": 40, "N": 18}, {"A": 0, "N": 9}, nodes="N") == "CR"
    assert one_scan({"A": 40, "N": 18}, {"A": 0, "N": 10}, nodes="N") == "PR"


@pytest.mark.parametrize(
    ("size", "status", "new", "response"),
    [
        (0, "ABSENT", "", "CR"),
        (0, "PRESENT", "", "PR"),
        (0, "NOT EVALUABLE", "", "PR"),
        (50, "NOT EVALUABLE", "", "PR"),
        (100, "NOT EVALUABLE", "", "SD"),
        (50, "PROGRESSION", "", "PD"),
        (50, "PRESENT", "X", "PD"),
        (None, "PRESENT", "X", "PD"),
        (None, "PRESENT", "", "NE"),
    ],
)
def test_nontargets_and_new_lesions(size: int | None, status: str, new: str, response: str) -> None:
    assert one_scan({"A": 100}, {"A": size}, {"Z": status}, new) == response


@pytest.mark.parametrize(
    ("status", "response"), [("ABSENT", "CR"), ("PRESENT", "NON-CR/NON-PD"), ("PROGRESSION", "PD")]
)
def test_without_targets_the_nontargets_decide(status: str, response: str) -> None:
    assert one_scan({}, {}, {"Z": status}) == response


def test_the_liver_is_judged_by_its_own_lesions() -> None:
    baseline = Finding({"A": 50, "B": 50}, {}, frozenset())
    (report,) = report_scans([baseline, Finding({"A": 30, "B": 95}, {}, frozenset())], LIVER)
    assert (report.overall, report.liver) == ("PD", "PR")


@pytest.mark.parametrize(
    ("assessed", "best"),
    [
        ([(42, "SD"), (90, "PD")], "PD"),  # 41 days after the start: too early
        ([(43, "SD"), (90, "PD")], "SD"),
        ([(20, "PR"), (90, "PD")], "PR"),  # unconfirmed, no window
        ([(43, "PD"), (90, "PR")], "PD"),  # nothing counts after the first PD
        ([(43, "NE"), (66, "PD")], "PD"),
        ([(30, "NE")], "NE"),
        ([(30, "SD")], "NE"),
        ([], "MISSING"),
    ],
)
def test_best_response(assessed: list[tuple[int, str]], best: str) -> None:
    assert best_response(assessed) == best


def test_days_of_progression_and_of_the_last_adequate_scan() -> None:
    assert first_progression([(43, "SD"), (90, "PD"), (130, "PD")]) == 90
    assert first_progression([(43, "SD")]) is None
    assert last_adequate([(43, "SD"), (90, "NE")]) == 43
