"""How a display table is laid out on an A4 page: portrait or landscape, and how wide each column is."""

from dataclasses import dataclass
from itertools import groupby

from reports.display_table import DisplayTable

PORTRAIT = (11906, 16838)
"""Width and height of A4 in twentieths of a point, the unit of Word and RTF."""

MARGIN = 1134
WIDEST_IN_PORTRAIT = 110
LONGEST = 46
LEAST = 6


@dataclass(frozen=True)
class Layout:
    """``widths``: of the stub and of each column, in twentieths of a point; ``page`` is width and height."""

    page: tuple[int, int]
    widths: tuple[int, ...]

    @property
    def is_landscape(self) -> bool:
        return self.page[0] > self.page[1]


def layout(table: DisplayTable) -> Layout:
    """A column is as wide as its longest text asks for, up to LONGEST letters; what is longer is broken."""
    letters = [_letters([table.stub], [row.label for row in table.rows])]
    for place, column in enumerate(table.columns):
        letters.append(_letters([column.label, column.spanner], [row.cells[place] for row in table.rows]))
    page = PORTRAIT if sum(letters) <= WIDEST_IN_PORTRAIT else PORTRAIT[::-1]
    room = page[0] - 2 * MARGIN
    return Layout(page, tuple(room * size // sum(letters) for size in letters))


def spanner_runs(table: DisplayTable) -> list[tuple[str, int]]:
    """The headings over the columns with how many columns each covers; an empty one covers columns without."""
    return [(name, len(list(run))) for name, run in groupby(table.columns, key=lambda column: column.spanner)]


def _letters(headings: list[str], cells: list[str]) -> int:
    longest_word = max((len(word) for heading in headings for word in heading.split()), default=0)
    longest_cell = max((len(cell) for cell in cells), default=0)
    return max(LEAST, longest_word, min(longest_cell, LONGEST)) + 2
