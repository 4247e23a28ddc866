"""Every monitor: a batch that breaks it, one that just does not, and what it says where it cannot look."""

import datetime
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from schemas.monitors import MONITOR_COLUMNS, MONITORS, MonitorLimits, MonitorResults, run_monitors
from tests.schemas.sound_batch import ARMS, DEATH, START, sound_batch

pytestmark = pytest.mark.slow

Change = Callable[[pd.DataFrame], pd.DataFrame]
BY_ID = {monitor.monitor_id: monitor for monitor in MONITORS}
FRAMES = tuple(sound_batch())


def cell(column: str, value: Any, row: int = 0) -> Change:
    return cells({column: value}, row)


def cells(values: dict[str, Any], *rows: int) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.astype(dict.fromkeys(values, object))
        for row in rows or (0,):
            for column, value in values.items():
                frame.at[row, column] = value
        return frame

    return change


def again(**values: Any) -> Change:
    """The first row once more, at the end, with some of its cells changed."""
    return lambda frame: pd.concat([frame, frame.head(1).assign(**values)], ignore_index=True)


def without(*rows: int) -> Change:
    return lambda frame: frame.drop(index=list(rows)).reset_index(drop=True)


def codes(n: list[int | None], previous_n: list[int | None]) -> Change:
    return lambda frame: frame.assign(n=n, previous_n=previous_n)


def days_later(days: int) -> datetime.date:
    return DEATH + datetime.timedelta(days=days)


def grown(rows: int) -> Change:
    return lambda frame: pd.concat(
        [frame, *[frame.head(1).assign(usubjid=f"T{number}") for number in range(rows)]], ignore_index=True
    )


CASES: dict[str, tuple[str, Change, Change]] = {
    "MON01": ("rows", cell("received", 799), cell("received", 800)),
    "MON02": ("since_last_cut", cell("in_current", False), cells({"in_previous": False, "in_current": True})),
    "MON03": ("missingness", cell("missing_percent", 20.1), cell("missing_percent", 20.0)),
    "MON04": (
        "code_words",
        codes([450, 450, 1], [500, 500, None]),
        codes([450, 450, 1], [500, 500, 1]),
    ),
    "MON05": ("code_words", codes([450, 450, None], [450, 450, 5]), codes([450, 450, 0], [450, 450, 4])),
    "MON06": ("code_words", codes([651, 249, 100], [450, 450, 100]), codes([650, 250, 100], [450, 450, 100])),
    "MON07": ("since_last_cut", cell("sex", "F"), cells({"previous_sex": None, "sex": "F"})),
    "MON08": ("since_last_cut", cell("birth_year", 1951), cells({"previous_birth_year": None, "birth_year": 1951})),
    "MON09": ("since_last_cut", cell("arm", ARMS[1]), cells({"in_previous": False, "arm": ARMS[1]})),
    "MON10": ("since_last_cut", cell("startdt", DEATH), cells({"in_current": False, "startdt": None})),
    "MON11": ("since_last_cut", cell("is_dead", None), cells({"in_current": False, "is_dead": None})),
    "MON12": ("since_last_cut", cell("dthdt", days_later(8)), cell("dthdt", days_later(-7))),
    "MON13": ("since_last_cut", cell("dthdt", None), cells({"dthdt": None, "is_dead": False})),
    "MON14": ("endpoints_since_last_cut", cell("aval", 599, 15), cell("aval", 600, 15)),
    "MON15": ("endpoints_since_last_cut", cell("cnsr", 5), cell("cnsr", 5, 15)),
    "MON16": (
        "endpoints_since_last_cut",
        cells({"aval": 599, "cnsr": 0}, 15),
        cells({"aval": 600, "cnsr": 0}, 15),
    ),
    "MON17": ("endpoints_since_last_cut", cell("aval", 432), cell("aval", 431)),
    "MON18": (
        "follow_up",
        cells({"days_since_contact": 91}, 0, 1, 2, 3, 4),
        cells({"days_since_contact": 91}, 0, 1, 2, 3),
    ),
    "MON19": ("follow_up", cells({"days_since_contact": None}, 0, 2, 4), cells({"days_since_contact": 91}, 0, 2)),
    "MON30": ("adsl", grown(6), grown(5)),
    "MON31": ("adsl", again(), again(usubjid="S99")),
    "MON32": ("adsl", cell("usubjid", None), cell("usubjid", "S99")),
    "MON33": ("adsl", cell("arm", None), cell("arm", ARMS[1])),
    "MON34": ("adsl", cell("trtsdt", None), cell("trtsdt", DEATH)),
    "MON35": ("adsl", cell("sex", "X"), cell("sex", None)),
    "MON36": ("adsl", cell("age", 121), cell("age", 120)),
    "MON37": ("adsl", cell("dthdt", None), cells({"dthdt": None, "dthfl": None})),
    "MON38": ("adsl", cell("dthdt", START - datetime.timedelta(days=1)), cell("dthdt", START)),
    "MON40": ("adtte", again(), again(usubjid="S99")),
    "MON41": ("adtte", without(0), cell("aval", 1)),
    "MON42": ("adtte", cell("usubjid", "S99"), cell("usubjid", "S20")),
    "MON43": ("adtte", cell("paramcd", "TTP"), cell("paramcd", "RSD")),
    "MON44": ("adtte", cell("aval", None), cell("aval", 1)),
    "MON45": ("adtte", cell("aval", 0), cell("aval", 1)),
    "MON46": ("adtte", cell("cnsr", None), cell("cnsr", 5)),
    "MON47": ("adtte", cell("cnsr", 7), cell("cnsr", 6)),
    "MON48": ("adtte", cells({"cnsr": 1}, *range(0, 18, 3)), cells({"cnsr": 1}, *range(0, 15, 3))),
    "MON50": ("adrs", again(), again(treval="R2")),
    "MON51": ("adrs", cell("usubjid", None), cell("usubjid", "S20")),
    "MON52": ("adrs", cell("avalc", "BETTER"), cell("avalc", "NON-CR/NON-PD")),
    "MON53": ("adrs", cell("aval", None), cell("aval", 0)),
    "MON60": ("adae", again(), again(aeseq=2)),
    "MON61": ("adae", cell("usubjid", "S99"), cell("usubjid", "S20")),
    "MON62": ("adae", cell("aetoxgr", 6), cell("aetoxgr", 5)),
    "MON63": ("adae", again(), again(aoccpifl=None)),
    "MON64": ("adae", cell("aeendt", START - datetime.timedelta(days=1)), cell("aeendt", START)),
    "MON70": ("adtr", again(), again(trlnkid="L01")),
    "MON71": ("adtr", cell("usubjid", "S99"), cell("usubjid", "S20")),
    "MON72": ("adtr", cell("aval", None), cell("aval", 0)),
    "MON73": ("adtr", cell("aval", -0.1), cell("aval", 0)),
}
NEEDS = {"adsl": ("since_last_cut",)} | dict.fromkeys(("adtte", "adrs", "adae", "adtr"), ("adsl",))


