"""The safety analyses of the current cut, made again: monthly, and after each refresh that published."""

from prefect import flow
from prefect.states import State

from flows import artifacts
from flows.configuration import places
from flows.current_cut import Analysed, analyse_again
from flows.faults import EXPECTED_ERRORS, without_values
from flows.states import ended, failed, run_name

ANALYSES = (
    "table3", "resolution", "syndrome", "procedures", "procedure_mortality", "laboratory", "laboratory_agreement",
    "liver_injury",
)  # fmt: skip
"""The analyses of a run that are about adverse events and procedures, by their names in statistics.csv."""


@flow(name="safety", flow_run_name=run_name, persist_result=False)
def safety(study: str | None = None, data: str | None = None, runs: str | None = None) -> State[Analysed]:
    """Analyses the adverse events of the current cut of ``study`` again, into ``runs/safety/``; publishes nothing.

    Ends as the flow survival does.
    """
    try:
        analysed = _analyse(study, data, runs)
    except EXPECTED_ERRORS as error:
        return failed(study, error)
    return ended(study, analysed.word, analysed.cut_id, analysed.sentence, analysed)


@without_values
def _analyse(study: str | None, data: str | None, runs: str | None) -> Analysed:
    place = places(study, None, data, runs)
    analysed = analyse_again(place, "safety", ANALYSES, with_curves=False)
    artifacts.write_analysed(place, analysed)
    return analysed
