"""The survival analyses of the current cut, made again: monthly, and after each refresh that published."""

from prefect import flow
from prefect.states import State

from flows import artifacts
from flows.configuration import places
from flows.current_cut import Analysed, analyse_again
from flows.faults import EXPECTED_ERRORS, without_values
from flows.states import ended, failed, run_name

ANALYSES = (
    "survival", "table2", "cox", "subgroup", "subgroup_effects", "schoenfeld", "cumulative_incidence",
    "interval_censored", "iptw", "landmark", "landmark_cox", "time_dependent_cox",
)  # fmt: skip
"""The analyses of a run that are about survival, by their names in statistics.csv."""


@flow(name="survival", flow_run_name=run_name, persist_result=False)
def survival(study: str | None = None, data: str | None = None, runs: str | None = None) -> State[Analysed]:
    """Analyses the survival of the current cut of ``study`` again, into ``runs/survival/``; publishes nothing.

    Ends in the state Reproduced, Results differ (from those of the run that published the cut) or Analysed (that run
    is gone), in Wrong use (nothing is published yet) or Failed, with one sentence.
    """
    try:
        analysed = _analyse(study, data, runs)
    except EXPECTED_ERRORS as error:
        return failed(study, error)
    return ended(study, analysed.word, analysed.cut_id, analysed.sentence, analysed)


@without_values
def _analyse(study: str | None, data: str | None, runs: str | None) -> Analysed:
    place = places(study, None, data, runs)
    analysed = analyse_again(place, "survival", ANALYSES, with_curves=True)
    artifacts.write_analysed(place, analysed)
    return analysed
