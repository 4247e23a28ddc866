"""What is wrong with an entry that a rule could not use, so that the coordinator reads the advice that fits.

A check of texts/ that has a table of one of these names below it says that instead, where the fault applies.
"""

import calendar
import re
from collections.abc import Callable

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
EARLIEST_YEAR, LATEST_YEAR = 1850, 2150
"""Dates of other years are not read: a slip of the hand, or a year of two digits."""
NOT_KNOWN = re.compile(r"0+|x+|\?+|u|un|uk|unk|nk")
"""What is written in the place of a day or month that nobody knows."""
TIME_OF_DAY = re.compile(r"[t ]\d{1,2}:\d{2}.*$")
DATE_PARTS = re.compile(r"\d+|[^\W\d_年月日]+|\?+")


def fault_of(entry: str | None, faults: tuple[str, ...]) -> str | None:
    """The first of ``faults`` (names of FAULTS) that applies to ``entry``, the cleaned text of a cell."""
    return next((name for name in faults if FAULTS[name](entry)), None)


def is_blank(entry: str | None) -> bool:
    """Nothing was entered."""
    return entry is None


def is_incomplete_date(entry: str | None) -> bool:
    """A date of which a part was left out, or is marked as not known: 2010-05, UN/05/2010, May 2010."""
    parts = _date_parts(entry)
    known = [part for part in parts if not NOT_KNOWN.fullmatch(part)]
    if len(known) == 1 and re.fullmatch(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])?", known[0]):
        return True
    if not all(_is_part(part) for part in known) or len(parts) > 3:
        return False
    if any(len(part) == 4 for part in known):
        return len(known) == 2
    return len(known) == 2 and re.fullmatch(r"-*\d{1,2}[-/]\d{1,2}", entry or "") is not None


def is_impossible_date(entry: str | None) -> bool:
    """A complete date of a day that no calendar has: 2010-13-45, 31/02/2010, or of a year that nobody remembers."""
    read = _complete_date(entry)
    return bool(read) and not any(_is_day(*date) for date in read)


def is_date_of_other_format(entry: str | None) -> bool:
    """A complete date that is written as the study has not agreed: 15.03.2010, 15/03/10."""
    return any(_is_day(*date) for date in _complete_date(entry))


def has_grouped_digits(entry: str | None) -> bool:
    """A number whose comma may mark thousands or decimals: 1,200."""
    return entry is not None and re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", entry) is not None


def is_fraction(entry: str | None) -> bool:
    """A number that is not whole: 2.5. A column of decimals takes it, so it is a fault where numbers are whole."""
    return entry is not None and re.fullmatch(r"[-+]?\d+[.,]\d+", entry) is not None


FAULTS: dict[str, Callable[[str | None], bool]] = {
    "blank": is_blank,
    "incomplete_date": is_incomplete_date,
    "impossible_date": is_impossible_date,
    "other_format": is_date_of_other_format,
    "grouped_digits": has_grouped_digits,
    "fraction": is_fraction,
}


def _date_parts(entry: str | None) -> list[str]:
    return DATE_PARTS.findall(TIME_OF_DAY.sub("", (entry or "").lower()))


def _is_part(part: str) -> bool:
    return (part.isascii() and part.isdigit() and len(part) in (1, 2, 4)) or part[:3] in MONTHS


def _complete_date(entry: str | None) -> list[tuple[int, int, int]]:
    """What a complete date may mean, as (year, month, day); nothing where the entry is no complete date."""
    parts = _date_parts(entry)
    if len(parts) == 1 and re.fullmatch(r"\d{8}", parts[0]):
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if len(parts) != 3 or any(NOT_KNOWN.fullmatch(part) or not _is_part(part) for part in parts):
        return []
    first, second, third = (int(part) if part.isdigit() else MONTHS[part[:3]] for part in parts)
    if len(parts[0]) == 4:
        return [(first, second, third)]
    year = third if len(parts[2]) == 4 else 2000 + third
    return [(year, second, first), (year, first, second)]


def _is_day(year: int, month: int, day: int) -> bool:
    in_calendar = EARLIEST_YEAR <= year <= LATEST_YEAR and 1 <= month <= 12
    return in_calendar and 1 <= day <= calendar.monthrange(year, month)[1]
