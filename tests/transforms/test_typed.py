"""From text as received to typed values beside their text: one example a table, and the ways of writing a value."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

import transforms
from schemas.extract_tables import EXTRACT_TABLES
from studies import DEFAULT_STUDY, load_study
from warehouse.build import define_functions, write_study

TABLES = {table.name: table for table in EXTRACT_TABLES}
CUT = date(2012, 5, 31)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Empty raw tables, the sample study's code words, and its three date formats."""
    study = load_study(DEFAULT_STUDY)
    with duckdb.connect() as opened:
        define_functions(opened, study.mapping.date_formats)
        write_study(opened, study.tables(CUT))
        opened.execute("create schema raw")
        for table in EXTRACT_TABLES:
            columns = ", ".join(f"{column} varchar" for column in table.columns)
            opened.execute(
                f"create table raw.{table.name}"
                f" (row_id bigint, source_file varchar, source_row bigint, is_duplicate boolean, {columns})"
            )
        yield opened


def typed(connection: duckdb.DuckDBPyConnection, table: str, **values: str) -> dict[str, Any]:
    """The typed row that one raw row becomes."""
    given = {"row_id": 1, "source_file": "f.csv", "source_row": 2, "is_duplicate": False, **values}
    marks = ", ".join("?" * len(given))
    connection.execute(f"insert into raw.{table} ({', '.join(given)}) values ({marks})", list(given.values()))
    transforms.run(connection, "typed")
    cursor = connection.execute(f"select * from typed.{table}")
    names = [column[0] for column in cursor.description or ()]
    (row,) = cursor.fetchall()
    return dict(zip(names, row, strict=True))


def has(row: dict[str, Any], **expected: Any) -> bool:
    return {name: row[name] for name in expected} == expected


def test_patients(connection: duckdb.DuckDBPyConnection) -> None:
    row = typed(
        connection, "patients", subject_id="P001 ", arm="TACE组", sex="男", birth_year="1950", age_years="５８",
        ecog="1", child_pugh_score="5", liver_involvement_pct="42.5", index_date="2008年09月27日", prior_therapy="是",
        reported_liver_lesion_group="2至5",
    )  # fmt: skip
    assert has(row, row_id=1, source_file="f.csv", source_row=2, is_duplicate=False, subject_id="P001")
    assert has(row, arm="TACE", sex="M", birth_year=1950, age_years=58, ecog=1, child_pugh_score=5)
    assert has(row, liver_involvement_pct=Decimal("42.5"), index_date=date(2008, 9, 27), prior_therapy="Y")
    assert has(row, reported_liver_lesion_group="2-5", sex_text="男", age_years_text="58")


def test_procedures(connection: duckdb.DuckDBPyConnection) -> None:
    row = typed(
        connection, "procedures", subject_id="P1", session_number="2", procedure_date="2010/1/8", iodised_oil_ml="7,5",
        doxorubicin_mg="60",
    )  # fmt: skip
    assert has(row, session_number=2, procedure_date=date(2010, 1, 8), iodised_oil_ml=Decimal("7.5"))
    assert has(row, doxorubicin_mg=Decimal(60), iodised_oil_ml_text="7,5", embolic_agent=None)


def test_drug_courses(connection: duckdb.DuckDBPyConnection) -> None:
    row = typed(
        connection, "drug_courses", subject_id="P1", drug="Sutent", daily_dose_mg="37.5", start_date="2010-01-01",
        end_date="", stop_reason="不耐受",
    )  # fmt: skip
    assert has(row, drug="SUNITINIB", daily_dose_mg=Decimal("37.5"), start_date=date(2010, 1, 1))
    assert has(row, end_date=None, end_date_text=None, stop_reason="INTOLERANCE")


def test_lesions(connection: duckdb.DuckDBPyConnection) -> None:
    row = typed(
        connection, "lesions", subject_id="P1", lesion_id="L01", organ="Lymph node", lesion_class="nt",
        first_seen_date="2010-01-01", location_text=" S4 ",
    )  # fmt: skip
    assert has(row, organ="LYMPH NODE", lesion_class="NON-TARGET", location_text="S4")
    assert has(row, first_seen_date=date(2010, 1, 1))


@pytest.mark.parametrize(
    ("diameter", "unit", "diameter_mm"),
    [
        ("44", "mm", Decimal(44)),
        ("4.4", "CM", Decimal(44)),
        ("4.45", "cm", Decimal("44.5")),
        ("0", "mm", Decimal(0)),
        ("44", "", None),  # a guess between mm and cm would be wrong by a factor of ten
        ("44", "inch", None),
        ("about 44", "mm", None),
        ("99999999999", "cm", None),
    ],
)
def test_a_diameter_is_in_millimetres_or_null(
    connection: duckdb.DuckDBPyConnection, diameter: str, unit: str, diameter_mm: Decimal | None
) -> None:
    row = typed(connection, "lesion_measurements", diameter=diameter, diameter_unit=unit)
    assert has(row, diameter_mm=diameter_mm, diameter_text=diameter)


