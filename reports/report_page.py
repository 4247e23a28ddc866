"""The report page of a run: headline, quality verdict, tables, figures, the paper, methods and sources."""

import re
from typing import Any

from markupsafe import Markup

from reports.display_table import DisplayTable
from reports.drawing import DrawnFigure, NotDrawn
from reports.headlines import headline_tiles
from reports.methods import methods_paragraphs
from reports.quality_page import rule_summary, severity_lines, verdict
from reports.run_folder import Quality, Results
from reports.setting import Setting
from reports.since_last_cut import SinceLastCut, since_last_cut
from reports.templating import render

PUBLISHED_TABLE = "published_comparison"  # the page reproduction.html has these rows


def report_page(
    results: Results,
    quality: Quality,
    tables: list[DisplayTable],
    figures: list[DrawnFigure | NotDrawn],
    setting: Setting,
    has_profiles: bool = False,
    changes: SinceLastCut | None = None,
    has_monitoring: bool = False,
) -> str:
    """``report.html`` of a cut that was published; ``has_profiles``: profiles.html lies beside it."""
    return render(
        "report.html.j2",
        title=f"Report of the data cut, {setting.protocol.study.id}",
        setting=setting,
        verdict=verdict(quality, setting.facts),
        severities=severity_lines(quality, setting.protocol.quality.quarantine.scopes),
        rule_summary=rule_summary(quality),
        headline=headline_tiles(results.statistics, setting),
        tables=[_table(table) for table in tables if table.rows and table.name != PUBLISHED_TABLE],
        without_results=_without_results(tables, figures),
        figures=[_figure(figure) for figure in figures if isinstance(figure, DrawnFigure)],
        verdicts=results.verdicts,
        methods=methods_paragraphs(results.statistics, setting),
        rows=quality.rows,
        has_profiles=has_profiles,
        changes=since_last_cut(changes, setting),
        has_monitoring=has_monitoring,
    )


def blocked_page(quality: Quality, setting: Setting) -> str:
    """``report.html`` of a cut that was blocked: that it was, and why."""
    return render(
        "blocked.html.j2",
        title=f"Blocked data cut, {setting.protocol.study.id}",
        setting=setting,
        verdict=verdict(quality, setting.facts),
        severities=severity_lines(quality, setting.protocol.quality.quarantine.scopes),
        blocking=[finding for finding in quality.findings if finding["severity"] == "block"][:20],
        rule_summary=rule_summary(quality),
    )


def _table(table: DisplayTable) -> dict[str, Any]:
    return {
        "anchor": table.name.lower(),
        "name": table.name,
        "title": table.title,
        "html": Markup(table.html()),
    }  # escaped by great_tables


def _figure(figure: DrawnFigure) -> dict[str, Any]:
    svg = re.sub(r"<svg ", '<svg aria-hidden="true" focusable="false" ', figure.svg, count=1)
    return {
        "anchor": figure.name,
        "title": figure.title,
        "alternative": figure.alternative,
        "caption": figure.caption,
        "svg": Markup(svg),  # drawn by matplotlib, which escapes its text
    }


def _without_results(tables: list[DisplayTable], figures: list[DrawnFigure | NotDrawn]) -> list[str]:
    return [
        *(table.title for table in tables if not table.rows),
        *(f"{figure.title} ({figure.reason})" for figure in figures if isinstance(figure, NotDrawn)),
    ]
