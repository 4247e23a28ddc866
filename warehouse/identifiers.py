"""Names, record numbers, telephone numbers and birth dates that stand in a column which is not theirs.

A heading that was swapped or a cell that was filled in wrongly would carry them past the pseudonyms. What the extract
itself says of its patients is known here, in memory only; every other cell that is or holds one of these values, or
that has a form which only they have, is found by its text, so that the statement that reads the file writes MARK in
its place.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from warehouse.dates_in_text import IS_LETTER, Day, days, folded, is_date
from warehouse.known_identifiers import FEWEST_DIGITS, Agreed, Known

_LONG_WHOLE_NUMBER = re.compile(r"(?<![\d.])\d{7,}")
YEARS_FROM_BIRTH = 10
"""The dates of a patient's row that lie closer to birth are not told from it by the age."""


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
        births = {day for cell in cells if is_date(cell) for day in days(cell)}
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
        strange = {text for text in counts if not agreed.is_ordinary(text) and not is_date(text)}
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
                if text in strange and counts[text] == 1 and len(IS_LETTER.findall(text)) > 1
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
