"""Rules on the quality page: what each found, with every finding up to a limit; its status; why some were not asked."""

from collections.abc import Mapping
from typing import Any

from reports.numbers import count, fixed
from reports.quality_queries import rule_anchor
from reports.quality_verdict import SEVERITIES
from reports.run_folder import Quality, Record

SHOWN_PER_RULE = 100
"""Findings of one rule that the page lists; the rest are in the workbook."""

NOT_ASKED = "not applicable"


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


def findings_by_rule(quality: Quality, seconds: Mapping[tuple[str, str], float]) -> list[dict[str, Any]]:
    """Each rule that found something: its status on every table, why it matters, what to do, and what it found."""
    found: dict[str, list[Record]] = {}
    for finding in ordered(quality.findings):
        found.setdefault(finding["rule_id"], []).append(finding)
    checks: dict[str, list[dict[str, Any]]] = {}
    for check in rule_lines(quality, seconds):
        checks.setdefault(check["rule_id"], []).append(check)
    return [_rule(findings, checks.get(rule_id, [])) for rule_id, findings in found.items()]


def _rule(findings: list[Record], checks: list[dict[str, Any]]) -> dict[str, Any]:
    first = findings[0]
    fixes = {finding["fix"] for finding in findings}
    return {
        "rule_id": first["rule_id"],
        "anchor": rule_anchor(first["rule_id"]),
        "title": first["title"],
        "severity": first["severity"],
        "why": first["why"],
        "endpoints": ", ".join((first["endpoints"] or "").replace(",", " ").split()),
        "fix": first["fix"] if len(fixes) == 1 else "",
        "checks": [check for check in checks if check["status"] != "passed"],
        "total": len(findings),
        "waived": sum(bool(finding.get("is_waived")) for finding in findings),
        "findings": [{**finding, "is_waived": bool(finding.get("is_waived"))} for finding in findings[:SHOWN_PER_RULE]],
        "hidden": max(0, len(findings) - SHOWN_PER_RULE),
    }


def rule_lines(quality: Quality, seconds: Mapping[tuple[str, str], float]) -> list[dict[str, Any]]:
    """Every rule on every table that was asked, or failed to run; in the order of their ids."""
    found = {finding["rule_id"] for finding in quality.findings}
    return [
        {
            "rule_id": rule["rule_id"],
            "anchor": rule_anchor(rule["rule_id"]) if rule["rule_id"] in found else "",
            "title": rule["title"],
            "table_name": rule["table_name"],
            "severity": rule["severity"],
            "status": rule["status"],
            "reason": rule["reason"],
            "category": rule.get("category") or "",
            "threshold": rule.get("threshold") or "",
            "since": rule.get("since") or "",
            "failed": _failed(rule),
            "seconds": _seconds(seconds.get((rule["rule_id"], rule["table_name"]))),
        }
        for rule in _by_id(quality)
        if rule["status"] != NOT_ASKED
    ]


def not_asked(quality: Quality) -> list[Record]:
    """The rules that could not be asked of this extract, or are not implemented, each with its reason."""
    return [
        {**rule, "reason": rule["reason"] or "no reason given"}
        for rule in _by_id(quality)
        if rule["status"] == NOT_ASKED
    ]


def _by_id(quality: Quality) -> list[Record]:
    return sorted(quality.rules, key=lambda rule: (rule["rule_id"], rule["table_name"]))


def _failed(rule: Record) -> str:
    """``3 / 255 (1.2 %)``."""
    if rule["status"] == "failed to run":
        return "–"
    rows = f"{count(rule['rows_failed'])} / {count(rule['rows_checked'])}"
    percent = rule.get("percent")
    if percent is None:
        return rows
    printed = fixed(percent, 1)
    return f"{rows} ({'<0.1' if percent > 0 and printed == '0.0' else printed} %)"


def _seconds(value: float | None) -> str:
    return "" if value is None else "<0.01" if 0 < value < 0.01 else fixed(value, 2)
