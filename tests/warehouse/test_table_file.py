"""Any one CSV or Parquet file as columns: what is a number, what is missing, and what is refused with a sentence."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from warehouse import WrongUseError
from warehouse.table_file import read_columns

NAMES = ["time", "ev", "grp"]


def read(folder: Path, content: bytes | str, names: list[str] = NAMES, name: str = "rows.csv") -> dict[str, list[Any]]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_columns(path, names).to_dict(as_series=False)


@pytest.mark.parametrize(
    ("content", "time", "group"),
    [
        ('\ufeff"time","ev",grp\n1,1,"a,b"\n2,0,x\n', [1, 2], ["a,b", "x"]),  # byte order mark, quotes
        ("time;ev;grp\r\n1,5;1;a\r\n2;0;b\r\n", [1.5, 2], ["a", "b"]),  # semicolons, with them decimal commas
        ("time\tev\tgrp\n1e2\t1\ta b\n-3\t0\tc", [100, -3], ["a b", "c"]),  # tabs; no end of line at the end
        ("time,ev,grp\r1,1,a\r2,0,b\r", [1, 2], ["a", "b"]),  # an old Mac
        ("time,ev,grp\n\n1,1,a\n\n\n2,0,b\n\n", [1, 2], ["a", "b"]),  # blank lines are no rows, as in R
        ("time,ev,grp\n1,1\n2,0,b\n", [1, 2], [None, "b"]),  # a short line ends in missing cells, as in R
        ("grp,x,ev,time\na,9,1,1\nb,9,0,2\n", [1, 2], ["a", "b"]),  # other columns, another order
        ("time,ev,grp\nNA,1,a\n NaN ,0,NULL\n", [None, None], ["a", None]),
    ],
)
def test_csv(tmp_path: Path, content: str, time: list[float], group: list[str]) -> None:
    made = read(tmp_path, content)
    assert (made["time"], made["ev"], made["grp"]) == (time, [1, 0], group)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
def test_headings_of_any_language(tmp_path: Path, encoding: str) -> None:
    made = read(tmp_path, "时间,事件\n1,1\n".encode(encoding), ["时间", "事件"])
    assert made == {"时间": [1], "事件": [1]}


def test_truth_values_are_truth_values_and_one_other_word_makes_a_text(tmp_path: Path) -> None:
    assert read(tmp_path, "time,ev,grp\n1,TRUE,1\n2,false,2\n")["ev"] == [True, False]
    assert read(tmp_path, "time,ev,grp\n1,TRUE,1\n2,0,2\n")["ev"] == ["TRUE", "0"]
    assert read(tmp_path, "time,ev,grp\n1,1,1\nlong,0,2\n")["time"] == ["1", "long"]


def test_a_comma_followed_by_three_digits_is_no_number(tmp_path: Path) -> None:
    assert read(tmp_path, 'time,ev,grp\n"1,200",1,a\n')["time"] == ["1,200"]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"time": [1, 2, None], "ev": [True, False, True], "grp": ["a", None, "b"], "x": [1.5, float("nan"), 2.0]}
    )
    frame.write_parquet(tmp_path / "rows.parquet")
    made = read_columns(tmp_path / "rows.parquet", ["x", *NAMES]).to_dict(as_series=False)
    assert made == {"x": [1.5, None, 2], "time": [1, 2, None], "ev": [True, False, True], "grp": ["a", None, "b"]}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("rows.csv", "", "is empty"),
        ("rows.csv", b"PK\3\4....", "is an Excel workbook or a zip archive; save the sheet as CSV"),
        ("rows.csv", bytes(range(256)) * 4, "is not text"),
        ("rows.csv", "time,ev\n1,1\n", r"has no column 'grp' \(it has: time, ev\)"),
        ("rows.csv", "Time,ev,grp\n1,1,a\n", "has no column 'time'; is 'Time' meant"),
        ("rows.csv", "time,time,ev,grp\n1,1,1,1\n", "has 2 columns called 'time'"),
        ("rows.csv", "time,ev,grp\n1,1,a,9\n", "a line has more cells than there are headings"),
        ("rows.csv", 'time,ev,grp\n1,1,"a\n2,0,b\n', "a quote is not closed"),
        ("rows.csv", 'time,ev,grp\n1,1,"a\nb"\n2,0,b\n', "a text runs over several lines"),
        ("rows.parquet", "time,ev,grp\n1,1,a\n", "is called Parquet and is none"),
        ("rows.parquet", b"PAR1 and no more", "cannot be read as a table"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(
    tmp_path: Path, name: str, content: bytes | str, sentence: str
) -> None:
    with pytest.raises(WrongUseError, match=sentence):
        read(tmp_path, content, name=name)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(WrongUseError, match="no such file"):
        read_columns(tmp_path / "nothing.csv", NAMES)
    with pytest.raises(WrongUseError, match="is a folder"):
        read_columns(tmp_path, NAMES)
