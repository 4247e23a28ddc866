"""Writes a simulated extract: the files that the study's mapping names, with its headings, as an EMR gives them."""

import csv
import io
import random
from pathlib import Path

from simulate import records, safety
from simulate.cohort import Patient, draw_cohort, read_cohort
from simulate.defects import Defect, Tables, plant_defects
from simulate.records import Record
from simulate.tumours import grow
from simulate.untidy import make_untidy
from studies import Study

SHARE_OF_COPIES = 0.004
MARK_HEADING, MARK = "Source", "SYNTHETIC"
BYTE_ORDER_MARK_TABLE = "follow_up"


def simulate_extracts(
    directory: Path,
    *,
    patients: int,
    seed: int,
    study: Study,
    defects: bool = False,
    cohort_file: Path | None = None,
    defects_file: Path | None = None,
) -> None:
    """Writes one file a mapped table into ``directory``: ``patients`` random ones, or those of ``cohort_file``.

    With ``defects``, known defects are planted and listed in ``defects_file`` (unless another is named, "defects.csv"
    in ``directory``): defect, rule_id, table, file, row (line of the file, the header is 1), subject_id, key, what.
    Equal arguments give equal bytes.

    Raises:
        ValueError: the cohort is too small to plant every defect, or has days that no scans can give.
        OSError: ``directory`` cannot be written, or ``cohort_file`` not read.
    """
    cohort = read_cohort(cohort_file, study, seed) if cohort_file else draw_cohort(patients, study, seed)
    tables = _clean_tables(cohort, study, seed)
    planted = plant_defects(tables, study.protocol.study.data_cut, random.Random(f"{seed} defects")) if defects else []
    directory.mkdir(parents=True, exist_ok=True)
    lines: dict[int, int] = {}
    for name, rows in tables.items():
        lines |= _write(directory, name, rows, study, random.Random(f"{seed} file {name}"))
    if defects:
        _write_defects(defects_file or directory / "defects.csv", planted, lines, study)


def _clean_tables(cohort: list[Patient], study: Study, seed: int) -> Tables:
    tables: Tables = {name: [] for name in study.mapping.tables}
    for patient in cohort:
        rng = random.Random(f"{seed} records {patient.number}")
        tumours = grow(patient, study.protocol, rng)
        tables["patients"].append(records.master_data(patient, study.protocol.cohort, rng, seed))
        tables["procedures"] += records.procedures(patient, rng)
        tables["drug_courses"] += records.drug_courses(patient, rng)
        tables["lesions"] += records.lesion_records(patient, tumours)
        tables["lesion_measurements"] += records.measurement_records(patient, tumours)
        tables["response_assessments"] += records.response_records(patient, tumours)
        spells = safety.spells(patient, rng)
        tables["adverse_events"] += safety.adverse_events(patient, spells, study.protocol, rng)
        tables["lab_results"] += safety.lab_results(patient, spells, rng, seed)
        tables["follow_up"] += records.follow_up(patient, rng)
    return tables


def _write(directory: Path, table: str, rows: list[Record], study: Study, rng: random.Random) -> dict[int, int]:
    """Writes one file; gives the line of each record, by its identity. An exact copy may follow further down."""
    mapped = study.mapping.tables[table]
    headings = [*mapped.columns.values(), MARK_HEADING]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    lines: dict[int, int] = {}
    line = 1
    copies: list[list[str]] = []
    for row in rows:
        typed = make_untidy(row, study.mapping, rng)
        cells = [*(typed.get(column, "") for column in mapped.columns), MARK]
        writer.writerow(cells)
        line += 1
        lines[id(row)] = line
        if table != "patients" and len(typed) == len(row) and rng.random() < SHARE_OF_COPIES:
            copies.append(cells)
    writer.writerows(copies)
    (directory / mapped.file).write_bytes(text.getvalue().encode(_encoding(table, headings, mapped.encoding)))
    return lines


def _encoding(table: str, headings: list[str], stated: str | None) -> str:
    """Chinese headings come from a system that writes GBK; one of the others puts a byte order mark."""
    if stated:
        return stated
    if not all(heading.isascii() for heading in headings):
        return "gb18030"
    return "utf-8-sig" if table == BYTE_ORDER_MARK_TABLE else "utf-8"


def _write_defects(path: Path, planted: list[Defect], lines: dict[int, int], study: Study) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["defect", "rule_id", "table", "file", "row", "subject_id", "key", "what"])
        for number, defect in enumerate(planted, start=1):
            writer.writerow(
                [
                    f"D{number:02d}",
                    defect.rule_id,
                    defect.table,
                    study.mapping.tables[defect.table].file,
                    lines[id(defect.record)],
                    defect.subject,
                    defect.key,
                    defect.what,
                ]
            )
