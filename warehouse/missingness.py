"""What is blank, what could not be read, and which codes occur in each column of an extract: one SQL a table."""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

import schemas


@dataclass(frozen=True)
class _Column:
    """A column of typed.<table> and the column of the text it was read from: the same one where it is kept as text."""

    table: str
    name: str
    text: str
    type: str

    @property
    def is_coded(self) -> bool:
        """A number or date has another type than its text; a text that has one beside it was looked up in a list."""
        return self.type == "VARCHAR" and self.text != self.name


def count_values(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes coverage.missingness and coverage.code_words from typed.*, exact copies of rows left out.

    coverage.missingness: one row a table and column. missing: nothing stands there; unreadable: something does, and it
    is no number, date or code. missing_percent is null where the table is empty.
    coverage.code_words: one row a table, column and code that occurs in it; of columns with a code list.
    """
    columns = list(_columns(connection))
    connection.execute("create schema if not exists coverage")
    connection.execute(
        "create or replace table coverage.missingness (table_name varchar, column_name varchar, rows bigint,"
        " missing bigint, unreadable bigint, missing_percent double)"
    )
    connection.execute(
        "create or replace table coverage.code_words (table_name varchar, column_name varchar, code varchar, n bigint)"
    )
    for table in dict.fromkeys(column.table for column in columns):
        of_table = [column for column in columns if column.table == table]
        connection.execute(f"insert into coverage.missingness {_missingness(table, of_table)}")
        coded = [column for column in of_table if column.is_coded]
        if coded:
            connection.execute(f"insert into coverage.code_words {_code_words(table, coded)}")


def _columns(connection: duckdb.DuckDBPyConnection) -> Iterator[_Column]:
    """The columns of the extract as they stand in typed.*, in their order there."""
    found = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_schema = 'typed' order by table_name, ordinal_position"
    ).fetchall()
    for extract_table in schemas.EXTRACT_TABLES:
        types = {name: data_type for table, name, data_type in found if table == extract_table.name}
        # Sizes are received as `diameter` with a unit, and kept as `diameter_mm` beside `diameter_text`.
        received = {name: column for column in extract_table.columns for name in (column, f"{column}_mm")}
        for name, data_type in types.items():
            if name in received:
                text = f"{received[name]}_text"
                yield _Column(extract_table.name, name, text if text in types else name, data_type)


def _missingness(table: str, columns: list[_Column]) -> str:
    counts = ", ".join(
        f"count(*) - count({column.text}) as missing_{place}, count({column.text}) - count({column.name})"
        f" as unreadable_{place}"
        for place, column in enumerate(columns)
    )
    rows = " union all ".join(
        f"select {place} as place, '{column.name}' as column_name, rows, missing_{place} as missing,"
        f" unreadable_{place} as unreadable from counts"
        for place, column in enumerate(columns)
    )
    return f"""
        with counts as (select count(*) as rows, {counts} from typed.{table} where not is_duplicate)
        select
            '{table}', column_name, rows, missing, unreadable,
            cast(100 * missing as double) / nullif(rows, 0)
        from ({rows}) as columns
        order by place
    """


def _code_words(table: str, columns: list[_Column]) -> str:
    return " union all ".join(
        f"select '{table}', '{column.name}', {column.name}, count(*) from typed.{table}"
        f" where not is_duplicate and {column.name} is not null group by {column.name}"
        for column in columns
    )
