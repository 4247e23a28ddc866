"""Display tables as a Word document: the same words and numbers as in HTML, ready for a manuscript."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from xml.sax.saxutils import escape

from reports.display_table import DisplayTable
from reports.table_layout import MARGIN, Layout, layout, spanner_runs

RED = "8A0019"
LINE = 'w:val="single" w:sz="{}" w:space="0" w:color="1A1A1A"'
INDENT = 240
BODY, SMALL, TITLE = 17, 15, 22
"""Sizes in half points."""


def word_document(tables: Sequence[DisplayTable], title: str, day: date) -> bytes:
    """A .docx with one table a page: heading lines repeat on each page, rows do not break, notes stand below.

    ``day`` is the date of the document's properties; the same tables give the same bytes. The mark of synthetic data
    stands above each table and in the header of each page.
    """
    from docx import Document
    from docx.oxml import parse_xml

    document = Document()
    document.styles["Normal"].font.name = "Arial"
    body = document.element.body
    last = body[-1]  # the properties of the last section
    for place, table in enumerate(tables):
        drawn = layout(table)
        for element in _elements(table, drawn):
            last.addprevious(parse_xml(element))
        if place < len(tables) - 1:
            last.addprevious(parse_xml(f"<w:p {NAMESPACE}><w:pPr>{_section(drawn)}</w:pPr></w:p>"))
        else:
            _set_last_section(document.sections[-1], drawn)
    _set_header(document, next((table.mark for table in tables if table.mark), ""))
    moment = datetime.combine(day, time())
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "datacut", "datacut"
    properties.created = properties.modified = moment
    properties.comments = ""
    raw = io.BytesIO()
    document.save(raw)
    return _without_clock(raw.getvalue())


NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _elements(table: DisplayTable, drawn: Layout) -> list[str]:
    above = [_paragraph(table.title, TITLE, "<w:b/>", keep=True)]
    if table.mark:
        above.append(_paragraph(table.mark, BODY, f'<w:b/><w:color w:val="{RED}"/>', keep=True))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in drawn.widths)
    rows = "".join([*_heading_rows(table, drawn), *_body_rows(table, drawn)])
    properties = (
        f'<w:tblPr><w:tblW w:w="{sum(drawn.widths)}" w:type="dxa"/><w:tblBorders><w:top {LINE.format(12)}/>'
        f'<w:bottom {LINE.format(12)}/></w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
    )
    drawn_table = f"<w:tbl {NAMESPACE}>{properties}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    return [*above, drawn_table, *(_paragraph(note, SMALL) for note in table.notes)]


def _heading_rows(table: DisplayTable, drawn: Layout) -> list[str]:
    rows = []
    if any(column.spanner for column in table.columns):
        cells, place = [_cell("", drawn.widths[0], bold=True)], 1
        for name, columns in spanner_runs(table):
            width = sum(drawn.widths[place : place + columns])
            cells.append(_cell(name, width, bold=True, side="center", span=columns, line=4 if name else 0))
            place += columns
        rows.append(_row(cells, heading=True))
    cells = [_cell(table.stub, drawn.widths[0], bold=True, line=8)]
    for column, width in zip(table.columns, drawn.widths[1:], strict=True):
        cells.append(_cell(column.label, width, bold=True, side="right" if column.numeric else "left", line=8))
    return [*rows, _row(cells, heading=True)]


def _body_rows(table: DisplayTable, drawn: Layout) -> list[str]:
    has_groups = any(row.indent for row in table.rows)
    rows = []
    for row in table.rows:
        cells = [_cell(row.label, drawn.widths[0], bold=has_groups and not row.indent, indent=INDENT * row.indent)]
        for column, cell, width in zip(table.columns, row.cells, drawn.widths[1:], strict=True):
            cells.append(_cell(cell, width, side="right" if column.numeric else "left"))
        rows.append(_row(cells))
    return rows


def _row(cells: list[str], heading: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if heading else ''}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    text: str, width: int, *, bold: bool = False, side: str = "left", indent: int = 0, span: int = 1, line: int = 0
) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    border = f"<w:tcBorders><w:bottom {LINE.format(line)}/></w:tcBorders>" if line else ""
    aligned = f'<w:spacing w:before="20" w:after="20"/><w:ind w:left="{indent}"/><w:jc w:val="{side}"/>'
    aligned += f'<w:rPr><w:sz w:val="{BODY}"/></w:rPr>'  # of an empty cell too: it must not be taller than the others
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{border}</w:tcPr>'
        f"<w:p><w:pPr>{aligned}</w:pPr>{_run(text, BODY, '<w:b/>' if bold else '')}</w:p></w:tc>"
    )


def _paragraph(text: str, size: int, style: str = "", keep: bool = False) -> str:
    kept = "<w:keepNext/>" if keep else ""
    spacing = '<w:spacing w:before="30" w:after="30"/>'
    return f"<w:p {NAMESPACE}><w:pPr>{kept}{spacing}</w:pPr>{_run(text, size, style)}</w:p>"


def _run(text: str, size: int, style: str) -> str:
    font = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/>'
    return (
        f'<w:r><w:rPr>{font}{style}<w:sz w:val="{size}"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def _section(drawn: Layout) -> str:
    turned = ' w:orient="landscape"' if drawn.is_landscape else ""
    margins = " ".join(f'w:{side}="{MARGIN}"' for side in ("top", "right", "bottom", "left"))
    return (
        f'<w:sectPr><w:pgSz w:w="{drawn.page[0]}" w:h="{drawn.page[1]}"{turned}/>'
        f'<w:pgMar {margins} w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )


def _set_last_section(section: Any, drawn: Layout) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Twips

    section.page_width, section.page_height = (Twips(side) for side in drawn.page)
    section.orientation = WD_ORIENT.LANDSCAPE if drawn.is_landscape else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Twips(MARGIN)


def _set_header(document: Any, mark: str) -> None:
    """The mark in the first section's header, which the others take over."""
    from docx.shared import Pt, RGBColor

    if mark:
        run = document.sections[0].header.paragraphs[0].add_run(mark)
        run.bold, run.font.size, run.font.color.rgb = True, Pt(8), RGBColor.from_string(RED)


def _without_clock(document: bytes) -> bytes:
    """The same document with fixed times in its archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
