"""Whatever comes in place of an extract file: the rows as they were meant, or one sentence that quotes no patient."""

import hashlib
import io
import os
import re
import resource
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest

from schemas.extract_tables import EXTRACT_TABLES, ExtractTable
from studies import DEFAULT_STUDY, load_study
from tests.warehouse.one_table import load_table
from warehouse.build import define_functions
from warehouse.errors import ExtractError, UnreachableError
from warehouse.extract_files import Source, find
from warehouse.extract_reading import LoadedFile
from warehouse.load import load_extract

KEY = b"a key that is long enough"
STUDY = load_study(DEFAULT_STUDY)
TABLES = {table.name: table for table in EXTRACT_TABLES}


def source_of(table: str, **changed: str) -> Source:
    mapping = STUDY.mapping.tables[table]
    return Source(table, changed.get("file", mapping.file), mapping.columns, changed.get("encoding", mapping.encoding))


def lines_of(table: str, encoding: str) -> list[str]:
    """The heading line and the first three rows of the study's own extract, without line ends."""
    text = (STUDY.extracts_dir / STUDY.mapping.tables[table].file).read_text(encoding)
    return text.splitlines()[:4]


CHINESE = lines_of("patients", "gb18030")
PLAIN = lines_of("follow_up", "utf-8-sig")
HEADINGS = PLAIN[0].split(",")
FIELDS = [line.split(",") for line in PLAIN[1:]]


def joined(lines: list[str], end: str = "\n") -> str:
    return end.join(lines) + end


def changed(line: int, text: str) -> list[str]:
    """The lines with another one in the place of ``line``, counted from 1."""
    return [*PLAIN[: line - 1], text, *PLAIN[line:]]


def each(template: str, lines: list[str] = PLAIN) -> list[str]:
    return [template.format(line) for line in lines]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        define_functions(opened, STUDY.mapping.date_formats)
        yield opened


