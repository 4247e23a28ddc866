"""What a run leaves in the Prefect UI: a summary in words, tables with counts and medians, curves. No patient's value.

Figures and pages are links to where ``datacut serve`` shows the run folders (``reports`` in flows.configuration); where
nobody serves them, the summary names the files.
"""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from prefect.artifacts import (
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from flows.configuration import Places, configured
from flows.courtesy import patiently
from flows.outcome import Outcome
from flows.overdue import tell_overdue
from reports.facts import RunFacts
from reports.headlines import headlines
from reports.run_folder import read_quality, read_statistics
from reports.setting import Setting
from reports.since_last_cut import read_since_last_cut, since_last_cut
from studies import Study, load_study

if TYPE_CHECKING:
    from flows.current_cut import Analysed

_markdown, _table, _image, _link = (
    patiently(create)
    for create in (create_markdown_artifact, create_table_artifact, create_image_artifact, create_link_artifact)
)

MEDIANS = "survival_summary"
ARTIFACT_NAMES = {MEDIANS: "medians"}
QUIET_STATUS = ("passed", "not applicable")


def write(folder: Path, study: Study, outcome: Outcome) -> None:
    """Creates the artifacts of the run in ``folder`` (only inside a flow run)."""
    key = key_of(study)
    _markdown(key=f"{key}-summary", markdown=_summary(folder, study, outcome), description="Data cut")
    _markdown(key=f"{key}-scorecard", markdown=_scorecard(folder, study), description="Quality")
    _table(key=f"{key}-rules", table=_rules(folder), description="Rules with findings")
    _tables(folder, key, [MEDIANS])
    _pictures(folder, key)
    _links(folder, key, {"report": "report.html", "quality": "quality/report.html"})
    patiently(tell_overdue)(folder, study)


def write_analysed(place: Places, analysed: "Analysed") -> None:
    """Creates the artifacts of analyses made again: what came of it, their tables and curves."""
    study, folder = load_study(place.study), Path(analysed.folder)
    key = f"{key_of(study)}-{analysed.topic}"
    lines = [f"# {analysed.word.capitalize()}", "", study.protocol.study.title, "", f"- {analysed.sentence}"]
    lines += [f"- differs: `{name}`" for name in analysed.differing[:20]]
    lines += ["", f"Folder: `{analysed.folder}`", *_notice(study)]
    _markdown(key=f"{key}-summary", markdown="\n".join(lines), description=analysed.topic.capitalize())
    shown = [MEDIANS] if analysed.topic == "survival" else sorted(path.stem for path in folder.glob("tables/*.csv"))
    _tables(folder, key, shown)
    _pictures(folder, key)
    _links(folder, key, {"folder": ""})


def _summary(folder: Path, study: Study, outcome: Outcome) -> str:
    lines = [f"# {outcome.word.capitalize()}", "", study.protocol.study.title, ""]
    lines += [f"- {reason}" for reason in outcome.reasons]
    if (manifest := folder / "manifest.json").is_file():
        lines.append(f"- Data cut {json.loads(manifest.read_text(encoding='utf-8'))['data_cut']}, run {folder.name}")
    lines += _cohort(folder, study)
    lines += [f"- {line}" for line in headlines(folder, study)]
    lines += _changes(folder, study)
    lines += ["", f"Report: `{outcome.report}`", *_notice(study)]
    return "\n".join(lines)


def _changes(folder: Path, study: Study) -> list[str]:
    """What is not as in the cut before, as counts and results; the report has the lists."""
    setting = Setting(study.protocol, RunFacts(folder.name, "published", "", study.protocol.study.data_cut))
    changes = since_last_cut(read_since_last_cut(folder), setting)
    if changes is None:
        return []
    said = {
        "Subjects": changes["subject_counts"],
        "Endpoints": changes["movements"],
        "To be looked at": f"{changes['suspect']} suspect movements" if changes["suspect"] else "",
    }
    lines = [f"- {name}: {words}" for name, words in said.items() if words]
    lines += [f"- {result['label']}: {result['before']}, now {result['now']}" for result in changes["results"]]
    return ["", "## Since the last cut", "", *(lines or ["- Nothing changed."])]


def _cohort(folder: Path, study: Study) -> list[str]:
    """Subjects by arm and deaths or other events of each endpoint."""
    if not (folder / "results" / "statistics.csv").is_file():
        return []
    statistics = read_statistics(folder)
    lines = []
    for endpoint in study.protocol.endpoints:
        if endpoint.kind != "time_to_event":
            continue
        counts = []
        for arm in study.protocol.arms:
            of = {"endpoint": endpoint.paramcd, "group": arm.code}
            n, events = (statistics.value("survival", name, **of) for name in ("n", "events"))
            counts += [f"{arm.label} {events:.0f} of {n:.0f}"] if n is not None and events is not None else []
        lines += [f"- {endpoint.label}, events of subjects: {', '.join(counts)}"] if counts else []
    return lines


def _notice(study: Study) -> list[str]:
    return ["", f"**{study.protocol.study.notice}**"] if study.protocol.study.synthetic else []


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
    kept = ("rule_id", "title", "severity", "table_name", "status", "rows_checked", "rows_failed", "percent")
    rows = [row for row in _csv(folder / "quality" / "rules.csv") if row["status"] not in QUIET_STATUS]
    return [{name: row[name] for name in kept} for row in rows]


def _tables(folder: Path, key: str, names: list[str]) -> None:
    """Tables of the run folder as they are printed there."""
    for name in names:
        if rows := _csv(folder / "tables" / f"{name}.csv"):
            called = ARTIFACT_NAMES.get(name, name)
            _table(key=f"{key}-{_key(called)}", table=rows, description=called.replace("_", " "))


def _pictures(folder: Path, key: str) -> None:
    if not _served():
        return
    for figure in sorted(folder.glob("figures/*.png")):
        _image(
            image_url=_address(folder, f"figures/{figure.name}"),
            key=f"{key}-{_key(figure.stem)}",
            description=figure.stem,
        )


def _links(folder: Path, key: str, pages: dict[str, str]) -> None:
    if not _served():
        return
    for name, page in pages.items():
        if (folder / page).exists():
            _link(link=_address(folder, page), key=f"{key}-{name}", link_text=name, description=name)


def _served() -> str:
    """Where the runs are served; empty where nobody serves them, or nobody says where."""
    return patiently(configured)("reports") or ""


def _address(folder: Path, page: str) -> str:
    """Where ``datacut serve`` shows a file of the run folder: runs/<run> or runs/<topic>/<cut>."""
    from warehouse.runs import RUN_ID

    parts = [folder.name] if RUN_ID.fullmatch(folder.name) else [folder.parent.name, folder.name]
    return "/".join([_served().rstrip("/"), *parts, page])


def _csv(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def key_of(study: Study) -> str:
    """How the keys of a study's artifacts begin."""
    return _key(study.name)


def _key(name: str) -> str:
    """A name as Prefect has keys: lower case letters, digits, dashes."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name.lower())