def run(frame: str, change: Change, limits: MonitorLimits | None = None) -> MonitorResults:
    batch = sound_batch()
    return run_monitors({frame: change(batch[frame]), **{name: batch[name] for name in NEEDS.get(frame, ())}}, limits)


def rows_of(results: MonitorResults, monitor_id: str) -> pd.DataFrame:
    return results.table[results.table["monitor_id"] == monitor_id]


def worst(results: MonitorResults, monitor_id: str) -> str:
    found = set(rows_of(results, monitor_id)["status"])
    return next(word for word in ("failed to run", "findings", "passed", "not applicable") if word in found)


def everything(results: MonitorResults) -> str:
    return results.table.to_csv() + json.dumps(results.validations)


def assert_no_cell(results: MonitorResults, batch: dict[str, pd.DataFrame]) -> None:
    said = everything(results)
    for frame in batch.values():
        for column in {"usubjid", "subject_id", "code", "arm", "trlnkid", "treval", "aedecod"} & set(frame.columns):
            assert not [value for value in frame[column].dropna().unique() if str(value) in said]
    assert not re.search(r"\d{4}-\d\d-\d\d", said)


@pytest.fixture(scope="module")
def sound() -> MonitorResults:
    return run_monitors(sound_batch())


def test_every_monitor_has_a_case_a_text_and_an_id_of_its_own() -> None:
    assert list(CASES) == [monitor.monitor_id for monitor in MONITORS]
    assert all(monitor.title and monitor.sentence.endswith(".") and monitor.fix.endswith(".") for monitor in MONITORS)


def test_a_sound_batch_passes_every_monitor(sound: MonitorResults) -> None:
    assert tuple(sound.table.columns) == MONITOR_COLUMNS
    assert sound.table.loc[sound.table["status"] != "passed", ["monitor_id", "status", "observed"]].empty
    assert set(sound.table["monitor_id"]) == set(BY_ID)
    assert all(validation["success"] for validation in sound.validations)


