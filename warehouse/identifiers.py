"""Names, record numbers, telephone numbers and birth dates that stand in a column which is not theirs.

A heading that was swapped or a cell that was filled in wrongly would carry them past the pseudonyms. What the extract
itself says of its patients is known here, in memory only; every other cell that is or holds one of these values, or
that has a form which only they have, is found by its text, so that the statement that reads the file writes MARK in
its place.
"""

import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

MARK = "[identifier]"

Day = tuple[int, int, int]

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_WORDS = re.compile(rf"[{_CJK}]|[^\W\d_{_CJK}]+|[,;:!?。、()/|]+")
_IS_LETTER = re.compile(r"[^\W\d_]")
_IS_CJK = re.compile(rf"[{_CJK}]")
_SHORT_NUMBER = re.compile(r"[\d.,+\-<>%/ ]{0,6}")
_NUMBER_WORD = re.compile(r"[a-z0-9](?:[a-z0-9_/.\-]*[a-z0-9])?")
_DIGITS = re.compile(r"\d(?:[ .\-]?\d){6,}")
_LONG_WHOLE_NUMBER = re.compile(r"(?<![\d.])\d{7,}")
_FORMS = re.compile(
    r"(?<![\d.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)(?<!00000)"  # a mobile telephone in China
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
    r"|(?<!\d)\d{6}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dx](?!\w)"  # a national identifier
    r"|(?<![a-z])(?:tel|phone|mobile|mrn|电话|手机|病案号|住院号|病历号)[^a-z0-9]{0,5}\+?\d[\d \-]{4,}\d"
)
_CENTURY = r"(?:18|19|20)\d\d"
_YEAR_FIRST = re.compile(rf"(?<!\d)({_CENTURY})\s?[-/.年]\s?(\d\d?)\s?[-/.月]\s?(\d\d?)(?!\d)日?")
_YEAR_LAST = re.compile(rf"(?<!\d)(\d\d?)\s?[-/.]\s?(\d\d?)\s?[-/.]\s?({_CENTURY})(?!\d)")
_COMPACT = re.compile(rf"(?<!\d)({_CENTURY})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_NAME = rf"({'|'.join(_MONTHS)})[a-z]*"
_DAY_MONTH = re.compile(rf"(?<!\d)(\d\d?)[ \-.]*{_MONTH_NAME}[ \-.,]*({_CENTURY})(?!\d)")
_MONTH_DAY = re.compile(rf"(?<![a-z]){_MONTH_NAME}[ \-.]*(\d\d?)[ \-.,]+({_CENTURY})(?!\d)")

_SAYS_NOTHING = frozenset({
    "unknown", "none", "missing", "null", "nan", "anonymous", "test", "patient", "subject", "name", "withheld",
    "confidential", "refused", "不详", "未知", "未填", "未提供", "无名", "匿名", "保密", "患者", "病人", "本人", "测试",
})  # fmt: skip
FEWEST_DIGITS = 7
"""A whole number of fewer digits may well be a measurement."""
FEWEST_OF_A_FORM = 3
YEARS_FROM_BIRTH = 10
"""The dates of a patient's row that lie closer to birth are not told from it by the age."""


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


def _is_date(text: str) -> bool:
    """Whether a folded text is a date, perhaps with a time, and nothing else."""
    rest = text
    for form in (_YEAR_FIRST, _YEAR_LAST, _DAY_MONTH, _MONTH_DAY, _COMPACT):
        rest = form.sub("", rest)
    return rest != text and not _IS_LETTER.search(rest.replace("t", "").replace("z", "")) and len(rest) <= 16


@dataclass(frozen=True)
class Agreed:
    """What the study has agreed on: the form of a study number, the wards, and words that are no one's name."""

    subject_id_pattern: str = ""
    sites: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, subject_id_pattern: str | None, sites: Iterable[str], words: Iterable[str]) -> "Agreed":
        return cls(subject_id_pattern or "", frozenset(map(folded, sites)), frozenset(map(folded, words)))

    def is_subject_id(self, text: str, capitals: bool = True) -> bool:
        """Whether it has the form that was agreed, ``capitals`` and all; False where none was."""
        plain = unicodedata.normalize("NFKC", text).strip()
        how = re.NOFLAG if capitals else re.IGNORECASE
        return bool(self.subject_id_pattern) and re.fullmatch(self.subject_id_pattern, plain, how) is not None

    def refuses(self, column: str, text: str) -> bool:
        """Whether a cell that is not blank is none of those that were agreed for its column."""
        if column == "subject_id":
            return bool(self.subject_id_pattern) and not self.is_subject_id(text)
        return column == "site" and bool(self.sites) and folded(text) not in self.sites

    def is_ordinary(self, text: str) -> bool:
        """Whether a folded text is blank, a code word, a ward, a short number or a study number."""
        return (
            text in self.words
            or text in self.sites
            or text == MARK
            or _SHORT_NUMBER.fullmatch(text) is not None
            or self.is_subject_id(text, capitals=False)
        )


