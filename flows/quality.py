"""The check of a study's extract: everything up to the decision whether it may be published, and nothing after it."""

from datetime import date

from prefect import flow
from prefect.states import State

from flows import stages
from flows.examining import examine, planned
from flows.faults import EXPECTED_ERRORS, without_values
from flows.outcome import Outcome, check_outcome, now
from flows.plan import Plan
from flows.states import ended, failed, run_name


@flow(name="quality", flow_run_name=run_name, persist_result=False, validate_parameters=True)
def quality(
    study: str | None = None,
    extracts: str | None = None,
    data_cut: date | None = None,
    data: str | None = None,
    runs: str | None = None,
    wait: bool = False,
) -> State[Outcome]:
    """Checks the extract of ``study`` in the folder ``extracts`` and follows its queries; publishes nothing.

    What is not given is as it is configured (flows.configuration). Ends in the state Checked or Blocked (a refresh
    would be), with the Outcome as its result, or in Wrong use or Failed with one sentence.
    """
    try:
        outcome = _check(study, extracts, data_cut, data, runs, wait)
    except EXPECTED_ERRORS as error:
        return failed(study, error)
    return ended(study, outcome.word, outcome.run_id, " ".join([*outcome.reasons, outcome.verdict]), outcome)


@without_values
def _check(
    study: str | None, extracts: str | None, data_cut: date | None, data: str | None, runs: str | None, wait: bool
) -> Outcome:
    with planned(study, extracts, data_cut, data, runs, wait) as plan:
        return _checked(plan)


def _checked(plan: Plan) -> Outcome:
    started = now()
    extract_files, reasons, heads = examine(plan)
    outcome = check_outcome(plan, reasons, extract_files)
    stages.report_quality(plan, outcome)
    stages.publish(plan, outcome, heads, started)
    stages.show(plan, outcome)
    return outcome
