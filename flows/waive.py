"""A waiver for one query, written into the study's waivers.csv with the value it is bound to."""

from datetime import UTC, date, datetime
from pathlib import Path

from studies import load_study
from studies.waivers import append_waiver
from warehouse import Store, WrongUseError
from warehouse.ledger import Ledger
from warehouse.waivers import waivable


def waive_query(query_id: str, reason: str, who: str, expires: date, study_name: str, data: Path) -> Path:
    """Appends the waiver and gives the file; it takes effect with the next run.

    Raises:
        WrongUseError: the query cannot be waived, the words hold a long number, or no query was ever asked.
        StudyError: the waiver is not complete.
    """
    study = load_study(study_name)
    store = Store(data, study=study.protocol.study.id)
    store.check_owner()
    events = Ledger(store, study.protocol.study.id).events()
    if events.is_empty():
        raise WrongUseError(f"{data}: no query was ever asked here; name the --data folder of the study.")
    today = datetime.now(UTC).date().isoformat()
    words = {"--reason": reason, "--who": who}
    query = waivable(events, query_id, words, study.read_waivers(), today)
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
