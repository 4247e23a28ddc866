"""Every kind of column says what is wrong with an entry, and advises what mends just that."""

import polars as pl
import pytest
from rule_cases import Examine
from sound_cohort import change

from schemas import CONTRACTS, Contract, examine
from schemas.columns import Date, Integer, Number, Text, code, date, limit, number
from schemas.contract import CELL, WARNING, rule
from schemas.entry_faults import FAULTS
from schemas.findings import sentence_columns

NUMBER_ALONE = "Enter the number alone, in digits, without a unit or a sign such as <."
CORRECT_DAY = "Correct the day, month or year."
COMPLETE = "Enter the complete date."
AS_OTHERS = (
    "Enter it as the other dates are written; "
    "if the whole file has such dates, the data manager adds the format to mapping.toml."
)
CODE_LIST = "the data manager adds it to the code list in mapping.toml."


class Forms(Contract, relation="checks.forms", table="forms"):
    """One column of each kind; ``arm`` has a rule of its own, which also objects to a blank."""

    dose_mg: Number = number("Dose", unit="mg")
    sessions: Integer = number("Sessions")
    seen_on: Date = date("Seen on", required=True)
    stopped_on: Date = date("Stopped on")
    drug: Text = code("Drug")
    serious: Text = code("Serious", codes="yes_no")
    arm: Text = code("Arm", unreadable=None)
    latest_plausible_date: Date = limit("Last day")

    @rule("DM02", WARNING, CELL, column="arm", entry="arm_text")
    def arm_is_known(cls) -> pl.Expr:
        return pl.col("arm").is_not_null()


TYPES = {
    "dose_mg": pl.Decimal(12, 3), "sessions": pl.Int32, "seen_on": pl.Date, "stopped_on": pl.Date, "drug": pl.String,
    "serious": pl.String, "arm": pl.String,
}  # fmt: skip
SOUND = {"seen_on": "2010-03-15", "arm": "A"}


def asked(column: str, entry: str | None) -> list[tuple[str, str]]:
    """Sentence and advice of each finding on a form whose one cell could not be used."""
    cells = {name: None if name == column else SOUND.get(name) for name in TYPES}
    texts = {f"{name}_text": entry if name == column else SOUND.get(name) for name in TYPES}
    row = {"row_id": 1, "subject_id": "S1", "site": "A", "source_file": "f.csv", "source_row": 2, **cells, **texts}
    frame = pl.DataFrame([{**row, "latest_plausible_date": None}]).with_columns(
        pl.lit("2012-05-31").str.to_date().alias("latest_plausible_date"),
        *[
            (pl.col(name).str.to_date() if dtype == pl.Date and cells[name] else pl.col(name).cast(dtype)).alias(name)
            for name, dtype in TYPES.items()
        ],
        *[pl.col(name).cast(pl.String) for name in texts],
    )
    return examine(Forms, frame).findings.select("sentence", "fix").rows()


@pytest.mark.parametrize(
    ("column", "entry", "sentence", "advice"),
    [
        ("dose_mg", "ten", "Dose is 'ten', which is not a number.", NUMBER_ALONE),
        ("dose_mg", "<5", "Dose is '<5', which is not a number.", NUMBER_ALONE),
        (
            "dose_mg",
            "1,200",
            "Dose is '1,200'; the comma may mark thousands or decimals.",
            "Enter the number without a comma, with a point before decimals.",
        ),
        ("sessions", "2.5", "Sessions is '2.5', which is not a whole number.", "Correct the number."),
        ("sessions", "two", "Sessions is 'two', which is not a number.", NUMBER_ALONE),
        (
            "drug",
            "asprin",
            "Drug is 'asprin', which is not a known word.",
            f"Correct the entry; if the word is right, {CODE_LIST}",
        ),
        (
            "serious",
            "maybe",
            "Serious is 'maybe', which is neither yes nor no.",
            f"Enter yes or no; if the word means one of them, {CODE_LIST}",
        ),
        (
            "arm",
            "C",
            "Arm is 'C', which is not one of the study's arms.",
            f"Correct the arm; if the word is right, {CODE_LIST}",
        ),
        ("arm", None, "Arm is blank.", "Enter the arm."),
        ("seen_on", None, "Seen on is blank; a date is needed here.", "Enter the date, with day, month and year."),
        ("seen_on", "soon", "Seen on is 'soon', which is not a date.", "Enter the date, with day, month and year."),
    ],
)  # fmt: skip
def test_a_kind_of_column_tells_its_fault(column: str, entry: str | None, sentence: str, advice: str) -> None:
    assert asked(column, entry) == [(sentence, advice)]


@pytest.mark.parametrize("column", ["dose_mg", "sessions", "stopped_on", "drug", "serious"])
def test_a_blank_that_is_allowed_asks_nothing(column: str) -> None:
    assert asked(column, None) == []


@pytest.mark.parametrize(
    ("entry", "says", "advice"),
    [
        ("2010", "not complete", COMPLETE),
        ("2010-05", "not complete", COMPLETE),
        ("201005", "not complete", COMPLETE),
        ("2010年5月", "not complete", COMPLETE),
        ("May 2010", "not complete", COMPLETE),
        ("UN/05/2010", "not complete", COMPLETE),
        ("2010-05-00", "not complete", COMPLETE),
        ("2010-05-XX", "not complete", COMPLETE),
        ("15/03", "not complete", COMPLETE),
        ("2010-13-45", "there can be no such date", CORRECT_DAY),
        ("2010-02-30", "there can be no such date", CORRECT_DAY),
        ("31/02/2010", "there can be no such date", CORRECT_DAY),
        ("2010年2月30日", "there can be no such date", CORRECT_DAY),
        ("20100230", "there can be no such date", CORRECT_DAY),
        ("1010-03-15", "there can be no such date", CORRECT_DAY),
        ("2010-02-30 08:15", "there can be no such date", CORRECT_DAY),
        ("15.03.2010", "in another way", AS_OTHERS),
        ("03/15/2010", "in another way", AS_OTHERS),
        ("15-Mar-2010", "in another way", AS_OTHERS),
        ("15/03/10", "in another way", AS_OTHERS),
        ("29.02.2012", "in another way", AS_OTHERS),
        ("29.02.2011", "there can be no such date", CORRECT_DAY),
        ("unknown", "not a date", "Enter the date, with day, month and year."),
        ("0000-00-00", "not a date", "Enter the date, with day, month and year."),
        ("12.5", "not a date", "Enter the date, with day, month and year."),
    ],
)
def test_a_date_tells_its_fault(entry: str, says: str, advice: str) -> None:
    [(sentence, fix)] = asked("stopped_on", entry)
    assert sentence.startswith(f"Stopped on is '{entry}'")
    assert says in sentence
    assert fix == advice


def test_each_fault_of_the_texts_has_a_name_and_shows_what_the_contract_has() -> None:
    named = set()
    for contract in CONTRACTS:
        for fault, text in ((fault, text) for of_rule in contract.rules for fault, text in of_rule.faults.items()):
            named.add(fault)
            assert sentence_columns(text.sentence) <= set(contract.to_schema().columns)
    assert named == set(FAULTS)


def test_what_is_blank_is_not_quoted(examine: Examine) -> None:
    findings = examine(change("lesion_measurements", 3, diameter="x", diameter_unit="")).findings
    found = findings.filter(pl.col("rule_id") == "TR01", pl.col("column_name") == "diameter_mm")
    assert found["sentence"].to_list() == ["Longest diameter is 'x' with unit blank."]
