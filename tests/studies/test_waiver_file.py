"""waivers.csv is read line by line; a line that is not complete is refused with its number."""

import csv
import re
from pathlib import Path

import pytest

from studies import StudyError
from studies.waivers import COLUMNS, append_waiver, read_waivers

LINE = f"{'a' * 16},{'1' * 12},measured twice,R. Roe,2026-01-10,2026-02-10"


def written(folder: Path, *lines: str, header: str = ",".join(COLUMNS)) -> Path:
    file = folder / "waivers.csv"
    file.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8-sig")
    return file


def test_a_line_is_read(tmp_path: Path) -> None:
    assert read_waivers(written(tmp_path, LINE)) == [dict(zip(COLUMNS, LINE.split(","), strict=True))]


def test_no_file_is_no_waiver(tmp_path: Path) -> None:
    assert read_waivers(tmp_path / "waivers.csv") == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (LINE.replace("a" * 16, "a" * 15), "query_id is no id of a query; copy it from the column “query”"),
        (LINE.replace("1" * 12, "1.11111E+11"), "stamp is no stamp of a query; copy it from the workbook"),
        (LINE.replace("measured twice", ""), "reason is missing or too short; say why the record may stay"),
        (LINE.replace("R. Roe", " "), "who is missing; say who decided it"),
        (LINE.replace("2026-01-10", "10.1.26"), "date is no day; write the day of the decision as year-month-day"),
        (LINE.replace("2026-02-10", "next year"), "expires is no day; write the last day on which the waiver holds"),
        (LINE.replace("2026-02-10", "2026-01-09"), "expires lies before the day on which the waiver begins"),
        ("a" * 16, "stamp is no stamp of a query"),
        (LINE.replace("measured", "measured,"), "has more cells than there are columns; put quotes around a text"),
    ],
)
def test_a_line_that_is_not_complete_is_refused_by_number(tmp_path: Path, line: str, sentence: str) -> None:
    with pytest.raises(StudyError) as refused:
        read_waivers(written(tmp_path, LINE, line))
    assert str(refused.value).startswith(f"{tmp_path / 'waivers.csv'}, line 3: {sentence}")
    assert not re.search(r"input|string|parameter|None|match|pattern|valid", str(refused.value))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="the column stamp is missing; the first line must be query_id,stamp"):
        read_waivers(written(tmp_path, header="query_id,reason,who,date,expires"))
    with pytest.raises(StudyError, match=r"the column query_id is missing.*with commas between"):
        read_waivers(written(tmp_path, header=";".join(COLUMNS)))


def test_a_file_that_is_no_utf_8_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "waivers.csv"
    file.write_bytes(",".join(COLUMNS).encode() + b"\n" + LINE.replace("Roe", "Ro\u00eb").encode("cp1252") + b"\n")
    with pytest.raises(StudyError, match="cannot be read as CSV; save it from the spreadsheet as “CSV UTF-8”"):
        read_waivers(file)


@pytest.mark.parametrize(
    "reason", ["=2+2", "+49 by phone", "-see letter", "@ward", "＝合計", "measured twice", "'quoted'"]
)
def test_no_reason_runs_as_a_formula_and_each_is_read_as_it_was_given(tmp_path: Path, reason: str) -> None:
    file = append_waiver(
        tmp_path / "waivers.csv", {**dict(zip(COLUMNS, LINE.split(","), strict=True)), "reason": reason}
    )
    with file.open(encoding="utf-8", newline="") as opened:
        (cells,) = csv.DictReader(opened)
    assert cells["reason"] == (reason if reason[0] in "m'" else f"'{reason}")
    assert read_waivers(file)[0]["reason"] == reason


def test_a_line_is_added_in_the_order_of_the_file_and_on_a_line_of_its_own(tmp_path: Path) -> None:
    """Somebody has put the columns in another order, added one of their own, and left the last line without an end."""
    file = tmp_path / "waivers.csv"
    order = ("who", "note", *(name for name in COLUMNS if name != "who"))
    given = {**dict(zip(COLUMNS, LINE.split(","), strict=True)), "note": "seen"}
    file.write_text(",".join(order) + "\n" + ",".join(given[name] for name in order), encoding="utf-8")
    append_waiver(file, {**given, "who": "C. Coe"})
    assert [waiver["who"] for waiver in read_waivers(file)] == ["R. Roe", "C. Coe"]
    assert [waiver["reason"] for waiver in read_waivers(file)] == ["measured twice"] * 2