def load(
    connection: duckdb.DuckDBPyConnection, folder: Path, content: str | bytes, table: str = "follow_up", **changed: str
) -> LoadedFile:
    source = source_of(table, **changed)
    (folder / source.file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_table(connection, TABLES[table], find(folder, source), folder / "text", KEY)


def rows_of(connection: duckdb.DuckDBPyConnection, table: str = "follow_up") -> list[tuple[object, ...]]:
    columns = [column for column in TABLES[table].columns if column in STUDY.mapping.tables[table].columns]
    return connection.execute(f"select {', '.join(columns)} from raw.{table} order by row_id").fetchall()


def refusal(connection: duckdb.DuckDBPyConnection, folder: Path, content: str | bytes, **changed: str) -> str:
    """The one sentence with which the file is refused. Nothing of a row stands in it, and nothing was loaded."""
    with pytest.raises(ExtractError) as error:
        load(connection, folder, content, **changed)
    sentence = str(error.value)
    assert sentence.startswith(f"{source_of('follow_up', **changed).file}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400
    values = {value for line in (*PLAIN[1:], *CHINESE[1:]) for value in line.split(",") if len(value) > 3}
    assert not [value for value in values if value in sentence]
    assert not error.value.__cause__
    tables = connection.execute("select table_name from information_schema.tables where table_schema = 'raw'")
    assert tables.fetchall() == []
    return sentence


def workbook_of(*lines: str) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append([field or None for field in line.split(",")])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(sheets: int = 1) -> bytes:
    """A real workbook with a formula and merged cells; every sheet after the first is hidden."""
    book = openpyxl.Workbook()
    for number in range(sheets):
        sheet = book.active if number == 0 else book.create_sheet(f"Sheet {number}")
        for line in PLAIN:
            sheet.append(line.split(","))
        sheet["H1"] = "=1+1"
        sheet.merge_cells("A2:A3")
        sheet.sheet_state = "visible" if number == 0 else "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb(size: int, declared: int | None = None) -> bytes:
    """A workbook whose sheet inflates to ``size`` zero bytes; its directory declares ``declared``, true or not."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = block * (size >> 20) + packer.flush()
    name, told = b"xl/worksheets/sheet1.xml", size if declared is None else declared
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(packed), told, len(name), 0)
    local = b"PK\3\4" + common + name + packed
    directory = b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(local), 0)
    return local + directory + end


EMPTY = "," * (len(HEADINGS) - 1)
GOOD = {
    "as it is": joined(PLAIN),
    "UTF-8 with byte order mark": joined(PLAIN).encode("utf-8-sig"),
    "UTF-16 with byte order mark": joined(PLAIN).encode("utf-16"),
    "UTF-16 of the other order with byte order mark": b"\xfe\xff" + joined(PLAIN).encode("utf-16-be"),
    "UTF-16 without byte order mark": joined(PLAIN).encode("utf-16-le"),
    "UTF-16 of the other order without byte order mark": joined(PLAIN).encode("utf-16-be"),
    "UTF-32 with byte order mark": joined(PLAIN).encode("utf-32"),
    "semicolons": joined(PLAIN).replace(",", ";"),
    "tabs": joined(PLAIN).replace(",", "\t"),
    "pipes": joined(PLAIN).replace(",", "|"),
    "semicolons, and commas in a heading": joined(
        [PLAIN[0].replace(",", ";") + ";a,b,c,d,e,f,g,h,i", *(line.replace(",", ";") + ";" for line in PLAIN[1:])]
    ),
    "Windows line ends": joined(PLAIN, "\r\n"),
    "old Macintosh line ends": joined(PLAIN, "\r"),
    "mixed line ends": PLAIN[0] + "\r\n" + PLAIN[1] + "\n" + PLAIN[2] + "\r" + PLAIN[3],
    "no line end at the end": joined(PLAIN).rstrip("\n"),
    "a delimiter at the end of every line": joined(each("{},")),
    "two delimiters at the end of every line": joined(each("{},,")),
    "a heading twice that is not mapped": joined([PLAIN[0] + ",Note,Note,NOTE", *each("{},1,2,3", PLAIN[1:])]),
    "quotes around every field": joined(['"' + line.replace(",", '","') + '"' for line in PLAIN]),
    "quoted headings with blanks": joined([", ".join(HEADINGS).replace(", ", " ,"), *PLAIN[1:]]),
    "columns in another order": joined([",".join(reversed(line.split(","))) for line in PLAIN]),
    "an empty last line": joined([*PLAIN, EMPTY]),
    "an empty last line without an end": joined([*PLAIN, EMPTY]).rstrip("\n"),
    "empty lines of every kind": joined(
        [PLAIN[0], "   ", PLAIN[1], EMPTY, "", " , ,\u3000,\xa0,,,", *PLAIN[2:], '"",""']
    ),
    "empty lines, old Macintosh line ends": joined([*PLAIN, EMPTY, " "], "\r"),
    "blank lines": joined([PLAIN[0], "", PLAIN[1], "", "", *PLAIN[2:], "", ""]),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD.keys())
def test_a_file_of_another_make_loads_as_it_was_meant(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, content: str | bytes
) -> None:
    assert load(connection, tmp_path, content).rows == 3
    mapped = STUDY.mapping.tables["follow_up"].columns
    expected = [
        tuple(row[HEADINGS.index(mapped[column])] or None for column in TABLES["follow_up"].columns) for row in FIELDS
    ]
    assert [tuple(value or None for value in row) for row in rows_of(connection)] == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_chinese_words_stay_intact(connection: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str) -> None:
    load(connection, tmp_path, joined(CHINESE).encode(encoding), table="patients")
    heading, *rows = [line.split(",") for line in CHINESE]
    for column in ("sex", "blood_supply", "prior_therapy", "index_date"):
        place = heading.index(STUDY.mapping.tables["patients"].columns[column])
        received = connection.execute(f"select {column} from raw.patients order by row_id").fetchall()
        assert [value for (value,) in received] == [row[place] for row in rows]
    assert re.search("[一-鿿]", str(rows_of(connection, "patients")))


def test_a_character_that_only_gb18030_has_stays_intact(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    place = CHINESE[0].split(",").index(STUDY.mapping.tables["patients"].columns["site"])
    fields = CHINESE[1].split(",")
    fields[place] = "𠮷㐂病区"
    content = joined([CHINESE[0], ",".join(fields)]).encode("gb18030")
    assert load(connection, tmp_path, content, table="patients").encoding == "gb18030"
    assert connection.execute("select site from raw.patients").fetchall() == [("𠮷㐂病区",)]


def test_lines_are_counted_with_the_blank_ones(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load(connection, tmp_path, GOOD["blank lines"])
    assert connection.execute("select source_row from raw.follow_up order by row_id").fetchall() == [(3,), (6,), (7,)]


def test_a_line_without_any_value_is_no_record_but_is_counted(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """It opens no query, and each record keeps the line in which it stands."""
    loaded = load(connection, tmp_path, GOOD["empty lines of every kind"])
    assert (loaded.rows, loaded.empty_lines) == (3, 5)
    assert connection.execute("select source_row from raw.follow_up order by row_id").fetchall() == [(3,), (7,), (8,)]


def test_a_line_with_one_value_is_a_record(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    loaded = load(connection, tmp_path, joined([*PLAIN, EMPTY + "x"]))
    assert (loaded.rows, loaded.empty_lines) == (4, 0)


def test_a_csv_with_the_name_of_a_workbook_is_refused(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    said = refusal(connection, tmp_path, joined(PLAIN), file="follow_up.xlsx")
    assert "is called a workbook and is none; if it is CSV, rename it to follow_up.csv" in said


def test_a_workbook_in_place_of_the_file_is_read_and_every_row_names_it(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """The rows are those of the sheet, and so is the hash."""
    (tmp_path / "follow_up.xlsx").write_bytes(workbook_of(PLAIN[0], PLAIN[1], "", PLAIN[2], PLAIN[3]))
    file = find(tmp_path, source_of("follow_up"))
    loaded = load_table(connection, TABLES["follow_up"], file, tmp_path / "text", KEY)
    assert loaded.described() == {
        "file": "follow_up.xlsx",
        "table": "follow_up",
        "sha256": hashlib.sha256((tmp_path / "follow_up.xlsx").read_bytes()).hexdigest(),
        "rows": 3,
        "empty_lines": 1,
        "encoding": "xlsx",
    }
    places = connection.execute("select source_file, source_row from raw.follow_up order by row_id").fetchall()
    assert places == [("follow_up.xlsx", 2), ("follow_up.xlsx", 4), ("follow_up.xlsx", 5)]
    assert [row[0] for row in rows_of(connection)] == [row[0] for row in FIELDS]


@pytest.mark.parametrize("name", ["follow_up[1].csv", "follow*.csv", "follow_u?.csv", "a folder=1.csv", "fu.csv.gz"])
def test_a_file_name_is_no_pattern(connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str) -> None:
    for other in ("follow_up1.csv", "follow_up.csv", "follow_us.csv"):
        (tmp_path / other).write_text(joined([PLAIN[0], *PLAIN[1:] * 2]), "utf-8")
    assert load(connection, tmp_path, joined(PLAIN), file=name).rows == 3


@pytest.mark.parametrize("quotes", ["", '"'])
def test_a_field_of_a_million_characters_is_a_field(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, quotes: str
) -> None:
    long = f"{quotes}{'肝' * 1_000_000}{quotes}"
    load(connection, tmp_path, joined([PLAIN[0], ",".join([*FIELDS[0][:5], long, FIELDS[0][6]]), *PLAIN[2:]]))
    lengths = connection.execute("select length(death_cause) from raw.follow_up order by row_id").fetchall()
    assert lengths[0] == (1_000_000,)


MILLION = "x" * 1_000_000
STATUS = HEADINGS[3]
NO_HEADING = "none of the 6 columns of table follow_up stands in line 1, which must hold the headings; correct"
BAD = {
    "empty": ("", "the file is empty; ask for it again"),
    "only blanks": (" \r\n\r\n", "the file is empty"),
    "only a byte order mark": (b"\xef\xbb\xbf", "line 1 is empty"),
    "a blank first line": (joined(["", *PLAIN]), "line 1 is empty"),
    "headings only": (joined(PLAIN[:1]), "has headings and no row"),
    "headings only, no line end": (PLAIN[0], "has headings and no row"),
    "headings and blank lines": (joined([PLAIN[0], "", "", ""]), "has headings and no row"),
    "rows only": (joined(PLAIN[1:]), NO_HEADING),
    "a column is missing": (
        joined([",".join(line.split(",")[:3] + line.split(",")[4:]) for line in PLAIN]),
        rf"the column '{STATUS}' \(follow_up\.vital_status\) is missing in line 1; correct the export or mapping",
    ),
    "a column has another name": (
        joined(changed(1, PLAIN[0].replace(STATUS, "State"))),
        rf"the column '{STATUS}' \(follow_up\.vital_status\) is missing in line 1",
    ),
    "a column is written otherwise": (
        joined(changed(1, PLAIN[0].replace(STATUS, STATUS.upper()))),
        rf"the column '{STATUS}' .* is written '{STATUS.upper()}' in line 1",
    ),
    "a column stands twice": (
        joined([f"{PLAIN[0]},{STATUS}", *each("{},DEAD", PLAIN[1:])]),
        rf"the column '{STATUS}' .* stands there 2 times",
    ),
    "a column stands twice, in capitals": (
        joined([f"{PLAIN[0]},{STATUS.upper()}", *each("{},DEAD", PLAIN[1:])]),
        rf"the column '{STATUS}' .* stands there 2 times \(capitals and blanks aside\)",
    ),
    "a column stands twice, with blanks": (
        joined([f"{PLAIN[0]}, {STATUS} ", *each("{},DEAD", PLAIN[1:])]),
        rf"the column '{STATUS}' .* stands there 2 times",
    ),
    "a delimiter nobody uses": (joined(PLAIN).replace(",", "^"), NO_HEADING),
    "a delimiter that changes": (joined([*PLAIN[:2], PLAIN[2].replace(",", ";"), PLAIN[3]]), "line 3 .* has 1 field "),
    "a zero byte": (joined(changed(3, PLAIN[2] + "\0")), r"not text \(line 3 holds zero bytes\); save it as UTF-8 CSV"),
    "a zero byte far behind": (joined([*PLAIN[:3], *PLAIN[1:] * 9000, PLAIN[2] + "\0"]), "line 27004 holds zero bytes"),
    "a zero byte in UTF-16": (joined(changed(3, PLAIN[2] + "\0")).encode("utf-16"), "line 3 holds zero bytes"),
    "a byte that is not UTF-8": (
        joined(changed(3, PLAIN[2].replace(",", "肝,"))).encode().replace("肝,".encode(), b"\xe8\x82,", 1),
        "line 3 is not UTF-8 text as the other lines are",
    ),
    "a byte that is not UTF-8, behind a byte order mark": (
        b"\xef\xbb\xbf" + joined(changed(3, PLAIN[2])).encode() + b"\xff\n",
        "line 5 is not utf-8 text",
    ),
    "half a character of UTF-16": (joined(PLAIN).encode("utf-16") + b"\n", "is not utf-16 text"),
    "a quote that never closes": (joined(changed(2, '"' + PLAIN[1])), "line 2: a field runs on to line 4; close the"),
    "a quote that closes a line later": (
        joined([PLAIN[0], f'"{PLAIN[1]}', f'{PLAIN[2]}"', PLAIN[3]]),
        "line 2: a field runs on to line 3",
    ),
    "a quote inside the headings": (joined(changed(1, '"' + PLAIN[0])), NO_HEADING),
    "a quote in the middle": (joined(changed(3, PLAIN[2].replace(",", ',"a"b,', 1))), "line 3 is no row of this table"),
    "a million characters and no closing quote": (
        joined(changed(3, f'"{MILLION}{PLAIN[2]}')),
        "line 3: a field runs on to line 4",
    ),
    "millions of characters in lines, and no closing quote": (
        joined([PLAIN[0], f'"{PLAIN[1]}', *["x" * 100] * 50_000]),
        "line 2: a field is longer than 2,000,000 characters; close the quote",
    ),
    "a line of three million characters": (joined(changed(3, MILLION * 3)), "line 3 is longer than 2,000,000 char"),
    "headings of a million characters": (joined(changed(1, PLAIN[0] + MILLION)), "line 1 is longer than 100000 char"),
    "a hundred thousand headings": (joined(changed(1, PLAIN[0] + "," * 90_000)), "more than 1000 headings"),
    "a field more": (joined(changed(3, PLAIN[2] + ",x")), "line 3 .* it has 8 fields and line 1 has 7 headings; mend"),
    "an empty field more": (joined(changed(3, PLAIN[2] + ",")), "line 3 .* it has 8 fields and line 1 has 7 headings"),
    "a comma in a field": (joined(changed(3, PLAIN[2].replace(",", ",,", 1))), "line 3 .* it has 8 fields"),
    "a field less": (joined(changed(4, PLAIN[3].rsplit(",", 1)[0])), "line 4 .* it has 6 fields"),
    "a field less, after blank lines": (joined([*PLAIN[:2], "", "", "P9,2"]), "line 5 .* it has 2 fields"),
    "a delimiter at the end of the rows": (joined([PLAIN[0], *each("{},", PLAIN[1:])]), "line 2 .* it has 8 fields"),
    "a delimiter at the end of the headings": (joined([PLAIN[0] + ",", *PLAIN[1:]]), "line 2 .* and line 1 has 8 head"),
    "a workbook": (workbook(), "is an Excel workbook or a zip archive, not text; save its sheet as CSV UTF-8"),
    "a workbook with a hidden sheet": (workbook(2), "is an Excel workbook"),
    "a workbook cut short": (workbook()[:1500], "is an Excel workbook"),
    "a workbook of the old kind, or with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000),
        "is an Excel workbook of the old kind or one with a password",
    ),
    "a web page": ("<html><table><tr><td>P001</td></tr></table></html>", NO_HEADING),
    "a compressed file": (b"\x1f\x8b\x08\0" + zlib.compress(joined(PLAIN).encode()), "not text"),
}


@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD.keys())
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    said = refusal(connection, tmp_path, content)
    assert re.search(sentence, said), said


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp1252", "latin-1", "utf-16", "base64", "undefined"])
def test_no_encoding_of_the_mapping_makes_text_of_a_workbook_or_of_nothing(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str
) -> None:
    assert "is an Excel workbook" in refusal(connection, tmp_path, workbook(), encoding=encoding)
    assert "the file is empty" in refusal(connection, tmp_path, "", encoding=encoding)


@pytest.mark.parametrize(
    ("encoding", "sentence"),
    [
        ("ascii", "line 3 is not ascii text"),
        ("utf-16", "line 1 is not utf-16 text"),
        ("base64", "mapping.toml calls its encoding base64, which is none of text"),
        ("undefined", "line 1 is not undefined text"),
        ("idna", "is not idna text"),
    ],
)
def test_a_wrong_encoding_of_the_mapping_is_named(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, encoding: str, sentence: str
) -> None:
    content = joined(changed(3, PLAIN[2].replace(",", "肝,", 1)))
    assert re.search(sentence, refusal(connection, tmp_path, content, encoding=encoding))


@pytest.mark.parametrize(
    ("name", "declared", "sentence"),
    [
        ("follow_up.csv", None, "is an Excel workbook or a zip archive"),
        ("follow_up.csv", 100, "is an Excel workbook or a zip archive"),
        ("follow_up.xlsx", None, "would unpack to 2,147,483,648 bytes"),
        ("follow_up.xlsx", 100, "is damaged or was cut short"),
    ],
    ids=["honest", "that lies about its size", "honest, called a workbook", "that lies, called a workbook"],
)
def test_a_zip_bomb_is_never_unpacked(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, name: str, declared: int | None, sentence: str
) -> None:
    content = bomb(2 << 30, declared)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.infolist()[0].file_size == (declared or 2 << 30)
    assert len(content) < 3_000_000
    before = resident()
    tracemalloc.start()
    assert sentence in refusal(connection, tmp_path, content, file=name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
    assert resident() - before < 300_000_000


def resident() -> int:
    """The most memory that this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize(
    ("start", "filling", "sentence"),
    [
        (joined(PLAIN), "x", "line 5 is longer than"),
        (joined(PLAIN) + '"', "x\n", "line 5: a field is longer than"),
        (joined(PLAIN), "\n", "more than 100,000 lines are blank; export without"),
        (joined(PLAIN), "\n\n" + PLAIN[1] + "\n", "more than 100,000 lines are blank"),
        ("", "x", "line 1 is longer than"),
        ("", "\n", "line 1 is empty"),
    ],
    ids=["one line", "an open quote", "blank lines", "blank lines between rows", "headings", "nothing but line ends"],
)
def test_memory_does_not_grow_with_the_file(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, start: str, filling: str, sentence: str
) -> None:
    content = (start + filling * (60_000_000 // len(filling))).encode()
    (tmp_path / source_of("follow_up").file).write_bytes(content)
    del content
    tracemalloc.start()
    with pytest.raises(ExtractError, match=sentence):
        load_table(connection, TABLES["follow_up"], find(tmp_path, source_of("follow_up")), tmp_path / "text", KEY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "follow_up.csv").mkdir()
    with pytest.raises(
        ExtractError, match=r"^follow_up\.csv: a folder stands where the file of table follow_up should"
    ):
        find(tmp_path, source_of("follow_up"))


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        (["Follow_Up.CSV"], "there is Follow_Up.CSV: rename it to follow_up.csv, or name it in mapping.toml"),
        (["follow_up_2026-11.csv"], "there is follow_up_2026-11.csv: rename it to follow_up.csv"),
        (["follow-up (2).txt"], "there is follow-up (2).txt: rename it to follow_up.csv"),
        (["FOLLOW UP.xlsx"], "there is FOLLOW UP.xlsx: rename it to follow_up.xlsx"),
        (["follow_up_1.csv", "follow_up_2.csv"], "there are follow_up_1.csv, follow_up_2.csv: rename the one it is"),
        (["follow_up.docx", "~$follow_up.xlsx", "patients.csv"], "ask for it, or correct mapping.toml"),
        ([], "ask for it, or correct mapping.toml"),
    ],
)
def test_a_file_that_is_missing_is_looked_for_under_names_like_its_own(
    tmp_path: Path, names: list[str], hint: str
) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(ExtractError) as error:
        find(tmp_path, source_of("follow_up"))
    assert f"follow_up.csv: the file of table follow_up is missing from {tmp_path}; {hint}" in str(error.value)


@pytest.mark.parametrize("target", ["follow_up.csv", "nowhere.csv"])
def test_a_link_to_itself_or_to_nothing_is_named(tmp_path: Path, target: str) -> None:
    (tmp_path / "follow_up.csv").symlink_to(tmp_path / target)
    with pytest.raises(ExtractError, match=r"^follow_up\.csv: this is a link that leads to no file"):
        find(tmp_path, source_of("follow_up"))


def test_a_pipe_or_a_device_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "follow_up.csv")
    with pytest.raises(ExtractError, match="this is a device or a pipe"):
        find(tmp_path, source_of("follow_up"))
    (tmp_path / "zeroes.csv").symlink_to("/dev/zero")
    with pytest.raises(ExtractError, match="this is a device or a pipe"):
        find(tmp_path, source_of("follow_up", file="zeroes.csv"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file, whatever its rights")
def test_a_file_without_the_right_to_read_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "follow_up.csv"
    path.write_text(joined(PLAIN), "utf-8")
    path.chmod(0)
    with pytest.raises(UnreachableError, match="the file cannot be read"):
        find(tmp_path, source_of("follow_up"))


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file on this system that fails even for root")
def test_a_file_that_fails_while_it_is_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "follow_up.csv").symlink_to("/proc/self/mem")
    with pytest.raises(
        UnreachableError, match=r"follow_up\.csv: the file cannot be read \(Input/output error\); check"
    ):
        find(tmp_path, source_of("follow_up"))


def test_a_name_no_file_system_takes_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="cannot be read"):
        find(tmp_path, source_of("follow_up", file="x" * 300))


def test_every_fault_of_the_headings_is_named_at_once(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """One column is missing, another stands there twice: two faults, each with its column."""
    (tmp_path / "follow_up.csv").write_text(
        joined([f"{PLAIN[0].replace('Contact date', 'Day')},{STATUS}", *each("{},DEAD", PLAIN[1:])]), "utf-8"
    )
    with pytest.raises(ExtractError) as error:
        load_table(connection, TABLES["follow_up"], find(tmp_path, source_of("follow_up")), tmp_path / "text", KEY)
    assert [(fault.field, str(fault)) for fault in error.value.faults] == [
        (
            "contact_date",
            "follow_up.csv: the column 'Contact date' (follow_up.contact_date) is missing in line 1; "
            "correct the export or mapping.toml.",
        ),
        (
            "vital_status",
            f"follow_up.csv: the column '{STATUS}' (follow_up.vital_status) stands there 2 times (capitals and blanks "
            "aside) in line 1; correct the export or mapping.toml.",
        ),
    ]


def test_every_bad_file_of_an_extract_is_named_at_once_and_no_copy_is_left(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    sources = [source_of(table) for table in STUDY.mapping.tables]
    for number, source in enumerate(sources):
        content = (STUDY.extracts_dir / source.file).read_bytes()
        (tmp_path / source.file).write_bytes(
            [b"", workbook(), content.splitlines()[0]][number] if number < 3 else content
        )
    loaded, problems = load_extract(connection, tmp_path, sources, tmp_path / "text", KEY)
    assert {problem.file for problem in problems} == {source.file for source in sources[:3]}
    assert len(loaded) == len(sources) - 3
    assert not (tmp_path / "text").exists()


def test_an_optional_table_may_be_empty(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = ExtractTable("follow_up", TABLES["follow_up"].required, TABLES["follow_up"].optional, may_be_empty=True)
    (tmp_path / "follow_up.csv").write_text(PLAIN[0], "utf-8")
    loaded = load_table(connection, table, find(tmp_path, source_of("follow_up")), tmp_path / "text", KEY)
    assert loaded.rows == 0
