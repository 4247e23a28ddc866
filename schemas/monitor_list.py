"""The monitors of a batch: what each asks, on which frame, within which limit, and what to do about a finding."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

ENDPOINTS = ("OS", "PFS", "LPFS", "TTLP", "PFSNACT", "PFSFDA", "TTR", "LTTR")
"""The times to event of every subject."""
DURATIONS = ("RSD", "CRSD", "LRSD", "LCRSD")
"""The times to event of responders only."""
RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE", "MISSING", "Y", "N")
LISTED = 5
"""Columns that an observed text names; of more it gives the number."""


@dataclass(frozen=True)
class MonitorLimits:
    """How much a batch may differ from the last one before a monitor speaks."""

    rows_change_percent: float = 20
    rows_change_rows: int = 5
    """A small table may change by so many rows, whatever percentage that is; it may never become empty."""
    vanished_subjects: int = 0
    missingness_rise_percent: float = 10
    """Percentage points of the rows of a column."""
    new_codes: int = 0
    """New codes a table may bring."""
    vanished_code_rows: int = 5
    """A code counts as vanished if at least so many rows had it at the last cut."""
    code_share_change_percent: float = 20
    """Percentage points of the coded rows of a column."""
    code_share_rows: int = 20
    """Shares are compared where both cuts have at least so many coded rows."""
    overdue_percent: float = 20
    arm_subjects: int = 5
    """An arm is looked at on its own if at least so many of its subjects are alive."""
    death_date_days: int = 7
    event_time_days: int = 7
    events_per_endpoint: int = 5
    age_low: int = 0
    age_high: int = 120


@dataclass(frozen=True)
class Check:
    """One expectation on one frame; ``where`` are conditions (column, operator, value), ``unit`` what is counted."""

    expectation: str
    arguments: Mapping[str, Any]
    expected: str
    unit: str
    where: tuple[tuple[str, str, Any], ...] = ()
    table_name: str = ""
    checked: int | None = None
    observed: str = ""

    @property
    def columns(self) -> set[str]:
        """The columns the expectation reads."""
        named = [self.arguments[name] for name in ("column", "column_A", "column_B") if name in self.arguments]
        return {*named, *self.arguments.get("column_list", ()), *(column for column, _, _ in self.where)}


@dataclass(frozen=True)
class Batch:
    """What a monitor sees: its own frame, the others, and the limits."""

    frame: pd.DataFrame
    frames: Mapping[str, pd.DataFrame]
    limits: MonitorLimits


@dataclass(frozen=True)
class Monitor:
    """What is asked of a batch. ``fix`` says what to do about a finding."""

    monitor_id: str
    title: str
    frame: str
    sentence: str
    fix: str
    checks: Callable[[Batch], Sequence[Check]] = field(repr=False)
    table_name: str = ""


class NotApplicableError(Exception):
    """The batch has nothing this monitor could look at; the message says why."""


def _number(value: float) -> str:
    return f"{value:g}"


def _tables(batch: Batch) -> Iterator[tuple[str, pd.DataFrame]]:
    for table, rows in batch.frame.groupby("table_name", sort=True):
        yield str(table), rows


def _of(table: str) -> tuple[str, str, Any]:
    return ("table_name", "==", table)


def _named(columns: pd.Series) -> str:
    names = sorted({str(column) for column in columns})
    rest = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + rest


def _volume(batch: Batch) -> list[Check]:
    checks = []
    for table, rows in _tables(batch):
        now, before = rows["received"].fillna(0).sum(), rows["previous_received"].sum(min_count=1)
        if pd.isna(before):
            low, high, observed = 0, 0, ""
        else:
            low, high = _band(before, batch.limits)
            observed = f"{now:.0f} rows, {before:.0f} at the last cut"
        checks.append(
            Check(
                "ExpectColumnValuesToBeBetween",
                {"column": "received", "min_value": low, "max_value": high},
                f"{low} to {high} rows" if observed else "",
                "tables that were in the last cut",
                (_of(table), ("previous_received", "known", True)),
                table,
                observed=observed,
            )
        )
    return checks


def _band(before: float, limits: MonitorLimits) -> tuple[int, int]:
    share = round(before * limits.rows_change_percent / 100, 9)
    change = max(share, limits.rows_change_rows)
    return max(math.ceil(before - change), min(1, int(before))), math.floor(before + change)


def _missingness(batch: Batch) -> list[Check]:
    limit = batch.limits.missingness_rise_percent
    return [
        Check(
            "ExpectColumnValuesToBeBetween",
            {"column": "missing_percent_rise", "max_value": limit},
            f"a rise of at most {_number(limit)} percentage points in every column",
            "columns that were in the last cut",
            (_of(table),),
            table,
            observed=_named(rows.loc[rows["missing_percent_rise"] > limit, "column_name"]),
        )
        for table, rows in _tables(batch)
    ]


def _new_codes(batch: Batch) -> list[Check]:
    compared = (("previous_rows", ">", 0), ("n", ">", 0))
    checks = []
    for table, rows in _tables(batch):
        seen = rows[(rows["previous_rows"] > 0) & (rows["n"] > 0)]
        new = seen[seen["previous_n"] == 0]
        mostly = 1.0 if len(seen) == 0 else max(0, len(seen) - batch.limits.new_codes) / len(seen)
        checks.append(
            Check(
                "ExpectColumnValuesToBeBetween",
                {"column": "previous_n", "min_value": 1, "mostly": mostly},
                f"at most {batch.limits.new_codes} new codes" if batch.limits.new_codes else "no new code",
                "codes of columns that were coded at the last cut",
                (_of(table), *compared),
                table,
                observed=_named(new["column_name"]),
            )
        )
    return checks


def _vanished_codes(batch: Batch) -> list[Check]:
    limit = batch.limits.vanished_code_rows
    checks = []
    for table, rows in _tables(batch):
        gone = rows[(rows["previous_n"] >= limit) & (rows["rows"] > 0) & (rows["n"] == 0)]
        checks.append(
            Check(
                "ExpectColumnValuesToBeBetween",
                {"column": "n", "min_value": 1},
                f"every code that {limit} or more rows had at the last cut",
                "codes in use at the last cut",
                (_of(table), ("previous_n", ">=", limit), ("rows", ">", 0)),
                table,
                observed=_named(gone["column_name"]),
            )
        )
    return checks


def _code_shares(batch: Batch) -> list[Check]:
    limit, least = batch.limits.code_share_change_percent, batch.limits.code_share_rows
    checks = []
    for table, rows in _tables(batch):
        seen = rows[(rows["rows"] >= least) & (rows["previous_rows"] >= least)]
        checks.append(
            Check(
                "ExpectColumnValuesToBeBetween",
                {"column": "share_change", "min_value": -limit, "max_value": limit},
                f"a change of at most {_number(limit)} percentage points",
                f"codes of columns with {least} or more coded rows in both cuts",
                (_of(table), ("rows", ">=", least), ("previous_rows", ">=", least)),
                table,
                observed=_named(seen.loc[seen["share_change"].abs() > limit, "column_name"]),
            )
        )
    return checks


BOTH = (("in_previous", "==", True), ("in_current", "==", True))


def _vanished(batch: Batch) -> list[Check]:
    before, limit = int(batch.frame["in_previous"].sum()), batch.limits.vanished_subjects
    return [
        Check(
            "ExpectColumnSumToBeBetween",
            {"column": "is_vanished", "min_value": 0, "max_value": limit},
            f"at most {limit} vanished" if limit else "no vanished subject",
            "subjects of the last cut",
            (("in_previous", "==", True),),
            checked=before,
        )
    ]


def _unchanged(column: str, word: str) -> Callable[[Batch], list[Check]]:
    check = Check(
        "ExpectColumnPairValuesToBeEqual",
        {"column_A": f"previous_{column}", "column_B": column, "ignore_row_if": "neither"},
        "the same as at the last cut",
        f"subjects in both cuts whose {word} was known",
        (*BOTH, (f"previous_{column}", "known", True)),
    )
    return lambda batch: [check]


def _freshness(batch: Batch) -> list[Check]:
    limit = batch.limits.overdue_percent
    return [
        Check(
            "ExpectColumnPairValuesAToBeGreaterThanB",
            {
                "column_A": "window_days",
                "column_B": "days_since_contact",
                "or_equal": True,
                "mostly": (100 - limit) / 100,
                "ignore_row_if": "neither",
            },
            f"at most {_number(limit)} % overdue",
            "subjects alive whose visits are planned",
            (("window_days", "known", True),),
        )
    ]


def _freshness_of_arms(batch: Batch) -> list[Check]:
    limit, least = batch.limits.overdue_percent, batch.limits.arm_subjects
    return [
        Check(
            "ExpectColumnValuesToBeBetween",
            {"column": "overdue_percent", "max_value": limit},
            f"at most {_number(limit)} % overdue in every arm",
            f"arms with {least} or more subjects alive",
            (("alive", ">=", least),),
        )
    ]


def _adsl_volume(batch: Batch) -> list[Check]:
    if "since_last_cut" not in batch.frames:
        raise NotApplicableError("the frame since_last_cut is missing or empty")
    before = int(batch.frames["since_last_cut"]["in_previous"].sum())
    if not before:
        raise NotApplicableError("there is no earlier cut to compare with")
    low, high = _band(before, batch.limits)
    arguments = {"min_value": low, "max_value": high}
    return [Check("ExpectTableRowCountToBeBetween", arguments, f"{low} to {high} rows", "rows", checked=1)]


def _adtte_volume(batch: Batch) -> list[Check]:
    if "adsl" not in batch.frames:
        raise NotApplicableError("the frame adsl is missing or empty")
    subjects, of_responders = len(batch.frames["adsl"]), batch.frame["paramcd"].isin(DURATIONS)
    endpoints, responders = int(batch.frame.loc[~of_responders, "paramcd"].nunique()), int(of_responders.sum())
    rows = subjects * endpoints + responders
    expected = f"{rows} rows: {subjects} subjects, {endpoints} endpoints, {responders} of responders"
    return [Check("ExpectTableRowCountToEqual", {"value": rows}, expected, "rows", checked=1)]


def _in_adsl(batch: Batch) -> list[Check]:
    if "adsl" not in batch.frames:
        raise NotApplicableError("the frame adsl is missing or empty")
    arguments = {"column": "is_in_adsl", "value_set": [True]}
    return [Check("ExpectColumnValuesToBeInSet", arguments, "every subject is in adsl", "rows")]


def _always(*checks: Check) -> Callable[[Batch], Sequence[Check]]:
    return lambda batch: checks


def _filled(column: str, unit: str = "rows", where: tuple[tuple[str, str, Any], ...] = ()) -> Check:
    return Check("ExpectColumnValuesToNotBeNull", {"column": column}, f"{column} is filled", unit, where)


def _key(*columns: str, where: tuple[tuple[str, str, Any], ...] = ()) -> Check:
    expected = f"one row a combination of {', '.join(columns)}"
    return Check("ExpectCompoundColumnsToBeUnique", {"column_list": list(columns)}, expected, "rows", where)


def _in_set(column: str, values: Sequence[Any], *where: tuple[str, str, Any], unit: str = "rows") -> Check:
    expected = f"{column} is one of {', '.join(str(value) for value in values)}"
    arguments = {"column": column, "value_set": list(values)}
    return Check("ExpectColumnValuesToBeInSet", arguments, expected, unit, where)


def _in_order(later: str, earlier: str, *where: tuple[str, str, Any], unit: str = "rows", expected: str = "") -> Check:
    arguments = {"column_A": later, "column_B": earlier, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return Check(
        "ExpectColumnPairValuesAToBeGreaterThanB", arguments, expected or f"{earlier} is not after {later}", unit, where
    )


def _between(
    column: str, low: float | None, high: float | None, *where: tuple[str, str, Any], unit: str = "rows"
) -> Check:
    bounds = {"min_value": low, "max_value": high}
    known = {name: value for name, value in bounds.items() if value is not None}
    words = {"min_value": "at least", "max_value": "at most"}
    expected = f"{column} is {' and '.join(f'{words[name]} {_number(value)}' for name, value in known.items())}"
    return Check("ExpectColumnValuesToBeBetween", {"column": column, **known}, expected, unit, where)


def _by_limit(check: Callable[[MonitorLimits], Check]) -> Callable[[Batch], Sequence[Check]]:
    return lambda batch: [check(batch.limits)]


ASK_SOURCE = "Ask the team of the source system what changed; with their answer accept the cut or send a new extract."
ASK_SITE = "Ask the site which value is right; have the wrong one corrected in the source before this cut is used."
REPORT = (
    "Do not use the data set; report it to the maintainers with the run: a derivation is wrong, not a patient's record."
)
WAS_DEAD = ("previous_is_dead", "==", True)
IS_DEAD = ("is_dead", "==", True)
WAS_CENSORED = ("previous_cnsr", ">", 0)
IS_CENSORED = ("cnsr", ">", 0)
WAS_EVENT = ("previous_cnsr", "==", 0)
IS_EVENT = ("cnsr", "==", 0)

MONITORS: tuple[Monitor, ...] = (
    Monitor(
        "MON01",
        "Volume within the band of the last cut",
        "rows",
        "A table should bring about as many rows as at the last cut, and never become empty.",
        "See whether the export ended early, ran twice or had another filter. " + ASK_SOURCE,
        _volume,
    ),
    Monitor(
        "MON02",
        "No vanished patients",
        "since_last_cut",
        "A subject of the last cut should be in this one too.",
        "List the subjects with the two extracts; for each, have a withdrawal of consent or a merged record confirmed "
        "in writing, or send a complete extract.",
        _vanished,
        "adsl",
    ),
    Monitor(
        "MON03",
        "Missing values of a column",
        "missingness",
        "A column should not miss many more values than at the last cut.",
        "See whether the field was renamed, moved to another form or dropped from the export. " + ASK_SOURCE,
        _missingness,
    ),
    Monitor(
        "MON04",
        "New codes",
        "code_words",
        "A coded column should bring no code that the last cut did not have.",
        "Look the code up in the list of the source; add it to the mapping, or have it corrected.",
        _new_codes,
    ),
    Monitor(
        "MON05",
        "Vanished codes",
        "code_words",
        "A code that many rows had should not be gone.",
        "See whether the code was renamed or its rows left out. " + ASK_SOURCE,
        _vanished_codes,
    ),
    Monitor(
        "MON06",
        "Shares of the codes",
        "code_words",
        "The share of a code in its column should stay about the same.",
        "See whether two codes were swapped or a default was set. " + ASK_SOURCE,
        _code_shares,
    ),
    Monitor(
        "MON07",
        "Sex stays the same",
        "since_last_cut",
        "The sex of a subject should not change; if it does, two patients may have been mixed up.",
        ASK_SITE,
        _unchanged("sex", "sex"),
        "adsl",
    ),
    Monitor(
        "MON08",
        "Birth year stays the same",
        "since_last_cut",
        "The birth year of a subject should not change; if it does, two patients may have been mixed up.",
        ASK_SITE,
        _unchanged("birth_year", "birth year"),
        "adsl",
    ),
    Monitor(
        "MON09",
        "Arm stays the same",
        "since_last_cut",
        "The arm of a subject should not change.",
        ASK_SITE,
        _unchanged("arm", "arm"),
        "adsl",
    ),
    Monitor(
        "MON10",
        "Start date stays the same",
        "since_last_cut",
        "The day from which a subject's time is counted should not change: every endpoint would move with it.",
        ASK_SITE,
        _unchanged("startdt", "start date"),
        "adsl",
    ),
    Monitor(
        "MON11",
        "The dead stay dead",
        "since_last_cut",
        "A subject who was dead at the last cut should not be alive, or of unknown status, at this one.",
        "Have the vital status confirmed with the registry; correct the wrong entry in the source.",
        _always(_in_set("is_dead", [True], *BOTH, WAS_DEAD, unit="subjects in both cuts who were dead")),
        "adsl",
    ),
    Monitor(
        "MON12",
        "Death dates stay where they were",
        "since_last_cut",
        "A date of death should not move by more than the limit.",
        "Have the date confirmed with the registry; correct the wrong one in the source.",
        _by_limit(
            lambda limits: _between(
                "death_date_moved_days",
                None,
                limits.death_date_days,
                *BOTH,
                WAS_DEAD,
                IS_DEAD,
                unit="subjects dead in both cuts with both dates",
            )
        ),
        "adsl",
    ),
    Monitor(
        "MON13",
        "Known death dates stay known",
        "since_last_cut",
        "A date of death that was known should not be empty now.",
        "See whether the date was deleted or can no longer be read; enter it again in the source.",
        _always(
            _filled(
                "dthdt",
                "subjects dead in both cuts whose date of death was known",
                (*BOTH, WAS_DEAD, IS_DEAD, ("previous_dthdt", "known", True)),
            )
        ),
        "adsl",
    ),
    Monitor(
        "MON14",
        "Censored times do not get shorter",
        "endpoints_since_last_cut",
        "The time of a subject who is still without the event should only grow.",
        "See which visit or scan is missing from this extract; have it sent again.",
        _always(
            _in_order(
                "aval",
                "previous_aval",
                WAS_CENSORED,
                IS_CENSORED,
                unit="times censored in both cuts",
                expected="not shorter than at the last cut",
            )
        ),
        "adtte",
    ),
    Monitor(
        "MON15",
        "Events stay events",
        "endpoints_since_last_cut",
        "An event of the last cut should not be censored now.",
        "See which record of the event is gone or was changed; ask the site for the reason in writing.",
        _always(_in_set("cnsr", [0], WAS_EVENT, unit="events of the last cut")),
        "adtte",
    ),
    Monitor(
        "MON16",
        "New events lie after the time already seen without one",
        "endpoints_since_last_cut",
        "An event that is new should not lie before the day up to which the last cut had seen none.",
        "See whether the date of the event or the earlier visit is wrong; a second reading of a scan is a reason too.",
        _always(
            _in_order(
                "aval",
                "previous_aval",
                WAS_CENSORED,
                IS_EVENT,
                unit="events that were censored at the last cut",
                expected="not before the censoring at the last cut",
            )
        ),
        "adtte",
    ),
    Monitor(
        "MON17",
        "Event times stay where they were",
        "endpoints_since_last_cut",
        "The time of an event should not move by more than the limit.",
        "See which date was changed, the start's or the event's; ask the site for the reason in writing.",
        _by_limit(
            lambda limits: _between(
                "event_moved_days", None, limits.event_time_days, WAS_EVENT, IS_EVENT, unit="events in both cuts"
            )
        ),
        "adtte",
    ),
    Monitor(
        "MON18",
        "Follow-up is fresh",
        "follow_up",
        "Few of the subjects alive should be overdue: without contact for longer than their visits are apart.",
        "Send the sites their lists of overdue subjects; wait with the cut until they have answered.",
        _freshness,
    ),
    Monitor(
        "MON19",
        "Follow-up is fresh in every arm",
        "follow_up_by_arm",
        "In no arm should many be overdue: unequal follow-up makes the arms differ where they do not.",
        "Send the sites the lists of that arm first; say in the report how fresh the follow-up of each arm is.",
        _freshness_of_arms,
        "follow_up",
    ),
    Monitor(
        "MON30",
        "ADSL: number of subjects",
        "adsl",
        "The analysis should have about as many subjects as at the last cut.",
        "See which subjects were held back, in the quality report. " + ASK_SOURCE,
        _adsl_volume,
    ),
    Monitor(
        "MON31",
        "ADSL: one row a subject",
        "adsl",
        "A subject must stand in ADSL once.",
        REPORT,
        _always(
            Check("ExpectColumnValuesToBeUnique", {"column": "usubjid"}, "usubjid stands once", "rows with usubjid")
        ),
    ),
    Monitor("MON32", "ADSL: subject", "adsl", "Every row must name its subject.", REPORT, _always(_filled("usubjid"))),
    Monitor("MON33", "ADSL: arm", "adsl", "Every subject must have an arm.", REPORT, _always(_filled("arm"))),
    Monitor(
        "MON34", "ADSL: start date", "adsl", "Every subject must have a start date.", REPORT, _always(_filled("trtsdt"))
    ),
    Monitor(
        "MON35", "ADSL: sex", "adsl", "A sex that is known is F or M.", REPORT, _always(_in_set("sex", ["F", "M"]))
    ),
    Monitor(
        "MON36",
        "ADSL: age",
        "adsl",
        "An age that is known must be one that people reach.",
        REPORT,
        _by_limit(lambda limits: _between("age", limits.age_low, limits.age_high)),
    ),
    Monitor(
        "MON37",
        "ADSL: date of death",
        "adsl",
        "A subject marked as dead must have a date of death.",
        REPORT,
        _always(_filled("dthdt", "subjects marked as dead", (("dthfl", "==", "Y"),))),
    ),
    Monitor(
        "MON38",
        "ADSL: death after the start",
        "adsl",
        "Nobody can die before the start.",
        REPORT,
        _always(_in_order("dthdt", "trtsdt", unit="subjects with both dates")),
    ),
    Monitor(
        "MON40",
        "ADTTE: one row a subject and endpoint",
        "adtte",
        "A subject must have each endpoint once.",
        REPORT,
        _always(_key("usubjid", "paramcd")),
    ),
    Monitor(
        "MON41",
        "ADTTE: every subject has every endpoint",
        "adtte",
        "There must be as many rows as subjects times endpoints, and those of responders.",
        REPORT,
        _adtte_volume,
    ),
    Monitor("MON42", "ADTTE: subjects of ADSL", "adtte", "Every row must be of a subject of ADSL.", REPORT, _in_adsl),
    Monitor(
        "MON43",
        "ADTTE: endpoints",
        "adtte",
        "The endpoints are those that datacut derives.",
        REPORT,
        _always(_in_set("paramcd", [*ENDPOINTS, *DURATIONS])),
    ),
    Monitor("MON44", "ADTTE: time", "adtte", "Every row must have a time.", REPORT, _always(_filled("aval"))),
    Monitor(
        "MON45",
        "ADTTE: time of a day or more",
        "adtte",
        "A time counts the first day as 1; none is shorter.",
        REPORT,
        _always(_between("aval", 1, None)),
    ),
    Monitor(
        "MON46", "ADTTE: event or censored", "adtte", "Every row must say which.", REPORT, _always(_filled("cnsr"))
    ),
    Monitor(
        "MON47",
        "ADTTE: codes of censoring",
        "adtte",
        "An event has 0, a censored time 1 to 5, a competing event 6.",
        REPORT,
        _always(_in_set("cnsr", range(7))),
    ),
    Monitor(
        "MON48",
        "ADTTE: number of events",
        "adtte_by_endpoint",
        "An endpoint needs some events, or its estimates mean nothing.",
        "Say in the report that the endpoint is immature, or have the missing events looked for.",
        _by_limit(lambda limits: _between("events", limits.events_per_endpoint, None, unit="endpoints")),
        "adtte",
    ),
    Monitor(
        "MON50",
        "ADRS: one row a subject, parameter, reader and day",
        "adrs",
        "A response must stand once.",
        REPORT,
        _always(_key("usubjid", "paramcd", "treval", "adt")),
    ),
    Monitor("MON51", "ADRS: subjects of ADSL", "adrs", "Every row must be of a subject of ADSL.", REPORT, _in_adsl),
    Monitor(
        "MON52",
        "ADRS: responses",
        "adrs",
        "A response must be one of RECIST's, or yes or no.",
        REPORT,
        _always(_in_set("avalc", RESPONSES)),
    ),
    Monitor(
        "MON53",
        "ADRS: coded response",
        "adrs",
        "Every response must have its number.",
        REPORT,
        _always(_filled("aval", where=(("avalc", "known", None),))),
    ),
    Monitor(
        "MON60",
        "ADAE: one row an event",
        "adae",
        "A numbered adverse event of a subject must stand once.",
        REPORT,
        _always(
            Check(
                "ExpectCompoundColumnsToBeUnique",
                {"column_list": ["usubjid", "aeseq"], "ignore_row_if": "any_value_is_missing"},
                "one row a combination of usubjid, aeseq",
                "numbered events",
            )
        ),
    ),
    Monitor("MON61", "ADAE: subjects of ADSL", "adae", "Every row must be of a subject of ADSL.", REPORT, _in_adsl),
    Monitor(
        "MON62",
        "ADAE: grade",
        "adae",
        "A grade that is known is 1 to 5.",
        REPORT,
        _always(_in_set("aetoxgr", [1, 2, 3, 4, 5])),
    ),
    Monitor(
        "MON63",
        "ADAE: one worst record a subject and term",
        "adae",
        "Only one record a subject and term may be counted.",
        REPORT,
        _always(_key("usubjid", "aedecod", where=(("aoccpifl", "==", "Y"),))),
    ),
    Monitor(
        "MON64",
        "ADAE: end after the start",
        "adae",
        "An event must not end before it starts.",
        REPORT,
        _always(_in_order("aeendt", "aestdt", unit="events with both dates")),
    ),
    Monitor(
        "MON70",
        "ADTR: one row a subject, parameter, lesion, reader and day",
        "adtr",
        "A measurement must stand once.",
        REPORT,
        _always(_key("usubjid", "paramcd", "trlnkid", "treval", "adt")),
    ),
    Monitor("MON71", "ADTR: subjects of ADSL", "adtr", "Every row must be of a subject of ADSL.", REPORT, _in_adsl),
    Monitor("MON72", "ADTR: value", "adtr", "Every row must have a value.", REPORT, _always(_filled("aval"))),
    Monitor(
        "MON73",
        "ADTR: no negative size",
        "adtr",
        "A diameter or sum of diameters is 0 or more.",
        REPORT,
        _always(_between("aval", 0, None)),
    ),
)
