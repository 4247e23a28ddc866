"""The frames the monitors look at: types settled, changes since the last cut derived, of an error only its kind."""

import warnings
from collections.abc import Callable, Mapping

import pandas as pd

DATES = {
    "adsl": ("trtsdt", "dthdt"),
    "adtte": ("startdt", "adt"),
    "adae": ("aestdt", "aeendt"),
    "since_last_cut": ("previous_startdt", "startdt", "previous_dthdt", "dthdt"),
}
NUMBERS = {
    "adsl": ("age",),
    "adtte": ("aval", "cnsr"),
    "adrs": ("aval",),
    "adae": ("aetoxgr",),
    "adtr": ("aval",),
    "rows": ("received", "previous_received"),
    "missingness": ("missing_percent", "previous_missing_percent"),
    "code_words": ("n", "previous_n"),
    "since_last_cut": ("previous_birth_year", "birth_year"),
    "endpoints_since_last_cut": ("previous_aval", "aval", "previous_cnsr", "cnsr"),
    "follow_up": ("days_since_contact", "window_days"),
}
FLAGS = {"since_last_cut": ("in_previous", "in_current", "previous_is_dead", "is_dead")}
"""A flag that is not known counts as false: a subject not known to be dead is not dead."""

SOURCES = {"follow_up_by_arm": "follow_up", "adtte_by_endpoint": "adtte"}
"""Frames that are made here, and the frame each is made of."""


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy without the types of pandas that compare to neither true nor false where a value is missing."""
    if not frame.columns.is_unique:
        raise ValueError("a column stands twice")
    extended = [column for column in frame.columns if pd.api.types.is_extension_array_dtype(frame[column].dtype)]
    return frame.assign(
        **{column: frame[column].astype(object).where(frame[column].notna(), None) for column in extended}
    )


def _numbers(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values).astype("float64")


def _flags(values: pd.Series) -> pd.Series:
    return values.map(lambda value: not pd.isna(value) and bool(value)).astype(bool)


def _rise(frame: pd.DataFrame) -> pd.Series:
    """In percentage points; a column that is no longer delivered misses every value."""
    now = frame["missing_percent"].where(
        frame["missing_percent"].notna() | frame["previous_missing_percent"].isna(), 100.0
    )
    return (now - frame["previous_missing_percent"]).round(9)


def _code_totals(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame.groupby(["table_name", "column_name"], dropna=False)[column].transform("sum")


def _share_change(frame: pd.DataFrame) -> pd.Series:
    """In percentage points of the coded rows of the column."""
    now, before = frame["rows"].where(frame["rows"] > 0), frame["previous_rows"].where(frame["previous_rows"] > 0)
    return (100 * frame["n"] / now - 100 * frame["previous_n"] / before).round(9)


def _days_between(one: pd.Series, other: pd.Series) -> pd.Series:
    return (other - one).dt.days.abs()


DERIVED: dict[str, dict[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "rows": {"received": lambda frame: frame["received"].fillna(0)},
    "missingness": {"missing_percent_rise": _rise},
    "code_words": {
        "n": lambda frame: frame["n"].fillna(0),
        "previous_n": lambda frame: frame["previous_n"].fillna(0),
        "rows": lambda frame: _code_totals(frame, "n"),
        "previous_rows": lambda frame: _code_totals(frame, "previous_n"),
        "share_change": _share_change,
    },
    "since_last_cut": {
        "is_vanished": lambda frame: (frame["in_previous"] & ~frame["in_current"]).astype(int),
        "death_date_moved_days": lambda frame: _days_between(frame["previous_dthdt"], frame["dthdt"]),
    },
    "endpoints_since_last_cut": {
        "event_moved_days": lambda frame: (frame["aval"] - frame["previous_aval"]).abs(),
    },
}
"""Columns that are added, in this order. No code anywhere at the last cut: the column is not compared."""


def _by_arm(follow_up: pd.DataFrame) -> pd.DataFrame:
    overdue = ~(follow_up["days_since_contact"] <= follow_up["window_days"])
    known = follow_up.assign(overdue=overdue)[follow_up["window_days"].notna()]
    arms = known.groupby("arm", as_index=False).agg(alive=("overdue", "size"), overdue=("overdue", "sum"))
    return arms.assign(overdue_percent=(100 * arms["overdue"] / arms["alive"]).round(9))


def _by_endpoint(adtte: pd.DataFrame) -> pd.DataFrame:
    """The endpoints that the protocol reports; of the others nobody needs events."""
    with_events = adtte.assign(is_event=adtte["cnsr"] == 0)[adtte["anl01fl"] == "Y"]
    return with_events.groupby("paramcd", as_index=False).agg(events=("is_event", "sum"))


MADE = {"follow_up_by_arm": _by_arm, "adtte_by_endpoint": _by_endpoint}


class PreparedFrames:
    """The frames with their types settled; what cannot be settled is left out, and ``broken`` says by which error."""

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self.broken: dict[tuple[str, str], str] = {}
        self.frames: dict[str, pd.DataFrame] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, given in frames.items():
                if given is not None and len(given):
                    self._settle(name, given)
        for name, make in MADE.items():
            source = SOURCES[name]
            if (source, "") in self.broken:
                self.broken[name, ""] = self.broken[source, ""]
            if source in self.frames:
                try:
                    self.frames[name] = make(self.frames[source])
                except Exception as error:
                    self.broken[name, ""] = self.kind_of(source, error)
        if "adsl" in self.frames:
            for name in ("adtte", "adrs", "adae", "adtr"):
                self._derive(name, "is_in_adsl", lambda frame: frame["usubjid"].isin(self.frames["adsl"]["usubjid"]))

    def _settle(self, name: str, given: pd.DataFrame) -> None:
        try:
            self.frames[name] = _plain(given.reset_index(drop=True))
        except Exception as error:
            self.broken[name, ""] = type(error).__name__
            return
        present = set(self.frames[name].columns)
        for columns, settle in ((DATES, pd.to_datetime), (NUMBERS, _numbers), (FLAGS, _flags)):
            for column in columns.get(name, ()):
                if column in present:
                    self._derive(name, column, lambda frame, column=column, settle=settle: settle(frame[column]))
        for column, derive in DERIVED.get(name, {}).items():
            self._derive(name, column, derive)

    def _derive(self, name: str, column: str, derive: Callable[..., pd.Series]) -> None:
        if name not in self.frames:
            return
        try:
            self.frames[name][column] = derive(self.frames[name])
        except Exception as error:
            self.broken[name, column] = self.kind_of(name, error)
            self.frames[name] = self.frames[name].drop(columns=column, errors="ignore")

    def kind_of(self, name: str, error: Exception) -> str:
        """The kind of the first error: a column that is missing because it was broken is not the cause."""
        if isinstance(error, KeyError) and error.args:
            return self.broken.get((name, str(error.args[0])), "KeyError")
        return type(error).__name__

    def cause(self, name: str, columns: set[str]) -> str:
        """The kind of error that broke one of these columns, or nothing."""
        return next((self.broken[name, column] for column in sorted(columns) if (name, column) in self.broken), "")
