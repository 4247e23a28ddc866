"""The loop of a registry, with the product as people use it: extract, finding, query, correction, next extract.

One grade of one adverse event is followed through ten mornings; what a coordinator would say of its query each
time stands beside what was done. The workbook goes out, is answered, and comes back.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from flows.answers import take_answers, write_receipt
from flows.closing_words import closing_words
from flows.waive import waive_query
from studies import Study, load_study
from warehouse import WrongUseError
from warehouse.ledger import Ledger
from warehouse.runs import RunFolder
from warehouse.store import Store

pytestmark = pytest.mark.slow

SUBJECT, EVENT = "P056", "42"
TODAY = datetime.now(UTC).date()


class Morning:
    """The study in a folder of its own, and one check of its extract a morning."""

    def __init__(self, study: Path, folder: Path) -> None:
        self.study, self.data, self.runs = study, folder / "data", folder / "runs"
        self.file = study / "extracts" / load_study(str(study)).mapping.tables["adverse_events"].file
        self.sound = self.file.read_text("utf-8")
        # The grades written below are invented: what the laboratory says of them (AE08) would be one more query.
        (study / "grading_limits.csv").unlink(missing_ok=True)

    def check(self, grade: str | None = "7", note: str = "") -> dict[str, str]:
        """The states of the queries on that event by rule; ``grade`` None: the event is not in the extract.

        ``note`` changes another record, so that the extract is another one.
        """
        from flows.quality import quality

        lines = self.sound.splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"{SUBJECT},{EVENT},") or grade is not None]
        text = "".join(
            line.replace(",7,", f",{grade},") if line.startswith(f"{SUBJECT},{EVENT},") else line for line in kept
        )
        self.file.write_text(text.replace("Fever,FEVER", f"Fever{note},FEVER", 1), "utf-8", newline="")
        state = quality(study=str(self.study), data=str(self.data), runs=str(self.runs), return_state=True)
        assert state.is_completed(), state.message
        self.outcome = state.result()
        self.run = RunFolder(self.runs, self.outcome.run_id).path
        return {row["rule_id"]: row["state"] for row in self.queries() if row["subject_id"] == SUBJECT}

    def queries(self) -> list[dict[str, str]]:
        return pl.read_parquet(self.run / "quality" / "queries.parquet").to_dicts()

    def query_id(self) -> str:
        return next(
            row["query_id"] for row in self.queries() if (row["subject_id"], row["rule_id"]) == (SUBJECT, "AE01")
        )

    def events(self) -> int:
        return Ledger(Store(self.data), load_study(str(self.study)).protocol.study.id).events().height


@pytest.fixture(scope="module")
def first_morning(tmp_path_factory: pytest.TempPathFactory, study: Study) -> Morning:
    """One check of the sample's own extract, for tests that only hand in answers which change nothing."""
    folder = tmp_path_factory.mktemp("first-morning")
    morning = Morning(Path(shutil.copytree(study.directory, folder / "study")), folder)
    morning.check("7")
    return morning


@pytest.fixture
def morning(study_copy: Path, tmp_path: Path) -> Morning:
    return Morning(study_copy, tmp_path)


def test_a_check_ends_with_whether_the_extract_may_be_published(first_morning: Morning) -> None:
    """Held back is what an error touches; of how many subjects, the findings say by another way."""
    said = closing_words(first_morning.outcome, str(first_morning.study), first_morning.runs)
    findings = pl.read_parquet(first_morning.run / "quality" / "findings.parquet")
    subjects = findings.filter(pl.col("severity") == "error")["subject_id"].n_unique()
    held_back = f"({subjects} subjects with a record or a value held back)"
    assert said.splitlines()[-1] == f"The extract may be published with quarantine {held_back}."


def test_ten_mornings_of_one_query(morning: Morning) -> None:
    assert morning.check("7") == {"AE01": "new"}
    before = morning.events()
    assert morning.check("7") == {"AE01": "new"}  # the same extract once more
    assert morning.events() == before
    assert morning.check("7", note=" again") == {"AE01": "open"}
    assert morning.check("3") == {"AE01": "resolved"}
    assert morning.check("7") == {"AE01": "reopened"}

    waive_query(
        morning.query_id(),
        "as in the letter of the ward",
        "R. Roe",
        TODAY + timedelta(days=30),
        str(morning.study),
        morning.data,
    )
    assert morning.check("7") == {"AE01": "waived"}
    quarantine = pl.read_csv(morning.run / "quality" / "rows.csv")
    assert quarantine.filter(pl.col("table_name") == "adverse_events")["quarantined"].to_list() == [1]  # DT06 alone
    assert morning.check("9") == {"AE01": "reopened"}  # another value: the waiver has lapsed

    # Grade 5 is death, and the event resolved (AE02); a death is serious, and the form says that it is not (AE07).
    assert morning.check("5") == {"AE01": "miscorrected", "AE02": "new", "AE07": "new"}
    closed = {"AE01": "resolved", "AE02": "resolved", "AE07": "resolved"}
    assert morning.check("2") == closed
    assert morning.check(None) == closed
    others = [row["state"] for row in morning.queries() if row["subject_id"] != SUBJECT]
    assert set(others) == {"open"}


