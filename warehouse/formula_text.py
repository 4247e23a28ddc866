"""Text that a spreadsheet would run as a formula when it opens a CSV file; numbers, and signs alone, are none."""

import pyarrow as pa
import pyarrow.compute as pc

STARTS_AS_FORMULA = r"(?s)^[=+\-@\t\r＝＋－＠].*[\p{L}\p{N}]"
IS_NUMBER = r"^[+-][0-9]*[.]?[0-9]+([eE][+-]?[0-9]+)?$"
"""Regular expressions that Arrow and DuckDB (both RE2) read alike: -0.5 and + are text as they stand."""


def safe_column(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """A column of text with an apostrophe before each formula, and how many there were."""
    runs = pc.and_not(pc.match_substring_regex(column, STARTS_AS_FORMULA), pc.match_substring_regex(column, IS_NUMBER))
    count = pc.sum(runs).as_py() or 0
    return (pc.if_else(runs, pc.binary_join_element_wise("'", column, ""), column) if count else column), count


def safe_text_sql(column: str) -> str:
    """The same of ``column``, as an SQL expression."""
    runs = f"regexp_matches({column}, '{STARTS_AS_FORMULA}') and not regexp_matches({column}, '{IS_NUMBER}')"
    return f"case when {runs} then chr(39) || {column} else {column} end"