@pytest.mark.parametrize("monitor_id", CASES)
def test_a_monitor_speaks_and_just_does_not(monitor_id: str) -> None:
    frame, breaking, near_miss = CASES[monitor_id]
    broken = run(frame, breaking)
    assert worst(broken, monitor_id) == "findings"
    assert_no_cell(broken, sound_batch())
    row = rows_of(broken, monitor_id).query("status == 'findings'").iloc[0]
    assert 0 < row["failed"] <= row["checked"]
    assert row["expected"]
    assert worst(run(frame, near_miss), monitor_id) == "passed"


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("empty", [True, False])
def test_without_its_frame_a_monitor_is_not_applicable(frame: str, empty: bool) -> None:
    batch = sound_batch()
    given = {frame: batch[frame].iloc[:0]} if empty else {}
    table = run_monitors(given).table
    assert set(table["status"]) == {"not applicable"}
    sources = {"follow_up_by_arm": "follow_up", "adtte_by_endpoint": "adtte"}
    for row in table.itertuples():
        name = BY_ID[row.monitor_id].frame
        assert row.observed == f"the frame {sources.get(name, name)} is missing or empty"


def test_the_first_cut_has_nothing_to_compare_with() -> None:
    batch = sound_batch()
    for name, columns in {
        "rows": ["previous_received"],
        "missingness": ["previous_missing_percent"],
        "code_words": ["previous_n"],
    }.items():
        batch[name][columns] = None
    subjects = batch["since_last_cut"]
    subjects[[column for column in subjects if column.startswith("previous_")]] = None
    subjects["in_previous"] = False
    batch["endpoints_since_last_cut"] = batch["endpoints_since_last_cut"].iloc[:0]
    results = run_monitors(batch)
    compared = [f"MON{number:02d}" for number in [*range(1, 18), 30]]
    for monitor_id in BY_ID:
        assert worst(results, monitor_id) == ("not applicable" if monitor_id in compared else "passed"), monitor_id
    assert rows_of(results, "MON02")["observed"].item() == "no subjects of the last cut"
    assert {validation["suite_name"] for validation in results.validations}.isdisjoint({"rows", "since_last_cut"})


@pytest.mark.parametrize(
    ("frame", "change", "monitor_id", "kind"),
    [
        ("adtte", lambda frame: frame.drop(columns="aval"), "MON45", "InvalidMetricAccessorDomainKwargsKeyError"),
        ("adtte", cell("aval", "SECRET-VALUE"), "MON45", "ValueError"),
        ("adsl", cell("dthdt", "SECRET-VALUE"), "MON38", "DateParseError"),
        ("adsl", lambda frame: frame.drop(columns="dthfl"), "MON37", "KeyError"),
        ("since_last_cut", cell("dthdt", "SECRET-VALUE"), "MON12", "DateParseError"),
        ("since_last_cut", lambda frame: frame.drop(columns="in_current"), "MON02", "KeyError"),
        ("rows", cell("received", "SECRET-VALUE"), "MON01", "ValueError"),
        ("missingness", lambda frame: frame.drop(columns="table_name"), "MON03", "KeyError"),
        ("code_words", cell("n", "SECRET-VALUE"), "MON04", "ValueError"),
        ("follow_up", cell("days_since_contact", "SECRET-VALUE"), "MON19", "ValueError"),
        ("adrs", lambda frame: frame.assign(treval=[["SECRET-VALUE"]] * len(frame)), "MON50", "TypeError"),
    ],
)
def test_an_error_is_no_finding_and_keeps_only_its_kind(frame: str, change: Change, monitor_id: str, kind: str) -> None:
    results = run(frame, change)
    row = rows_of(results, monitor_id).iloc[0]
    assert (row["status"], row["observed"]) == ("failed to run", kind)
    assert "SECRET-VALUE" not in everything(results)
    assert "Traceback" not in everything(results)


def test_one_broken_column_leaves_the_other_monitors_running() -> None:
    results = run("adtte", cell("aval", "SECRET-VALUE"))
    assert worst(results, "MON44") == "failed to run"
    assert {worst(results, monitor_id) for monitor_id in ("MON40", "MON41", "MON47", "MON48")} == {"passed"}


def test_a_frame_that_great_expectations_cannot_take_makes_its_monitors_failed_to_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise MemoryError("SECRET-VALUE")

    monkeypatch.setattr("great_expectations.datasource.fluent.interfaces.Batch.validate", fails)
    results = run_monitors({"adsl": sound_batch()["adsl"]})
    looked_at = results.table[results.table["status"] != "not applicable"]
    assert set(looked_at["status"]) == {"failed to run"}
    assert set(looked_at["observed"]) == {"MemoryError"}
    assert "SECRET-VALUE" not in json.dumps(results.validations)


def test_a_column_that_stands_twice_makes_the_monitors_of_its_frame_failed_to_run() -> None:
    frame = sound_batch()["follow_up"]
    results = run_monitors({"follow_up": pd.concat([frame, frame["arm"]], axis=1)})
    for monitor_id in ("MON18", "MON19"):
        assert rows_of(results, monitor_id)["observed"].item() == "ValueError"


