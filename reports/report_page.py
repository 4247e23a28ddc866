"""The report page of a run: headline, quality verdict, tables, figures, the paper, methods and sources."""

import re
from typing import Any

from markupsafe import Markup

from reports import survival_cells
from reports.display_table import DisplayTable
from reports.figures_survival import DrawnFigure
from reports.methods import methods_paragraphs
from reports.numbers import count, estimate, p_with_sign
from reports.quality_page import rule_summary, severity_lines, verdict
from reports.run_folder import Quality, Results
from reports.setting import Setting
from reports.table_published import by_verdict, explanation
from reports.templating import render

PUBLISHED_TABLE = "published_comparison"


def report_page(
    results: Results, quality: Quality, tables: list[DisplayTable], figures: list[DrawnFigure], setting: Setting
) -> str:
    """``report.html`` of a cut that was published."""
    return render(
        "report.html.j2",
        title=f"Report of the data cut, {setting.protocol.study.id}",
        setting=setting,
        verdict=verdict(quality, setting.facts),
        severities=severity_lines(quality),
        rule_summary=rule_summary(quality),
        headline=headline(results, setting),
        tables=[_table(table) for table in tables if table.name != PUBLISHED_TABLE],
        published_list=next((_table(table) for table in tables if table.name == PUBLISHED_TABLE), None),
        figures=[_figure(figure) for figure in figures],
        published=_published(results),
        methods=methods_paragraphs(results.statistics, setting),
        rows=quality.rows,
    )


def blocked_page(quality: Quality, setting: Setting) -> str:
    """``report.html`` of a cut that was blocked: that it was, and why."""
    return render(
        "blocked.html.j2",
        title=f"Blocked data cut, {setting.protocol.study.id}",
        setting=setting,
        verdict=verdict(quality, setting.facts),
        severities=severity_lines(quality),
        blocking=[finding for finding in quality.findings if finding["severity"] == "block"][:20],
        rule_summary=rule_summary(quality),
    )


def headline(results: Results, setting: Setting) -> list[dict[str, Any]]:
    """The numbers a physician asks for first: patients, medians, hazard ratio."""
    facts, statistics = setting.facts, results.statistics
    tiles: list[dict[str, Any]] = [
        {
            "name": "Patients",
            "lines": [
                (setting.arm_label(code), count(facts.subjects_by_arm[code]))
                for code in setting.arm_codes
                if code in facts.subjects_by_arm
            ],
            "detail": "",
        }
    ]
    for endpoint in setting.protocol.endpoints:
        key = {"endpoint": endpoint.paramcd}
        if endpoint.kind != "time_to_event" or not statistics.of("survival", **key):
            continue
        lines = []
        for code in setting.arm_codes:
            median = survival_cells.median(statistics, setting, "survival", group=code, **key)
            lines.append((setting.arm_label(code), median))
        p = statistics.value("survival", "log_rank_p", group=setting.arms_compared, **key)
        tested = f"; log-rank {p_with_sign(p)}" if p is not None else ""
        detail = f"Median in {setting.unit} ({setting.confidence}){tested}"
        tiles.append({"name": endpoint.label, "lines": lines, "detail": detail})
    return tiles + _hazard_ratio(results, setting)


def _hazard_ratio(results: Results, setting: Setting) -> list[dict[str, Any]]:
    cox = setting.protocol.cox
    tiles = []
    for arm in setting.protocol.arms:
        if arm.reference:
            continue
        lines = []
        for model in ("crude", "multivariate"):
            hr, low, high = (
                results.statistics.value("cox", name, endpoint=cox.endpoint, level=f"arm={arm.code}", group=model)
                for name in ("hr", "hr_lower", "hr_upper")
            )
            if hr is not None:
                lines.append((model.capitalize(), estimate(hr, low, high, 3)))
        if lines:
            compared = f"{arm.label} against {setting.protocol.reference_arm.label}"
            label = setting.protocol.endpoint(cox.endpoint).label
            tiles.append({"name": f"Hazard ratio, {label.lower()}", "lines": lines, "detail": compared})
    return tiles


def _table(table: DisplayTable) -> dict[str, Any]:
    return {"anchor": table.name.lower(), "title": table.title, "html": Markup(table.html())}  # escaped by great_tables


def _figure(figure: DrawnFigure) -> dict[str, Any]:
    svg = re.sub(r"<svg ", '<svg aria-hidden="true" focusable="false" ', figure.svg, count=1)
    return {
        "anchor": figure.name,
        "title": figure.title,
        "alternative": figure.alternative,
        "caption": figure.caption,
        "svg": Markup(svg),  # drawn by matplotlib, which escapes its text
    }


def _published(results: Results) -> dict[str, Any] | None:
    if not results.published:
        return None
    groups = by_verdict(results.published)
    return {
        "total": len(results.published),
        "counts": [(verdict, len(figures)) for verdict, figures in groups.items()],
        "explained": [
            {**figure, "explanation": explanation(figure)} for figure in results.published if figure.get("reason")
        ],
    }
