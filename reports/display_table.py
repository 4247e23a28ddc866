"""A table ready to be shown: words and printed numbers only, rendered by great_tables as HTML and plainly as CSV."""

import csv
import io
from dataclasses import dataclass, replace

from reports.stylesheet import TABLE_CSS, page


@dataclass(frozen=True)
class Column:
    """One column; columns that share a ``spanner`` stand under it."""

    label: str
    spanner: str = ""
    numeric: bool = True

    @property
    def full_label(self) -> str:
        return ": ".join(part for part in (self.spanner, self.label) if part)


@dataclass(frozen=True)
class Row:
    """One line; an indented line belongs to the nearest line above that is not."""

    label: str
    cells: tuple[str, ...]
    indent: bool = False


@dataclass(frozen=True)
class DisplayTable:
    """A table of the report. ``name`` is its file name, ``mark`` the word that says the data are not real."""

    name: str
    title: str
    stub: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    mark: str = ""

    def with_notes(self, *notes: str) -> "DisplayTable":
        return replace(self, notes=(*self.notes, *(note for note in notes if note)))

    def html(self) -> str:
        """The table alone, as an HTML ``table`` element; every word is escaped."""
        import pandas as pd
        from great_tables import GT

        keys = [f"c{position}" for position in range(len(self.columns))]
        frame = pd.DataFrame([[row.label, *row.cells] for row in self.rows], columns=["stub", *keys], dtype=object)
        table = GT(frame, rowname_col="stub", id=self.name, auto_align=False)
        table = table.tab_header(self.title, self.mark or None).tab_stubhead(self.stub)
        table = table.cols_label({key: column.label for key, column in zip(keys, self.columns, strict=True)})
        for numeric, side in ((True, "right"), (False, "left")):
            chosen = [key for key, column in zip(keys, self.columns, strict=True) if column.numeric is numeric]
            if chosen:
                table = table.cols_align(side, chosen)
        for spanner in dict.fromkeys(column.spanner for column in self.columns if column.spanner):
            under = [key for key, column in zip(keys, self.columns, strict=True) if column.spanner == spanner]
            table = table.tab_spanner(spanner, under)
        indented = [position for position, row in enumerate(self.rows) if row.indent]
        if indented:
            table = table.tab_stub_indent(rows=indented, indent=3)
        for note in self.notes:
            table = table.tab_source_note(note)
        rendered = table.as_raw_html()
        return rendered[rendered.index("<table") : rendered.index("</table>") + len("</table>")]

    def html_page(self) -> str:
        """The table as a page of its own."""
        return page(self.title, f'<div class="table-scroll">{self.html()}</div>', TABLE_CSS)

    def csv(self) -> str:
        """The printed cells, with the label of the line they belong to first; LF line ends."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        marks = ["data"] if self.mark else []
        writer.writerow(["of", self.stub or "row", *(column.full_label for column in self.columns), *marks])
        of = ""
        for row in self.rows:
            of = of if row.indent else row.label
            writer.writerow([of if row.indent else "", row.label, *row.cells, *([self.mark] if marks else [])])
        return text.getvalue()
