"""The stages of a refresh as Prefect tasks. Each opens what it needs, does one thing, passes on plain values."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows import artifacts
from flows.faults import without_values
from flows.outcome import Outcome, run_facts
from flows.plan import Plan, sources
from flows.progress import stage
from warehouse import build, check, extract_files, quarantine, runs
from warehouse.errors import UnreachableError
from warehouse.load import load_extract
from warehouse.pseudonyms import key_from_environment

P = ParamSpec("P")
R = TypeVar("R")


def stage_task(name: str, *tags: str, **options: Any) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A task as all stages are: no cached result, no stored result, no value in an exception."""

    def make(function: Callable[P, R]) -> Callable[P, R]:
        decorated: Callable[P, R] = task(
            name=name, tags={"datacut", *tags}, cache_policy=NO_CACHE, persist_result=False, **options
        )(without_values(function))
        return decorated

    return make


def _is_unreachable(_task: object, _run: object, state: Any) -> bool:
    """Only the outside world is worth a second try: a file on a network folder that could not be read."""
    return isinstance(state.data, UnreachableError) or "UnreachableError" in (state.message or "")


@stage_task("Load the extracts", "load", retries=2, retry_delay_seconds=2, retry_condition_fn=_is_unreachable)
def load(plan: Plan) -> list[dict[str, Any]]:
    """Extract files into raw.*; gives a row for each. A file that cannot be used is noted as a blocking finding."""
    study, key = plan.load_study(), key_from_environment()
    with stage("Loading the extracts"), build.opened(plan.build_file) as connection:
        build.define_functions(connection, study.mapping.date_formats)
        build.write_study(connection, study.tables(plan.data_cut))
        loaded, problems = load_extract(connection, Path(plan.extracts), sources(study), plan.workspace, key)
        check.note_structure(connection, problems)
        extract_files.archive([item.file for item in loaded], plan.store.raw)
    return [item.described() for item in loaded]


@stage_task("Parse into typed tables", "parse")
def parse(plan: Plan) -> None:
    """raw.* into typed.*."""
    with stage("Parsing"), build.opened(plan.build_file) as connection:
        build.run_stage(connection, "typed")


@stage_task("Check the contracts", "check")
def check_extract(plan: Plan) -> None:
    """The contracts over the typed tables; what an error touches is set aside: typed.* becomes clean.*."""
    with stage("Checking"), build.opened(plan.build_file) as connection:
        build.run_stage(connection, "checks")
        check.check_stage(connection, "extract")
        quarantine.set_aside(connection)


@stage_task("Derive the endpoints", "derive")
def derive(plan: Plan) -> None:
    """clean.* into responses and analysis data sets."""
    with stage("Deriving endpoints"), build.opened(plan.build_file) as connection:
        build.derive(connection)


@stage_task("Audit what was derived", "audit")
def audit(plan: Plan) -> None:
    """Reported against derived, and the contracts of the analysis data sets."""
    with stage("Auditing"), build.opened(plan.build_file) as connection:
        build.run_stage(connection, "audit")
        check.check_stage(connection, "derived")
        if build.are_read(quarantine.set_aside(connection)):
            # What was set aside now had been derived from: once more, without it.
            build.derive(connection)


@stage_task("Ask whether it may be published", "gate")
def gate(plan: Plan) -> list[str]:
    """Why nothing may be published; empty when it may."""
    with build.opened(plan.build_file, read_only=True) as connection:
        return check.blocking_reasons(connection)


@stage_task("Publish the cut", "publish")
def publish(plan: Plan, fingerprint: str) -> None:
    """The build file becomes the current cut."""
    with stage("Publishing"):
        plan.store.publish(plan.run_id, fingerprint)


@stage_task("Analyse", "analyse")
def analyse(plan: Plan) -> None:
    """Analysis data sets into results/: numbers only."""
    from analyses import compare_published, run_analyses

    study, results = plan.load_study(), plan.folder.path / "results"
    with stage("Analysing"), build.opened(plan.cut_file, read_only=True) as connection:
        mark = study.protocol.mark
        runs.export_analysis(connection, plan.folder.path / "analysis", mark)
        frames = {name: runs.read_analysis(connection, name) for name in ("adsl", "adtte", "adrs", "adae")}
        numbers = run_analyses(**frames, protocol=study.protocol)
        published = study.read_published()
        if published is not None:
            numbers["published"] = compare_published(published, numbers["statistics"])
        for name, frame in numbers.items():
            marked = frame.assign(data=mark) if mark else frame
            marked.to_csv(results / f"{name}.csv", index=False, lineterminator="\n")


@stage_task("Report", "report")
def report(plan: Plan, outcome: Outcome) -> None:
    """The pages, tables, figures and workbooks of the run, and the artifacts in Prefect."""
    from reports import write_quality, write_reports

    study, folder = plan.load_study(), plan.folder.path
    database = plan.cut_file if outcome.is_published else plan.build_file
    with stage("Reporting"):
        with build.opened(database, read_only=True) as connection:
            runs.export_quality(connection, folder / "quality", study.protocol.mark)
            facts = run_facts(connection, plan, outcome)
        write_quality(folder, study, facts)
        write_reports(folder, study, facts)
    artifacts.write(folder, study, outcome)
