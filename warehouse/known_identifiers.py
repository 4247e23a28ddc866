"""The identifiers that are known of an extract, and whether a text is one of them, holds one, or looks like one."""

import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from warehouse.dates_in_text import IS_LETTER, Day, days, folded, is_date

MARK = "[identifier]"

_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_WORDS = re.compile(rf"[{_CJK}]|[^\W\d_{_CJK}]+|[,;:!?。、()/|]+")
_IS_CJK = re.compile(rf"[{_CJK}]")
_SHORT_NUMBER = re.compile(r"[\d.,+\-<>%/ ]{0,6}")
_NUMBER_WORD = re.compile(r"[a-z0-9](?:[a-z0-9_/.\-]*[a-z0-9])?")
_DIGITS = re.compile(r"\d(?:[ .\-]?\d){6,}")
_FORMS = re.compile(
    r"(?<![\d.])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)(?<!00000)"  # a mobile telephone in China
    r"|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)"
    r"|(?<!\d)\d{6}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dx](?!\w)"  # a national identifier
    r"|(?<![a-z])(?:tel|phone|mobile|mrn|电话|手机|病案号|住院号|病历号)[^a-z0-9]{0,5}\+?\d[\d \-]{4,}\d"
)

_SAYS_NOTHING = frozenset({
    "unknown", "none", "missing", "null", "nan", "anonymous", "test", "patient", "subject", "name", "withheld",
    "confidential", "refused", "不详", "未知", "未填", "未提供", "无名", "匿名", "保密", "患者", "病人", "本人", "测试",
})  # fmt: skip
FEWEST_DIGITS = 7
"""A whole number of fewer digits may well be a measurement."""
FEWEST_OF_A_FORM = 3


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
        if not text or self._tells_nothing(text) or (is_date(text) and not text.isdigit()):
            return
        self.add_numbers(text)
        if with_name and (_IS_CJK.search(text) or not re.search(r"\d", text)):
            self.add_name(text)

    def add_name(self, text: str) -> None:
        words = tuple(word for word in _WORDS.findall(text) if IS_LETTER.match(word))
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
        if is_date_column and is_date(text):
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
            if is_date(run):
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
