"""What the terminal says of the monitors of a batch: that a dead patient is alive again is told there too."""

from typing import Any

from flows.closing_words import fired_monitors
from reports.run_folder import Quality

DEAD_STAY_DEAD = {
    "monitor_id": "MON11",
    "title": "The dead stay dead",
    "table_name": "adsl",
    "status": "findings",
    "observed": "1 of 41 subjects in both cuts who were dead",
}
VOLUME = {
    "monitor_id": "MON01",
    "title": "Volume within the band of the last cut",
    "table_name": "patients",
    "status": "passed",
    "observed": "60 rows, 60 at the last cut",
}


def told(*monitors: dict[str, Any]) -> list[str]:
    return fired_monitors(Quality(findings=[], rules=[], rows=[], monitors=list(monitors)))


def test_a_monitor_with_findings_is_told_with_what_it_saw() -> None:
    assert told(VOLUME, DEAD_STAY_DEAD) == [
        "Monitors: 1 of 2 fired",
        "  MON11 The dead stay dead (adsl): 1 of 41 subjects in both cuts who were dead",
    ]


def test_a_monitor_that_fired_on_two_tables_counts_once_and_is_told_for_each() -> None:
    fewer = {**VOLUME, "status": "findings", "observed": "30 rows, 60 at the last cut"}
    assert told(fewer, {**fewer, "table_name": "lesions"}, DEAD_STAY_DEAD) == [
        "Monitors: 2 of 2 fired",
        "  MON01 Volume within the band of the last cut (patients): 30 rows, 60 at the last cut",
        "  MON01 Volume within the band of the last cut (lesions): 30 rows, 60 at the last cut",
        "  MON11 The dead stay dead (adsl): 1 of 41 subjects in both cuts who were dead",
    ]


def test_a_monitor_that_failed_to_run_has_not_passed() -> None:
    broken = {**DEAD_STAY_DEAD, "status": "failed to run", "observed": "KeyError"}
    assert told(broken) == ["Monitors: 1 of 1 fired", "  MON11 The dead stay dead (adsl): failed to run"]


def test_monitors_without_findings_are_a_count_and_those_without_anything_to_look_at_are_not_counted() -> None:
    unasked = {**DEAD_STAY_DEAD, "status": "not applicable", "observed": "there is no earlier cut to compare with"}
    assert told(VOLUME, unasked) == ["Monitors: 0 of 1 fired"]
    assert told(unasked) == []
