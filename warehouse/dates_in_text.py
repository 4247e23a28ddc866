"""Dates in a text: every way in which one can be read, and whether a text is a date and nothing else."""

import re
import unicodedata

Day = tuple[int, int, int]

IS_LETTER = re.compile(r"[^\W\d_]")
_CENTURY = r"(?:18|19|20)\d\d"
_YEAR_FIRST = re.compile(rf"(?<!\d)({_CENTURY})\s?[-/.年]\s?(\d\d?)\s?[-/.月]\s?(\d\d?)(?!\d)日?")
_YEAR_LAST = re.compile(rf"(?<!\d)(\d\d?)\s?[-/.]\s?(\d\d?)\s?[-/.]\s?({_CENTURY})(?!\d)")
_COMPACT = re.compile(rf"(?<!\d)({_CENTURY})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_NAME = rf"({'|'.join(_MONTHS)})[a-z]*"
_DAY_MONTH = re.compile(rf"(?<!\d)(\d\d?)[ \-.]*{_MONTH_NAME}[ \-.,]*({_CENTURY})(?!\d)")
_MONTH_DAY = re.compile(rf"(?<![a-z]){_MONTH_NAME}[ \-.]*(\d\d?)[ \-.,]+({_CENTURY})(?!\d)")


def folded(text: str) -> str:
    """The text as it is compared: full-width forms, blanks and capitals aside."""
    return " ".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split()).casefold()


def days(text: str) -> set[Day]:
    """Every whole date in a folded text, in each order in which it can be read."""
    if not any(mark in text for mark in ("18", "19", "20")):
        return set()
    found = [(year, month, day) for year, month, day in _YEAR_FIRST.findall(text)]
    found += _COMPACT.findall(text)
    for first, second, year in _YEAR_LAST.findall(text):
        found += [(year, first, second), (year, second, first)]
    found += [(year, _MONTHS.index(month) + 1, day) for day, month, year in _DAY_MONTH.findall(text)]
    found += [(year, _MONTHS.index(month) + 1, day) for month, day, year in _MONTH_DAY.findall(text)]
    numbers = [(int(year), int(month), int(day)) for year, month, day in found]
    return {day for day in numbers if 1 <= day[1] <= 12 and 1 <= day[2] <= 31}


def is_date(text: str) -> bool:
    """Whether a folded text is a date, perhaps with a time, and nothing else."""
    rest = text
    for form in (_YEAR_FIRST, _YEAR_LAST, _DAY_MONTH, _MONTH_DAY, _COMPACT):
        rest = form.sub("", rest)
    return rest != text and not IS_LETTER.search(rest.replace("t", "").replace("z", "")) and len(rest) <= 16
