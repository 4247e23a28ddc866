"""What every flow does with an extract before anything is published: load, check, derive, audit, follow the queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from flows import artifacts, progress, stages
from flows.configuration import check_extracts, places, take_key
from flows.plan import Plan
from flows.pulling import pulled
from studies import Protocol, load_study
from warehouse import Store, WarehouseError, WrongUseError
from warehouse.failpoints import check_failpoint
from warehouse.pseudonyms import key_from_environment, key_mark
from warehouse.recovery import recover
from warehouse.runs import making_runs, new_run_id


@contextmanager
def planned(
    study: str | None,
    extracts: str | None,
    data_cut: date | None,
    data: str | None,
    runs: str | None,
    wait: bool = False,
) -> Iterator[Plan]:
    """What is about to be done, while no other flow works on the same folders; what a killed one left is swept.

    ``wait`` waits for another flow to end; without it, that another is at work is an error.

    What is not given is as it is configured (flows.configuration).

    Raises:
        WrongUseError: no key, no such folder, a data cut that cannot be, or a data folder of another study or key.
        StudyError: no such study, or one of its files is wrong.
        WarehouseError: another flow is at work, or a folder cannot be written.
    """
    place = places(study, extracts, data, runs)
    known = load_study(place.study)
    if data_cut:
        _check_data_cut(data_cut, known.protocol)
    take_key()
    mark = key_mark(key_from_environment())
    comes_as_files = place.extracts or known.read_sources() is None
    if comes_as_files:
        check_extracts(Path(place.extracts or known.extracts_dir))
    store = Store(Path(place.data), study=known.protocol.study.id, key=mark)
    waiting = _say_that_it_waits if wait else None
    check_failpoint()
    with store.refreshing(waiting), making_runs(Path(place.runs), waiting):
        store.check_owner()
        _recover(store, Path(place.runs))
        bar = progress.followed(f"{artifacts.key_of(known)}-progress")
        with bar, pulled(known, place.extracts, store) as folder:
            yield Plan(
                study=place.study,
                extracts=str(folder),
                data_cut=data_cut or known.protocol.study.data_cut,
                data=place.data,
                runs=place.runs,
                run_id=new_run_id(Path(place.runs), store.run_ids()),
                study_id=store.study,
                key_mark=store.key,
            )


def _check_data_cut(day: date, protocol: Protocol) -> None:
    first = protocol.study.recruitment.first
    if day < first:
        raise WrongUseError(
            f"--data-cut {day}: is before the first day of recruitment ({first}); nobody was in the study then."
        )
    if day > date.today():
        raise WrongUseError(f"--data-cut {day}: is after today; nothing is known of that day, name an earlier one.")


def _recover(store: Store, runs: Path) -> None:
    try:
        recover(store, runs)
    except OSError as error:
        raise WarehouseError(
            f"{error.filename}: is left of a run that was stopped and cannot be removed ({error.strerror}); remove it."
        ) from None


def _say_that_it_waits() -> None:
    progress.note("Another refresh is running on this folder; waiting for it to end …")


def examine(plan: Plan) -> tuple[list[dict[str, Any]], list[str], dict[str, Any]]:
    """The extract files, why nothing may be published (empty if it may), and the ledger heads yet to be committed."""
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
        stages.cover(plan)
        reasons = stages.gate(plan)
    return extract_files, reasons, stages.follow_queries(plan, extract_files)
