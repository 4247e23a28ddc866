"""No name, record number, telephone number or birth date of the sample leaves the raw archive, byte by byte.

Not even one that stands in a column which is not its own: a heading swapped, a cell filled in wrongly.
"""

import csv
import io
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from studies import Study
from tests.flows.conftest import Refreshed, refreshed

pytestmark = pytest.mark.slow

PRIVATE_COLUMNS = ("name_id", "record_id", "phone_id", "birth_year")


@pytest.fixture(scope="module")
def private_values(study: Study) -> set[str]:
    mapped = study.mapping.tables["patients"]
    with (study.extracts_dir / mapped.file).open(encoding="gb18030", newline="") as file:
        rows = list(csv.DictReader(file))
    values = {row[mapped.columns[column]].strip(" \u3000") for row in rows for column in PRIVATE_COLUMNS}
    assert len(values) > 200
    assert all(len(value.encode("utf-8")) >= 6 for value in values)
    return values


def haystack(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def test_the_search_would_find_one(private_values: set[str], sample: Refreshed) -> None:
    (archived,) = (sample.data / "raw").rglob("patients*")
    content = archived.read_bytes()
    assert any(value.encode("gb18030") in content for value in private_values)


def test_no_private_value_in_cut_run_folder_log_or_prefect_database(
    private_values: set[str], sample: Refreshed
) -> None:
    places = [sample.data / "cuts", sample.data / "build", sample.runs, Path(os.environ["PREFECT_HOME"])]
    files = [path for place in places for path in haystack(place)]
    assert any(path.suffix == ".duckdb" for path in files)
    assert any(path.name == "prefect.db" for path in files)
    needles = {value.encode(encoding) for value in private_values for encoding in ("utf-8", "gb18030", "utf-16-le")}
    leaked = []
    for path in files:
        content = path.read_bytes()
        leaked += [path.name for needle in needles if needle in content]
    assert leaked == []


def test_the_workbooks_hold_none_inside_their_zip(private_values: set[str], sample: Refreshed) -> None:
    for path in sample.run.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as archive:
            inside = b"".join(archive.read(name) for name in archive.namelist())
        assert not [value for value in private_values if value.encode("utf-8") in inside], path.name


def test_the_analysis_data_sets_hold_none(private_values: set[str], sample: Refreshed) -> None:
    import pandas as pd

    for path in sample.run.rglob("*.parquet"):
        text = pd.read_parquet(path).to_csv()
        assert not [value for value in private_values if value in text], path.name
    with sample.cut() as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        for (table,) in tables:
            text = connection.execute(f"select * from {table}").df().to_csv()
            assert not [value for value in private_values if value in text], table


Table = list[list[str]]
Spoil = Callable[["Extract"], None]


class Extract:
    """The extract of a study's copy, in which cells and headings can be moved."""

    def __init__(self, directory: Path, study: Study) -> None:
        self.directory, self.mapped = directory, study.mapping.tables
        self.tables: dict[str, Table] = {}
        for name, table in self.mapped.items():
            text = (study.extracts_dir / table.file).read_bytes()
            encoding = "gb18030" if name == "patients" else "utf-8-sig"
            self.tables[name] = list(csv.reader(io.StringIO(text.decode(encoding), newline="")))

    def place(self, table: str, column: str) -> int:
        return self.tables[table][0].index(self.mapped[table].columns[column])

    def patient(self, column: str) -> str:
        """What the first patient's row says."""
        return self.tables["patients"][1][self.place("patients", column)]

    def put(self, table: str, column: str, line: int, text: str) -> None:
        self.tables[table][line - 1][self.place(table, column)] = text

    def swap(self, one: str, other: str) -> None:
        first, second = self.place("patients", one), self.place("patients", other)
        headings = self.tables["patients"][0]
        headings[first], headings[second] = headings[second], headings[first]

    def write(self) -> None:
        for name, rows in self.tables.items():
            path = self.directory / "extracts" / self.mapped[name].file
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)


def swapped(one: str, other: str) -> Spoil:
    return lambda extract: extract.swap(one, other)


def a_name_as_study_number(extract: Extract) -> None:
    extract.put("follow_up", "subject_id", 3, extract.patient("name_id"))


