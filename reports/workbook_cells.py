"""The cells of a workbook: text that never runs, styles, tables, printing, and bytes without a clock."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary

from studies.formula_text import FORMULA_STARTS

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | date | None
Kind = Literal["text", "code", "whole", "percent", "date"]

LONGEST_TEXT = 32_000
"""Characters of a cell; Excel itself cannot hold 32 768."""

FONT = "Calibri"
LINE_HEIGHT = 13.5
LETTERS_OF_A_DIGIT = 1.08
"""Letters of 10 points in the width of one digit of 11 points, by which widths are counted; on the safe side."""
STYLES_OF: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()
NOT_IN_A_CELL = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]|_x00[01][0-9A-Fa-f]_")
"""Control characters, also as Excel spells them in its files: ``_x000D_``."""


FORMATS: dict[Kind, str] = {"text": "General", "code": "@", "whole": "0", "percent": "0.00", "date": "yyyy-mm-dd"}


@dataclass(frozen=True)
class Column:
    """A column of a sheet. ``name`` is that of the record; a code is text that must never be read as a number."""

    heading: str
    name: str
    width: float
    kind: Kind = "text"


def one_line(text: object) -> str:
    """The text as a cell holds it: no control character, no line break, no more than Excel can hold."""
    if text is None:
        return ""
    return " ".join(NOT_IN_A_CELL.sub(" ", str(text)).split())[:LONGEST_TEXT].rstrip()


def value_of(record: dict[str, Any], column: Column) -> Value:
    """What stands in the cell: a number or a day as such, all else as text; None for nothing."""
    value = record.get(column.name)
    if value is None or value == "":
        return None
    if column.kind == "whole" and isinstance(value, int | float):
        return int(value)
    if column.kind == "percent" and isinstance(value, int | float):
        return float(value)
    if column.kind == "date":
        return day_of(str(value)) or one_line(value)
    return one_line(value) or None


def day_of(text: str) -> date | None:
    """The day that ``text`` writes as year-month-day, or none."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def add_styles(book: "Workbook") -> None:
    """The named styles that ``write`` knows; words carry every meaning, colour only helps."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

    line, frame = Side(style="thin", color="BFBFBF"), Side(style="medium", color="1F3A5F")
    grid = Border(left=line, right=line, top=line, bottom=line)
    framed = Border(left=frame, right=frame, top=line, bottom=line)
    wrapped, top = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
    number, left = Alignment(horizontal="right", vertical="top", indent=1), Alignment(horizontal="left", vertical="top")
    plain, bold = (Font(name=FONT, size=10, bold=weight) for weight in (False, True))
    to_fill: dict[str, Any] = {
        "fill": PatternFill("solid", start_color="FFF9DB"),
        "protection": Protection(locked=False),
    }
    dark = PatternFill("solid", start_color="1F3A5F")
    styles = [
        NamedStyle("answer", font=plain, border=framed, alignment=wrapped, number_format="@", **to_fill),
        NamedStyle("answer date", font=plain, border=framed, alignment=top, number_format=FORMATS["date"], **to_fill),
        NamedStyle(
            "column heading", font=Font(name=FONT, size=10, bold=True, color="FFFFFF"), fill=dark, border=grid,
            alignment=wrapped,
        ),
        NamedStyle("sheet title", font=Font(name=FONT, size=14, bold=True), alignment=top),
        NamedStyle("section", font=Font(name=FONT, size=12, bold=True), alignment=top),
        NamedStyle("line", font=plain, alignment=wrapped),
    ]  # fmt: skip
    for kind, number_format in FORMATS.items():
        place = number if kind in ("whole", "percent") else left if kind == "date" else wrapped
        for name, font in ((f"cell {kind}", plain), (f"cell {kind} bold", bold)):
            styles.append(NamedStyle(name, font=font, border=grid, alignment=place, number_format=number_format))
    for style in styles:
        book.add_named_style(style)


def write(sheet: "Worksheet", row: int, column: int, value: Value, style: str) -> None:
    """Text stays text, whatever it starts with: a value of an extract must never run as a formula."""
    cell: Any = sheet.cell(row=row, column=column)
    cell._style = _style(sheet, style)
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = value
    cell.data_type = "s"
    if value.startswith(FORMULA_STARTS):
        cell.quotePrefix = True


def _style(sheet: "Worksheet", name: str) -> Any:
    """What ``cell.style = name`` gives a cell; looked up once a workbook, since that takes longer than the cell."""
    known = STYLES_OF.setdefault(sheet.parent, {})
    if name not in known:
        cell: Any = sheet.cell(row=1, column=1)
        before, cell.style = cell._style, name
        known[name], cell._style = cell._style, before
    return copy(known[name])


def write_header(sheet: "Worksheet", columns: Sequence[Column], row: int = 1) -> None:
    """The headings of a table."""
    for place, column in enumerate(columns, start=1):
        write(sheet, row, place, column.heading, "column heading")
    set_height(sheet, row, [(column.heading, column.width) for column in columns])


def write_table(
    sheet: "Worksheet", columns: Sequence[Column], records: Iterable[dict[str, Any]], bold: str = ""
) -> int:
    """A sheet that is one table: frozen header, filters over all of it, printable; returns its last row.

    A row whose value of ``bold`` is true is printed in bold.
    """
    write_header(sheet, columns)
    set_widths(sheet, [column.width for column in columns])
    last = 1
    for last, record in enumerate(records, start=2):
        weight = " bold" if bold and record.get(bold) else ""
        shown = [(value_of(record, column), column) for column in columns]
        for place, (value, column) in enumerate(shown, start=1):
            write(sheet, last, place, value, f"cell {column.kind}{weight}")
        set_height(sheet, last, [(value, column.width) for value, column in shown])
    sheet.auto_filter.ref = f"A1:{sheet.cell(row=last, column=len(columns)).coordinate}"
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    return last


def set_height(sheet: "Worksheet", row: int, texts: Iterable[tuple[Value, float]]) -> None:
    """A row as high as its longest text needs: not every program does that itself when it opens the file."""
    lines = max(
        (_lines(value, width * LETTERS_OF_A_DIGIT) for value, width in texts if isinstance(value, str) and width),
        default=1,
    )
    sheet.row_dimensions[row].height = min(lines * LINE_HEIGHT + 2, 400)


def _lines(text: str, width: float) -> int:
    """Lines of ``text`` in a column of that many digits; a Chinese letter is as wide as two."""
    if len(text) * 2 <= width:
        return 1
    lines, filled = 1, 0.0
    for word in text.split():
        length = len(word) if word.isascii() else sum(2 if letter > "\u2e7f" else 1 for letter in word)
        if filled and filled + 1 + length > width:
            lines, filled = lines + 1, 0.0
        filled += length + (1 if filled else 0)
        if filled > width:
            lines, filled = lines + int((filled - 0.01) // width), filled % width
    return lines


def write_title(sheet: "Worksheet", row: int, text: str, style: str) -> None:
    """The title of a sheet or of a section of it, in a row that is high enough."""
    write(sheet, row, 1, text, style)
    sheet.row_dimensions[row].height = 22 if style == "sheet title" else 18


def set_widths(sheet: "Worksheet", widths: Sequence[float]) -> None:
    """Widths of the columns, in characters."""
    from openpyxl.utils import get_column_letter

    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def make_printable(sheet: Any, title: str) -> None:
    """A4 landscape, as wide as the page, ``title`` above and the page number below."""
    from openpyxl.worksheet.page import PageMargins
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.25, right=0.25, top=0.6, bottom=0.5, header=0.25, footer=0.25)
    header, footer = sheet.oddHeader, sheet.oddFooter
    header.left.text, header.right.text = title.replace("&", "&&"), "&A"
    footer.right.text = "page &P of &N"


def without_clock(book: bytes, day: date) -> bytes:
    """The same workbook with fixed times: openpyxl stamps the moment of saving into the archive and its properties.

    Excel is also told not to mark ids as numbers stored as text, which openpyxl cannot write.
    """
    fixed = f"{day.isoformat()}T00:00:00Z".encode()
    quiet = b'<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors></worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + fixed, content)
            elif name.startswith("xl/worksheets/sheet"):
                content = content.replace(b' customHeight="1"', b"")  # a row still grows with a long answer
                content = content.removesuffix(b"</worksheet>") + quiet
            target.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