@dataclass
class Cells:
    """What one file holds. ``rows`` are those of the patients alone, ``columns`` their order.

    ``values`` has the distinct cells of every column that is loaded as it stands, ``identifiers`` those of the rest.
    """

    columns: Sequence[str]
    values: dict[str, set[str]]
    identifiers: dict[str, set[str]]
    rows: list[tuple[str, ...]] = field(default_factory=list)


@dataclass
class Mask:
    """The cells of one column that are replaced: by their text, by their row, by their text in a patient's rows."""

    texts: set[str] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    owned: set[tuple[str, str]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.texts or self.rows or self.owned)


Masks = dict[str, Mask]


class Known:
    """The identifiers of an extract, and whether a text is one or holds one."""

    def __init__(self, agreed: Agreed) -> None:
        self.agreed = agreed
        self.words: set[str] = set()
        self.names: dict[tuple[str, str], set[tuple[str, ...]]] = defaultdict(set)
        self.numbers: set[str] = set()
        self.short_numbers: set[str] = set()
        self.digits: set[str] = set()
        self.forms: Counter[str] = Counter()
        self.births: set[Day] = set()
        self.births_of: dict[str, set[Day]] = defaultdict(set)
        self._lengths: set[int] = set()

    def add(self, text: str, with_name: bool = True) -> None:
        """Takes a folded text for what it looks like, a name or a number, unless it is a date or any ordinary word."""
        if not text or self._tells_nothing(text) or (_is_date(text) and not text.isdigit()):
            return
        self.add_numbers(text)
        if with_name and (_IS_CJK.search(text) or not re.search(r"\d", text)):
            self.add_name(text)

    def add_name(self, text: str) -> None:
        words = tuple(word for word in _WORDS.findall(text) if _IS_LETTER.match(word))
        if text in _SAYS_NOTHING or (len("".join(words)) < 4 and not _IS_CJK.search(text) and len(words) > 1):
            return
        if len(words) == 1 and len(words[0]) > 2:
            self.words.add(words[0])
        elif len(words) > 1:
            self._start(words)
            if not _IS_CJK.search(text):
                for order in (words, words[:0:-1] + words[:1], words[-1:] + words[:-1]):
                    self._start(order)
                    self._start((order[0], ",", *order[1:]))

    def _start(self, words: tuple[str, ...]) -> None:
        self.names[words[0], words[1]].add(words)

    def add_numbers(self, text: str) -> None:
        if not re.search(r"\d", text) or self._tells_nothing(text):
            return
        for part in re.split(r"[;,、]| / ", text):
            plain = _plain(part)
            count = sum(sign.isdigit() for sign in plain)
            if plain.isdigit() and 5 <= count < FEWEST_DIGITS:
                self.short_numbers.add(plain)
            elif count >= FEWEST_DIGITS or (not plain.isdigit() and count >= 4):
                self.numbers.add(plain)
                if not plain.isdigit() and plain.isascii() and count > 5:
                    self.forms[_form(plain)] += 1
            for run in re.findall(r"\d{7,}", part) + ([plain] if plain.isdigit() else []):
                if len(run) >= FEWEST_DIGITS:
                    self.digits.add(run)
                    self._lengths.add(len(run))

    def _tells_nothing(self, text: str) -> bool:
        is_long_number = text.isdigit() and len(text) > 4
        return self.agreed.is_ordinary(text) and (not is_long_number or self.agreed.is_subject_id(text))

    def forget_forms(self, texts: Collection[str]) -> None:
        """A form that most study numbers have too tells nothing."""
        forms = Counter(_form(_plain(folded(text))) for text in texts)
        for form, count in forms.items():
            if 2 * count >= len(texts):
                del self.forms[form]

    def is_name(self, text: str) -> bool:
        return self._holds_name(text)

    def holds(self, text: str, is_date_column: bool = False) -> bool:
        """Whether a folded text is an identifier or holds one. In a column of dates a mere date is none."""
        if _SHORT_NUMBER.fullmatch(text) or text in self.agreed.words or text == MARK:
            return False
        if is_date_column and _is_date(text):
            return False
        return (
            self._holds_name(text)
            or self._holds_number(text)
            or _FORMS.search(text) is not None
            or not self.births.isdisjoint(days(text))
        )

    def _holds_name(self, text: str) -> bool:
        words = _WORDS.findall(text)
        if not self.words.isdisjoint(words):
            return True
        for place, start in enumerate(itertools.pairwise(words)):
            for name in self.names.get(start, ()):
                if tuple(words[place : place + len(name)]) == name:
                    return True
        return False

    def _holds_number(self, text: str) -> bool:
        if not re.search(r"\d{4}|\d[ .\-]\d", text):
            return False
        if _plain(text) in self.numbers:
            return True
        for word in _NUMBER_WORD.findall(text):
            for part in (word, *word.split("/")):
                plain = _plain(part)
                if plain in self.numbers or self.forms.get(_form(plain), 0) >= FEWEST_OF_A_FORM:
                    return True
        for run in _DIGITS.findall(text):
            if not self.digits.isdisjoint(re.findall(r"\d{7,}", run)):
                return True
            if _is_date(run):
                continue
            digits = _plain(run)
            if digits in self.digits:
                return True
            for length in self._lengths:
                if length > 8 and any(
                    digits[start : start + length] in self.digits for start in range(len(digits) - length + 1)
                ):
                    return True
        return False


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _form(text: str) -> str:
    return re.sub(r"\d", "0", text)


