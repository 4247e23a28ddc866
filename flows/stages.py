"""The stages of a refresh as Prefect tasks. Each opens what it needs, does one thing, passes on plain values."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from prefect import task
from prefect.cache_policies import NO_CACHE

import schemas
from flows import artifacts
from flows.faults import without_values
from flows.outcome import Outcome, cut_before, made_by, manifest, now, run_facts
from flows.plan import Plan, agreed, extract_hash, fingerprint, monitor_limits, sources, tables_not_collected
from flows.progress import stage
from warehouse import build, check, extract_files, publishing, quality_files, quarantine, runs, thresholds, waivers
from warehouse.errors import UnreachableError
from warehouse.every_record import derived_from_every_record
from warehouse.failpoints import failpoint
from warehouse.last_cut import attach_previous
from warehouse.ledger import Ledger, day_of
from warehouse.load import load_extract
from warehouse.profile_file import write_profiles
from warehouse.pseudonyms import key_from_environment
from warehouse.queries import RunMark, follow
from warehouse.runs import RunFolder

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from reports import RunFacts

ANALYSED = ("adsl", "adtte", "adrs", "adae", "adpr", "adsyn", "adlb", "adaette", "adhy", "covariate_changes")
"""The analysis data sets that statistics are made of."""

P = ParamSpec("P")
R = TypeVar("R")


def stage_task(name: str, **options: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A task as all stages are: no cached result, no stored result, no value in an exception.

    And no tags: for each tag Prefect asks its server whether the task may start, and fails where that is away.
    """

    def make(function: Callable[P, R]) -> Callable[P, R]:
        decorated: Callable[P, R] = task(name=name, cache_policy=NO_CACHE, persist_result=False, **options)(
            without_values(function)
        )
        return decorated

    return make


def without_prefect(made: Callable[P, R]) -> Callable[P, R]:
    """The stage as a plain function, for a run that is made with no flow around it."""
    plain: Callable[P, R] = cast(Any, made).fn
    return plain


def is_unreachable(_task: object, _run: object, state: Any) -> bool:
    """Only the outside world is worth a second try: a file on a network folder that could not be read."""
    return isinstance(state.data, UnreachableError) or "UnreachableError" in (state.message or "")


@stage_task("Load the extracts", retries=2, retry_delay_seconds=2, retry_condition_fn=is_unreachable)
def load(plan: Plan) -> list[dict[str, Any]]:
    """Extract files into raw.*; gives a row for each. A file that cannot be used is noted as a blocking finding."""
    study, key = plan.load_study(), key_from_environment()
    with stage("Loading the extracts"), build.opened(plan.build_file) as connection:
        build.define_functions(connection, study.mapping.date_formats)
        build.write_study(connection, study.tables(plan.data_cut))
        loaded, problems = load_extract(
            connection,
            Path(plan.extracts),
            sources(study),
            plan.workspace,
            key,
            agreed(study),
            tables_not_collected(study),
        )
        check.note_structure(connection, problems)
        extract_files.archive([item.file for item in loaded], plan.store.raw)
    return [item.described() for item in loaded]


@stage_task("Parse into typed tables")
def parse(plan: Plan) -> None:
    """raw.* into typed.*."""
    with stage("Parsing"), build.opened(plan.build_file) as connection:
        build.run_stage(connection, "typed")


@stage_task("Check the contracts")
def check_extract(plan: Plan) -> None:
    """The contracts over the typed tables; what an error touches is set aside: typed.* becomes clean.*."""
    study = plan.load_study()
    with stage("Checking"), build.opened(plan.build_file) as connection:
        build.run_stage(connection, "checks")
        check.check_stage(connection, "extract")
        check.note_unasked(connection)
        waivers.waive(connection, study.read_waivers(), day_of(plan.run_id))
        quarantine.set_aside(connection, study.protocol.quality.quarantine.scopes)
        thresholds.judge(connection, study.thresholds())


@stage_task("Derive the endpoints")
def derive(plan: Plan) -> None:
    """clean.* into responses and analysis data sets."""
    with stage("Deriving endpoints"), build.opened(plan.build_file) as connection:
        build.derive(connection)


