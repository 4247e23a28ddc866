"""Answers that came back in a workbook, taken into the ledger of queries; each row gets a receipt."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reports.returned_workbook import ReturnedWorkbookError, read_answers
from studies import load_study
from warehouse import Store, WrongUseError
from warehouse.ledger import Ledger
from warehouse.queries import answered

RECEIPT_COLUMNS = ("line", "query", "result", "reason")


@dataclass(frozen=True)
class Receipt:
    """What became of one answered line of the workbook; no value of it."""

    line: int
    query: str
    reason: str

    @property
    def result(self) -> str:
        return "refused" if self.reason else "taken"


def take_answers(file: Path, study_name: str, data: Path) -> list[Receipt]:
    """Takes the answers of ``file`` into the ledger of the study; gives a receipt a line, in the order of the sheet.

    Raises:
        WrongUseError: the file is no workbook of queries, or the data folder belongs to another study.
        StudyError, WarehouseError: as any command.
    """
    study = load_study(study_name)
    store = Store(data, study=study.protocol.study.id)
    store.check_owner()
    if not (store.committed() or {}).get("ledgers"):
        raise WrongUseError(f"{data}: no extract was ever checked here; name the --data folder of the study.")
    try:
        rows = read_answers(file)
    except ReturnedWorkbookError as error:
        raise WrongUseError(str(error)) from None
    with store.refreshing():
        store.sweep_ledger()
        ledger = Ledger(store, study.protocol.study.id)
        moment = datetime.now(UTC)
        replies = [
            {name: getattr(row, name) for name in ("query_id", "stamp", "answer", "answered_by", "answered_on")}
            for row in rows
            if not row.refusal
        ]
        events, refused = answered(ledger.events(), f"{moment:%Y%m%dT%H%M%SZ}", replies)
        store.commit_ledgers(ledger.append(f"{moment:%Y%m%dT%H%M%S%fZ}-answers", events))
    return [Receipt(row.row, row.query_id, row.refusal or refused.get(row.query_id, "")) for row in rows]


def write_receipt(file: Path, receipts: list[Receipt]) -> Path:
    """Writes the receipts beside ``file`` as <name>.receipt.csv."""
    path = file.with_suffix(".receipt.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(RECEIPT_COLUMNS)
        writer.writerows([receipt.line, receipt.query, receipt.result, receipt.reason] for receipt in receipts)
    return path


def summary(receipts: list[Receipt]) -> str:
    """``12 taken, 2 refused.`` and a line for each that was refused."""
    counts = Counter(receipt.result for receipt in receipts)
    lines = [f"{counts['taken']} {'answer' if counts['taken'] == 1 else 'answers'} taken, {counts['refused']} refused."]
    lines += [f"  line {receipt.line}: {receipt.reason}" for receipt in receipts if receipt.reason]
    return "\n".join(lines)