def recognise(files: Mapping[str, Cells], agreed: Agreed) -> dict[str, Masks]:
    """By table and column, the cells that hold an identifier and must not be written."""
    known = Known(agreed)
    found: dict[str, Masks] = {table: defaultdict(Mask) for table in files}
    for table, cells in files.items():
        for texts in cells.identifiers.values() if table != "patients" else ():
            for text in texts:
                known.add_numbers(folded(text))
    if patients := files.get("patients"):
        _learn(patients, known)
        _find_misplaced(patients, known, found["patients"])
        _find_births(patients, known, found["patients"])
    for table, cells in files.items():
        for column, texts in cells.values.items():
            mask = found[table][column]
            mask.texts.update(_found(column, texts, known))
            if column.endswith("_date") and table != "patients":
                mask.owned.update(_births_in(texts, known))
    return {table: {column: mask for column, mask in masks.items() if mask} for table, masks in found.items()}


def _found(column: str, texts: Collection[str], known: Known) -> Iterator[str]:
    is_date_column = column.endswith("_date")
    whole: dict[str, str] = {}
    for text in texts:
        plain = folded(text)
        if not plain:
            continue
        if known.agreed.refuses(column, text) or known.holds(plain, is_date_column):
            yield text
        elif plain.isdigit() and 5 <= len(plain) < FEWEST_DIGITS:
            whole[text] = plain
    # Numbers of five or six digits may be measurements; where most of them are record numbers they are not.
    alike = [text for text, plain in whole.items() if plain in known.short_numbers]
    if 2 * len(alike) >= len(whole):
        yield from alike


def _births_in(texts: Collection[str], known: Known) -> Iterator[tuple[str, str]]:
    read = {text: days(folded(text)) for text in texts}
    candidates = {text: dates for text, dates in read.items() if not known.births.isdisjoint(dates)}
    for owner, births in known.births_of.items() if candidates else ():
        for text, dates in candidates.items():
            if not births.isdisjoint(dates):
                yield owner, text


def _column(cells: Cells, name: str) -> list[str]:
    """The folded cells of one column of the patients, blank where it is not mapped."""
    if name not in cells.columns:
        return [""] * len(cells.rows)
    place = list(cells.columns).index(name)
    return [folded(row[place]) for row in cells.rows]