def test_lesion_measurements(connection: duckdb.DuckDBPyConnection) -> None:
    row = typed(
        connection, "lesion_measurements", subject_id="P1", lesion_id="L01", scan_date="2010-01-01", reader="Reader 2",
        modality="MR", short_axis="1.2", diameter_unit="cm", lesion_status="NE", not_evaluable_reason="Chest CT",
    )  # fmt: skip
    assert has(row, reader="R2", modality="MRI", short_axis_mm=Decimal(12), diameter_mm=None, diameter_text=None)
    assert has(row, lesion_status="NOT EVALUABLE", not_evaluable_reason="Chest CT", scan_date=date(2010, 1, 1))


def test_response_assessments(connection: duckdb.DuckDBPyConnection) -> None:
    row = typed(
        connection, "response_assessments", subject_id="P1", scan_date="2010-01-01", reader="R1", sum_mm="102",
        target_response="Stable disease", nontarget_response="non-cr/non-pd", new_lesion="否",
        overall_response="better",
    )  # fmt: skip
    assert has(row, sum_mm=Decimal(102), target_response="SD", nontarget_response="NON-CR/NON-PD", new_lesion="N")
    assert has(row, overall_response=None, overall_response_text="better", liver_response=None)


def test_adverse_events(connection: duckdb.DuckDBPyConnection) -> None:
    row = typed(
        connection, "adverse_events", subject_id="P1", ae_number="3", reported_term="Fever", term="pyrexia", grade="2",
        start_date="2010-01-01", end_date="2010-01-04", serious="N", outcome="Resolved", ctcae_version="3.0",
    )  # fmt: skip
    assert has(row, ae_number=3, term="FEVER", grade=2, serious="N", outcome="RESOLVED", ctcae_version="3.0")


def test_lab_results(connection: duckdb.DuckDBPyConnection) -> None:
    row = typed(
        connection, "lab_results", subject_id="P1", sample_date="2010-13-45", test="GPT", value="35", unit="U/L",
        lower_limit="0", upper_limit="40",
    )  # fmt: skip
    assert has(row, sample_date=None, sample_date_text="2010-13-45", test="ALT", value=Decimal(35), unit="U/L")
    assert has(row, lower_limit=Decimal(0), upper_limit=Decimal(40))


def test_follow_up(connection: duckdb.DuckDBPyConnection) -> None:
    row = typed(
        connection, "follow_up", subject_id="P1", contact_date="2011-03-20", contact_type="Clinic", vital_status="Died",
        death_date="2011-03-18", death_cause="Bleeding",
    )  # fmt: skip
    assert has(row, contact_type="VISIT", vital_status="DEAD", death_date=date(2011, 3, 18), death_cause="Bleeding")
    assert has(row, death_date_precision=None)


@pytest.mark.parametrize("text", ["2011-03", "2011/3", "2011年03月"])
def test_a_death_date_without_a_day_is_the_first_of_its_month_and_says_so(
    connection: duckdb.DuckDBPyConnection, text: str
) -> None:
    row = typed(connection, "follow_up", death_date=text)
    assert has(row, death_date=date(2011, 3, 1), death_date_precision="D", death_date_text=text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("１２．５ ", "12.5"),
        ("12,5", "12.5"),
        ("1,200", None),  # a thousand and two hundred, or 1.2
        ("1e3", None),
        ("12 mL", None),
        ("nan", None),
        ("", None),
    ],
)
def test_a_number_is_read_or_null_never_guessed(
    connection: duckdb.DuckDBPyConnection, text: str, number: str | None
) -> None:
    row = typed(connection, "procedures", iodised_oil_ml=text)
    assert row["iodised_oil_ml"] == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2010-01-28", date(2010, 1, 28)),
        ("2010/1/28", date(2010, 1, 28)),
        ("２０１０年１月２８日", date(2010, 1, 28)),
        ("2010-02-30", None),
        ("28-01-2010", None),  # not one of the study's formats
        ("10-01-28", None),
        ("2010-01", None),
        ("1900-01-01", date(1900, 1, 1)),  # a default date is a date; rule DT03 knows it
    ],
)
def test_a_date_is_in_a_format_of_the_study_or_null(
    connection: duckdb.DuckDBPyConnection, text: str, day: date | None
) -> None:
    row = typed(connection, "lesions", first_seen_date=text)
    assert has(row, first_seen_date=day)
    assert row["first_seen_date_text"] is not None


def test_a_term_is_its_own_code_where_the_list_is_open(connection: duckdb.DuckDBPyConnection) -> None:
    """Terms that were coded by a dictionary; a list that is closed leaves an unknown term blank."""
    assert typed(connection, "adverse_events", term="Application site pruritus")["term"] is None
    connection.execute("delete from raw.adverse_events")
    connection.execute("insert into study.open_lists values ('ae_term')")
    assert typed(connection, "adverse_events", term="Application site pruritus ")["term"] == "APPLICATION SITE PRURITUS"
