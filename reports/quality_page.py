"""The quality page: may this extract be published, what changed, what is to be done, and every finding.

A data manager decides with it, a coordinator works from it. Each part of the page is made in a module of its own.
"""

from reports.quality_batch import monitors, number_audit
from reports.quality_coverage import follow_up, forms, impact
from reports.quality_queries import NO_SITE, QUERY_SEVERITIES, by_rule, by_site, changes, waivers
from reports.quality_rules import SHOWN_PER_RULE, findings_by_rule, not_asked, ordered, rule_lines
from reports.quality_verdict import SEVERITIES, rule_summary, severity_lines, to_do, verdict
from reports.run_folder import Quality
from reports.setting import Setting
from reports.templating import render

__all__ = [
    "NO_SITE",
    "QUERY_SEVERITIES",
    "SEVERITIES",
    "SHOWN_PER_RULE",
    "ordered",
    "quality_page",
    "rule_summary",
    "severity_lines",
    "verdict",
]


def quality_page(quality: Quality, setting: Setting) -> str:
    """``quality/report.html``."""
    facts = setting.facts
    return render(
        "quality.html.j2",
        title=f"Data quality, {setting.protocol.study.id}",
        setting=setting,
        is_loaded=bool(quality.rules),
        verdict=verdict(quality, facts),
        changes=changes(quality),
        todo=to_do(quality, facts),
        severities=severity_lines(quality, setting.protocol.quality.quarantine.scopes),
        severity_words=QUERY_SEVERITIES,
        rule_summary=rule_summary(quality),
        sites=by_site(quality),
        query_rules=by_rule(quality),
        impact=impact(quality, setting),
        follow_up=follow_up(quality, setting),
        forms=forms(quality),
        monitors=monitors(quality),
        number_audit=number_audit(quality),
        waivers=waivers(quality),
        findings=findings_by_rule(quality, facts.rule_seconds),
        rules=rule_lines(quality, facts.rule_seconds),
        not_asked=not_asked(quality),
        rows=quality.rows,
    )
