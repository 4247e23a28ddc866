"""A display table as RTF, which every word processor reads: the same words and numbers as in HTML."""

from datetime import date

from reports.display_table import DisplayTable
from reports.table_layout import MARGIN, Layout, layout, spanner_runs

INDENT = 240
HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\fswiss\fcharset0 Arial;}}"
    r"{\colortbl;\red26\green26\blue26;\red138\green0\blue25;}"
)
SIDES = {"left": r"\ql", "right": r"\qr", "center": r"\qc"}


def rtf_document(table: DisplayTable, day: date) -> bytes:
    """The table on A4, ASCII alone; heading lines repeat on each page, and the mark stands in its header.

    ``day`` is the date of the document's properties.
    """
    drawn = layout(table)
    turned = r"\landscape" if drawn.is_landscape else ""
    stamp = rf"{{\creatim\yr{day.year}\mo{day.month}\dy{day.day}\hr0\min0}}"
    lines = [
        HEAD,
        rf"{{\info{{\title {escaped(table.title)}}}{{\author datacut}}{stamp}}}",
        rf"\paperw{drawn.page[0]}\paperh{drawn.page[1]}{turned}"
        rf"\margl{MARGIN}\margr{MARGIN}\margt{MARGIN}\margb{MARGIN}",
        *([rf"{{\header\pard\f0\fs16\b\cf2 {escaped(table.mark)}\par}}"] if table.mark else []),
        rf"\pard\keepn\sb30\sa30\f0\fs22\b\cf1 {escaped(table.title)}\b0\par",
        *([rf"\pard\keepn\sb30\sa30\fs17\b\cf2 {escaped(table.mark)}\b0\cf1\par"] if table.mark else []),
        *_heading_rows(table, drawn),
        *_body_rows(table, drawn),
        *(rf"\pard\sb30\sa30\fs15\cf1 {escaped(note)}\par" for note in table.notes),
        "}",
    ]
    return "\n".join(lines).encode("ascii")


def escaped(text: str) -> str:
    r"""``text`` in ASCII: control characters of RTF behind a backslash, other letters as ``\uN?`` (UTF-16 units)."""
    made = []
    for character in text:
        if character in "\\{}":
            made.append(f"\\{character}")
        elif character.isascii():
            made.append(character if character.isprintable() else " ")
        else:
            units = character.encode("utf-16-le")
            for place in range(0, len(units), 2):
                made.append(f"\\u{int.from_bytes(units[place : place + 2], 'little', signed=True)}?")
    return "".join(made)


def _heading_rows(table: DisplayTable, drawn: Layout) -> list[str]:
    rows = []
    runs = spanner_runs(table)
    if any(name for name, _ in runs):
        cells, place = [("", drawn.widths[0], "left", 0, False)], 1
        for name, columns in runs:
            cells.append((name, sum(drawn.widths[place : place + columns]), "center", 0, bool(name)))
            place += columns
        rows.append(_row(cells, top=True, heading=True))
    cells = [(table.stub, drawn.widths[0], "left", 0, True)]
    for column, width in zip(table.columns, drawn.widths[1:], strict=True):
        cells.append((column.label, width, "right" if column.numeric else "left", 0, True))
    return [*rows, _row(cells, top=not rows, heading=True)]


def _body_rows(table: DisplayTable, drawn: Layout) -> list[str]:
    has_groups = any(row.indent for row in table.rows)
    rows = []
    for place, row in enumerate(table.rows):
        is_last = place == len(table.rows) - 1
        cells = [(row.label, drawn.widths[0], "left", INDENT * row.indent, is_last)]
        for column, cell, width in zip(table.columns, row.cells, drawn.widths[1:], strict=True):
            cells.append((cell, width, "right" if column.numeric else "left", 0, is_last))
        rows.append(_row(cells, bold_first=has_groups and not row.indent))
    return rows


def _row(
    cells: list[tuple[str, int, str, int, bool]], *, top: bool = False, heading: bool = False, bold_first: bool = False
) -> str:
    """One row of cells (text, width, side, indent, line below); ``top``: a line above it."""
    borders, texts, edge = [], [], 0
    for place, (text, width, side, indent, is_lined) in enumerate(cells):
        edge += width
        above = r"\clbrdrt\brdrs\brdrw20" if top else ""
        below = r"\clbrdrb\brdrs\brdrw10" if is_lined else ""
        borders.append(rf"{above}{below}\cellx{edge}")
        bold = heading or (bold_first and place == 0)
        shown = rf"{{\b {escaped(text)}}}" if bold else escaped(text)
        texts.append(rf"\pard\intbl\sb20\sa20\li{indent}{SIDES[side]}\f0\fs17\cf1 {shown}\cell")
    repeated = r"\trhdr" if heading else ""
    return rf"\trowd\trgaph70\trkeep{repeated}" + "".join(borders) + "".join(texts) + r"\row"
