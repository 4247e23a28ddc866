"""Queries on the quality page: what happened to them since the last run, by site, by rule, and the waivers."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from reports.file_names import site_workbook
from reports.quality_verdict import FIRED, SEVERITIES
from reports.query_sheet import CLOSED, STATES, WORKED_ON
from reports.run_folder import Quality, Record

QUERY_SEVERITIES = ("block", "error", "warning")
NO_SITE = "no site named"
SHOWN_PER_MOVEMENT = 5
"""Queries listed under one movement; the rest are in the workbook."""

VOLUME_MONITOR = "MON01"
MOVEMENTS: dict[str, str] = {
    "newly asked": "Found for the first time.",
    "reopened": "Had been closed, and is found again.",
    "lapsed waiver": "Was waived; the waiver has run out or the value has changed, and it is found again.",
    "miscorrected": "The value was changed, but the new one breaks another rule.",
    "undetermined": "Its rule could not run this time.",
    "answered": "The coordinator has answered, and the extract still says the same.",
    "still open": "Asked before, and still to be worked on.",
    "resolved": "The record is there and in order.",
    "gone": "The record is no longer in the extract.",
    "waived": "May stay as it is from now on, for a reason and a time.",
    "no longer asked": "The rule was withdrawn.",
}
"""What can happen to a query from one run to the next, as far as it is news or work."""

QUIET = {"still waived": "Waived before, and still.", "closed before": "Closed in an earlier run."}


def movement(query: Record) -> str:
    """What happened to a query since the last run: a word of MOVEMENTS or QUIET. Every query has one."""
    state: str = query["state"]
    before: str | None = query["previous_state"]
    if not query["is_changed"] or state == "open":
        if before == "waived" and query["is_changed"]:
            return "lapsed waiver"
        return "still waived" if state == "waived" else "closed before" if state in CLOSED else "still open"
    if before is None and state in WORKED_ON:
        return "newly asked"
    if before == "waived" and state in ("new", "reopened", "answered"):
        return "lapsed waiver"
    return {"superseded": "no longer asked", "new": "still open"}.get(state, state)


def changes(quality: Quality) -> dict[str, Any]:
    """The part “What changed since the last run”."""
    moved: dict[str, list[Record]] = {word: [] for word in (*MOVEMENTS, *QUIET)}
    for query in by_urgency(quality.queries):
        moved[movement(query)].append(query)
    moved["still open"].sort(key=lambda query: query["first_seen"] or "")
    return {
        "is_first": all(query["previous_state"] is None for query in quality.queries),
        "total": len(quality.queries),
        "movements": [
            {
                "word": word,
                "meaning": meaning,
                "total": len(moved[word]),
                "queries": [] if word in QUIET else moved[word][:SHOWN_PER_MOVEMENT],
                "hidden": 0 if word in QUIET else max(0, len(moved[word]) - SHOWN_PER_MOVEMENT),
            }
            for word, meaning in (MOVEMENTS | QUIET).items()
        ],
        **_batch(quality),
    }


def _batch(quality: Quality) -> dict[str, Any]:
    """The monitors that fired, one entry a monitor with its tables, and the volumes of the tables."""
    fired: dict[str, list[Record]] = {}
    for monitor in quality.monitors:
        if monitor["status"] in FIRED:
            fired.setdefault(f"{monitor['monitor_id']} {monitor['title']}", []).append(monitor)
    volumes = [
        monitor
        for monitor in quality.monitors
        if monitor["monitor_id"] == VOLUME_MONITOR and monitor["status"] != "not applicable"
    ]
    return {
        "has_monitors": bool(quality.monitors),
        "fired": list(fired.items()),
        "volumes": volumes,
        "volumes_outside": sum(monitor["status"] != "passed" for monitor in volumes),
    }


def by_urgency(queries: Iterable[Record]) -> list[Record]:
    """Worst severity first, then by rule, site, subject and id."""
    rank = {word: place for place, word in enumerate(SEVERITIES)}
    return sorted(
        queries,
        key=lambda query: (
            rank.get(query["severity"], len(rank)),
            query["rule_id"],
            query["site"] or "",
            query["subject_id"] or "",
            query["query_id"],
        ),
    )


def by_site(quality: Quality) -> dict[str, Any]:
    """Queries by site, state and severity, with the names of the files that a site gets."""
    asked = [finding for finding in quality.findings if finding["severity"] in QUERY_SEVERITIES]
    sites = sorted({record["site"] or "" for record in (*quality.queries, *asked)})
    groups = [
        _group(
            f"site {site}" if site else NO_SITE,
            [query for query in quality.queries if (query["site"] or "") == site],
            site_workbook(site) if site else "",
        )
        for site in sites
    ]
    return {"all": _group("all sites", quality.queries, "queries.xlsx"), "sites": groups}


def _group(label: str, queries: list[Record], workbook: str) -> dict[str, Any]:
    counts = Counter((query["state"], query["severity"]) for query in queries)

    def line(label: str, of: Iterable[str]) -> dict[str, Any]:
        numbers = {word: sum(counts[state, word] for state in of) for word in QUERY_SEVERITIES}
        return {"state": label, "counts": numbers, "total": sum(numbers.values())}

    asked = {query["state"] for query in queries}
    return {
        "label": label,
        "workbook": workbook,
        "csv": re.sub(r"\.xlsx$", ".csv", workbook),
        "lines": [line(state, [state]) for state in STATES if state in asked and state in WORKED_ON],
        "to_do": line("to be worked on", WORKED_ON),
        "settled": [line(state, [state]) for state in STATES if state in asked and state not in WORKED_ON],
    }


def _counts(queries: Iterable[Record]) -> dict[str, int]:
    counts = Counter(query["state"] for query in queries)
    return {
        "asked": sum(counts[state] for state in WORKED_ON),
        "waived": counts["waived"],
        "closed": sum(counts[state] for state in CLOSED),
    }


def by_rule(quality: Quality) -> list[dict[str, Any]]:
    """Queries by rule: to be worked on, waived, closed, and for how long the oldest is open; most work first."""
    grouped: dict[str, list[Record]] = {}
    for query in by_urgency(quality.queries):
        grouped.setdefault(query["rule_id"], []).append(query)
    found = {finding["rule_id"] for finding in quality.findings}
    lines = [
        {
            "rule_id": rule_id,
            "anchor": rule_anchor(rule_id) if rule_id in found else "",
            "title": queries[0]["title"],
            "severity": queries[0]["severity"],
            "oldest": max((query["age_days"] or 0 for query in queries if query["state"] in WORKED_ON), default=None),
            **_counts(queries),
        }
        for rule_id, queries in grouped.items()
    ]
    return sorted(lines, key=lambda line: -line["asked"])


def rule_anchor(rule_id: str) -> str:
    """The id of the part of the page that lists the findings of a rule."""
    return "rule-" + (re.sub(r"[^a-z0-9]+", "-", rule_id.lower()).strip("-") or "unnamed")


def waivers(quality: Quality) -> list[dict[str, Any]]:
    """Every line of the file of waivers with its status, those without effect first, and what it is about."""
    known = {query["query_id"]: query for query in quality.queries}
    lines = [{**waiver, "query": known.get(waiver["query_id"])} for waiver in quality.waivers]
    return sorted(lines, key=lambda line: (line["status"] == "in force", line["expires"], line["query_id"]))