def answered_workbook(morning: Morning, change: Callable[[dict[str, object]], None]) -> Path:
    """The workbook of all sites, with the row of our query filled in, as it comes back."""
    book = openpyxl.load_workbook(morning.run / "quality" / "queries.xlsx")
    sheet = book["queries"]
    headings = {cell.value: cell.column for cell in sheet[1]}
    row = next(
        row for row in range(2, sheet.max_row + 1) if sheet.cell(row, headings["query"]).value == morning.query_id()
    )
    values: dict[str, object] = {"answer": "corrected in the source", "answered by": "C. Coordinator", "date": TODAY}
    change(values)
    for heading, value in values.items():
        sheet.cell(row, headings[heading]).value = value
    file = morning.runs / "returned.xlsx"
    book.save(file)
    return file


def test_an_answer_goes_round(morning: Morning) -> None:
    morning.check("7")
    (receipt,) = take_answers(answered_workbook(morning, lambda _: None), str(morning.study), morning.data)
    assert (receipt.query, receipt.result) == (morning.query_id(), "taken")
    assert morning.check("7", note=" again") == {"AE01": "answered"}
    (query,) = [row for row in morning.queries() if row["query_id"] == morning.query_id()]
    assert (query["answer"], query["answered_by"]) == ("corrected in the source", "C. Coordinator")
    assert morning.check("3") == {"AE01": "resolved"}
    file = morning.runs / "returned.xlsx"
    (late,) = take_answers(file, str(morning.study), morning.data)
    assert late.reason == "The query is resolved and asks for no answer."
    receipt_text = write_receipt(file, [late]).read_text("utf-8-sig")
    assert "refused" in receipt_text
    assert "C. Coordinator" not in receipt_text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda values: values.update(sentence="something else"), "locked"),
        (lambda values: values.update(answer="=1+1"), "formula"),
        (lambda values: values.update(date=date(2999, 1, 1)), "future"),
        (lambda values: values.update({"answered by": None}), "answered by"),
    ],
)
def test_a_line_that_cannot_be_trusted_is_refused(
    first_morning: Morning, change: Callable[[dict[str, object]], None], reason: str
) -> None:
    before = first_morning.events()
    file = answered_workbook(first_morning, change)
    (receipt,) = take_answers(file, str(first_morning.study), first_morning.data)
    assert receipt.result == "refused"
    assert reason in receipt.reason.lower()
    assert first_morning.events() == before


def test_what_cannot_be_waived_is_said_in_a_sentence(morning: Morning) -> None:
    morning.check("7")
    until = TODAY + timedelta(days=1)
    with pytest.raises(WrongUseError, match="no query of this study"):
        waive_query("f" * 16, "a reason", "R. Roe", until, str(morning.study), morning.data)
    query = morning.query_id()
    waive_query(query, "a reason", "R. Roe", until, str(morning.study), morning.data)
    with pytest.raises(
        WrongUseError, match=rf"waived already, until {until} by R. Roe; .* delete its line in .*waivers"
    ):
        waive_query(query, "another reason", "C. Coe", until + timedelta(days=9), str(morning.study), morning.data)
    assert len(load_study(str(morning.study)).read_waivers()) == 1
    morning.check("3")
    with pytest.raises(WrongUseError, match="nothing to waive"):
        waive_query(query, "a reason", "R. Roe", until, str(morning.study), morning.data)


def test_a_waiver_whose_line_is_gone_or_over_can_be_given_again(first_morning: Morning) -> None:
    """What holds is what stands in waivers.csv, on its days; not what the last run made of it."""
    query, file = first_morning.query_id(), first_morning.study / "waivers.csv"
    until, study = TODAY + timedelta(days=1), str(first_morning.study)
    waive_query(query, "a reason", "R. Roe", until, study, first_morning.data)
    days = (TODAY - timedelta(days=9), TODAY - timedelta(days=1))
    file.write_text(file.read_text("utf-8").replace(f"{TODAY},{until}", f"{days[0]},{days[1]}"), "utf-8")
    waive_query(query, "a reason", "R. Roe", until, study, first_morning.data)
    assert [waiver["expires"] for waiver in load_study(study).read_waivers()] == [str(days[1]), str(until)]
    file.unlink()


def test_where_no_query_was_asked_the_folder_is_meant(tmp_path: Path, study: Study) -> None:
    with pytest.raises(WrongUseError, match="no query was ever asked here; name the --data folder"):
        waive_query("a" * 16, "a reason", "R. Roe", TODAY, str(study.directory), tmp_path / "data")
