"""Query workbooks: what a coordinator answers, one row a query; made so that equal queries give equal bytes."""

import io
from datetime import datetime, time

from reports.query_sheet import WORKED_ON, ordered_queries, write_queries
from reports.run_folder import Quality, Record
from reports.setting import Setting
from reports.workbook_cells import add_styles, make_printable, without_clock
from reports.workbook_read_me import SEVERITIES, write_read_me
from reports.workbook_sheets import write_completeness, write_resolved, write_rules, write_waived
from reports.workbook_summary import write_summary

MOST_QUERIES = 50_000
"""Rows of one sheet; a longer list is no longer read by a person, and the first page says that it is cut."""


def workbook_sites(quality: Quality) -> list[str]:
    """The sites that get a workbook of their own: those of which anything was ever asked, or is found now."""
    found = [finding for finding in quality.findings if finding["severity"] in SEVERITIES]
    return sorted({record["site"] for record in (*quality.queries, *found) if record["site"]})


def query_workbook(quality: Quality, setting: Setting, site: str | None = None) -> bytes:
    """The workbook of one site, or of all where ``site`` is none."""
    from openpyxl import Workbook

    queries = of_site(quality.queries, site)
    asked = ordered_queries(queries, WORKED_ON)
    book = Workbook()
    book.remove(book.worksheets[0])
    add_styles(book)
    write_read_me(book.create_sheet("read me"), queries, setting, site, MOST_QUERIES)
    write_summary(book.create_sheet("summary"), queries, site)
    write_queries(book.create_sheet("queries"), asked[:MOST_QUERIES])
    write_resolved(book.create_sheet("resolved"), queries, MOST_QUERIES)
    write_waived(book.create_sheet("waived"), queries, quality.waivers, site)
    write_completeness(book.create_sheet("completeness"), of_site(quality.completeness, site))
    write_rules(book.create_sheet("rules"), quality.rules)
    book.active = book.sheetnames.index("queries") if asked else 0
    facts = setting.facts
    title = f"{setting.mark} queries of {setting.protocol.study.id}".strip()
    for sheet in book.worksheets:
        make_printable(sheet, f"{title}, {f'site {site}' if site else 'all sites'}, {facts.data_cut.isoformat()}")
    book["read me"].page_setup.fitToHeight = 1
    book.properties.creator = "datacut"
    book.properties.title = title
    book.properties.created = datetime.combine(facts.data_cut, time())
    raw = io.BytesIO()
    book.save(raw)
    return without_clock(raw.getvalue(), facts.data_cut)


def of_site(records: list[Record], site: str | None) -> list[Record]:
    """The records of one site, or all of them."""
    return [record for record in records if site is None or (record["site"] or "") == site]
