"""The verdict of the quality page: the outcome, findings by severity, rules by status, and what is to be done."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from reports.facts import RunFacts
from reports.numbers import count
from reports.query_sheet import WORKED_ON
from reports.run_folder import Quality

SEVERITIES: dict[str, tuple[str, str]] = {
    "block": ("The structure, the identity or the safety of the whole cut is in doubt.", "Nothing is published."),
    "error": (
        "A record or subject cannot serve an endpoint.",
        "Quarantined: cell, record or subject, by the scope of the rule. A query opens.",
    ),
    "warning": ("Odd but possible.", "Kept. A query opens."),
    "info": ("For the data manager.", "Kept. No query."),
}
KEPT_ERROR = "Kept, as the protocol sets nothing aside. A query opens."
RULE_STATUSES = {
    "passed": "passed",
    "passed with findings below threshold": "passed with findings below threshold",
    "findings": "with findings",
    "not applicable": "not applicable",
    "failed to run": "failed to run",
}
"""Each status of a rule, in words that a number can stand before."""

FIRED = ("failed to run", "findings")
"""A monitor in one of these states asks for a look."""

LOW_PERCENT = 90
"""Below this share of the expected forms, a visit is called low."""

WAIVERS_TO_SETTLE = ("expired", "value changed", "unknown query", "severity block cannot be waived")


def verdict(quality: Quality, facts: RunFacts) -> dict[str, Any]:
    """The outcome as a word, the sentences under it, and the style of its box."""
    if facts.blocked:
        sentences = [_sentence(facts.reason) or "A blocking rule stopped this cut."]
        sentences.append("Nothing was published; the last good cut stays current.")
        return {"word": "Blocked", "style": "blocked", "sentences": sentences}
    if facts.outcome == "published with quarantine":
        held = [
            f"{count(row['quarantined'])} of {count(row['received'])} in {row['table_name']}"
            for row in quality.rows
            if row["quarantined"]
        ]
        where = [f"Held back: {', '.join(held)}."] if held else []
        sentences = [*([_sentence(facts.reason)] if facts.reason else []), *where]
        return {
            "word": f"Published with quarantine: {_held_back(quality)} held back",
            "style": "quarantine",
            "sentences": sentences,
        }
    word = "Checked" if facts.outcome == "checked" else "Published"
    nothing = "Nothing was published; this run only looked." if word == "Checked" else "No record was quarantined."
    return {"word": word, "style": "published", "sentences": [_sentence(facts.reason) or nothing]}


def _held_back(quality: Quality) -> str:
    quarantined = int(sum(row["quarantined"] or 0 for row in quality.rows))
    cells = len(
        {
            (finding["table_name"], finding["row_id"], finding["column_name"])
            for finding in quality.findings
            if finding["severity"] == "error"
            and finding["scope"] == "cell"
            and finding["column_name"]
            and not finding.get("is_waived")
        }
    )
    values = "" if not cells else f" and {_number(cells, 'single value')}"
    return f"{_number(quarantined, 'record')}{values}"


def _number(n: int, noun: str, plural: str = "") -> str:
    """``1 record``, ``2 records``."""
    return f"1 {noun}" if n == 1 else f"{count(n)} {plural or f'{noun}s'}"


def _sentence(text: str) -> str:
    return f"{text}." if text and text[-1] not in ".!?" else text


def severity_lines(quality: Quality, scopes: Collection[str]) -> list[dict[str, Any]]:
    """Findings by severity, worst first, none left out; ``scopes`` are what the protocol sets aside."""
    counts = Counter(finding["severity"] for finding in quality.findings)
    return [
        {
            "severity": word,
            "findings": count(counts[word]),
            "meaning": meaning,
            "effect": KEPT_ERROR if word == "error" and not scopes else effect,
        }
        for word, (meaning, effect) in SEVERITIES.items()
    ]


def rule_summary(quality: Quality) -> str:
    """``84 rules, 90 checks: 76 passed, 10 with findings, 3 not applicable, 1 failed to run.``"""
    if not quality.rules:
        return "No rule was run: the extract could not be loaded."
    counts = Counter(rule["status"] for rule in quality.rules)
    parts = [
        f"{counts[status]} {word}"
        for status, word in RULE_STATUSES.items()
        if counts[status] or "threshold" not in status
    ]
    rules = len({rule["rule_id"] for rule in quality.rules})
    checks = f", {len(quality.rules)} checks" if len(quality.rules) != rules else ""
    return f"{_number(rules, 'rule')}{checks}: {', '.join(parts)}."


def to_do(quality: Quality, facts: RunFacts) -> dict[str, list[tuple[str, str]]]:
    """What the coordinator and the data manager have to do: sentences, each with the part of the page it is about."""
    return {
        who: tasks
        for who, tasks in (
            ("Coordinator", _for_coordinator(quality, facts)),
            ("Data manager", _for_data_manager(quality, facts)),
        )
        if tasks
    }


def _for_coordinator(quality: Quality, facts: RunFacts) -> list[tuple[str, str]]:
    asked = [query for query in quality.queries if query["state"] in WORKED_ON]
    states = Counter(query["state"] for query in asked)
    severities = Counter(query["severity"] for query in asked)
    kinds = ", ".join(f"{count(severities[word])} {word}" for word in SEVERITIES if severities[word])
    overdue = sum(subject["is_overdue"] == "true" for subject in quality.follow_up)
    low = sum(is_low(line) for line in quality.completeness)
    tasks = [
        (
            len(asked),
            f"{_number(len(asked), 'query is', 'queries are')} to be worked on ({kinds}). Open the workbook of your "
            "site, correct the record in the source named under “file” and “row”, and write what was done into the "
            "column “answer”.",
            "sites",
        ),
        (
            states["miscorrected"],
            f"{_number(states['miscorrected'], 'value was', 'values were')} changed, but the new value breaks another "
            "rule: answer both queries.",
            "changes",
        ),
        (
            states["answered"],
            f"{_number(states['answered'], 'query is', 'queries are')} answered, but the extract still says the same: "
            "where the answer was “corrected in the source”, look whether the source was saved.",
            "sites",
        ),
        (
            severities["error"] and not facts.blocked,
            "Corrected records come back into the analyses with the next extract; until then they are left out.",
            "impact",
        ),
        (
            overdue,
            f"{_number(overdue, 'living subject is', 'living subjects are')} overdue for contact: ask how they are, "
            "and enter the contact.",
            "followup",
        ),
        (
            low,
            f"{_number(low, 'visit has', 'visits have')} less than {LOW_PERCENT} % of the expected forms: enter what "
            "is missing.",
            "forms",
        ),
    ]
    return [(sentence, part) for is_due, sentence, part in tasks if is_due]


def _for_data_manager(quality: Quality, facts: RunFacts) -> list[tuple[str, str]]:
    broken = sum(rule["status"] == "failed to run" for rule in quality.rules)
    fired = sum(monitor["status"] in FIRED for monitor in quality.monitors)
    ours = sum(number["source"] == "this run" for number in quality.number_audit)
    waivers = sum(waiver["status"] in WAIVERS_TO_SETTLE for waiver in quality.waivers)
    tasks = [
        (
            facts.blocked,
            "Have the blocking findings corrected at their source, then send a new extract.",
            "findings",
        ),
        (
            broken,
            f"{_number(broken, 'check')} failed to run: tell whoever keeps the rules. Until then nobody knows.",
            "rules",
        ),
        (
            any(line["lost"] for line in quality.losses),
            "Subjects left an endpoint: decide whether the results may be published without them.",
            "impact",
        ),
        (
            fired,
            f"{_number(fired, 'batch monitor')} fired: find out why, or ask for the export again.",
            "monitors",
        ),
        (
            ours,
            f"{_number(ours, 'number of this run contradicts', 'numbers of this run contradict')} another: find out "
            "why before anything is passed on.",
            "audit",
        ),
        (waivers, f"{_number(waivers, 'waiver has', 'waivers have')} no effect: renew or remove.", "waivers"),
    ]
    return [(sentence, part) for is_due, sentence, part in tasks if is_due]


def is_low(line: dict[str, Any]) -> bool:
    """A visit of which less than LOW_PERCENT of the expected forms came."""
    return line["percent"] is not None and line["percent"] < LOW_PERCENT