def _learn(patients: Cells, known: Known) -> None:
    """What stands in the columns of identifiers and of the birth date, whichever of these it is.

    What a large part of the patients has in common identifies none of them.
    """
    most = max(3, len(patients.rows) // 20)
    for column in patients.identifiers:
        texts = Counter(text for text in _column(patients, column) if text)
        without_digits = sum(count for text, count in texts.items() if not re.search(r"\d", text))
        has_names = column == "name_id" or 2 * without_digits > texts.total()
        for text, count in texts.items():
            if count <= most:
                known.add(text, has_names)
    known.forget_forms(patients.values.get("subject_id", ()))
    subjects, records = _column(patients, "subject_id"), _column(patients, "record_id")
    for subject, record, *cells in zip(
        subjects, records, *(_column(patients, column) for column in patients.identifiers), strict=True
    ):
        births = {day for cell in cells if _is_date(cell) for day in days(cell)}
        known.births |= births
        for owner in (subject, record):
            if owner and births:
                known.births_of[owner] |= births


def _find_misplaced(patients: Cells, known: Known, masks: Masks) -> None:
    """Cells that nothing else in the extract gives away: two columns, or two cells of one row, were swapped."""
    agreed = known.agreed
    names, records = _column(patients, "name_id"), _column(patients, "record_id")
    has_names = 2 * sum(map(known.is_name, names)) >= len(names)
    for subject, record in zip(_column(patients, "subject_id"), records, strict=True):
        is_refused = agreed.subject_id_pattern and not agreed.is_subject_id(subject, capitals=False)
        if subject and is_refused and agreed.is_ordinary(record):
            known.add(subject)
    strange_rows: list[tuple[str, int, str]] = []
    for column in patients.values:
        if column == "subject_id":
            continue
        cells = _column(patients, column)
        counts = Counter(cells)
        strange = {text for text in counts if not agreed.is_ordinary(text) and not _is_date(text)}
        masks[column].rows |= {
            row for row, text in enumerate(cells, start=1) if text in strange and _LONG_WHOLE_NUMBER.search(text)
        }
        filled, among = sum(map(bool, cells)), sum(counts[text] for text in strange)
        if among >= 5 and 2 * among >= filled and len(strange) >= 0.8 * among:
            # A column of the patients that has another text for each is no classification: it identifies them.
            masks[column].rows |= {row for row, text in enumerate(cells, start=1) if text in strange}
            for text in strange:
                known.add(text)
        elif has_names:
            strange_rows += [
                (column, row, text)
                for row, text in enumerate(cells, start=1)
                if text in strange and counts[text] == 1 and len(_IS_LETTER.findall(text)) > 1
            ]
    for column, row, text in strange_rows:
        if not known.is_name(names[row - 1]):
            # No name stands where the name should; so the one unknown word of the row may be it.
            masks[column].rows.add(row)
            known.add(text)


def _find_births(patients: Cells, known: Known, masks: Masks) -> None:
    """Dates of a patient's row that are the birth date of that patient, by the birth date or by the age."""
    columns = [column for column in patients.values if column.endswith("_date")]
    subjects, records = _column(patients, "subject_id"), _column(patients, "record_id")
    births, ages = _column(patients, "birth_year"), _column(patients, "age_years")
    dates = [_column(patients, column) for column in columns]
    for row, (subject, record, birth_text, age_text, *texts) in enumerate(
        zip(subjects, records, births, ages, *dates, strict=True), start=1
    ):
        birth = min(days(birth_text), default=None)
        age = int(age_text) if age_text.isdecimal() and len(age_text) < 4 else None
        own = known.births_of.get(subject, set()) | known.births_of.get(record, set())
        read = {column: days(text) for column, text in zip(columns, texts, strict=True)}
        for column, readings in read.items():
            if not own.isdisjoint(readings):
                masks[column].rows.add(row)
                continue
            others = [min(days_) for name, days_ in read.items() if name != column and days_]
            for day in readings:
                if _looks_like_birth(day, birth, age, others):
                    masks[column].rows.add(row)
                    known.births.add(day)
                    for owner in (subject, record):
                        if owner:
                            known.births_of[owner].add(day)


def _looks_like_birth(day: Day, birth: Day | None, age: int | None, others: Sequence[Day]) -> bool:
    """Whether ``day`` is the birth date by the age at another date, while the cell for it holds a later one or none."""
    if birth is not None and day > birth:
        return False
    later = [other[0] - day[0] for other in (*others, *([birth] if birth else []))]
    return any(
        years >= YEARS_FROM_BIRTH and (abs(years - age) <= 1 if age is not None else birth is not None)
        for years in later
    )
