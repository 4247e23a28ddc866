"""One event of one query: the least that a ledger can hold."""

from typing import Any

import polars as pl

from warehouse import Store
from warehouse.ledger import EVENT_COLUMNS, Ledger


def add_event(store: Store, study: str, run_id: str) -> dict[str, Any]:
    """Writes a segment with one event for ``run_id`` and gives the head that is to be committed."""
    event = pl.DataFrame([{"query_id": "q", "run_id": run_id, "state": "open"}], schema=EVENT_COLUMNS)
    return Ledger(store, study).append(run_id, event, extract=run_id, last_run=run_id)
