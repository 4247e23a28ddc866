"""The files look like those of a hospital, and every one says that it is synthetic."""

from pathlib import Path

import pytest

from simulate.extract_writer import MARK, MARK_HEADING
from studies import Study
from tests.simulate.extract_reader import lines


@pytest.fixture(scope="module")
def cells(study: Study) -> dict[str, list[list[str]]]:
    return {table: lines(study.extracts_dir, mapped.file) for table, mapped in sorted(study.mapping.tables.items())}


def column(cells: dict[str, list[list[str]]], study: Study, table: str, name: str) -> list[str]:
    place = cells[table][0].index(study.mapping.tables[table].columns[name])
    return [row[place] for row in cells[table][1:]]


def test_every_file_has_the_mapped_headings_and_the_mark_in_every_row(
    cells: dict[str, list[list[str]]], study: Study
) -> None:
    for table, (heading, *rows) in cells.items():
        assert heading == [*study.mapping.tables[table].columns.values(), MARK_HEADING]
        assert all(row[-1] == MARK and len(row) == len(heading) for row in rows)


def test_the_readme_says_that_it_is_synthetic(study: Study) -> None:
    assert "synthetic" in (study.directory / "README.md").read_text(encoding="utf-8").lower()


def test_patients_are_in_gbk_and_one_other_file_has_a_byte_order_mark(study: Study) -> None:
    first = (study.extracts_dir / "patients.csv").read_bytes()
    assert "姓名" in first.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        first.decode("utf-8")
    marked = [path.name for path in sorted(study.extracts_dir.iterdir()) if path.read_bytes()[:3] == b"\xef\xbb\xbf"]
    assert marked == ["follow_up.csv"]


def test_laboratory_results_name_patients_by_record_number(study: Study) -> None:
    columns = study.mapping.tables["lab_results"].columns
    assert columns["record_id"] == "Record No"
    assert "subject_id" not in columns


def test_the_three_date_formats_are_mixed(cells: dict[str, list[list[str]]], study: Study) -> None:
    dates = column(cells, study, "lesion_measurements", "scan_date")
    assert {"-", "/", "年"} <= {mark for mark in "-/年" if any(mark in day for day in dates)}


def test_blanks_and_full_width_digits_occur(cells: dict[str, list[list[str]]]) -> None:
    everything = [cell for rows in cells.values() for row in rows for cell in row]
    assert any(cell.endswith(" ") for cell in everything)
    assert any(cell.endswith("\u3000") for cell in everything)
    assert any(digit in cell for cell in everything for digit in "０１２３４５６７８９")


def test_centimetres_stand_beside_millimetres(cells: dict[str, list[list[str]]], study: Study) -> None:
    units = {unit.strip().casefold() for unit in column(cells, study, "lesion_measurements", "diameter_unit")}
    assert {"mm", "cm"} <= units


@pytest.mark.parametrize(
    ("table", "name", "least"), [("patients", "sex", 6), ("patients", "arm", 6), ("lesion_measurements", "reader", 6)]
)
def test_codes_are_written_in_many_words(
    table: str, name: str, least: int, cells: dict[str, list[list[str]]], study: Study
) -> None:
    assert len({word.strip(" \u3000") for word in column(cells, study, table, name)}) >= least


def test_some_rows_stand_twice(cells: dict[str, list[list[str]]]) -> None:
    copies = {table: len(rows) - len({tuple(row) for row in rows}) for table, rows in cells.items()}
    assert sum(copies.values()) > 10
    assert copies["patients"] == 0


def test_identifiers_are_distinctive(cells: dict[str, list[list[str]]], study: Study) -> None:
    phones = [phone.strip(" \u3000") for phone in column(cells, study, "patients", "phone_id")]
    assert all(len(phone) == 11 and phone.isdigit() for phone in phones)
    records = [number.strip(" \u3000") for number in column(cells, study, "patients", "record_id")]
    assert all(number.startswith("MRN") and len(number) >= 10 for number in records)
    assert len(set(records)) == len(set(phones)) == 60


def test_a_day_is_never_ambiguous(study: Study) -> None:
    assert all(form.startswith("%Y") for form in study.mapping.date_formats)


def test_the_simulator_leaves_other_files_alone(tmp_path: Path, study: Study) -> None:
    from simulate import simulate_extracts

    (tmp_path / "note.txt").write_text("kept", encoding="utf-8")
    simulate_extracts(tmp_path, patients=5, seed=1, study=study)
    assert (tmp_path / "note.txt").read_text(encoding="utf-8") == "kept"
