"""A waiver for one query, written into the study's waivers.csv with the value it is bound to."""

from datetime import UTC, date, datetime
from pathlib import Path

from studies import load_study
from studies.waivers import append_waiver
from warehouse import Store, WrongUseError
from warehouse.free_text import LONG_NUMBER, holds_long_number
from warehouse.ledger import Ledger


def waive_query(query_id: str, reason: str, who: str, expires: date, study_name: str, data: Path) -> Path:
    """Appends the waiver and gives the file; it takes effect with the next run.

    Raises:
        WrongUseError: no such query, it is closed, it blocks the whole cut, or the words hold a long number.
        StudyError: the waiver is not complete.
    """
    for what, text in (("--reason", reason), ("--who", who)):
        if holds_long_number(text):
            raise WrongUseError(f"{what}: {LONG_NUMBER}")
    study = load_study(study_name)
    store = Store(data, study=study.protocol.study.id)
    store.check_owner()
    events = Ledger(store, study.protocol.study.id).events()
    if events.is_empty():
        raise WrongUseError(f"{data}: no query was ever asked here; name the --data folder of the study.")
    known = {event["query_id"]: event for event in events.iter_rows(named=True)}
    query = known.get(query_id)
    if query is None:
        raise WrongUseError(
            f"{query_id}: no query of this study has this id; it stands in the column “query” of the workbook."
        )
    if query["severity"] == "block":
        raise WrongUseError(f"{query_id}: what blocks the whole cut cannot be waived; have it corrected at its source.")
    if query["state"] in ("resolved", "gone", "superseded"):
        raise WrongUseError(f"{query_id}: the query is {query['state']}; there is nothing to waive.")
    today = datetime.now(UTC).date().isoformat()
    for waiver in study.read_waivers():
        if (waiver["query_id"], waiver["stamp"]) == (query_id, query["stamp"]) and waiver["expires"] >= today:
            raise WrongUseError(
                f"{query_id}: the query is waived already, until {waiver['expires']} by {waiver['who']}; to waive it "
                f"otherwise, first delete its line in {study.waivers_file}."
            )
    return append_waiver(
        study.waivers_file,
        {
            "query_id": query_id,
            "stamp": query["stamp"],
            "reason": reason,
            "who": who,
            "date": today,
            "expires": expires.isoformat(),
        },
    )
