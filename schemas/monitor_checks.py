"""How each kind of monitor checks: the expectations that its frame must meet, within which limit."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from schemas.monitor import Batch, Check, MonitorLimits, NotApplicableError

DURATIONS = ("RSD", "CRSD", "LRSD", "LCRSD")
"""The times to event of responders only."""
LISTED = 5
"""Columns that an observed text names; of more it gives the number."""


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


def volume(batch: Batch) -> list[Check]:
    """A table has about as many rows as at the last cut."""
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


def missingness(batch: Batch) -> list[Check]:
    """No column of a table misses many more values than at the last cut."""
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


def new_codes(batch: Batch) -> list[Check]:
    """No column has a code that it did not have at the last cut."""
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


def vanished_codes(batch: Batch) -> list[Check]:
    """No code that many rows had at the last cut is gone."""
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


def code_shares(batch: Batch) -> list[Check]:
    """No code has a much larger or smaller share of its column than at the last cut."""
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


def vanished(batch: Batch) -> list[Check]:
    """The subjects of the last cut are still there."""
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


def unchanged(column: str, word: str) -> Callable[[Batch], list[Check]]:
    """A column of a subject is what it was at the last cut; ``word`` names it."""
    check = Check(
        "ExpectColumnPairValuesToBeEqual",
        {"column_A": f"previous_{column}", "column_B": column, "ignore_row_if": "neither"},
        "the same as at the last cut",
        f"subjects in both cuts whose {word} was known",
        (*BOTH, (f"previous_{column}", "known", True)),
    )
    return lambda batch: [check]


def freshness(batch: Batch) -> list[Check]:
    """Few of the subjects alive are overdue."""
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


def freshness_of_arms(batch: Batch) -> list[Check]:
    """In no arm many of the subjects alive are overdue."""
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


def adsl_volume(batch: Batch) -> list[Check]:
    """ADSL has about as many subjects as at the last cut. Not applicable without one."""
    if "since_last_cut" not in batch.frames:
        raise NotApplicableError("the frame since_last_cut is missing or empty")
    before = int(batch.frames["since_last_cut"]["in_previous"].sum())
    if not before:
        raise NotApplicableError("there is no earlier cut to compare with")
    low, high = _band(before, batch.limits)
    arguments = {"min_value": low, "max_value": high}
    return [Check("ExpectTableRowCountToBeBetween", arguments, f"{low} to {high} rows", "rows", checked=1)]


def adtte_volume(batch: Batch) -> list[Check]:
    """ADTTE has a row for each subject and endpoint, and those of responders."""
    if "adsl" not in batch.frames:
        raise NotApplicableError("the frame adsl is missing or empty")
    subjects, of_responders = len(batch.frames["adsl"]), batch.frame["paramcd"].isin(DURATIONS)
    endpoints, responders = int(batch.frame.loc[~of_responders, "paramcd"].nunique()), int(of_responders.sum())
    rows = subjects * endpoints + responders
    expected = f"{rows} rows: {subjects} subjects, {endpoints} endpoints, {responders} of responders"
    return [Check("ExpectTableRowCountToEqual", {"value": rows}, expected, "rows", checked=1)]


def in_adsl(batch: Batch) -> list[Check]:
    """Every row is of a subject of ADSL."""
    if "adsl" not in batch.frames:
        raise NotApplicableError("the frame adsl is missing or empty")
    arguments = {"column": "is_in_adsl", "value_set": [True]}
    return [Check("ExpectColumnValuesToBeInSet", arguments, "every subject is in adsl", "rows")]


def always(*checks: Check) -> Callable[[Batch], Sequence[Check]]:
    """Checks that need neither the batch nor its limits."""
    return lambda batch: checks


def filled(column: str, unit: str = "rows", where: tuple[tuple[str, str, Any], ...] = ()) -> Check:
    """A column is filled."""
    return Check("ExpectColumnValuesToNotBeNull", {"column": column}, f"{column} is filled", unit, where)


def key(*columns: str, where: tuple[tuple[str, str, Any], ...] = ()) -> Check:
    """The columns name a row."""
    expected = f"one row a combination of {', '.join(columns)}"
    return Check("ExpectCompoundColumnsToBeUnique", {"column_list": list(columns)}, expected, "rows", where)


def in_set(column: str, values: Sequence[Any], *where: tuple[str, str, Any], unit: str = "rows") -> Check:
    """A column that is filled has one of the values."""
    expected = f"{column} is one of {', '.join(str(value) for value in values)}"
    arguments = {"column": column, "value_set": list(values)}
    return Check("ExpectColumnValuesToBeInSet", arguments, expected, unit, where)


def in_order(later: str, earlier: str, *where: tuple[str, str, Any], unit: str = "rows", expected: str = "") -> Check:
    """Of two columns that are both filled, the later is not before the earlier."""
    arguments = {"column_A": later, "column_B": earlier, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return Check(
        "ExpectColumnPairValuesAToBeGreaterThanB", arguments, expected or f"{earlier} is not after {later}", unit, where
    )


def between(
    column: str, low: float | None, high: float | None, *where: tuple[str, str, Any], unit: str = "rows"
) -> Check:
    """A column that is filled lies within the bounds."""
    bounds = {"min_value": low, "max_value": high}
    known = {name: value for name, value in bounds.items() if value is not None}
    words = {"min_value": "at least", "max_value": "at most"}
    expected = f"{column} is {' and '.join(f'{words[name]} {_number(value)}' for name, value in known.items())}"
    return Check("ExpectColumnValuesToBeBetween", {"column": column, **known}, expected, unit, where)


def by_limit(check: Callable[[MonitorLimits], Check]) -> Callable[[Batch], Sequence[Check]]:
    """One check that needs a limit."""
    return lambda batch: [check(batch.limits)]
