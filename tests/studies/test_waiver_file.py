"""waivers.csv is read line by line; a line that is not complete is refused with its number."""

from pathlib import Path

import pytest

from studies import StudyError
from studies.waivers import COLUMNS, read_waivers

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
    ("line", "column"),
    [
        (LINE.replace("a" * 16, "a" * 15), "query_id"),
        (LINE.replace("1" * 12, "xyz"), "stamp"),
        (LINE.replace("measured twice", ""), "reason"),
        (LINE.replace("R. Roe", " "), "who"),
        (LINE.replace("2026-02-10", "next year"), "expires"),
        (LINE.replace("2026-02-10", "2026-01-09"), "the line"),
        ("a", "stamp"),
    ],
)
def test_a_line_that_is_not_complete_is_refused_by_number(tmp_path: Path, line: str, column: str) -> None:
    with pytest.raises(StudyError, match=rf"waivers.csv, line 3: (query_id|{column}) is not as it must be"):
        read_waivers(written(tmp_path, LINE, line))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="the column stamp is missing"):
        read_waivers(written(tmp_path, header="query_id,reason,who,date,expires"))
