"""What a spreadsheet would run as a formula has an apostrophe before it; numbers and other text stay as they are."""

import duckdb
import pyarrow as pa
import pytest

from studies.formula_text import FORMULA_STARTS, plain_text
from warehouse.formula_text import safe_column, safe_text_sql

RUNS = ["=2+2", "+cmd|' /C calc'!A0", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "－合計", "-\nx", "- by phone"]
STAYS = ["-0.5", "+3", "-1e-9", "-.5", "-", "+", "+++", "", "a=b", "'quoted", "合計", "1-2"]


@pytest.mark.parametrize("text", [*RUNS, *STAYS])
def test_both_engines_agree_and_people_read_it_back(text: str) -> None:
    expected = f"'{text}" if text in RUNS else text
    cells, count = safe_column(pa.chunked_array([[text, None]], pa.string()))
    assert cells.to_pylist() == [expected, None]
    assert count == (text in RUNS)
    (in_sql,) = (
        duckdb.execute(f"select {safe_text_sql('t')} from (select cast($1 as varchar) as t)", [text]).fetchone() or ()
    )
    assert in_sql == expected
    assert plain_text(expected) == text


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_what_begins_a_formula_is_the_same_in_both_rooms(start: str) -> None:
    """studies/ and warehouse/ may not import each other; each says what begins a formula, and this holds them equal."""
    assert safe_column(pa.chunked_array([[f"{start}a"]], pa.string()))[0].to_pylist() == [f"'{start}a"]