@stage_task("Audit what was derived")
def audit(plan: Plan) -> None:
    """Reported against derived, and the contracts of the analysis data sets."""
    study = plan.load_study()
    with stage("Auditing"), build.opened(plan.build_file) as connection:
        build.run_stage(connection, "audit")
        check.check_stage(connection, "derived")
        waivers.waive(connection, study.read_waivers(), day_of(plan.run_id))
        if build.are_read(quarantine.set_aside(connection, study.protocol.quality.quarantine.scopes)):
            # What was set aside now had been derived from: once more, without it.
            build.derive(connection)


@stage_task("See what the cut covers")
def cover(plan: Plan) -> None:
    """Completeness, losses, and what changed since the cut before; rules and monitors on these."""
    from schemas.monitors import run_monitors

    study, before = plan.load_study(), cut_before(plan)
    with stage("Comparing with the last cut"), build.opened(plan.build_file) as connection:
        attach_previous(connection, plan.store.cut_file(before) if before else None)
        build.cover(connection)
        check.check_stage(connection, "covered")
        waivers.waive(connection, study.read_waivers(), day_of(plan.run_id))
        thresholds.judge(connection, study.thresholds())
    with stage("Monitoring the batch"), build.opened(plan.build_file) as connection:
        monitored = run_monitors(quality_files.monitored(connection), monitor_limits(study))
        quality_files.keep_monitors(connection, plan.folder.path, monitored.table, monitored.validations)


@stage_task("Ask whether it may be published")
def gate(plan: Plan) -> list[str]:
    """Why nothing may be published; empty when it may."""
    limits = plan.load_study().protocol.quality.quarantine
    with build.opened(plan.build_file, read_only=True) as connection:
        reasons = check.blocking_reasons(connection) + thresholds.blocking_rules(connection)
        if runs.is_made(connection, "coverage", "quarantine_shares"):
            reasons += thresholds.blocking_shares(
                connection, limits.most_percent_of_arm, limits.most_difference_percent
            )
    return reasons


@stage_task("Follow the queries")
def follow_queries(plan: Plan, extract_files: list[dict[str, Any]]) -> dict[str, Any]:
    """What happened to every query, as a segment of the ledger; gives the head that the store has yet to commit."""
    study = plan.load_study()
    ledger = Ledger(plan.store, study.protocol.study.id)
    head, extract = ledger.head(), extract_hash(extract_files)
    mark = RunMark(plan.run_id, head.last_run, is_same_extract=extract == head.extract)
    with stage("Following the queries"), build.opened(plan.build_file) as connection:
        events, standing = follow(connection, ledger.events(), mark, schemas.CONTRACTS)
        quality_files.keep_queries(
            connection, standing, waivers.statuses(connection, study.read_waivers(), day_of(plan.run_id))
        )
    return ledger.append(plan.run_id, events, extract=extract, last_run=plan.run_id)


@stage_task("Analyse")
def analyse(plan: Plan) -> None:
    """Analysis data sets and results/: numbers only."""
    from analyses import (
        audit_numbers,
        audit_printed,
        beside,
        compare_published,
        figure_series,
        run_analyses,
        verdict_counts,
    )

    study, results = plan.load_study(), plan.folder.path / "results"
    with stage("Analysing"), build.opened(plan.build_file, read_only=True) as connection:
        mark = study.protocol.mark
        runs.export_analysis(connection, plan.folder.path / "analysis", mark)
        failpoint("analysis-written")
        numbers = run_analyses(**analysed(connection), protocol=study.protocol)
        numbers |= figure_series(**_charted(connection), protocol=study.protocol)
        numbers["flow"] = runs.read_flow(connection)
        if quarantine.is_anything_set_aside(connection):
            with derived_from_every_record(plan.build_file, study.mapping.date_formats) as every_record:
                all_numbers = run_analyses(**analysed(every_record), protocol=study.protocol)
            numbers["sensitivity"] = beside(numbers["statistics"], all_numbers["statistics"], study.protocol)
        published = study.read_published()
        if published is not None:
            numbers["published"] = compare_published(published, numbers["statistics"])
            numbers["published_verdicts"] = verdict_counts(numbers["published"])
            numbers["published_audit"] = audit_numbers(published)
        level = study.protocol.statistics.confidence_level
        numbers["number_audit"] = audit_printed(numbers["statistics"], level)
        write_results(numbers, results, mark)
    with stage("Profiling the subjects"):
        write_profiles(plan.build_file, results / "profiles.json", mark)
    failpoint("results-written")


