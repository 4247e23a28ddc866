"""Blank is not unreadable; codes are counted in the columns that have a code list, and in no others."""

import duckdb
import pytest

from warehouse import build
from warehouse.last_cut import attach_previous
from warehouse.missingness import count_values

# Four rows of which the last is an exact copy. Sex: one read, one blank, one a word on no list. Grade: the same for
# a number. Sizes are received as `diameter` and kept as `diameter_mm`; organ and location_text are text as it stands.
PATIENTS = """
    create schema typed;
    create table typed.patients as
    select * from (values
        (1, false, 'S1', 'F', 'female', 55, '55'),
        (2, false, 'S2', null, null, null, null),
        (3, false, 'S3', null, 'unclear', null, 'old'),
        (4, true, 'S3', null, 'unclear', null, 'old')
    ) as listed (row_id, is_duplicate, subject_id, sex, sex_text, age_years, age_years_text);
    create table typed.lesions (
        row_id bigint, is_duplicate boolean, subject_id varchar, organ varchar, organ_text varchar,
        location_text varchar
    );
    create table typed.lesion_measurements as
    select * from (values (1, false, 12.5, '12.5', 'mm', 'mm'), (2, false, null, '1.5', null, 'inch'))
        as listed (row_id, is_duplicate, diameter_mm, diameter_text, diameter_unit, diameter_unit_text);
    create table typed.follow_up as
    select * from (values (1, false, date '2010-02-01', '2010-02', 'D')) as listed (
        row_id, is_duplicate, death_date, death_date_text, death_date_precision
    );
"""


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    opened = duckdb.connect()
    opened.execute(PATIENTS)
    return opened


def missingness(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[object, ...]]:
    count_values(connection)
    return connection.execute(
        "select column_name, rows, missing, unreadable, round(missing_percent, 1) from coverage.missingness"
        f" where table_name = '{table}'"
    ).fetchall()


def test_blank_and_unreadable_are_counted_apart(connection: duckdb.DuckDBPyConnection) -> None:
    assert missingness(connection, "patients") == [
        ("subject_id", 3, 0, 0, 0.0), ("sex", 3, 1, 1, 33.3), ("age_years", 3, 1, 1, 33.3),
    ]  # fmt: skip


def test_of_an_empty_table_there_is_no_percentage(connection: duckdb.DuckDBPyConnection) -> None:
    assert missingness(connection, "lesions") == [
        ("subject_id", 0, 0, 0, None), ("organ", 0, 0, 0, None), ("location_text", 0, 0, 0, None),
    ]  # fmt: skip


def test_a_size_is_counted_under_the_name_it_is_kept_by(connection: duckdb.DuckDBPyConnection) -> None:
    assert missingness(connection, "lesion_measurements") == [
        ("diameter_mm", 2, 0, 1, 0.0), ("diameter_unit", 2, 0, 1, 0.0),
    ]  # fmt: skip


def test_a_column_that_no_extract_brings_is_not_counted(connection: duckdb.DuckDBPyConnection) -> None:
    assert missingness(connection, "follow_up") == [("death_date", 1, 0, 0, 0.0)]


def test_codes_are_counted_without_copies_and_blanks(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("insert into typed.lesions values (1, false, 'S1', 'LIVER', 'liver', 'segment 4')")
    connection.execute("insert into typed.lesions values (2, false, 'S1', 'LIVER', 'Liver', 'segment 5')")
    count_values(connection)
    assert connection.execute("select * from coverage.code_words order by all").fetchall() == [
        ("lesion_measurements", "diameter_unit", "mm", 1),
        ("lesions", "organ", "LIVER", 2),
        ("patients", "sex", "F", 1),
    ]  # fmt: skip


def test_counting_again_counts_once(connection: duckdb.DuckDBPyConnection) -> None:
    first = missingness(connection, "patients")
    assert missingness(connection, "patients") == first


def test_a_cut_is_covered_after_the_one_before_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    stages: list[str] = []
    monkeypatch.setattr(build, "run_stage", lambda _, stage: stages.append(stage))
    with duckdb.connect() as opened:
        opened.execute(PATIENTS)
        attach_previous(opened, None)
        build.cover(opened)
        assert stages == ["coverage"]
        assert opened.execute("select count(*) > 0 from coverage.missingness").fetchall() == [(True,)]
