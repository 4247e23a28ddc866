"""The rows of a text file of the extract, one a line (docs/decisions, 8)."""

import csv
from collections.abc import Iterator, Sequence

from warehouse.errors import ExtractError
from warehouse.extract_files import ExtractFile
from warehouse.text_files import LONGEST_LINE, TextFile

MOST_BLANK_LINES = 100_000


def rows_of(file: ExtractFile, text: TextFile) -> Iterator[tuple[int, list[str]]]:
    """The line and the fields of each row below the headings, and of each empty line among them.

    A quote that is never closed would swallow the lines behind it, unseen; so a field that runs over several lines is
    refused, although CSV allows it.

    Raises:
        ExtractError: a line is no row of the table.
    """

    def refused(sentence: str) -> ExtractError:
        return ExtractError(file.source.table, file.source.file, sentence)

    blanks, end, is_heading = 0, 0, True
    csv.field_size_limit(LONGEST_LINE)
    with text.path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines, delimiter=text.delimiter)
        try:
            for fields in reader:
                start, end = end + 1, reader.line_num
                if end > start:
                    raise refused(
                        f"line {start}: a field runs on to line {end}; close the quote that is open there, "
                        "or export without line breaks inside a field."
                    )
                if is_empty(fields):
                    blanks += 1
                    if blanks > MOST_BLANK_LINES:
                        raise refused(f"more than {MOST_BLANK_LINES:,} lines are blank; export without blank lines.")
                    yield start, fields
                elif len(fields) != len(text.headings):
                    raise refused(
                        f"line {start} is no row of this table: it has {counted(len(fields), 'field')} "
                        f"and line 1 has {counted(len(text.headings), 'heading')}; mend the export."
                    )
                elif is_heading:
                    is_heading = False
                else:
                    yield start, fields
        except csv.Error:
            raise refused(
                f"line {end + 1}: a field is longer than {LONGEST_LINE:,} characters; "
                "close the quote that is open there, or shorten the text."
            ) from None


def is_empty(fields: Sequence[str]) -> bool:
    """Whether a line holds no value at all (nothing, blanks, or delimiters and blanks): it is no record."""
    return not any(map(str.strip, fields))


def counted(number: int, noun: str) -> str:
    """``1 field``, ``2 fields``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
