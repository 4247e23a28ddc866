"""A series of extracts as follow-up accrues: the same cohort as the EMR held it on one data cut date after another.

From one refresh to the next patients enter, contacts, scans and deaths are added, and what lasts comes to an end. Some
patients withdraw: nothing is known of them from that day on. Some deaths are reported late, some wrong values are
corrected at their source, and one patient is missing from one extract.
"""

import csv
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from simulate.accrual import follow, known
from simulate.batches import Batch, draw_batches, read_batch
from simulate.corrections import Change, choose_corrections, choose_missing, with_corrections, withdrawals
from simulate.drawn.cohort import generator
from simulate.extract_writer import ExtractWriter
from studies import Study

INTERVAL_DAYS = 56


def simulate_refreshes(
    directory: Path,
    *,
    refreshes: int,
    patients: int,
    seed: int,
    study: Study,
    cohort_file: Path | None = None,
    interval_days: int = INTERVAL_DAYS,
) -> None:
    """Writes the extracts ``directory``/01 to ``directory``/``refreshes``, ``interval_days`` apart, and two lists.

    refreshes.csv: refresh, folder, data_cut, patients, deaths (those in that extract), changes (what was done beyond
    accrual, in words). changes.csv, one row a change: refresh, what, subject_id, table, column, rule_id (the rule that
    says so, where there is one). Equal arguments give equal bytes.

    Raises:
        ValueError: as ``data_cuts``, or the cohort is too small for a change of every kind.
        OSError: ``directory`` cannot be written, or ``cohort_file`` not read.
    """
    cuts = data_cuts(study, refreshes, interval_days)
    batches: Iterable[Batch] = (
        [read_batch(cohort_file, study, seed, defects=False)]
        if cohort_file
        else draw_batches(patients, study, seed, defects=False)
    )
    folders = [f"{number:02d}" for number in range(1, refreshes + 1)]
    counts = [(0, 0)] * refreshes
    changes: list[Change] = []
    with ExitStack() as stack:
        writers = [stack.enter_context(ExtractWriter(directory / folder, study)) for folder in folders]
        for number, batch in enumerate(batches):
            rng = generator(seed, "accrual of batch", number)
            followed = follow(batch, cuts, rng)
            changes += withdrawals(followed, cuts)
            corrections = choose_corrections(batch, followed, cuts, rng) if number == 0 else []
            missing = choose_missing(followed, cuts, corrections, rng) if number == 0 else None
            changes += [change for correction in corrections for change in correction.changes()]
            changes += missing.changes(refreshes) if missing else []
            for refresh, (cut, writer) in enumerate(zip(cuts, writers, strict=True), start=1):
                absent = missing.patient if missing and missing.refresh == refresh else None
                extract = known(with_corrections(batch, corrections, refresh), followed, cut, absent)
                for table, (typed, is_copied) in extract.cells.items():
                    writer.add(table, typed, is_copied)
                seen, dead = counts[refresh - 1]
                counts[refresh - 1] = (seen + extract.patients, dead + extract.deaths)
    _write_lists(directory, cuts, folders, counts, sorted(changes))


def data_cuts(study: Study, refreshes: int, interval_days: int) -> list[date]:
    """The data cut date of each refresh; the last is the study's own.

    Raises:
        ValueError: fewer than two refreshes, no day between them, or the first one would precede recruitment.
    """
    if refreshes < 2 or interval_days < 1:
        raise ValueError("a series has at least 2 refreshes, at least 1 day apart; ask for that")
    last = study.protocol.study.data_cut
    cuts = [last - timedelta(days=interval_days * (refreshes - number)) for number in range(1, refreshes + 1)]
    if cuts[0] <= (first := study.protocol.study.recruitment.first):
        raise ValueError(
            f"{refreshes} refreshes every {interval_days} days begin on {cuts[0]}, when nobody is in the study "
            f"(recruitment began on {first}); ask for fewer refreshes, or fewer days between them"
        )
    return cuts


def _write_lists(
    directory: Path,
    cuts: Sequence[date],
    folders: Sequence[str],
    counts: Sequence[tuple[int, int]],
    changes: Sequence[Change],
) -> None:
    with (directory / "refreshes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["refresh", "folder", "data_cut", "patients", "deaths", "changes"])
        for number, (cut, folder, count) in enumerate(zip(cuts, folders, counts, strict=True), start=1):
            said = [f"{change.subject_id}: {change.what}" for change in changes if change.refresh == number]
            writer.writerow([number, folder, cut.isoformat(), *count, "; ".join(said)])
    with (directory / "changes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["refresh", "what", "subject_id", "table", "column", "rule_id"])
        writer.writerows(
            [change.refresh, change.what, change.subject_id, change.table, change.column, change.rule_id]
            for change in changes
        )
