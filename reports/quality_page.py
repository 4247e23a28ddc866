"""The quality page: the verdict, what to do, and every finding by site and rule; for coordinator and data manager."""

import re
from collections import Counter
from typing import Any

from reports.facts import RunFacts
from reports.file_names import site_workbook
from reports.numbers import count
from reports.run_folder import Quality, Record
from reports.setting import Setting
from reports.templating import render

SEVERITIES: dict[str, tuple[str, str]] = {
    "block": ("The structure, the identity or the safety of the whole cut is in doubt.", "Nothing is published."),
    "error": (
        "A record or subject cannot serve an endpoint.",
        "Quarantined: cell, record or subject, by the scope of the rule. A query opens.",
    ),
    "warning": ("Odd but possible.", "Kept. A query opens."),
    "info": ("For the data manager.", "Kept. No query."),
}
QUERY_SEVERITIES = ("block", "error", "warning")
NO_SITE = "no site named"
SHOWN_PER_RULE = 100
"""Findings of one rule and site that the page lists; the rest are in the workbook."""


def quality_page(quality: Quality, setting: Setting) -> str:
    """``quality/report.html``."""
    sites = [_site(name, quality) for name in sites_of(quality.findings)]
    return render(
        "quality.html.j2",
        title=f"Data quality, {setting.protocol.study.id}",
        setting=setting,
        verdict=verdict(quality, setting.facts),
        todo=_todo(quality, setting.facts),
        severities=severity_lines(quality),
        severity_words=list(SEVERITIES),
        rule_summary=rule_summary(quality),
        sites=sites,
        rows=quality.rows,
        rules=sorted(quality.rules, key=lambda rule: (rule["rule_id"], rule["table_name"])),
    )


def verdict(quality: Quality, facts: RunFacts) -> dict[str, Any]:
    """The outcome as a word, the sentences under it, and the style of its box."""
    quarantined = int(sum(row["quarantined"] or 0 for row in quality.rows))
    if facts.blocked:
        sentences = [_sentence(facts.reason) or "A blocking rule stopped this cut."]
        sentences.append("Nothing was published; the last good cut stays current.")
        return {"word": "Blocked", "style": "blocked", "sentences": sentences}
    if facts.outcome == "published with quarantine":
        records = "1 record" if quarantined == 1 else f"{count(quarantined)} records"
        cells = len(
            {
                (finding["table_name"], finding["row_id"], finding["column_name"])
                for finding in quality.findings
                if finding["severity"] == "error" and finding["scope"] == "cell" and finding["column_name"]
            }
        )
        values = "" if not cells else " and 1 single value" if cells == 1 else f" and {count(cells)} single values"
        word = f"Published with quarantine: {records}{values} held back"
        held = [
            f"{count(row['quarantined'])} of {count(row['received'])} in {row['table_name']}"
            for row in quality.rows
            if row["quarantined"]
        ]
        where = [f"Held back: {', '.join(held)}."] if held else []
        sentences = [*([_sentence(facts.reason)] if facts.reason else []), *where]
        return {"word": word, "style": "quarantine", "sentences": sentences}
    return {
        "word": "Published",
        "style": "published",
        "sentences": [_sentence(facts.reason) or "No record was quarantined."],
    }


def _sentence(text: str) -> str:
    return f"{text}." if text and text[-1] not in ".!?" else text


def severity_lines(quality: Quality) -> list[dict[str, Any]]:
    """Findings by severity, worst first, none left out."""
    counts = Counter(finding["severity"] for finding in quality.findings)
    return [
        {"severity": word, "findings": count(counts[word]), "meaning": meaning, "effect": effect}
        for word, (meaning, effect) in SEVERITIES.items()
    ]


def rule_summary(quality: Quality) -> str:
    """``84 rules, 90 checks: 76 passed, 10 with findings, 3 not applicable, 1 failed to run.``"""
    if not quality.rules:
        return "No rule was run: the extract could not be loaded."
    counts = Counter(rule["status"] for rule in quality.rules)
    words = {"passed": "passed", "findings": "with findings", "not applicable": "not applicable"}
    parts = [f"{counts[status]} {word}" for status, word in (words | {"failed to run": "failed to run"}).items()]
    rules = len({rule["rule_id"] for rule in quality.rules})
    noun = "1 rule" if rules == 1 else f"{rules} rules"
    checks = f", {len(quality.rules)} checks" if len(quality.rules) != rules else ""
    return f"{noun}{checks}: {', '.join(parts)}."


def sites_of(findings: list[Record]) -> list[str]:
    """The sites that have findings, sorted; findings of no site ("") come first."""
    return sorted({finding["site"] or "" for finding in findings})


def ordered(findings: list[Record]) -> list[Record]:
    """Worst first, then by rule, subject and place in the file."""
    rank = {word: position for position, word in enumerate(SEVERITIES)}
    return sorted(
        findings,
        key=lambda finding: (
            rank[finding["severity"]],
            finding["rule_id"],
            finding["subject_id"] or "",
            finding["table_name"] or "",
            finding["source_file"] or "",
            finding["source_row"] or 0,
            finding["key"] or "",
            finding["column_name"] or "",
            finding["sentence"] or "",
        ),
    )


def _site(name: str, quality: Quality) -> dict[str, Any]:
    findings = ordered([finding for finding in quality.findings if (finding["site"] or "") == name])
    counts = Counter(finding["severity"] for finding in findings)
    by_rule: dict[str, list[Record]] = {}
    for finding in findings:
        by_rule.setdefault(finding["rule_id"], []).append(finding)
    has_query = any(finding["severity"] in QUERY_SEVERITIES for finding in findings)
    return {
        "label": f"site {name}" if name else NO_SITE,
        "anchor": "site-" + (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "all"),
        "counts": {word: counts[word] for word in SEVERITIES},
        "workbook": site_workbook(name) if name and has_query else ("queries.xlsx" if has_query else ""),
        "rules": [_rule(found) for found in by_rule.values()],
    }


def _rule(findings: list[Record]) -> dict[str, Any]:
    first = findings[0]
    fixes = {finding["fix"] for finding in findings}
    return {
        "rule_id": first["rule_id"],
        "title": first["title"],
        "severity": first["severity"],
        "why": first["why"],
        "endpoints": ", ".join((first["endpoints"] or "").replace(",", " ").split()),
        "fix": first["fix"] if len(fixes) == 1 else "",
        "total": len(findings),
        "findings": findings[:SHOWN_PER_RULE],
        "hidden": max(0, len(findings) - SHOWN_PER_RULE),
    }


def _todo(quality: Quality, facts: RunFacts) -> list[str]:
    counts = Counter(finding["severity"] for finding in quality.findings)
    broken = sum(rule["status"] == "failed to run" for rule in quality.rules)
    sentences = []
    if facts.blocked:
        sentences.append("Data manager: have the blocking findings corrected at their source, then send a new extract.")
    queries = sum(counts[word] for word in QUERY_SEVERITIES)
    if queries:
        sentences.append(
            f"Coordinator: {count(queries)} {'query is' if queries == 1 else 'queries are'} open. Open the workbook of "
            "your site, correct the record in the source named under “file and row”, and write what was done into the "
            "column “answer”."
        )
    if counts["error"] and not facts.blocked:
        sentences.append(
            "Corrected records come back into the analyses with the next extract; until then they are left out."
        )
    if broken:
        sentences.append(
            f"Data manager: {broken} {'rule' if broken == 1 else 'rules'} failed to run; see the last table."
        )
    return sentences or ["Nothing: no query is open."]
