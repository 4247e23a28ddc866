"""The check of a study's extract: everything up to the decision whether it may be published, and nothing after it."""

from datetime import date

from prefect import flow
from prefect.states import Completed, Failed, State

from flows import stages
from flows.examining import WRONG_USE, complete, examine, now, planned
from flows.faults import EXPECTED_ERRORS, without_values
from flows.outcome import Outcome
from flows.plan import Plan
from studies import DEFAULT_STUDY


@flow(name="quality", flow_run_name="quality {study}", persist_result=False, validate_parameters=True)
def quality(
    study: str = DEFAULT_STUDY,
    extracts: str | None = None,
    data_cut: date | None = None,
    data: str = "data",
    runs: str = "runs",
) -> State[Outcome]:
    """Checks the extract of ``study`` in the folder ``extracts`` and follows its queries; publishes nothing.

    Ends in the state Checked or Blocked (a refresh would be), with the Outcome as its result, or in Wrong use or
    Failed with one sentence.
    """
    try:
        outcome = _check(study, extracts, data_cut, data, runs)
    except EXPECTED_ERRORS as error:
        return Failed(name="Wrong use" if isinstance(error, WRONG_USE) else None, message=str(error))
    return Completed(name=outcome.word.capitalize(), message=" ".join(outcome.reasons) or None, data=outcome)


@without_values
def _check(study: str, extracts: str | None, data_cut: date | None, data: str, runs: str) -> Outcome:
    with planned(study, extracts, data_cut, data, runs) as plan:
        return _checked(plan)


def _checked(plan: Plan) -> Outcome:
    started = now()
    extract_files, reasons, heads = examine(plan)
    report = str(plan.folder.path / "quality" / "report.html")
    outcome = Outcome("blocked" if reasons else "checked", plan.run_id, report, reasons, extract_files)
    stages.commit_ledgers(plan, heads)
    stages.report_quality(plan, outcome)
    complete(plan, outcome, started)
    return outcome
