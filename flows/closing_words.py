"""What a command says at the end: outcome, headline numbers, findings and queries, and where the report is."""

from collections import Counter
from pathlib import Path

from flows.outcome import Outcome
from reports.headlines import headlines
from reports.run_folder import read_quality
from studies import load_study
from warehouse.runs import RunFolder


def closing_words(outcome: Outcome, study_name: str, runs: Path) -> str:
    """A short text for the terminal."""
    study = load_study(study_name)
    folder = RunFolder(runs, outcome.run_id)
    manifest = folder.manifest()
    lines = [
        "",
        f"Outcome: {outcome.word}  ({manifest['study']}, data cut {manifest['data_cut']}, run {outcome.run_id})",
    ]
    lines += [f"  {reason}" for reason in outcome.reasons]
    lines += [f"  {line}" for line in headlines(folder.path, study)]
    counts = ", ".join(f"{count} {severity}" for severity, count in manifest["findings_by_severity"].items())
    lines.append(f"Findings: {counts}")
    states = Counter(query["state"] for query in read_quality(folder.path, study.mapping).queries)
    if states:
        lines.append(f"Queries:  {', '.join(f'{count} {state}' for state, count in sorted(states.items()))}")
    quality = folder.path / "quality" / "report.html"
    lines.append(f"Quality:  {quality}")
    if Path(outcome.report) != quality:
        lines.append(f"Report:   {outcome.report}")
    if study.protocol.study.synthetic:
        lines.append(study.protocol.study.notice)
    if outcome.verdict:
        lines.append(outcome.verdict)
    return "\n".join(lines)
