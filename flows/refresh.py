"""The refresh of a study's data cut: extracts in, a published cut and its report out."""

from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow
from prefect.states import Completed, Failed, State

from flows import stages
from flows.faults import EXPECTED_ERRORS, without_values
from flows.outcome import Outcome, decide, manifest
from flows.plan import Plan, fingerprint, unchanged
from studies import DEFAULT_STUDY, StudyError, load_study
from warehouse import Store, WrongUseError, build
from warehouse.pseudonyms import key_from_environment
from warehouse.runs import new_run_id, sweep_runs

WRONG_USE = (StudyError, WrongUseError)


@flow(name="refresh", flow_run_name="refresh {study}", persist_result=False, validate_parameters=True)
def refresh(
    study: str = DEFAULT_STUDY,
    extracts: str | None = None,
    data_cut: date | None = None,
    data: str = "data",
    runs: str = "runs",
    force: bool = False,
) -> State[Outcome]:
    """Makes a data cut of ``study`` from the folder ``extracts`` as of ``data_cut`` (default: the study's own).

    Ends in the state Published, Published with quarantine, Blocked or No change, with the Outcome as its result, or
    in Wrong use or Failed with one sentence.
    """
    try:
        outcome = _refresh(study, extracts, data_cut, Path(data), Path(runs), force)
    except EXPECTED_ERRORS as error:
        return Failed(name="Wrong use" if isinstance(error, WRONG_USE) else None, message=str(error))
    return Completed(name=outcome.word.capitalize(), message=" ".join(outcome.reasons) or None, data=outcome)


@without_values
def _refresh(
    study_name: str, extracts: str | None, data_cut: date | None, data: Path, runs: Path, force: bool
) -> Outcome:
    study = load_study(study_name)
    key_from_environment()
    folder = Path(extracts) if extracts else study.extracts_dir
    if not folder.is_dir():
        raise WrongUseError(f"{folder}: no such folder; name the folder that holds the extract files.")
    store = Store(data)
    with store.refreshing():
        store.sweep()
        sweep_runs(runs)
        plan = Plan(
            study=study_name,
            extracts=str(folder),
            data_cut=data_cut or study.protocol.study.data_cut,
            data=str(data),
            runs=str(runs),
            run_id=new_run_id(runs),
        )
        if not force and (run := unchanged(plan)):
            return Outcome("no change", run.run_id, str(run.path / "report.html"))
        return _make_cut(plan)


def _make_cut(plan: Plan) -> Outcome:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    plan.folder.create()
    extract_files = stages.load(plan)
    reasons = stages.gate(plan)
    if not reasons:
        stages.parse(plan)
        stages.check_extract(plan)
        reasons = stages.gate(plan)
    if not reasons:
        stages.derive(plan)
        stages.audit(plan)
        reasons = stages.gate(plan)
    outcome = decide(plan, reasons, extract_files)
    if outcome.is_published:
        stages.publish(plan, fingerprint(plan, extract_files))
        stages.analyse(plan)
    stages.report(plan, outcome)
    with build.opened(plan.cut_file if outcome.is_published else plan.build_file, read_only=True) as connection:
        times = {"started": started, "ended": datetime.now(UTC).isoformat(timespec="seconds")}
        plan.folder.complete(manifest(connection, plan, outcome, times))
    return outcome