def slips_of_single_cells(extract: Extract) -> None:
    """Each in a row of its own, few in a column, so that the extract is not refused as a whole."""
    extract.put("patients", "sex", 2, extract.patient("name_id"))
    extract.put("patients", "diagnosis_date", 2, extract.patient("birth_year"))
    extract.put("patients", "consent_date", 2, extract.patient("birth_year"))
    extract.put("adverse_events", "grade", 3, extract.patient("record_id"))
    extract.put("adverse_events", "term", 4, f"name tel {extract.patient('phone_id')}")
    extract.put("adverse_events", "reported_term", 5, f"{extract.patient('name_id')}: fever")
    extract.put("drug_courses", "stop_reason", 2, extract.patient("phone_id"))
    extract.put("lesions", "location_text", 2, f"see {extract.patient('record_id')}")
    extract.put("follow_up", "death_cause", 2, f"born {extract.patient('birth_year')}")


BLOCKED = {
    "name and ward": swapped("name_id", "site"),
    "record and study number": swapped("record_id", "subject_id"),
    "name as study number": a_name_as_study_number,
    "birth and diagnosis": swapped("birth_year", "diagnosis_date"),
    "birth and consent": swapped("birth_year", "consent_date"),
    "name and sex": swapped("name_id", "sex"),
}


def needles_of(values: set[str]) -> set[str]:
    """The values, and the birth dates also as they would be shown."""
    found = set(values)
    for value in values:
        digits = "".join(sign if sign.isdigit() else "-" for sign in value).strip("-")
        try:
            found.add(date.fromisoformat(digits).isoformat())
        except ValueError:
            continue
    assert len(found) > len(values)
    return found


def texts_of(refreshed_: Refreshed) -> Iterator[tuple[str, bytes]]:
    """All that a run left outside the raw archive: files, what is packed in workbooks and Parquet, tables."""
    import duckdb
    import pandas as pd

    places = [*(path for path in refreshed_.data.iterdir() if path.name != "raw"), refreshed_.runs]
    for path in (path for place in [*places, Path(os.environ["PREFECT_HOME"])] for path in [place, *haystack(place)]):
        if not path.is_file():
            continue
        yield path.name, path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}: {name}", archive.read(name)) for name in archive.namelist())
        elif path.suffix == ".parquet":
            yield f"{path.name}: rows", pd.read_parquet(path).to_csv().encode()
        elif path.suffix == ".duckdb":
            with duckdb.connect(str(path), read_only=True) as connection:
                tables = connection.execute(
                    "select table_schema || '.' || table_name from information_schema.tables"
                    " where table_type = 'BASE TABLE'"
                ).fetchall()
                for (table,) in tables:
                    yield f"{path.name}: {table}", connection.execute(f"select * from {table}").df().to_csv().encode()


def leaks(refreshed_: Refreshed, values: set[str]) -> set[str]:
    needles = {value.encode(form) for value in needles_of(values) for form in ("utf-8", "gb18030", "utf-16-le")}
    return {name for name, content in texts_of(refreshed_) if any(needle in content for needle in needles)}


def spoilt_and_refreshed(spoil: Spoil, study: Study, study_copy: Path, folder: Path) -> Refreshed:
    extract = Extract(study_copy, study)
    spoil(extract)
    extract.write()
    return refreshed(folder, study=str(study_copy), extracts=study_copy / "extracts")


@pytest.mark.parametrize("case", BLOCKED)
def test_a_column_of_identifiers_under_another_heading_blocks_and_is_nowhere(
    case: str,
    study: Study,
    study_copy: Path,
    tmp_path: Path,
    private_values: set[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    made = spoilt_and_refreshed(BLOCKED[case], study, study_copy, tmp_path)
    said = "".join(capfd.readouterr()) + made.message
    assert made.state == "Blocked", made.message
    assert "looks like a name, a record number" in made.message
    assert leaks(made, private_values) == set()
    assert not [value for value in private_values if value in said]


def test_single_cells_that_hold_one_become_a_mark_and_a_query(
    study: Study, study_copy: Path, tmp_path: Path, private_values: set[str], capfd: pytest.CaptureFixture[str]
) -> None:
    import pandas as pd

    made = spoilt_and_refreshed(slips_of_single_cells, study, study_copy, tmp_path)
    said = "".join(capfd.readouterr()) + made.message
    assert made.state == "Published with quarantine", made.message
    assert leaks(made, private_values) == set()
    assert not [value for value in private_values if value in said]
    findings = pd.read_parquet(made.run / "quality" / "findings.parquet")
    marked = findings[findings["sentence"].str.contains("[identifier]", regex=False)]
    assert {"sex", "diagnosis_date", "consent_date", "grade", "term", "stop_reason"} <= set(marked["column_name"])
    of_files = findings[findings["sentence"].str.contains("looks like a name")]
    assert len(of_files) == 9
    assert set(of_files["severity"]) == {"warning"}
