"""The style of tables and pages: system fonts, no address outside the file, readable in grey and on paper."""

from html import escape

TABLE_CSS = """
body { margin: 0; padding: 1rem; color: #1a1a1a; background: #fff; line-height: 1.45;
  font-family: "Helvetica Neue", Arial, "Liberation Sans", "DejaVu Sans", sans-serif; }
.table-scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-size: 0.9rem; }
.gt_table { border-top: 2px solid #1a1a1a; border-bottom: 2px solid #1a1a1a; min-width: min(36rem, 100%); }
.gt_table th, .gt_table td { padding: 0.28rem 0.7rem; vertical-align: top; font-weight: normal; }
.gt_table .gt_title { text-align: left; font-weight: bold; font-size: 1.05rem; padding-top: 0.5rem; }
.gt_table .gt_subtitle { text-align: left; font-weight: bold; letter-spacing: 0.04em; font-size: 0.85rem; }
.gt_table .gt_col_heading { vertical-align: bottom; font-weight: bold; border-bottom: 1px solid #1a1a1a; }
.gt_table .gt_column_spanner { display: block; text-align: center; font-weight: bold; border-bottom: 1px solid #777; }
.gt_table .gt_column_spanner_outer { padding-bottom: 0; }
.gt_table tr:first-child .gt_col_heading, .gt_table .gt_spanner_row th { border-top: 1px solid #1a1a1a; }
.gt_table .gt_left { text-align: left; }
.gt_table .gt_right { text-align: right; font-variant-numeric: tabular-nums; }
.gt_table tbody .gt_right { white-space: nowrap; }
.gt_table .gt_stub { text-align: left; }
.gt_table:has(.gt_indent_3) tbody .gt_stub:not(.gt_indent_3) { font-weight: 600; }
.gt_table .gt_indent_3 { padding-left: 2rem; }
.gt_table tbody tr:last-child > * { padding-bottom: 0.5rem; }
.gt_table .gt_sourcenote { font-size: 0.8rem; text-align: left; color: #333;
  padding-top: 0.1rem; padding-bottom: 0.1rem; }
.gt_table .gt_sourcenote > span { display: block; width: 0; min-width: 100%; }
.gt_table tfoot tr:first-child .gt_sourcenote { border-top: 1px solid #1a1a1a; padding-top: 0.4rem; }
@media (max-width: 44rem) {
  .gt_table { font-size: 0.8rem; }
  .gt_table th, .gt_table td { padding: 0.2rem 0.35rem; }
  .gt_table .gt_indent_3 { padding-left: 0.9rem; }
  .gt_table tbody .gt_stub { position: sticky; left: 0; background: #fff; }
}
@media print {
  body { padding: 0; }
  table { font-size: 9pt; }
  tr { break-inside: avoid; }
  tfoot { display: table-row-group; }
  .gt_table th, .gt_table td { padding: 0.08rem 0.5rem; }
  .gt_table .gt_sourcenote { font-size: 7.5pt; }
  .table-scroll:not(.long) .gt_table { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""


def page(title: str, body: str, css: str) -> str:
    """A whole HTML page around ``body``, which is HTML already."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
