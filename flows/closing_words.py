"""What a command says at the end: outcome, headline numbers, findings, monitors, queries, where the report is."""

from collections import Counter
from pathlib import Path

from flows.outcome import Outcome
from reports.headlines import headlines
from reports.quality_verdict import FIRED
from reports.run_folder import Quality, read_quality
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
    quality = read_quality(folder.path, study.mapping)
    lines += fired_monitors(quality)
    states = Counter(query["state"] for query in quality.queries)
    if states:
        lines.append(f"Queries:  {', '.join(f'{count} {state}' for state, count in sorted(states.items()))}")
    page = folder.path / "quality" / "report.html"
    lines.append(f"Quality:  {page}")
    if Path(outcome.report) != page:
        lines.append(f"Report:   {outcome.report}")
    if study.protocol.study.synthetic:
        lines.append(study.protocol.study.notice)
    if outcome.verdict:
        lines.append(outcome.verdict)
    return "\n".join(lines)


def fired_monitors(quality: Quality) -> list[str]:
    """How many monitors of the batch fired, and what each of them saw; nothing where no monitor has looked."""
    looked = {monitor["monitor_id"] for monitor in quality.monitors if monitor["status"] != "not applicable"}
    fired = [monitor for monitor in quality.monitors if monitor["status"] in FIRED]
    if not looked:
        return []
    lines = [f"Monitors: {len({monitor['monitor_id'] for monitor in fired})} of {len(looked)} fired"]
    for monitor in fired:
        saw = "failed to run" if monitor["status"] == "failed to run" else monitor["observed"]
        lines.append(f"  {monitor['monitor_id']} {monitor['title']} ({monitor['table_name']}): {saw}")
    return lines