def write_results(numbers: "Mapping[str, pd.DataFrame]", folder: Path, mark: str) -> None:
    """A CSV file a frame; ``mark`` (SYNTHETIC, or empty) stands in every row."""
    for name, frame in numbers.items():
        marked = frame.assign(data=mark) if mark else frame
        marked.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


@stage_task("Say what changed since the last cut")
def compare(plan: Plan) -> None:
    """How far the study has come, into monitoring/; and this cut beside the one before, into since_last_cut/.

    Of the latter: data, results, and why the hazard ratio changed; nothing where there is no cut before.
    """
    from flows import comparing, monitoring

    study, before = plan.load_study(), cut_before(plan)
    earlier = RunFolder(Path(plan.runs), before) if before else None
    with stage("Saying what changed"):
        path = earlier.path if earlier else None
        monitoring.write_monitoring(plan.folder.path, plan.data_cut.isoformat(), path, study.protocol)
        side_before = comparing.side_before(plan.store, earlier) if earlier else None
        if side_before is None:
            return
        statistics = comparing.read_statistics(plan.folder.path)
        later = comparing.Side(plan.run_id, plan.build_file, made_by(plan), statistics)
        comparison = comparing.compare(study, side_before, later)
        comparing.write_comparison(comparison, plan.folder.path / comparing.FOLDER, study.protocol.mark)


def analysed(connection: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    """The analysis data sets of a cut, by the names that the analyses call them."""
    return {name: runs.read_analysis(connection, name) for name in ANALYSED}


def _charted(connection: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    return {name: runs.read_analysis(connection, name) for name in ("adsl", "adtte", "adrs", "adtr", "adex")}


@stage_task("Report on quality")
def report_quality(plan: Plan, outcome: Outcome) -> None:
    """The quality page and the workbooks of the run."""
    from reports import write_quality

    study, folder = plan.load_study(), plan.folder.path
    with stage("Reporting on quality"):
        write_quality(folder, study, _quality_facts(plan, outcome))
    failpoint("reports-written")


@stage_task("Report")
def report(plan: Plan, outcome: Outcome) -> None:
    """The pages, tables, figures and workbooks of the run."""
    from reports import write_quality, write_reports

    study, folder = plan.load_study(), plan.folder.path
    with stage("Reporting"):
        facts = _quality_facts(plan, outcome)
        write_quality(folder, study, facts)
        write_reports(folder, study, facts)
    failpoint("reports-written")


@stage_task("Publish the cut")
def publish(plan: Plan, outcome: Outcome, heads: dict[str, Any], started: str) -> None:
    """Completes the run folder; then one move of the pointer makes cut, run and queries count (warehouse.publishing).

    A run that publishes nothing moves the same pointer for its queries, and the current cut stays.
    """
    with stage("Publishing" if outcome.is_published else "Completing the run"):
        with build.opened(plan.build_file, read_only=True) as connection:
            stated = manifest(connection, plan, outcome, {"started": started, "ended": now()})
        if outcome.is_published:
            publishing.publish(plan.store, plan.folder, stated, heads, fingerprint(plan, outcome.extract_files))
        else:
            publishing.conclude(plan.store, plan.folder, stated, heads)


@stage_task("Show it in Prefect")
def show(plan: Plan, outcome: Outcome) -> None:
    """The artifacts of the run in Prefect, now that it counts."""
    artifacts.write(plan.folder.path, plan.load_study(), outcome)


def _quality_facts(plan: Plan, outcome: Outcome) -> "RunFacts":
    """Writes the data files of ``quality/`` and gives what the pages say about the run itself."""
    with build.opened(plan.build_file, read_only=True) as connection:
        quality_files.export_quality(connection, plan.folder.path / "quality", plan.load_study().protocol.mark)
        return run_facts(connection, plan, outcome)
