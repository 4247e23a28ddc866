"""The ledger: what happened to every query of a study, append-only, one immutable file for what one run added.

A segment counts once the pointer names it (store), in the same move that publishes the cut. A run that adds nothing
writes none. The ledger outlives every cut; a lost pointer loses nothing, for then every segment counts.
"""

import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from warehouse.durable import sync
from warehouse.errors import WarehouseError
from warehouse.failpoints import failpoint
from warehouse.store import Store

QUERY_FACTS: dict[str, Any] = {
    "rule_id": pl.String,
    "title": pl.String,
    "severity": pl.String,
    "scope": pl.String,
    "table_name": pl.String,
    "relation": pl.String,
    "site": pl.String,
    "subject_id": pl.String,
    "key": pl.String,
    "record": pl.String,
    "column_name": pl.String,
    "sentence": pl.String,
    "why": pl.String,
    "fix": pl.String,
    "endpoints": pl.String,
    "stamp": pl.String,
}
"""What is asked, as the finding said it."""

REPLY_FACTS: dict[str, Any] = {
    "answer": pl.String,
    "answered_by": pl.String,
    "answered_on": pl.String,
    "answered_stamp": pl.String,
    "waiver_reason": pl.String,
    "waived_by": pl.String,
    "waiver_expires": pl.String,
}
"""What people said to it; ``answered_stamp`` is the value for which the answer was given."""

EVENT_COLUMNS: dict[str, Any] = {
    "query_id": pl.String,
    "run_id": pl.String,
    "day": pl.String,
    "state": pl.String,
    "last_seen": pl.String,
    **QUERY_FACTS,
    **REPLY_FACTS,
}
"""An event: from ``run_id`` on the query is in ``state``; the facts are as they were then."""


@dataclass(frozen=True)
class Head:
    """Where a ledger ends: its segments in order, and the run and extract that it last followed."""

    segments: tuple[str, ...] = ()
    extract: str = ""
    last_run: str = ""


@dataclass(frozen=True)
class Ledger:
    """The ledger of one study in one store."""

    store: Store
    study_id: str

    @property
    def name(self) -> str:
        """The study's id as a folder name."""
        return re.sub(r"[^A-Za-z0-9-]+", "_", self.study_id)

    @property
    def folder(self) -> Path:
        return self.store.ledger / self.name

    def head(self) -> Head:
        """The end of the ledger as committed."""
        committed = self.store.committed()
        if committed is None:
            return Head(tuple(sorted(path.stem for path in self.folder.glob("*.parquet"))))
        head = committed.get("ledgers", {}).get(self.name)
        return Head(**{**head, "segments": tuple(head["segments"])}) if head else Head()

    def events(self) -> pl.DataFrame:
        """Every event, in the order in which they happened.

        Raises:
            WarehouseError: a file of the ledger is damaged or missing.
        """
        segments = [self._segment(name) for name in self.head().segments]
        # A segment of an earlier version lacks the columns that were added since.
        return pl.concat([pl.DataFrame(schema=EVENT_COLUMNS), *segments], how="diagonal")

    def append(self, segment: str, events: pl.DataFrame, **followed: str) -> dict[str, Any]:
        """Writes ``events`` as a segment of its own and gives the new head, for the store to commit.

        ``followed`` sets ``extract`` and ``last_run`` where a run and not a person made the events.
        """
        head = self.head()
        segments = head.segments
        if not events.is_empty():
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self._file(segment)
            temporary = file.with_name(f"{file.name}.{os.getpid()}")
            events.select(list(EVENT_COLUMNS)).write_parquet(temporary)
            sync(temporary)
            failpoint("segment-part")
            os.replace(temporary, file)
            sync(self.folder)
            failpoint("segment-written")
            segments = (*segments, segment)
        return {self.name: asdict(Head(**{**asdict(head), **followed, "segments": segments}))}

    def _segment(self, name: str) -> pl.DataFrame:
        file = self._file(name)
        try:
            return pl.read_parquet(file)
        except (pl.exceptions.ComputeError, FileNotFoundError):
            raise WarehouseError(
                f"{file}: a part of the history of the queries is damaged or missing; bring it back from a copy."
            ) from None

    def _file(self, segment: str) -> Path:
        return self.folder / f"{segment}.parquet"


def day_of(run_id: str) -> str:
    """The day of a run, as its id tells it (UTC)."""
    return f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}"
