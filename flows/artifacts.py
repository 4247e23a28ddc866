"""What a run leaves in the Prefect UI: a summary in words and a table of rules with counts. No value of a patient."""

import csv
from collections import Counter
from pathlib import Path

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows.outcome import Outcome
from reports.headlines import headlines
from reports.run_folder import read_quality
from studies import Study


def write(folder: Path, study: Study, outcome: Outcome) -> None:
    """Creates the artifacts of the run in ``folder`` (only inside a flow run)."""
    key = study.name.replace("_", "-").lower()
    create_markdown_artifact(key=f"{key}-summary", markdown=_summary(folder, study, outcome), description="Data cut")
    create_markdown_artifact(key=f"{key}-scorecard", markdown=_scorecard(folder, study), description="Quality")
    create_table_artifact(key=f"{key}-rules", table=_rules(folder), description="Rules with findings")


def _summary(folder: Path, study: Study, outcome: Outcome) -> str:
    lines = [f"# {outcome.word.capitalize()}", "", f"{study.protocol.study.title}", ""]
    lines += [f"- {reason}" for reason in outcome.reasons]
    lines += [f"- {line}" for line in headlines(folder, study)]
    lines += ["", f"Report: `{outcome.report}`"]
    if study.protocol.study.synthetic:
        lines += ["", f"**{study.protocol.study.notice}**"]
    return "\n".join(lines)


def _scorecard(folder: Path, study: Study) -> str:
    """Findings by severity, rules by status and queries by state: counts alone."""
    quality = read_quality(folder, study.mapping)
    parts = {
        "Findings": Counter(finding["severity"] for finding in quality.findings),
        "Rules": Counter(rule["status"] for rule in quality.rules),
        "Queries": Counter(query["state"] for query in quality.queries),
        "Monitors": Counter(monitor["status"] for monitor in quality.monitors),
    }
    lines = ["# Quality", ""]
    for name, counts in parts.items():
        lines += [f"| {name} | |", "|---|---:|", *(f"| {word} | {n} |" for word, n in sorted(counts.items())), ""]
    return "\n".join(lines)


def _rules(folder: Path) -> list[dict[str, str]]:
    path = folder / "quality" / "rules.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["status"] not in ("passed", "not applicable")]
    kept = ("rule_id", "title", "severity", "table_name", "status", "rows_checked", "rows_failed", "percent")
    return [{name: row[name] for name in kept} for row in rows]