def everything_broken() -> dict[str, pd.DataFrame]:
    batch = sound_batch()
    for frame, breaking, _ in CASES.values():
        batch[frame] = breaking(batch[frame])
    return batch


def test_no_value_of_a_cell_leaves() -> None:
    batch = everything_broken()
    batch["adsl"].loc[1, "sex"] = "SECRET-SEX"
    batch["adrs"].loc[1, "avalc"] = "SECRET-RESPONSE"
    batch["adtte"].loc[1, "paramcd"] = "SECRET-ENDPOINT"
    batch["code_words"].loc[0, ["code", "previous_n"]] = ["SECRET-CODE", 0]
    batch["since_last_cut"].loc[1, "arm"] = "SECRET-ARM"
    results = run_monitors(batch)
    assert (results.table["status"] == "findings").sum() > 25
    assert "SECRET" not in everything(results)
    assert_no_cell(results, batch)
    kept = {name for validation in results.validations for result in validation["results"] for name in result["result"]}
    assert kept <= {
        "element_count",
        "missing_count",
        "missing_percent",
        "observed_value",
        "unexpected_count",
        "unexpected_percent",
        "unexpected_percent_nonmissing",
        "unexpected_percent_total",
    }
    aggregates = {
        result["expectation_config"]["type"]
        for validation in results.validations
        for result in validation["results"]
        if "observed_value" in result["result"]
    }
    assert aggregates <= {
        "expect_column_sum_to_be_between",
        "expect_table_row_count_to_be_between",
        "expect_table_row_count_to_equal",
    }


def test_two_runs_give_the_same_bytes_and_the_frames_are_left_alone(sound: MonitorResults) -> None:
    given = sound_batch()
    again = run_monitors(given)
    assert json.dumps(again.validations) == json.dumps(sound.validations)
    assert again.table.to_csv() == sound.table.to_csv()
    for name, frame in sound_batch().items():
        pd.testing.assert_frame_equal(given[name], frame)
    assert not re.search(r"20\d{6}T|\"/|\btime\b", re.sub(r'"notes": "[^"]*"', "", json.dumps(sound.validations)))


def test_the_order_of_the_rows_does_not_matter(sound: MonitorResults) -> None:
    turned = {name: frame.iloc[::-1] for name, frame in sound_batch().items()}
    assert json.dumps(run_monitors(turned).validations) == json.dumps(sound.validations)


def test_types_of_arrow_and_pandas_are_understood(sound: MonitorResults) -> None:
    converted = {name: frame.convert_dtypes() for name, frame in sound_batch().items()}
    assert run_monitors(converted).table.to_csv() == sound.table.to_csv()


def test_a_table_may_be_empty_only_if_it_was() -> None:
    def rows(received: int | None, previous: int) -> str:
        frame = pd.DataFrame({"table_name": ["labs"], "received": [received], "previous_received": [previous]})
        return run_monitors({"rows": frame}).table["status"][0]

    assert rows(0, 3) == "findings"
    assert rows(None, 3) == "findings"
    assert rows(1, 3) == "passed"
    assert rows(0, 0) == "passed"


def test_a_column_that_is_no_longer_delivered_misses_everything() -> None:
    results = run("missingness", cell("missing_percent", None))
    row = rows_of(results, "MON03").query("table_name == 'labs'").iloc[0]
    assert row["status"] == "findings"
    assert row["observed"] == "1 of 2 columns that were in the last cut: value"


def test_limits_are_kept() -> None:
    limits = MonitorLimits(vanished_subjects=1, new_codes=1, overdue_percent=25, rows_change_percent=30)
    for monitor_id in ("MON02", "MON04", "MON18", "MON01"):
        frame, breaking, _ = CASES[monitor_id]
        assert worst(run(frame, breaking, limits), monitor_id) == "passed", monitor_id
    two = run("since_last_cut", cells({"in_current": False}, 0, 1), limits)
    assert worst(two, "MON02") == "findings"


def test_a_process_of_its_own_writes_and_sends_nothing_and_says_the_same(sound: MonitorResults, tmp_path: Path) -> None:
    script = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "import schemas.monitors\n"
        "assert 'great_expectations' not in sys.modules\n"
        "from tests.schemas.sound_batch import sound_batch\n"
        "results = schemas.monitors.run_monitors(sound_batch())\n"
        "import json\n"
        "print(json.dumps(results.validations), end='')\n"
    )
    root = Path(__file__).parents[2]
    places = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={
            "PATH": "/usr/bin",
            "PYTHONPATH": str(root),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "7",
            **places,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout == json.dumps(sound.validations)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
