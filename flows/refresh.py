"""The refresh of a study's data cut: extracts in, a published cut and its report out."""

from datetime import date

from prefect import flow
from prefect.states import State

from flows import stages
from flows.examining import examine, planned
from flows.faults import EXPECTED_ERRORS, without_values
from flows.outcome import Outcome, decide, now
from flows.plan import Plan, unchanged
from flows.states import ended, failed, run_name


@flow(name="refresh", flow_run_name=run_name, persist_result=False, validate_parameters=True)
def refresh(
    study: str | None = None,
    extracts: str | None = None,
    data_cut: date | None = None,
    data: str | None = None,
    runs: str | None = None,
    force: bool = False,
    wait: bool = False,
) -> State[Outcome]:
    """Makes a data cut of ``study`` from the folder ``extracts`` as of ``data_cut`` (default: the study's own).

    What is not given is as it is configured (flows.configuration). ``wait`` waits for another refresh on the same
    folders to end, and then does what is left to do.

    Ends in the state Published, Published with quarantine, Blocked or No change, with the Outcome as its result, or
    in Wrong use or Failed with one sentence.
    """
    try:
        outcome = _refresh(study, extracts, data_cut, data, runs, force, wait)
    except EXPECTED_ERRORS as error:
        return failed(study, error)
    return ended(study, outcome.word, outcome.run_id, " ".join(outcome.reasons), outcome)


@without_values
def _refresh(
    study: str | None,
    extracts: str | None,
    data_cut: date | None,
    data: str | None,
    runs: str | None,
    force: bool,
    wait: bool,
) -> Outcome:
    with planned(study, extracts, data_cut, data, runs, wait) as plan:
        if not force and (run := unchanged(plan)):
            return Outcome("no change", run.run_id, str(run.path / "report.html"))
        return _make_cut(plan)


def _make_cut(plan: Plan) -> Outcome:
    started = now()
    extract_files, reasons, heads = examine(plan)
    outcome = decide(plan, reasons, extract_files)
    if outcome.is_published:
        stages.analyse(plan)
        stages.compare(plan)
    stages.report(plan, outcome)
    stages.publish(plan, outcome, heads, started)
    stages.show(plan, outcome)
    return outcome
