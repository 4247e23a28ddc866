"""Files of an extract are found, hashed, archived and decoded; what cannot be used is named in one sentence."""

import os
import stat
from pathlib import Path

import pytest

from warehouse.errors import ExtractError
from warehouse.extract_files import Source, archive, extract_hash, find
from warehouse.text_files import as_text

SOURCE = Source(table="patients", file="patients.csv", columns={"subject_id": "研究编号", "sex": "性别"})


def written(folder: Path, content: bytes) -> Path:
    (folder / "patients.csv").write_bytes(content)
    return folder


TEXT = "研究编号,性别\nP001,男\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("gbk"), "gb18030"),
        (TEXT.replace("别", "別").replace("编号", "編號").encode("big5"), None),
        (TEXT.encode("utf-16"), "utf-16"),
    ],
)
def test_the_encoding_is_detected(tmp_path: Path, content: bytes, encoding: str | None) -> None:
    file = find(written(tmp_path, content), SOURCE)
    if encoding is None:  # traditional characters: the mapped headings are not those of the file
        with pytest.raises(ExtractError, match=r"patients\.csv: .*mapped headings"):
            as_text(file, tmp_path / "text")
        return
    text = as_text(file, tmp_path / "text")
    assert text.encoding == encoding
    assert text.headings == ("研究编号", "性别")
    assert text.path.read_text("utf-8-sig") == TEXT


def test_mixed_line_ends_are_made_one(tmp_path: Path) -> None:
    file = find(written(tmp_path, "研究编号,性别\r\nP001,男\nP002,女\r\n".encode()), SOURCE)
    assert as_text(file, tmp_path / "text").path.read_bytes().count(b"\r") == 0


def test_the_encoding_of_the_mapping_wins(tmp_path: Path) -> None:
    source = Source("patients", "patients.csv", {"subject_id": "Patient"}, encoding="cp1252")
    file = find(written(tmp_path, "Patient,Prénom\nP001,Zoé\n".encode("cp1252")), source)
    assert as_text(file, tmp_path / "text").headings == ("Patient", "Prénom")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b" \n \n", "the file is empty"),
        (os.urandom(16) + b"\0" + os.urandom(2000), "not text"),
        (bytes(range(128, 256)) * 20, "not text in a known encoding"),
        (b"\n\nP001,M\n", "line 1 is empty"),
    ],
)
def test_a_file_that_is_no_table_is_named_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(ExtractError, match=sentence) as error:
        as_text(find(written(tmp_path, content), SOURCE), tmp_path / "text")
    assert str(error.value).startswith("patients.csv: ")


def test_a_missing_file_is_named_with_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match=rf"patients\.csv: the file of table patients is missing from {tmp_path}"):
        find(tmp_path, SOURCE)


def test_the_archive_keeps_the_bytes_read_only_under_the_hash_of_the_extract(tmp_path: Path) -> None:
    file = find(written(tmp_path, TEXT.encode("gbk")), SOURCE)
    for _ in range(2):  # the second archiving changes nothing
        archive([file], tmp_path / "raw")
    kept = tmp_path / "raw" / extract_hash([file]) / "patients.csv"
    assert kept.read_bytes() == TEXT.encode("gbk")
    assert stat.S_IMODE(kept.stat().st_mode) == stat.S_IRUSR


def test_the_hash_of_an_extract_changes_with_a_byte_and_not_with_the_order(tmp_path: Path) -> None:
    one = find(written(tmp_path, TEXT.encode()), SOURCE)
    other = find(written(tmp_path, TEXT.encode() + b"P002,\n"), SOURCE)
    assert extract_hash([one]) != extract_hash([other])
    assert extract_hash([one, other]) == extract_hash([other, one])


def test_a_workbook_beside_the_text_file_is_refused_as_only_one_can_be_meant(tmp_path: Path) -> None:
    for name in ("visits.csv", "visits.xlsx"):
        (tmp_path / name).write_bytes(b"id\n1\n")
    with pytest.raises(ExtractError, match=r"visits\.xlsx is there as well.*take the older away"):
        find(tmp_path, Source("visits", "visits.csv", {"id": "id"}))
