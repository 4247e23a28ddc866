"""Writes the reports of a run into its folder; returns what was written, in order."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from reports.facts import RunFacts
from reports.file_names import site_workbook
from reports.monitoring_page import PAGE as MONITORING_PAGE
from reports.monitoring_page import monitoring_page
from reports.quality_page import quality_page
from reports.run_folder import read_profiles, read_quality, read_results
from reports.setting import Setting
from reports.since_last_cut import read_since_last_cut
from studies import Study

if TYPE_CHECKING:
    from reports.display_table import DisplayTable


def write_reports(run_dir: Path, study: Study, facts: RunFacts) -> list[Path]:
    """Tables, figures, report page and patient profiles of a run; of a blocked one the short page that says why.

    Reads ``results/`` and ``quality/`` of ``run_dir`` and writes ``tables/``, ``figures/``, ``report.html``,
    ``profiles.html`` and, where the study has published figures, ``reproduction.html``. Tables and figures have the
    same bytes for the same results.

    Raises:
        RunFolderError: a file of the run folder is missing.
    """
    from reports.drawing import DrawnFigure
    from reports.figures import all_figures
    from reports.profiles_page import PAGE, profiles_page
    from reports.report_page import blocked_page, report_page
    from reports.reproduction_page import reproduction_page
    from reports.tables import all_tables

    setting = Setting(study.protocol, facts)
    if facts.blocked:
        return [_write(run_dir / "report.html", blocked_page(read_quality(run_dir, study.mapping), setting))]
    results = read_results(run_dir)
    tables = all_tables(results, setting)
    figures = all_figures(results, setting)
    written = []
    written += _write_tables(run_dir / "tables", [table for table in tables if table.rows], setting)
    for figure in (figure for figure in figures if isinstance(figure, DrawnFigure)):
        written.append(_write(run_dir / "figures" / f"{figure.name}.svg", figure.svg))
        written.append(_write(run_dir / "figures" / f"{figure.name}.png", figure.png))
    profiles = read_profiles(run_dir)
    if profiles is not None:
        written.append(_write(run_dir / PAGE, profiles_page(profiles, setting)))
    monitoring = monitoring_page(run_dir, setting)
    if monitoring is not None:
        written.append(_write(run_dir / MONITORING_PAGE, monitoring))
    page = report_page(
        results,
        read_quality(run_dir, study.mapping),
        tables,
        figures,
        setting,
        has_profiles=profiles is not None,
        changes=read_since_last_cut(run_dir),
        has_monitoring=monitoring is not None,
    )
    written.append(_write(run_dir / "report.html", page))
    if results.published:
        written.append(_write(run_dir / "reproduction.html", reproduction_page(results, setting)))
    return written


def write_quality(run_dir: Path, study: Study, facts: RunFacts) -> list[Path]:
    """The quality page and the query workbooks, each with a CSV beside it; for a blocked cut also ``report.html``.

    The latter is a short page that says why nothing was published.

    Raises:
        RunFolderError: a file of ``quality/`` is missing.
    """
    from reports.query_csv import query_csv
    from reports.report_page import blocked_page
    from reports.workbook import query_workbook, workbook_sites

    setting = Setting(study.protocol, facts)
    quality = read_quality(run_dir, study.mapping)
    folder = run_dir / "quality"
    written = [
        _write(folder / "report.html", quality_page(quality, setting)),
        _write(folder / "queries.xlsx", query_workbook(quality, setting)),
        _write(folder / "queries.csv", query_csv(quality, setting)),
    ]
    for site in workbook_sites(quality):
        workbook = folder / site_workbook(site)
        written.append(_write(workbook, query_workbook(quality, setting, site)))
        written.append(_write(workbook.with_suffix(".csv"), query_csv(quality, setting, site)))
    if (validations := folder / "validations.json").is_file():
        from reports.data_docs import write_data_docs

        title = f"{setting.mark} {study.protocol.study.id}, monitors of the batch".strip()
        content = json.loads(validations.read_text(encoding="utf-8"))
        written += write_data_docs(folder / "data_docs", content, title)
    if facts.blocked:
        written.append(_write(run_dir / "report.html", blocked_page(quality, setting)))
    return written


def _write_tables(folder: Path, tables: "list[DisplayTable]", setting: Setting) -> list[Path]:
    """Each table as HTML, CSV, Word and RTF, and ``all_tables.docx`` with every one of them, a page each."""
    from reports.table_rtf import rtf_document
    from reports.table_word import word_document

    day = setting.facts.data_cut
    title = f"Tables of {setting.protocol.study.id}, data cut {day.isoformat()}"
    written = []
    for table in tables:
        written.append(_write(folder / f"{table.name}.html", table.html_page()))
        written.append(_write(folder / f"{table.name}.csv", table.csv()))
        written.append(_write(folder / f"{table.name}.docx", word_document([table], table.title, day)))
        written.append(_write(folder / f"{table.name}.rtf", rtf_document(table, day)))
    if tables:
        written.append(_write(folder / "all_tables.docx", word_document(tables, title, day)))
    return written


def _write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path
