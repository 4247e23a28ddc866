"""What is recognised as an identifier in a column that is not its own, and what is not."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from flows.plan import agreed, sources
from simulate import simulate_extracts
from studies import DEFAULT_STUDY, StudyError, load_study
from warehouse.build import define_functions
from warehouse.dates_in_text import days, folded
from warehouse.errors import ExtractError
from warehouse.extract_reading import LoadedFile
from warehouse.identifiers import Cells, recognise
from warehouse.known_identifiers import MARK, Agreed, Known
from warehouse.load import load_extract

KEY = b"a key that is long enough"
STUDY = load_study(DEFAULT_STUDY)
AGREED = agreed(STUDY)
NOTHING_AGREED = Agreed()
NO_WHITELISTS = Agreed(words=AGREED.words)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        define_functions(opened, STUDY.mapping.date_formats)
        yield opened


def known(*texts: str) -> Known:
    made = Known(NO_WHITELISTS)
    for text in texts:
        made.add(folded(text))
    return made


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("司马秀华", "司马秀华"),
        ("司马秀华", "患者司马秀华诉发热"),
        ("司马秀华", "司马 秀华"),
        ("王明", "fever, 王明 tel"),
        ("Okonkwo明远", "seen with okonkwo明远 today"),
        ("John Smith", "Mr JOHN SMITH called"),
        ("John Smith", "Smith, John"),
        ("John Smith", "smith john"),
        ("Vasquez", "Vasquez has fever"),
        ("MRN450590870001", "mrn450590870001"),
        ("MRN450590870001", "see MRN-450590870001."),
        ("MRN450590870001", "MRN４５０５９０８７０００１"),
        ("MRN450590870001", "450590870001"),
        ("A-1234/56", "record A-1234/56 moved"),
        ("1234567", "grade 1234567"),
        ("18122385545", "name tel 18122385545"),
        ("18122385545", "181-2238-5545"),
        ("18122385545", "+86 181 2238 5545"),
        ("18122385545", "tel18122385545x"),
        ("010-62345678", "call 01062345678"),
    ],
)
def test_a_cell_that_is_or_holds_a_known_identifier_is_found(identifier: str, text: str) -> None:
    assert known(identifier).holds(folded(text))
    assert not known().holds(folded("Fever"))


@pytest.mark.parametrize(
    "text", ["call 13912345678", "139-1234-5678", "110101195708161234", "tel: 6234567", "病案号:123456"]
)
def test_a_form_that_only_identifiers_have_is_found_although_nobody_is_known_by_it(text: str) -> None:
    assert known().holds(folded(text))


@pytest.mark.parametrize(
    ("identifier", "text"),
    [
        ("王明", "王 某, 明天"),
        ("John Smith", "Johnny Smithson"),
        ("Vasquez", "Vasquezitis"),
        ("1234567", "12345678"),
        ("1234", "1234"),
        ("123456", "123.456"),
        ("18122385545", "1812238"),
        ("MRN450590870001", "MRN"),
        ("Unknown", "unknown"),
        ("GIST", "GIST"),
        ("Male", "Male"),
        ("12", "12"),
        ("A B", "a b"),
        ("住院123456", "住院治疗"),
    ],
)
def test_what_only_resembles_an_identifier_is_none(identifier: str, text: str) -> None:
    made = known()
    made.add(folded(identifier), with_name=not identifier.startswith("住院"))
    assert not made.holds(folded(text))


@pytest.mark.parametrize(
    "text",
    ["2010-01-26", "15000000000", "1.2e9", "0.13912345678", "40-400", "Gelatin sponge 1-2 mm", "T1 S8", ">5", "", "S3"],
)
def test_measurements_dates_and_words_are_no_identifiers(text: str) -> None:
    assert not known("司马秀华", "MRN450590870001", "18122385545").holds(folded(text))


@pytest.mark.parametrize(
    "text",
    [
        "1957-08-16",
        "1957年8月16日",
        "born 1957/08/16",
        "16.08.1957",
        "08/16/1957",
        "19570816",
        "16 Aug 1957",
        "August 16, 1957",
    ],
)
def test_a_birth_date_is_read_however_it_is_written(text: str) -> None:
    assert (1957, 8, 16) in days(folded(text))


def test_a_number_of_six_digits_counts_where_most_of_its_column_are_record_numbers() -> None:
    patients = Cells(
        ["subject_id", "record_id"], {"subject_id": {"P1", "P2"}}, {"record_id": {"123456", "123457"}},
        [("P1", "123456"), ("P2", "123457")],
    )  # fmt: skip
    events = Cells(["grade", "value"], {"grade": {"1", "123456"}, "value": {"123456", "150000", "210000"}}, {})
    masks = recognise({"patients": patients, "adverse_events": events}, NOTHING_AGREED)
    assert masks["adverse_events"].keys() == {"grade"}
    assert masks["adverse_events"]["grade"].texts == {"123456"}


# Whole extracts -----------------------------------------------------------------------------------------------------

Table = list[list[str]]


class Extract:
    """The sample in a folder of its own, in which cells and headings can be moved."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables: dict[str, Table] = {}
        for name, mapped in STUDY.mapping.tables.items():
            content = (STUDY.extracts_dir / mapped.file).read_bytes()
            text = content.decode("gb18030" if name == "patients" else "utf-8-sig")
            self.tables[name] = list(csv.reader(io.StringIO(text, newline="")))

    def place(self, table: str, column: str) -> int:
        return self.tables[table][0].index(STUDY.mapping.tables[table].columns[column])

    def cell(self, table: str, column: str, line: int) -> str:
        return self.tables[table][line - 1][self.place(table, column)]

    def put(self, table: str, column: str, line: int, text: str) -> None:
        self.tables[table][line - 1][self.place(table, column)] = text

    def swap(self, table: str, one: str, other: str, lines: slice = slice(0, 1)) -> None:
        first, second = self.place(table, one), self.place(table, other)
        for row in self.tables[table][lines]:
            row[first], row[second] = row[second], row[first]

    def private(self) -> set[str]:
        columns = [self.place("patients", name) for name in ("name_id", "record_id", "phone_id", "birth_year")]
        return {row[place].strip(" \u3000") for row in self.tables["patients"][1:] for place in columns}

    def write(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.tables.items():
            with (self.folder / STUDY.mapping.tables[name].file).open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        return self.folder


@pytest.fixture
def extract(tmp_path: Path) -> Extract:
    return Extract(tmp_path / "extracts")


def load(
    connection: duckdb.DuckDBPyConnection, folder: Path, by: Agreed = AGREED
) -> tuple[list[LoadedFile], list[ExtractError]]:
    return load_extract(connection, folder, sources(STUDY), folder.parent / "text", KEY, by)


def everything(connection: duckdb.DuckDBPyConnection) -> str:
    return "\n".join(
        connection.execute(f"select * from raw.{table}").df().to_csv(index=False) for table in STUDY.mapping.tables
    )


Spoil = Callable[[Extract], None]


def swapped(one: str, other: str, table: str = "patients") -> Spoil:
    return lambda extract: extract.swap(table, one, other)


def typed(table: str, column: str, what: str) -> Spoil:
    """Somebody typed the first patient's ``what`` into a cell of line 3."""

    def spoil(extract: Extract) -> None:
        text = what.format(*(extract.cell("patients", name, 2) for name in ("name_id", "record_id", "phone_id")))
        extract.put(table, column, 3, text)

    return spoil


def one_row_swapped(one: str, other: str) -> Spoil:
    return lambda extract: extract.swap("patients", one, other, slice(4, 5))


PATIENT_COLUMNS = ("arm", "sex", "age_years", "histology", "ecog", "primary_location", "blood_supply", "prior_therapy")
CASES: dict[str, tuple[Spoil, tuple[str, ...], bool]] = {
    # what was spoilt: how, the columns that are named, whether it blocks
    "name and ward": (swapped("name_id", "site"), ("patients.site",), True),
    "record and study number": (swapped("record_id", "subject_id"), ("patients.subject_id",), True),
    "phone and study number": (swapped("phone_id", "subject_id"), ("patients.subject_id",), True),
    "name and study number": (swapped("name_id", "subject_id"), ("patients.subject_id",), True),
    "birth and diagnosis": (swapped("birth_year", "diagnosis_date"), ("patients.diagnosis_date",), True),
    "birth and consent": (swapped("birth_year", "consent_date"), ("patients.consent_date",), True),
    "birth and index": (swapped("birth_year", "index_date"), ("patients.index_date",), True),
    "birth and ward": (swapped("birth_year", "site"), ("patients.site",), True),
    "record number and test": (swapped("record_id", "test", "lab_results"), ("lab_results.test",), True),
    "name as study number": (typed("follow_up", "subject_id", "{0}"), ("follow_up.subject_id",), True),
    "name as sex": (typed("patients", "sex", "{0}"), ("patients.sex",), False),
    "record number as grade": (typed("adverse_events", "grade", "{1}"), ("adverse_events.grade",), False),
    "phone in a term": (typed("adverse_events", "term", "name tel {2}"), ("adverse_events.term",), False),
    "name in text": (typed("adverse_events", "reported_term", 'of "{0}"'), ("adverse_events.reported_term",), False),
    "phone as reason": (typed("drug_courses", "stop_reason", "{2}"), ("drug_courses.stop_reason",), False),
    "unknown phone": (typed("drug_courses", "stop_reason", "13900001111"), ("drug_courses.stop_reason",), False),
    "name as ward": (typed("patients", "site", "{0}"), ("patients.site",), True),
    "name and sex of one": (one_row_swapped("name_id", "sex"), ("patients.sex",), False),
    "name and arm of one": (one_row_swapped("name_id", "arm"), ("patients.arm",), False),
    "birth, diagnosis of one": (one_row_swapped("birth_year", "diagnosis_date"), ("patients.diagnosis_date",), False),
    **{
        f"{one} and {other}": (swapped(one, other), (f"patients.{other}",), True)
        for one in ("name_id", "phone_id", "record_id")
        for other in PATIENT_COLUMNS
    },
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_no_identifier_reaches_the_database_in_whatever_column_it_stands(
    case: str, extract: Extract, connection: duckdb.DuckDBPyConnection
) -> None:
    spoil, columns, blocks = CASES[case]
    private = extract.private() | {"13900001111"}
    spoil(extract)
    _, problems = load(connection, extract.write())
    sentences = [str(problem) for problem in problems]
    for column in columns:
        assert any(f"({column}" in sentence for sentence in sentences), sentences
    assert any(problem.blocks for problem in problems) is blocks
    written = everything(connection) + "\n".join(sentences)
    assert [value for value in private if value in written] == []
    assert MARK in written


def test_without_whitelists_swapped_names_and_wards_are_found_too(
    extract: Extract, connection: duckdb.DuckDBPyConnection
) -> None:
    private = extract.private()
    extract.swap("patients", "name_id", "site")
    _, problems = load(connection, extract.write(), NO_WHITELISTS)
    assert [problem.blocks for problem in problems] == [True]
    assert not [value for value in private if value in everything(connection)]


def test_one_sentence_a_column_counts_cells_and_names_the_first_line(
    extract: Extract, connection: duckdb.DuckDBPyConnection
) -> None:
    extract.swap("patients", "name_id", "site")
    _, problems = load(connection, extract.write())
    (sentence,) = map(str, problems)
    assert sentence.startswith(
        "patients.csv: 60 cells of the column '病区' (patients.site) hold what is none of the wards"
    )
    assert "first in line 2" in sentence
    assert "correct sites in mapping.toml" in sentence


def test_the_birth_date_of_another_patient_is_a_date_like_any_other(
    extract: Extract, connection: duckdb.DuckDBPyConnection
) -> None:
    extract.put("follow_up", "contact_date", 2, extract.cell("patients", "birth_year", 9))
    _, problems = load(connection, extract.write())
    assert problems == []


def test_the_birth_date_of_the_same_patient_is_found_in_any_table(
    extract: Extract, connection: duckdb.DuckDBPyConnection
) -> None:
    extract.put("follow_up", "contact_date", 2, extract.cell("patients", "birth_year", 2))
    extract.put("lab_results", "sample_date", 2, extract.cell("patients", "birth_year", 2))
    _, problems = load(connection, extract.write())
    assert [(problem.table, problem.blocks) for problem in problems] == [("lab_results", False), ("follow_up", False)]


def test_nothing_is_written_without_the_patients_file(extract: Extract, connection: duckdb.DuckDBPyConnection) -> None:
    folder = extract.write()
    (folder / "patients.csv").unlink()
    loaded, problems = load(connection, folder)
    assert [problem.table for problem in problems] == ["patients"]
    assert len(loaded) == 8
    assert connection.execute("select * from information_schema.tables where table_schema = 'raw'").fetchall() == []


def test_a_record_number_that_two_patients_share_names_neither(
    extract: Extract, connection: duckdb.DuckDBPyConnection
) -> None:
    extract.put("patients", "record_id", 3, extract.cell("patients", "record_id", 2))
    _, problems = load(connection, extract.write())
    assert problems == []
    subjects = connection.execute("select distinct subject_id from raw.lab_results").fetchall()
    assert (None,) in subjects
    assert ("P001",) not in subjects
    assert ("P003",) in subjects


@pytest.mark.parametrize("by", [AGREED, NO_WHITELISTS, NOTHING_AGREED], ids=["as mapped", "no whitelists", "no words"])
def test_the_sample_holds_none(by: Agreed, connection: duckdb.DuckDBPyConnection) -> None:
    _, problems = load_extract(connection, STUDY.extracts_dir, sources(STUDY), Path("unused"), KEY, by)
    assert problems == []
    assert MARK not in everything(connection)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [301, 302, 303])
def test_a_clean_extract_of_500_holds_none(seed: int, tmp_path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    simulate_extracts(tmp_path / "extracts", patients=500, seed=seed, study=STUDY)
    _, problems = load(connection, tmp_path / "extracts")
    assert problems == []
    assert MARK not in everything(connection)


def test_a_study_number_of_four_digits_is_one() -> None:
    assert AGREED.is_subject_id("P1000")
    assert not AGREED.refuses("subject_id", "P1000")
    assert AGREED.refuses("subject_id", "P01")
    assert not AGREED.refuses("site", " ward ３ ")
    assert AGREED.refuses("site", "Ward 33")


def test_a_pattern_that_is_none_is_named(tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(STUDY.directory, tmp_path / "study"))
    mapping = folder / "mapping.toml"
    mapping.write_text(mapping.read_text("utf-8").replace(r"'P\d{3,}'", "'P[0-9'"), "utf-8")
    with pytest.raises(StudyError, match=r"subject_id_pattern: .*no regular expression"):
        load_study(str(folder))
