"""What ``datacut refresh`` says at the end: outcome, headline numbers, findings, and where the report is."""

from pathlib import Path

from flows.outcome import Outcome
from reports.headlines import headlines
from studies import load_study
from warehouse.runs import RunFolder


def closing_words(outcome: Outcome, study_name: str) -> str:
    """A short text for the terminal."""
    study = load_study(study_name)
    report = Path(outcome.report)
    folder = RunFolder(report.parent.parent, outcome.run_id)
    manifest = folder.manifest()
    lines = [
        "",
        f"Outcome: {outcome.word}  ({manifest['study']}, data cut {manifest['data_cut']}, run {outcome.run_id})",
    ]
    lines += [f"  {reason}" for reason in outcome.reasons]
    lines += [f"  {line}" for line in headlines(folder.path, study)]
    counts = ", ".join(f"{count} {severity}" for severity, count in manifest["findings_by_severity"].items())
    lines.append(f"Findings: {counts}")
    lines.append(f"Quality:  {folder.path / 'quality' / 'report.html'}")
    lines.append(f"Report:   {report}")
    if study.protocol.study.synthetic:
        lines.append(study.protocol.study.notice)
    return "\n".join(lines)
