"""How a refresh ended, and the facts about it that its pages and its manifest state."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from flows import progress
from flows.plan import Plan
from warehouse import build, quality_files, quarantine, runs, waivers
from warehouse.ledger import day_of

if TYPE_CHECKING:
    import duckdb

    from reports import RunFacts

Word = Literal["published", "published with quarantine", "checked", "blocked", "no change"]


@dataclass(frozen=True)
class Outcome:
    """The outcome of a refresh: its word, the run it belongs to, and where the run's report lies.

    ``verdict`` is the sentence of a check that publishes nothing: whether the extract may be published.
    """

    word: Word
    run_id: str
    report: str
    reasons: list[str] = field(default_factory=list)
    extract_files: list[dict[str, Any]] = field(default_factory=list)
    verdict: str = ""

    @property
    def is_published(self) -> bool:
        return self.word.startswith("published")


def decide(plan: Plan, reasons: list[str], extract_files: list[dict[str, Any]]) -> Outcome:
    """The outcome that the findings leave: blocked with its reasons, or published, with or without quarantine."""
    if reasons:
        word: Word = "blocked"
    else:
        with build.opened(plan.build_file, read_only=True) as connection:
            word = "published with quarantine" if quarantine.is_anything_set_aside(connection) else "published"
    return Outcome(word, plan.run_id, str(plan.folder.path / "report.html"), reasons, extract_files)


def check_outcome(plan: Plan, reasons: list[str], extract_files: list[dict[str, Any]]) -> Outcome:
    """The outcome of a check, which publishes nothing: blocked with its reasons, or checked; with its verdict."""
    report = str(plan.folder.path / "quality" / "report.html")
    if reasons:
        verdict = "The extract is blocked: a refresh would publish nothing of it."
        return Outcome("blocked", plan.run_id, report, reasons, extract_files, verdict)
    verdict = "The extract may be published."
    with build.opened(plan.build_file, read_only=True) as connection:
        if quarantine.is_anything_set_aside(connection):
            n = quarantine.subjects_set_aside(connection)
            verdict = (
                f"The extract may be published with quarantine ({n} subject{'' if n == 1 else 's'} with a record or a "
                "value held back)."
            )
    return Outcome("checked", plan.run_id, report, reasons, extract_files, verdict)


def run_facts(connection: "duckdb.DuckDBPyConnection", plan: Plan, outcome: Outcome) -> "RunFacts":
    """What the pages say about the run itself."""
    from reports import RunFacts

    if outcome.word == "no change":
        raise ValueError("a refresh that changes nothing makes no run to report on")
    return RunFacts(
        run_id=plan.run_id,
        outcome=outcome.word,
        reason=" ".join(outcome.reasons),
        data_cut=plan.data_cut,
        extract_files=outcome.extract_files,
        code_version=runs.code_version(),
        subjects_by_arm=runs.subjects_by_arm(connection),
        package_versions=runs.package_versions(),
        rule_seconds=quality_files.seconds_by_rule(connection),
    )


def now() -> str:
    """The time of day for a manifest."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def cut_before(plan: Plan) -> str | None:
    """The newest published cut whose file is as it was published; a damaged one is passed over, with a word."""
    for cut_id in reversed(plan.store.published()):
        damage = plan.store.damage(cut_id)
        if not damage:
            return cut_id
        progress.note(f"{damage} It is not compared with.")
    return None


def made_by(plan: Plan) -> dict[str, Any]:
    """What a run is made by, beside its extract: the day, code, packages, protocol, contracts and waivers."""
    study = plan.load_study()
    return {
        "data_cut": plan.data_cut.isoformat(),
        "code_version": runs.code_version(),
        "protocol_sha256": runs.files_sha256(study.protocol_files),
        "contracts_sha256": runs.contracts_sha256(),
        "waivers_in_force": waivers.in_force(study.read_waivers(), day_of(plan.run_id)),
        "package_versions": runs.package_versions(),
    }


def manifest(
    connection: "duckdb.DuckDBPyConnection", plan: Plan, outcome: Outcome, times: dict[str, str]
) -> dict[str, Any]:
    """The manifest of the run, but for the outputs, which are hashed when the folder is complete."""
    study = plan.load_study()
    return {
        "run_id": plan.run_id,
        "status": outcome.word,
        "reasons": outcome.reasons,
        "study": study.protocol.study.id,
        "synthetic": study.protocol.study.synthetic,
        "cut": plan.cut_file.name if outcome.is_published else None,
        "previous_cut": cut_before(plan),
        **times,
        "extract_files": outcome.extract_files,
        **made_by(plan),
        "rows": runs.rows_by_table(connection),
        "subjects_by_arm": runs.subjects_by_arm(connection),
        "findings_by_severity": runs.findings_by_severity(connection),
        "rule_seconds": [
            {"rule": rule, "table": table, "seconds": round(seconds, 6)}
            for (rule, table), seconds in quality_files.seconds_by_rule(connection).items()
        ],
    }
